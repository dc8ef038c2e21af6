//! NumPy's `.npy` files (format versions 1 to 3).
//!
//! Source of the format: NumPy's documentation, `numpy.lib.format`. Reading accepts little-endian float16,
//! float32, float64, int32 and int64 in C and Fortran order; writing makes version 1.0, C order.

use std::path::Path;

use crate::files;
use crate::files::json::is_space;
use crate::report::{Code, Diagnostic, quoted};

use super::Tensor;
use super::numbers::{Kind, check_finite, entries};

const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header of a `.npy` file says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    kind: Kind,
    fortran: bool,
    shape: Vec<usize>,
}

/// A tensor from the bytes of a `.npy` file; `name` is for messages.
///
/// Errors: [`Code::TensorFormat`], [`Code::TensorSize`], [`Code::TensorNotFinite`],
/// [`Code::TensorRange`] (an integer that float64 cannot hold).
pub fn from_bytes(name: &str, bytes: &[u8]) -> Result<Tensor, Diagnostic> {
    let tensor = from_bytes_as_they_are(name, bytes)?;
    check_finite(name, &tensor)?;
    Ok(tensor)
}

/// The same with NaN and infinities as they are, for a reader that names all of them. Errors: as [`from_bytes`] but
/// [`Code::TensorNotFinite`].
pub fn from_bytes_as_they_are(name: &str, bytes: &[u8]) -> Result<Tensor, Diagnostic> {
    let bad = |what: String| Diagnostic::new(Code::TensorFormat, format!("{name}: {what}"));
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| bad("not a .npy file".to_owned()))?;
    let truncated = || Diagnostic::new(Code::TensorSize, format!("{name}: the file ends inside its header"));
    let (length, rest) = match rest {
        [1, _, a, b, rest @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), rest),
        [2 | 3, _, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]) as usize, rest),
        [1..=3, ..] | [] => return Err(truncated()),
        [version, ..] => return Err(bad(format!("version {version} of the format is unknown"))),
    };
    let (header, body) = rest.split_at_checked(length).ok_or_else(truncated)?;
    let text = std::str::from_utf8(header).map_err(|_| bad("the header is not text".to_owned()))?;
    let header = Parser { rest: text }.header().map_err(bad)?;
    let data = entries(name, header.kind, &header.shape, body)?;
    let data = if header.fortran { to_c_order(&header.shape, &data) } else { data };
    Ok(Tensor { shape: header.shape, data })
}

/// Reads a `.npy` file. Errors: as [`from_bytes`], and those of [`files::read_bytes`].
pub fn read(path: &Path) -> Result<Tensor, Diagnostic> {
    from_bytes(&path.display().to_string(), &files::read_bytes(path, files::DEFAULT_LIMIT)?)
}

fn kind_of(descr: &str) -> Option<Kind> {
    Some(match descr {
        "<f2" => Kind::F16,
        "<f4" => Kind::F32,
        "<f8" => Kind::F64,
        "<i4" => Kind::I32,
        "<i8" => Kind::I64,
        _ => return None,
    })
}

