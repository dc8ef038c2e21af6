//! Training captions as they come, from a file that is never held whole.

use std::io::Read;

use super::pair::TrainCaption;
use super::read::{Columns, Format, read_train};
use crate::files::Hash;
use crate::report::{Code, Diagnostic};

/// Bytes that are read together.
const CHUNK: usize = 1 << 20;

/// The longest line.
const LONGEST: usize = 1 << 26;

/// Whether files of this format can be read line by line.
pub fn has_lines(format: Format) -> bool {
    matches!(format, Format::Text | Format::Jsonl)
}

/// Calls `found` with the captions that [`read_train`] finds in all the bytes of `reader`, in their order, some at a time;
/// gives back the SHA-256 of the bytes.
///
/// A record of these formats is a line, and a part that is read by itself goes from one line feed to another: so records are
/// the same, and their numbers, which are not, are left 0. Errors: those of [`read_train`], the first in the order of the
/// file (of a record that does not end on its line perhaps [`Code::DataTruncated`]); [`Code::Usage`] for a format without lines, [`Code::FileTooLarge`] for a line of more than 64 MiB, [`Code::FileRead`].
pub fn stream_train(
    name: &str,
    mut reader: impl Read,
    format: Format,
    columns: &Columns,
    mut found: impl FnMut(Vec<TrainCaption>) -> Result<(), Diagnostic>,
) -> Result<String, Diagnostic> {
    if !has_lines(format) {
        return Err(Diagnostic::new(Code::Usage, format!("{name} cannot be read line by line, as {}", format.name()))
            .help("text and JSON Lines can"));
    }
    let (mut hash, mut held, mut line, mut some) = (Hash::default(), Vec::new(), 0, false);
    loop {
        let before = held.len();
        reader
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut held)
            .map_err(|error| Diagnostic::new(Code::FileRead, format!("{name} cannot be read: {error}")))?;
        let is_end = held.len() == before;
        hash.add(&held[before..]);
        // What is left begins with a line feed, after which a byte-order mark is not at the beginning, as it is not in the file.
        let cut = match held.iter().rposition(|byte| *byte == b'\n') {
            _ if is_end => held.len(),
            Some(at) if at > 0 => at,
            _ if held.len() > LONGEST => {
                return Err(Diagnostic::new(Code::FileTooLarge, format!("{name} has a line of more than 64 MiB")));
            }
            _ => continue,
        };
        let rest = held.split_off(cut);
        match read_train(name, &held, Some(format), columns) {
            Ok(mut captions) => {
                some = true;
                captions.iter_mut().for_each(|caption| (caption.line, caption.record) = (caption.line + line, 0));
                found(captions)?;
            }
            Err(error) if error.code == Code::NoCaptions => {}
            Err(mut error) => {
                error.place.iter_mut().for_each(|place| place.line += line);
                return Err(error);
            }
        }
        // A carriage return at the end is one with the line feed that what is left begins with.
        let ends_line = |pair: &[u8]| pair[0] == b'\n' || pair[0] == b'\r' && pair[1] != b'\n';
        line += held.windows(2).filter(|pair| ends_line(pair)).count() + usize::from(held.last() == Some(&b'\n'));
        held = rest;
        if is_end {
            break;
        }
    }
    match some {
        true => Ok(hash.hex()),
        false => Err(Diagnostic::new(Code::NoCaptions, format!("{name} holds no caption"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte or a few at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let some = self.0.len().min(self.1).min(out.len());
            out[..some].copy_from_slice(&self.0[..some]);
            self.0 = &self.0[some..];
            Ok(some)
        }
    }

    #[test]
    fn captions_are_those_of_the_whole_file() {
        let long: String = (0..90_000).map(|n| format!("a cube {n}\r\n\n\u{feff}b {n}\rc\n")).collect();
        assert!(long.len() > 2 * CHUNK);
        let json: String = (0..90_000).map(|n| format!("{{\"caption\": \"a cube {n}\"}}\n[]\n")).collect();
        let file = |text: String, format| (text, format);
        for (text, format) in [
            file(long, Format::Text),
            file(json, Format::Jsonl),
            file("\u{feff}a\n\n".to_owned(), Format::Text),
            file("a".to_owned(), Format::Text),
        ] {
            let whole = read_train("t", text.as_bytes(), Some(format), &Columns::default()).unwrap();
            let mut found = Vec::new();
            let hash = stream_train("t", Slow(text.as_bytes(), 1 << 16), format, &Columns::default(), |some| {
                found.extend(some);
                Ok(())
            });
            assert_eq!(hash.unwrap(), crate::files::sha256_hex(text.as_bytes()));
            let texts = |list: &[TrainCaption]| list.iter().map(|caption| caption.text.clone()).collect::<Vec<_>>();
            assert_eq!(texts(&found), texts(&whole));
            assert_eq!(found.last().unwrap().line, whole.last().unwrap().line);
        }
    }

    #[test]
    fn errors_have_their_code_and_their_line() {
        let good: String = (0..100_000).map(|n| format!("{{\"caption\": \"a cube {n}\"}}\n")).collect();
        for (bad, code) in [
            ("{\"caption\": \"\"}\n", Code::EmptyCaption),
            ("{}}\n", Code::DataSyntax),
            ("{\"caption\": \"a", Code::DataTruncated),
        ] {
            let text = format!("{good}{bad}");
            let streamed = stream_train("t", text.as_bytes(), Format::Jsonl, &Columns::default(), |_| Ok(()));
            let (streamed, whole) = (
                streamed.unwrap_err(),
                read_train("t", text.as_bytes(), Some(Format::Jsonl), &Columns::default()).unwrap_err(),
            );
            assert_eq!((streamed.code, whole.code), (code, code));
            assert_eq!(streamed.place.unwrap().line, whole.place.unwrap().line);
        }
        let none = |text: &str, format| {
            stream_train("t", text.as_bytes(), format, &Columns::default(), |_| Ok(())).unwrap_err().code
        };
        assert_eq!(none(" \n\n", Format::Text), Code::NoCaptions);
        assert_eq!(none("[]", Format::Json), Code::Usage);
    }
}
