//! Safetensors files: named tensors, as PyTorch and its kin load them.
//!
//! Reading accepts F64, F32, F16, BF16, I64 and I32; writing makes F64 only, with the tensors in the order
//! of their names and no metadata, so that equal tensors give equal bytes. The library that parses and
//! checks the format is the reference one; files are written through [`files::write_atomically`], because
//! its own writer makes files that only their owner can read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use ::safetensors::tensor::{Dtype, SafeTensorError, SafeTensors, View, serialize};

use crate::files;
use crate::report::{Code, Diagnostic};

use super::Tensor;
use super::numbers::{Kind, check_finite, entries};

/// The tensors in the bytes of a safetensors file, by name; `name` is for messages.
///
/// Errors: [`Code::TensorFormat`], [`Code::TensorSize`], [`Code::TensorNotFinite`], [`Code::TensorRange`]
/// (an integer that float64 cannot hold).
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, Diagnostic> {
    let tensors = from_bytes_as_they_are(name, bytes)?;
    for (key, tensor) in &tensors {
        check_finite(&format!("{name}: {key}"), tensor)?;
    }
    Ok(tensors)
}

/// The same with NaN and infinities as they are, for a reader that names all of them. Errors: as [`from_bytes`] but
/// [`Code::TensorNotFinite`].
pub fn from_bytes_as_they_are(name: &str, bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, Diagnostic> {
    let parsed = SafeTensors::deserialize(bytes).map_err(|e| about(name, &e))?;
    let mut tensors = BTreeMap::new();
    for (key, view) in parsed.iter() {
        let place = format!("{name}: {key}");
        let kind = kind_of(view.dtype()).ok_or_else(|| {
            let message = format!("{place}: entries of type {} are not read", view.dtype());
            Diagnostic::new(Code::TensorFormat, message).help("convert the tensor to F64 or F32")
        })?;
        let data = entries(&place, kind, view.shape(), view.data())?;
        tensors.insert(key.to_owned(), Tensor { shape: view.shape().to_vec(), data });
    }
    Ok(tensors)
}

/// Reads a safetensors file. Errors: as [`from_bytes`], and those of [`files::read_bytes`].
pub fn read(path: &Path) -> Result<BTreeMap<String, Tensor>, Diagnostic> {
    from_bytes(&path.display().to_string(), &files::read_bytes(path, files::DEFAULT_LIMIT)?)
}

fn kind_of(dtype: Dtype) -> Option<Kind> {
    Some(match dtype {
        Dtype::F64 => Kind::F64,
        Dtype::F32 => Kind::F32,
        Dtype::F16 => Kind::F16,
        Dtype::BF16 => Kind::Bf16,
        Dtype::I64 => Kind::I64,
        Dtype::I32 => Kind::I32,
        _ => return None,
    })
}

fn about(name: &str, error: &SafeTensorError) -> Diagnostic {
    let code = match error {
        SafeTensorError::HeaderTooSmall
        | SafeTensorError::InvalidHeaderLength
        | SafeTensorError::TensorInvalidInfo
        | SafeTensorError::MetadataIncompleteBuffer
        | SafeTensorError::ValidationOverflow => Code::TensorSize,
        _ => Code::TensorFormat,
    };
    Diagnostic::new(code, format!("{name}: not a safetensors file, or a damaged one: {error}"))
}

/// The bytes of a safetensors file (F64) with named tensors.
///
/// Errors: [`Code::TensorFormat`] for the name `__metadata__`, which the format keeps for itself;
/// [`Code::TensorShape`] for a tensor whose entries do not fill its shape.
pub fn to_bytes(tensors: &BTreeMap<String, &Tensor>) -> Result<Vec<u8>, Diagnostic> {
    for (name, tensor) in tensors {
        if name == "__metadata__" {
            return Err(Diagnostic::new(Code::TensorFormat, "a tensor cannot be named __metadata__"));
        }
        let count = tensor.shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis));
        if count != Some(tensor.data.len()) {
            let message = format!("{name}: {} numbers do not fill the shape {:?}", tensor.data.len(), tensor.shape);
            return Err(Diagnostic::new(Code::TensorShape, message));
        }
    }
    let views = tensors.iter().map(|(name, &tensor)| (name.as_str(), Bytes(tensor)));
    serialize(views, None)
        .map_err(|e| Diagnostic::new(Code::TensorFormat, format!("the tensors cannot be written as safetensors: {e}")))
}

/// Writes named tensors as a safetensors file (F64).
///
/// Errors: as [`to_bytes`], and those of [`files::write_atomically`].
pub fn write(path: &Path, tensors: &BTreeMap<String, &Tensor>) -> Result<(), Diagnostic> {
    files::write_atomically(path, &to_bytes(tensors)?)
}

struct Bytes<'a>(&'a Tensor);