/// Column-major entries (the first axis runs fastest) in row-major order.
fn to_c_order(shape: &[usize], data: &[f64]) -> Vec<f64> {
    let mut index = vec![0; shape.len()];
    let mut at = 0;
    let mut strides = vec![1; shape.len()];
    for axis in 1..shape.len() {
        strides[axis] = strides[axis - 1] * shape[axis - 1];
    }
    let mut made = Vec::with_capacity(data.len());
    while made.len() < data.len() {
        made.push(data[at]);
        // Count `index` up by one, its last axis first, and move `at` along.
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            at += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            at -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    made
}

/// Reads the Python dictionary of a header: exactly the keys `descr`, `fortran_order` and `shape`.
struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn header(mut self) -> Result<Header, String> {
        let (mut kind, mut fortran, mut shape) = (None, None, None);
        self.expect('{')?;
        while !self.eat('}') {
            let key = self.string("a key")?;
            self.expect(':')?;
            let repeated = match key {
                "descr" => {
                    let descr = self.string("the type of the entries")?;
                    let known = kind_of(descr).ok_or_else(|| unknown_kind(descr))?;
                    kind.replace(known).is_some()
                }
                "fortran_order" => fortran.replace(self.boolean()?).is_some(),
                "shape" => shape.replace(self.shape()?).is_some(),
                key => return Err(format!("the header has an unknown key {}", quoted(key))),
            };
            if repeated {
                return Err(format!("the header has the key {} twice", quoted(key)));
            }
            if !self.eat(',') {
                self.expect('}')?;
                break;
            }
        }
        match (kind, fortran, shape, self.rest.trim_matches(is_space)) {
            (Some(kind), Some(fortran), Some(shape), "") => Ok(Header { kind, fortran, shape }),
            (.., "") => Err("the header lacks descr, fortran_order or shape".to_owned()),
            _ => Err("the header goes on after its dictionary".to_owned()),
        }
    }

    fn eat(&mut self, expected: char) -> bool {
        let rest = self.rest.trim_start_matches(is_space);
        let found = rest.strip_prefix(expected);
        self.rest = found.unwrap_or(rest);
        found.is_some()
    }

    fn expect(&mut self, expected: char) -> Result<(), String> {
        if self.eat(expected) { Ok(()) } else { Err(format!("the header lacks a {expected}")) }
    }

    fn string(&mut self, what: &str) -> Result<&'a str, String> {
        let quote = if self.eat('\'') {
            '\''
        } else if self.eat('"') {
            '"'
        } else {
            let list = if self.eat('[') { " (the array has named fields: choose one, array['name'])" } else { "" };
            return Err(format!("in the header, {what} is not a text in quotes{list}"));
        };
        let (text, rest) = self.rest.split_once(quote).ok_or("a quoted text in the header does not end")?;
        if text.contains(['\'', '"', '\\']) {
            return Err(format!("in the header, {what} has a quote or a backslash in it"));
        }
        self.rest = rest;
        Ok(text)
    }

    fn boolean(&mut self) -> Result<bool, String> {
        let rest = self.rest.trim_start_matches(is_space);
        for (text, value) in [("True", true), ("False", false)] {
            if let Some(rest) = rest.strip_prefix(text) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err("fortran_order is neither True nor False".to_owned())
    }

    fn shape(&mut self) -> Result<Vec<usize>, String> {
        self.expect('(')?;
        let mut shape = Vec::new();
        while !self.eat(')') {
            shape.push(self.axis()?);
            if !self.eat(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(shape)
    }

    /// The length of an axis: digits, the first of several not 0.
    fn axis(&mut self) -> Result<usize, String> {
        let rest = self.rest.trim_start_matches(is_space);
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        self.rest = after;
        match after.chars().next() {
            Some('L') => {
                Err("the shape is written by Python 2 (3L): load and save the array with NumPy on Python 3".to_owned())
            }
            Some('-') if number.is_empty() => Err("the shape has a negative length: the header is damaged".to_owned()),
            _ if number.len() > 1 && number.starts_with('0') => Err("a length in the shape begins with 0".to_owned()),
            _ if number.is_empty() => Err("the shape is not a tuple of whole numbers".to_owned()),
            _ => number.parse().map_err(|_| format!("the shape has a length of {} digits", number.len())),
        }
    }
}

/// What to do about entries of a type that is not read.
fn unknown_kind(descr: &str) -> String {
    let convert = "convert with array.astype('<f8')";
    match descr.as_bytes() {
        [_, b'U' | b'S' | b'a', ..] => format!("the entries are texts ({descr}), not numbers: {convert}"),
        [b'|', b'O', ..] | b"O" => {
            format!("the entries are Python objects ({descr}), perhaps rows of different lengths: {convert}")
        }
        [b'>', ..] => format!("the entries have the bytes of a number in the other order ({descr}): {convert}"),
        [_, b'c', ..] => format!("the entries are complex numbers ({descr}): take .real, or {convert}"),
        _ => format!("entries of type {} are not read: {convert}", quoted(descr)),
    }
}

/// The bytes of a `.npy` file (float64) with a tensor.
pub fn to_bytes(tensor: &Tensor) -> Vec<u8> {
    file("<f8", &tensor.shape, tensor.data.iter().map(|x| x.to_le_bytes()))
}

/// The bytes of a `.npy` file (int64); `data` in row-major order.
///
/// Error: [`Code::TensorShape`] if the shape does not have as many entries as `data`.
pub fn integers_to_bytes(shape: &[usize], data: &[i64]) -> Result<Vec<u8>, Diagnostic> {
    let count = shape.iter().try_fold(1usize, |n, &axis| n.checked_mul(axis));
    if count != Some(data.len()) {
        let message = format!("{} numbers do not fill the shape {shape:?}", data.len());
        return Err(Diagnostic::new(Code::TensorShape, message));
    }
    Ok(file("<i8", shape, data.iter().map(|x| x.to_le_bytes())))
}

fn file(descr: &str, shape: &[usize], entries: impl ExactSizeIterator<Item = [u8; 8]>) -> Vec<u8> {
    // A tuple of one element is written with a comma.
    let axes = match shape {
        [axis] => format!("{axis},"),
        axes => axes.iter().map(usize::to_string).collect::<Vec<_>>().join(", "),
    };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({axes}), }}");
    // The entries begin at a multiple of 64; the header ends with a line feed.
    let prefix = MAGIC.len() + 4;
    let padding = (64 - (prefix + header.len() + 1) % 64) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let mut bytes = Vec::with_capacity(prefix + header.len() + 8 * entries.len());
    bytes.extend_from_slice(MAGIC);
    // Version 2 has four bytes for the length; only hundreds of axes need it.
    match u16::try_from(header.len()) {
        Ok(length) => {
            bytes.extend_from_slice(&[1, 0]);
            bytes.extend_from_slice(&length.to_le_bytes());
        }
        Err(_) => {
            bytes.extend_from_slice(&[2, 0]);
            bytes.extend_from_slice(&(header.len() as u32).to_le_bytes());
        }
    }
    bytes.extend_from_slice(header.as_bytes());
    entries.for_each(|entry| bytes.extend_from_slice(&entry));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A `.npy` file of version 1 with any header and body.
    fn npy(header: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = [MAGIC, &[1, 0], &(header.len() as u16).to_le_bytes(), header.as_bytes()].concat();
        bytes.extend_from_slice(body);
        bytes
    }

    fn code(header: &str, body: &[u8]) -> Result<Vec<usize>, Code> {
        from_bytes("x.npy", &npy(header, body)).map(|t| t.shape).map_err(|e| e.code)
    }

    #[test]
    fn all_kinds_and_both_orders_are_read() {
        let read = |descr: &str, order: &str, body: &[u8]| {
            let header = format!(
                "{{'descr': '{descr}', 'fortran_order': {order}, 'shape': (2, {}), }}",
                body.len() / 2 / descr[2..].parse::<usize>().unwrap()
            );
            from_bytes("x", &npy(&header, body)).unwrap().data
        };
        assert_eq!(read("<f2", "False", &[0, 0x3c, 1, 0, 0, 0xc0, 0xff, 0x7b]), [1.0, 2f64.powi(-24), -2.0, 65504.0]);
        assert_eq!(read("<f4", "False", &[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0]), [1.0, -2.0]);
        assert_eq!(read("<i4", "False", &[0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0]), [-1.0, 7.0]);
        let integers: Vec<u8> = (1..7i64).flat_map(i64::to_le_bytes).collect();
        assert_eq!(read("<i8", "False", &integers), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(read("<i8", "True", &integers), [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
    }

    #[test]
    fn later_versions_have_longer_headers() {
        let header = b"{'shape': (), 'fortran_order': False, 'descr': \"<f8\"}";
        for version in [2, 3] {
            let length = (header.len() as u32).to_le_bytes();
            let bytes = [MAGIC, &[version, 0], &length, header, &1.5f64.to_le_bytes()].concat();
            assert_eq!(from_bytes("x", &bytes).unwrap(), Tensor { shape: vec![], data: vec![1.5] });
        }
        assert_eq!(from_bytes("x", &[MAGIC, &[9, 0]].concat()).unwrap_err().code, Code::TensorFormat);
    }

    #[test]
    fn sizes_are_checked_before_anything_is_allocated() {
        let with = |shape: &str, bytes: usize| {
            code(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"), &vec![0; bytes])
        };
        assert_eq!(with("(2, 3)", 48), Ok(vec![2, 3]));
        assert_eq!(with("(2, 3)", 47), Err(Code::TensorSize));
        assert_eq!(with("(2, 3)", 49), Err(Code::TensorSize));
        assert_eq!(with("(1000000000000, 1000000000000)", 8), Err(Code::TensorSize));
        assert_eq!(with("(2305843009213693952, 1)", 8), Err(Code::TensorSize));
        assert_eq!(with("(0, 5)", 0), Ok(vec![0, 5]));
        assert_eq!(with("(99999999999999999999,)", 8), Err(Code::TensorFormat));
        assert_eq!(with("(-1,)", 8), Err(Code::TensorFormat));
        assert_eq!(with("(1.0,)", 8), Err(Code::TensorFormat));
    }

    #[test]
    fn malformed_headers_are_refused() {
        for header in [
            "",
            "{",
            "{}",
            "[]",
            "{'descr': '<f8', 'fortran_order': False}",
            "{'descr': '>f8', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'x': 1}",
            "{'descr': '<f8', 'fortran_order': 'False', 'shape': (1,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (01,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1L,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': [1]}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (1,),, }",
            "{'descr': '<f8',\u{a0} 'fortran_order': False, 'shape': (1,)}",
            "{u'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
            "{'descr': '<f8",
            "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,)}",
        ] {
            assert_eq!(code(header, &[0; 8]), Err(Code::TensorFormat), "{header}");
        }
        let good = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}", &[0; 8]);
        for length in 0..good.len() {
            let error = from_bytes("x", &good[..length]).unwrap_err();
            let expected = if length < MAGIC.len() { Code::TensorFormat } else { Code::TensorSize };
            assert_eq!(error.code, expected, "{length}");
        }
    }

    #[test]
    fn not_a_number_is_named_by_row_and_column() {
        let body: Vec<u8> = [1.0, 2.0, f64::NAN, 4.0].iter().flat_map(|x: &f64| x.to_le_bytes()).collect();
        let bytes = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", &body);
        let error = from_bytes("x.npy", &bytes).unwrap_err();
        assert_eq!(error.code, Code::TensorNotFinite);
        assert!(error.message.contains("row 1, column 0"), "{error}");
        // In Fortran order the same bytes have it in row 0, column 1.
        let bytes = npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2)}", &body);
        assert!(from_bytes("x.npy", &bytes).unwrap_err().message.contains("row 0, column 1"));
    }

    #[test]
    fn integers_beyond_float64_are_refused() {
        let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1,)}";
        assert_eq!(code(header, &(1i64 << 53).to_le_bytes()), Ok(vec![1]));
        assert_eq!(code(header, &((1i64 << 53) + 1).to_le_bytes()), Err(Code::TensorRange));
        assert_eq!(code(header, &i64::MAX.to_le_bytes()), Err(Code::TensorRange));
        assert_eq!(code(header, &i64::MIN.to_le_bytes()), Ok(vec![1]));
    }

    #[test]
    fn integers_are_written_as_such() {
        let bytes = integers_to_bytes(&[2, 1], &[3, -4]).unwrap();
        assert_eq!(bytes.len() % 64, 16);
        assert_eq!(from_bytes("x", &bytes).unwrap(), Tensor { shape: vec![2, 1], data: vec![3.0, -4.0] });
        assert_eq!(integers_to_bytes(&[2, 2], &[1]).unwrap_err().code, Code::TensorShape);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            shape in prop::collection::vec(0..4usize, 0..4), seed in any::<u64>(),
        ) {
            let count: usize = shape.iter().product();
            let value = |i: usize| f64::from_bits(seed.wrapping_mul(i as u64 + 1) & !(0x7ff << 52) | 0x3f0 << 52);
            let tensor = Tensor { shape, data: (0..count).map(value).collect() };
            let bytes = to_bytes(&tensor);
            prop_assert_eq!((bytes.len() - 8 * count) % 64, 0);
            prop_assert_eq!(from_bytes("x", &bytes).unwrap(), tensor);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..100usize) {
            let _ = from_bytes("x", &[MAGIC, &[1, 0], bytes.as_slice()].concat());
            let mut edited = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", &[0; 48]);
            let length = edited.len();
            for (i, byte) in bytes.iter().take(3).enumerate() {
                edited[(cut * 31 + i * 7) % length] = *byte;
            }
            let _ = from_bytes("x", &edited);
        }
    }
}
