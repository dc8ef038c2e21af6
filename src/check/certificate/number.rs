//! Exact numbers as they stand in a certificate: a JSON integer, or a string `"p"` or `"p/q"`.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A sparse exact vector: increasing indices with nonzero values.
pub type Sparse = Vec<(u32, Exact)>;

/// Dense rows of exact numbers: a row for each dimension of the codomain, in it an entry for each of the domain.
pub type Rows = Vec<Vec<Exact>>;

/// The most decimal digits a number in a certificate may have. Converting digits to binary takes
/// time that grows faster than their number, so a reader must stop somewhere; the builders decline
/// long before this.
pub const MAX_DIGITS: usize = 20_000;

/// JSON readers in other languages hold integers up to this magnitude exactly.
const SAFE_INTEGER: i64 = (1 << 53) - 1;

/// A rational number with its one canonical spelling.
///
/// Written as a JSON integer where it is an integer of magnitude below 2^53, else as a string: `"p"`
/// or `"p/q"` in lowest terms with `q > 1`. Any other spelling of a value is refused, so that equal
/// certificates are equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Exact(pub BigRational);

impl From<BigRational> for Exact {
    fn from(value: BigRational) -> Exact {
        Exact(value)
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Exact {
        Exact(BigRational::from_integer(value.into()))
    }
}

impl Exact {
    /// The number that a person or a program wrote: `3`, `-2.50`, `.5`, `7/4`, and with an exponent up to 400 as JSON has them,
    /// `1e-05`, `2.5E+3`; at most 100 characters. `None` for anything else.
    pub fn from_decimal(text: &str) -> Option<Exact> {
        let text = text.trim();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-BigRational::one(), rest),
            None => (BigRational::one(), text),
        };
        if digits.len() > 100 {
            return None;
        }
        let natural = |digits: &str| -> Option<BigInt> {
            if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
        };
        let value = if let Some((numerator, denominator)) = digits.split_once('/') {
            let denominator = natural(denominator)?;
            if denominator.is_zero() {
                return None;
            }
            BigRational::new(natural(numerator)?, denominator)
        } else {
            let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
            let (whole, places) = digits.split_once('.').unwrap_or((digits, ""));
            let mantissa = BigRational::from_integer(natural(&format!("{whole}{places}"))?);
            let (down, power) = match exponent.strip_prefix('-') {
                Some(power) => (true, power),
                None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
            };
            let power = natural(power)?.to_usize().filter(|power| *power <= 400)?;
            let ten = |power| BigRational::from_integer(num_traits::pow(BigInt::from(10), power));
            let shifted = if down { mantissa / ten(power) } else { mantissa * ten(power) };
            shifted / ten(places.len())
        };
        Some(Exact(sign * value))
    }
}

impl Serialize for Exact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_integer() {
            match self.0.numer().to_i64() {
                Some(small) if small.unsigned_abs() <= SAFE_INTEGER as u64 => serializer.serialize_i64(small),
                _ => serializer.collect_str(self.0.numer()),
            }
        } else {
            serializer.collect_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        deserializer.deserialize_any(ExactVisitor)
    }
}

struct ExactVisitor;