impl View for Bytes<'_> {
    fn dtype(&self) -> Dtype {
        Dtype::F64
    }

    fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        self.0.data.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>().into()
    }

    fn data_len(&self) -> usize {
        8 * self.0.data.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(header: &str, body: &[u8]) -> Vec<u8> {
        [&(header.len() as u64).to_le_bytes(), header.as_bytes(), body].concat()
    }

    #[test]
    fn half_precision_and_integers_are_read() {
        let header = r#"{"a":{"dtype":"BF16","shape":[1,2],"data_offsets":[0,4]},"b":{"dtype":"F16","shape":[1],"data_offsets":[4,6]},"c":{"dtype":"I32","shape":[],"data_offsets":[6,10]}}"#;
        let body = [0x80, 0x3f, 0, 0xc0, 0, 0x3c, 0xfe, 0xff, 0xff, 0xff];
        let tensors = from_bytes("x", &raw(header, &body)).unwrap();
        assert_eq!(tensors["a"], Tensor { shape: vec![1, 2], data: vec![1.0, -2.0] });
        assert_eq!(tensors["b"], Tensor { shape: vec![1], data: vec![1.0] });
        assert_eq!(tensors["c"], Tensor { shape: vec![], data: vec![-2.0] });
    }

    #[test]
    fn damaged_files_are_refused() {
        let code = |header: &str, body: &[u8]| from_bytes("x", &raw(header, body)).map_err(|e| e.code);
        let one = |info: &str| format!(r#"{{"a":{{{info}}}}}"#);
        let good = one(r#""dtype":"F64","shape":[1],"data_offsets":[0,8]"#);
        assert!(code(&good, &[0; 8]).is_ok());
        assert_eq!(code(&good, &[0; 7]), Err(Code::TensorSize));
        assert_eq!(code(&good, &[0; 9]), Err(Code::TensorSize));
        assert_eq!(code(&good, &f64::NAN.to_le_bytes()), Err(Code::TensorNotFinite));
        assert_eq!(code(&one(r#""dtype":"F64","shape":[2],"data_offsets":[0,8]"#), &[0; 8]), Err(Code::TensorSize));
        let absurd = one(r#""dtype":"F64","shape":[9223372036854775807,9],"data_offsets":[0,8]"#);
        assert_eq!(code(&absurd, &[0; 8]), Err(Code::TensorSize));
        assert_eq!(code(&one(r#""dtype":"U8","shape":[8],"data_offsets":[0,8]"#), &[0; 8]), Err(Code::TensorFormat));
        assert_eq!(code("[", &[]), Err(Code::TensorFormat));
        assert_eq!(from_bytes("x", &[1, 2, 3]).unwrap_err().code, Code::TensorSize);
        assert_eq!(from_bytes("x", &[0xff; 8]).unwrap_err().code, Code::TensorFormat);
    }

    #[test]
    fn what_cannot_be_a_file_is_not_written() {
        let tensor = Tensor { shape: vec![2], data: vec![1.0] };
        let named = |name: &str| BTreeMap::from([(name.to_owned(), &tensor)]);
        assert_eq!(to_bytes(&named("a")).unwrap_err().code, Code::TensorShape);
        assert_eq!(to_bytes(&named("__metadata__")).unwrap_err().code, Code::TensorFormat);
    }

    #[cfg(unix)]
    #[test]
    fn files_have_the_usual_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (path, plain) = (dir.path().join("a.safetensors"), dir.path().join("plain"));
        let tensor = Tensor { shape: vec![1], data: vec![1.0] };
        write(&path, &BTreeMap::from([("a".to_owned(), &tensor)])).unwrap();
        std::fs::File::create(&plain).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
        assert_eq!(read(&path).unwrap()["a"], tensor);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            shapes in prop::collection::btree_map("[a-z\u{e9} \"]{1,4}", prop::collection::vec(0..4usize, 0..3), 0..4),
            scale in -300i32..300,
        ) {
            let tensors: BTreeMap<String, Tensor> = shapes
                .into_iter()
                .map(|(name, shape)| {
                    let count = shape.iter().product();
                    let data = (0..count).map(|i: usize| (i as f64 - 3.7) * 10f64.powi(scale)).collect();
                    (name, Tensor { shape, data })
                })
                .collect();
            let views: BTreeMap<String, &Tensor> = tensors.iter().map(|(name, tensor)| (name.clone(), tensor)).collect();
            let bytes = to_bytes(&views).unwrap();
            prop_assert_eq!(&bytes, &to_bytes(&views).unwrap());
            prop_assert_eq!(from_bytes("x", &bytes).unwrap(), tensors);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = from_bytes("x", &bytes);
            let _ = from_bytes("x", &raw(&String::from_utf8_lossy(&bytes), &bytes));
        }
    }
}
