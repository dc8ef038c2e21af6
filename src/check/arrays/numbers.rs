//! The numbers in tensor files: from little-endian bytes to exact floats.

use crate::report::{Code, Diagnostic};

use super::Tensor;

/// The kinds of numbers that tensor files hold and this project reads.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// IEEE half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
    /// Single precision.
    F32,
    /// Double precision.
    F64,
    /// Integers of 32 bits, in two's complement.
    I32,
    /// Integers of 64 bits, in two's complement.
    I64,
}

impl Kind {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Kind::F16 | Kind::Bf16 => 2,
            Kind::F32 | Kind::I32 => 4,
            Kind::F64 | Kind::I64 => 8,
        }
    }

    /// The number in little-endian `bytes`, one [`Kind::size`] long; `None` if it is an integer that no f64 is.
    fn value(self, bytes: &[u8]) -> Option<f64> {
        let mut raw = [0; 8];
        raw[..bytes.len()].copy_from_slice(bytes);
        let raw = u64::from_le_bytes(raw);
        Some(match self {
            Kind::F16 => f16(raw as u16),
            Kind::Bf16 => f64::from(f32::from_bits((raw as u32) << 16)),
            Kind::F32 => f64::from(f32::from_bits(raw as u32)),
            Kind::F64 => f64::from_bits(raw),
            Kind::I32 => f64::from(raw as u32 as i32),
            Kind::I64 => {
                let (integer, float) = (raw as i64, raw as i64 as f64);
                return (i128::from(integer) == float as i128).then_some(float);
            }
        })
    }
}

/// IEEE 754 binary16, which every f64 can hold.
fn f16(bits: u16) -> f64 {
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + fraction) * 2f64.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

/// The entries of a tensor from its bytes, checked against its shape before anything is allocated.
pub fn entries(name: &str, kind: Kind, shape: &[usize], bytes: &[u8]) -> Result<Vec<f64>, Diagnostic> {
    let count = shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis));
    let needed = count.and_then(|n| n.checked_mul(kind.size()));
    if needed != Some(bytes.len()) {
        let needed = needed.map_or("more bytes than a machine can count".to_owned(), |n| format!("{n} bytes"));
        let message = format!("{name}: the shape {shape:?} needs {needed}, but the file holds {}", bytes.len());
        return Err(Diagnostic::new(Code::TensorSize, message).help("the file is truncated, or its header was edited"));
    }
    let mut data = Vec::with_capacity(bytes.len() / kind.size());
    for chunk in bytes.chunks_exact(kind.size()) {
        data.push(kind.value(chunk).ok_or_else(|| {
            Diagnostic::new(
                Code::TensorRange,
                format!("{name}: entry {} is an integer that float64 cannot hold", data.len()),
            )
        })?);
    }
    Ok(data)
}

/// Refuses NaN and infinities, saying where the first one is.
pub fn check_finite(name: &str, tensor: &Tensor) -> Result<(), Diagnostic> {
    let Some(at) = tensor.data.iter().position(|x| !x.is_finite()) else {
        return Ok(());
    };
    let mut rest = at;
    let mut place: Vec<usize> = Vec::new();
    for &axis in tensor.shape.iter().rev() {
        place.push(rest % axis);
        rest /= axis;
    }
    place.reverse();
    let place = match *place {
        [row, column] => format!("row {row}, column {column}"),
        _ => format!("index {place:?}"),
    };
    let message = format!("{name}: {} at {place} (counted from 0)", tensor.data[at]);
    Err(Diagnostic::new(Code::TensorNotFinite, message).help("every number has to be finite to be exact"))
}