impl Visitor<'_> for ExactVisitor {
    type Value = Exact;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "an integer below 2^53, or a string \"p\" or \"p/q\" in lowest terms")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Exact, E> {
        match value.checked_abs() {
            Some(magnitude) if magnitude <= SAFE_INTEGER => Ok(Exact::from(value)),
            _ => Err(E::custom("an integer of 2^53 or more must be a string")),
        }
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Exact, E> {
        i64::try_from(value)
            .map_err(|_| E::custom("an integer of 2^53 or more must be a string"))
            .and_then(|v| self.visit_i64(v))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Exact, E> {
        parse(text).map(Exact).map_err(E::custom)
    }
}

/// Reads the canonical string form of a rational.
fn parse(text: &str) -> Result<BigRational, String> {
    let Some((p, q)) = text.split_once('/') else {
        let value = digits(text, true)?;
        if value.to_i64().is_some_and(|v| v.unsigned_abs() <= SAFE_INTEGER as u64) {
            return Err("an integer below 2^53 written as a string".to_owned());
        }
        return Ok(BigRational::from_integer(value));
    };
    let (numerator, denominator) = (digits(p, true)?, digits(q, false)?);
    if denominator.is_zero() {
        return Err("a rational with denominator 0".to_owned());
    }
    if denominator.is_one() || !coprime(&numerator, &denominator) {
        return Err("a rational that is not in lowest terms".to_owned());
    }
    // Reduced already, with a positive denominator.
    Ok(BigRational::new_raw(numerator, denominator))
}

/// Whether nothing but 1 divides both. Nearly all numbers are small, and machine words have this a hundred times sooner.
fn coprime(a: &BigInt, b: &BigInt) -> bool {
    match (a.to_i64(), b.to_i64()) {
        (Some(a), Some(b)) => a.unsigned_abs().gcd(&b.unsigned_abs()) == 1,
        _ => a.gcd(b).is_one(),
    }
}

/// Reads decimal digits, spelled without leading zeros, `signed` if a minus may come first.
fn digits(text: &str, signed: bool) -> Result<BigInt, String> {
    let magnitude = if signed { text.strip_prefix('-').unwrap_or(text) } else { text };
    if magnitude.len() > MAX_DIGITS {
        return Err(format!("a number of more than {MAX_DIGITS} digits"));
    }
    if magnitude.is_empty() || !magnitude.bytes().all(|b| b.is_ascii_digit()) {
        return Err("a string that is not a rational number".to_owned());
    }
    if magnitude.starts_with('0') && text != "0" {
        return Err("a number with a needless zero or sign in front".to_owned());
    }
    match text.parse::<i64>() {
        Ok(small) => Ok(small.into()),
        Err(_) => text.parse().map_err(|_| "a string that is not a rational number".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<Exact> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_value_has_one_spelling() {
        for json in [
            "0",
            "-7",
            "9007199254740991",
            "\"9007199254740992\"",
            "\"-1/3\"",
            "\"123456789012345678901/2\"",
            "\"-9223372036854775808\"",
        ] {
            let value = read(json).unwrap_or_else(|| panic!("{json} is canonical"));
            assert_eq!(serde_json::to_string(&value).unwrap(), json);
        }
        let refused = [
            "1.0",
            "1e2",
            "\"1\"",
            "\"2/4\"",
            "\"1/0\"",
            "\"0/1\"",
            "\"1/-2\"",
            "\"+1\"",
            "\"\"",
            "\"1/\"",
            "\"/2\"",
            "\" 1/2\"",
            "9007199254740992",
            "-9007199254740992",
            "18446744073709551615",
            "\"-9007199254740991\"",
            "\"01/2\"",
            "\"-0/3\"",
            "null",
            "true",
            "\"1/2/3\"",
            "\"\u{661}/2\"",
            "\"1/02\"",
            "\"-01/2\"",
            "\"7/1\"",
            "\"-0\"",
            "\"0\"",
            "\"09007199254740992\"",
            "\"246913578024691357802/4\"",
        ];
        for json in refused {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn a_number_of_a_million_digits_is_refused_at_once() {
        let json = format!("\"1/{}\"", "7".repeat(1_000_000));
        assert_eq!(read(&json), None);
        let longest = "7".repeat(MAX_DIGITS);
        assert!(read(&format!("\"{longest}\"")).is_some());
        assert_eq!(read(&format!("\"{longest}7\"")), None);
        let list = serde_json::from_str::<Exact>("[]").unwrap_err().to_string();
        assert!(list.contains("expected an integer below 2^53, or a string"), "{list}");
    }

    #[test]
    fn decimals_are_read_exactly_and_nothing_else_is() {
        let ratio = |n: i64, d: i64| Some(Exact(BigRational::new(n.into(), d.into())));
        for (text, value) in [("3", ratio(3, 1)), ("-2.50", ratio(-5, 2)), (" .5 ", ratio(1, 2)), ("7/4", ratio(7, 4))]
        {
            assert_eq!(Exact::from_decimal(text), value, "{text}");
        }
        assert_eq!(Exact::from_decimal(&"0".repeat(100)), ratio(0, 1));
        for (text, value) in [("1e3", ratio(1000, 1)), ("1e-05", ratio(1, 100_000)), ("-2.5E+1", ratio(-25, 1))] {
            assert_eq!(Exact::from_decimal(text), value, "{text}");
        }
        for text in [
            "",
            "-",
            ".",
            "1/0",
            "1e",
            "e3",
            "1e1.5",
            "1e401",
            "1e--1",
            "1/2e3",
            "nan",
            "1.2.3",
            "--1",
            "1/-2",
            &"9".repeat(101),
        ] {
            assert_eq!(Exact::from_decimal(text), None, "{text}");
        }
    }
}
