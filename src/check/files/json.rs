//! What JSON is in this project, for certificates and captions alike: RFC 8259, and beyond it no key twice in one object, no
//! half of a surrogate pair, at most [`DEPTH`] values around another and [`DIGITS`] characters in a number. Other readers
//! differ in just these, and a text that two programs read in two ways is no basis for a certificate.

use std::borrow::Cow;
use std::collections::HashSet;

/// The most arrays and objects that may stand around a value.
pub const DEPTH: usize = 100;

/// The most characters of a number.
pub const DIGITS: usize = 20_000;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The byte offset of what is wrong.
    pub at: usize,
    /// The text ends too early; all of it is a beginning of JSON.
    pub truncated: bool,
    /// One sentence on what is wrong.
    pub message: String,
    /// What kind of fault it is.
    pub fault: Fault,
}

/// The faults that a reader can be helped with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Half of a surrogate pair.
    HalfSurrogate,
    /// A key that its object has already.
    KeyTwice,
    /// Something behind the value.
    Behind,
    /// No JSON in any other way.
    #[default]
    Other,
}

/// White space between the parts of JSON: space, tab, line feed, carriage return, and nothing else.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether `text` is one JSON value with white space around it, by the rules above.
pub fn check(text: &str) -> Result<(), Broken> {
    let mut reader = Reader { text, at: 0 };
    reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(()),
        Some(_) => {
            Err(Broken { fault: Fault::Behind, ..reader.broken("something stands after the end of the JSON value") })
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn broken(&self, message: impl Into<String>) -> Broken {
        self.broken_at(self.at, message)
    }

    fn broken_at(&self, at: usize, message: impl Into<String>) -> Broken {
        Broken { at, truncated: at >= self.text.len(), message: message.into(), fault: Fault::Other }
    }

    /// What begins at `at` is not complete when the text ends.
    fn cut(&self, at: usize, message: impl Into<String>) -> Broken {
        Broken { truncated: true, ..self.broken_at(at, message) }
    }

    /// Goes past `byte` and the white space before it, if it is there.
    fn eat(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<(), Broken> {
        self.space();
        if depth > DEPTH {
            return Err(self.broken(format!("more than {DEPTH} arrays and objects stand inside one another")));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(|_| ()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true"),
            Some(b'f') => self.word("false"),
            Some(b'n') => self.word("null"),
            None => Err(self.broken("the text ends where a value should stand")),
            Some(_) => Err(self.broken("no JSON value begins like this")),
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Broken> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.broken("no JSON value begins like this"));
        }
        self.at += word.len();
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<(), Broken> {
        self.at += 1;
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if self.eat(b']') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.broken("a comma or ] is needed here"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), Broken> {
        self.at += 1;
        if self.eat(b'}') {
            return Ok(());
        }
        let mut keys = HashSet::new();
        loop {
            self.space();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.broken("a key in quotes is needed here"));
            }
            let key = self.string()?;
            if keys.contains(&key) {
                let message = format!("the key \"{}\" occurs twice", key.escape_debug());
                return Err(Broken { fault: Fault::KeyTwice, ..self.broken_at(at, message) });
            }
            keys.insert(key);
            if !self.eat(b':') {
                return Err(self.broken("a colon is needed here"));
            }
            self.value(depth + 1)?;
            if self.eat(b'}') {
                return Ok(());
            }
            if !self.eat(b',') {
                return Err(self.broken("a comma or } is needed here"));
            }
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Result<(), Broken> {
        let from = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || leading && whole > 1 {
            let broken = self.broken_at(from, "a number begins with one 0 or with another digit");
            // Digits that are there and wrong stay wrong, whatever follows.
            return Err(Broken { truncated: broken.truncated && whole == 0, ..broken });
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.broken("a digit is needed after the point"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(self.broken("a digit is needed in the exponent"));
            }
        }
        if self.at - from > DIGITS {
            return Err(self.broken_at(from, format!("a number of more than {DIGITS} characters")));
        }
        Ok(())
    }

    /// Reads a string; the reader stands on its opening quote.
    fn string(&mut self) -> Result<Cow<'a, str>, Broken> {
        let open = self.at;
        self.at += 1;
        let mut read: Option<String> = None;
        let mut plain = self.at;
        loop {
            match self.peek() {
                None => return Err(self.cut(open, "this text has no closing quote")),
                Some(b'"') => {
                    let rest = &self.text[plain..self.at];
                    self.at += 1;
                    return Ok(match read {
                        Some(before) => Cow::Owned(before + rest),
                        None => Cow::Borrowed(rest),
                    });
                }
                Some(b'\\') => {
                    let text = read.get_or_insert_default();
                    text.push_str(&self.text[plain..self.at]);
                    text.push(self.escape()?);
                    plain = self.at;
                }
                Some(b'\n' | b'\r') => return Err(self.broken_at(open, "this text has no closing quote on its line")),
                Some(0..0x20) => return Err(self.broken("a control character in a text is written \\u00XX")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, Broken> {
        let from = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(from),
            None => return Err(self.cut(from, "the text ends after a backslash")),
            _ => return Err(self.broken_at(from, "after a backslash stands one of \" \\ / b f n r t u")),
        })
    }

    fn half(&self, from: usize) -> Broken {
        let half = "half of a surrogate pair, which is no character: the text was cut inside one, such as an emoji";
        Broken { fault: Fault::HalfSurrogate, ..self.broken_at(from, half) }
    }

    fn unicode(&mut self, from: usize) -> Result<char, Broken> {
        let first = self.four(from)?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        if first >= 0xdc00 || !self.text[self.at..].starts_with("\\u") {
            return Err(self.half(from));
        }
        self.at += 2;
        let second = self.four(from)?;
        if !(0xdc00..0xe000).contains(&second) {
            return Err(self.half(from));
        }
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(|| self.half(from))
    }

    fn four(&mut self, from: usize) -> Result<u32, Broken> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        if self.at + 4 > self.text.len() {
            return Err(self.cut(from, "the text ends inside an escape"));
        }
        let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        number.ok_or_else(|| self.broken_at(from, "four hexadecimal digits are needed after \\u"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_and_what_is_not() {
        let nested = |depth: usize| "[".repeat(depth) + "0" + &"]".repeat(depth);
        let number = |digits: usize| "1".repeat(digits);
        for good in [
            " {\"a\": [1, -0.5e+3, true, false, null], \"\\u0062\": \"\\ud83d\\ude00\\/\"}\r\n\t",
            "\"\u{2028}\u{7f}\"",
            &nested(DEPTH),
            "-0",
            "{\"a\": {\"b\": 1}, \"b\": {\"b\": 2}}",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
            assert!(serde_json::from_str::<serde_json::Value>(good).is_ok(), "{good}");
        }
        // No double is as large, so that serde_json, which makes one of it, is not asked.
        assert_eq!(check(&number(DIGITS)), Ok(()));
        for (bad, at, truncated) in [
            ("", 0, true),
            ("{\"a\": 1", 7, true),
            ("[1,", 3, true),
            ("\"ab", 0, true),
            ("{\"a\": {\"b\": 1, \"\\u0062\": 2}}", 15, false),
            ("\"\\ud83d\"", 1, false),
            ("\"\\ude00\"", 1, false),
            ("\"\\ud83d\\u0041\"", 1, false),
            ("01", 0, false),
            ("1.", 2, true),
            ("+1", 0, false),
            (".5", 0, false),
            ("NaN", 0, false),
            ("tru", 0, false),
            ("[1 2]", 3, false),
            ("1\u{c}", 1, false),
            ("\u{a0}1", 0, false),
            ("'a'", 0, false),
            ("{a: 1}", 1, false),
            ("[1,]", 3, false),
            ("\"a\u{1}\"", 2, false),
            ("\"a\nb\"", 0, false),
            ("\"\\x41\"", 1, false),
            ("\"\\u12\u{e9}4\"", 1, false),
            ("1 2", 2, false),
            (&nested(DEPTH + 1), DEPTH + 1, false),
            (&number(DIGITS + 1), 0, false),
            ("\"a\\", 2, true),
            ("\"\\u12", 1, true),
        ] {
            let found = check(bad).unwrap_err();
            let shown: String = bad.chars().take(80).collect();
            assert_eq!((found.at, found.truncated), (at, truncated), "{shown}: {}", found.message);
        }
    }
}
