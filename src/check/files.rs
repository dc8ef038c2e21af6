//! Bounded reading: a reader never hangs on a device or swallows a disk.

pub mod json;

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::report::{Code, Diagnostic, Place};

/// The largest file that is read unless a command says otherwise: 1 GiB.
pub const DEFAULT_LIMIT: u64 = 1 << 30;

/// Reads a regular file of at most `limit` bytes.
///
/// Errors: [`Code::FileMissing`], [`Code::FileIsDirectory`] (also for devices and pipes),
/// [`Code::FileTooLarge`], [`Code::FileRead`].
pub fn read_bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Diagnostic> {
    read_limited(open(path)?, &path.display().to_string(), limit)
}

/// A regular file, to be read as it comes. Errors: [`Code::FileMissing`], [`Code::FileIsDirectory`], [`Code::FileRead`].
pub fn open(path: &Path) -> Result<fs::File, Diagnostic> {
    let name = path.display();
    let about = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => Diagnostic::new(Code::FileMissing, format!("{name} does not exist")),
        _ => Diagnostic::new(Code::FileRead, format!("{name} cannot be read: {e}")),
    };
    let regular = |metadata: fs::Metadata| {
        if metadata.is_file() {
            return Ok(());
        }
        let what = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        Err(Diagnostic::new(Code::FileIsDirectory, format!("{name} is {what}"))
            .help("name a file; to read from a pipe, use - for standard input"))
    };
    // Before opening, which would wait for the writer of a pipe; and after, since the name may mean another file by then.
    regular(fs::metadata(path).map_err(about)?)?;
    let file = fs::File::open(path).map_err(about)?;
    regular(file.metadata().map_err(about)?)?;
    Ok(file)
}

/// The first bytes of a regular file, at most `count`. Errors: those of [`open`].
pub fn first_bytes(path: &Path, count: usize) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(count as u64).read_to_end(&mut bytes);
    read.map_err(|e| Diagnostic::new(Code::FileRead, format!("{} cannot be read: {e}", path.display())))?;
    Ok(bytes)
}

/// Reads standard input to its end, at most `limit` bytes.
pub fn read_stdin(limit: u64) -> Result<Vec<u8>, Diagnostic> {
    read_limited(io::stdin().lock(), "<stdin>", limit)
}

fn read_limited(reader: impl Read, name: &str, limit: u64) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    reader
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|e| Diagnostic::new(Code::FileRead, format!("{name} cannot be read: {e}")))?;
    if bytes.len() as u64 > limit {
        return Err(Diagnostic::new(Code::FileTooLarge, format!("{name} is larger than the limit of {limit} bytes")));
    }
    Ok(bytes)
}

/// The bytes as text, a leading byte-order mark dropped. Error: [`Code::NotUtf8`] with the line and column.
pub fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Diagnostic> {
    let text = String::from_utf8(bytes).map_err(|e| {
        let valid = e.utf8_error().valid_up_to();
        let bytes = e.into_bytes();
        let bad = bytes[valid];
        let shown = String::from_utf8_lossy(&bytes);
        // Valid text before the first bad byte is unchanged by the lossy conversion.
        Diagnostic::new(Code::NotUtf8, format!("byte 0x{bad:02x} is not UTF-8 text"))
            .at(Place::of(name, &shown, valid, valid + 1))
            .help("convert the file to UTF-8, for example with iconv")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Reads a UTF-8 text file of at most `limit` bytes.
pub fn read_text(path: &Path, limit: u64) -> Result<String, Diagnostic> {
    utf8(&path.display().to_string(), read_bytes(path, limit)?)
}

/// SHA-256 of the bytes in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    let mut hash = Hash::default();
    hash.add(bytes);
    hash.hex()
}

/// SHA-256 of the bytes of a regular file, of any size, in lower-case hexadecimal. Errors: those of [`open`].
pub fn sha256_of(path: &Path) -> Result<String, Diagnostic> {
    let (mut file, mut hash, mut part) = (open(path)?, Hash::default(), vec![0; 1 << 16]);
    loop {
        let read = file
            .read(&mut part)
            .map_err(|error| Diagnostic::new(Code::FileRead, format!("{} cannot be read: {error}", path.display())))?;
        if read == 0 {
            return Ok(hash.hex());
        }
        hash.add(&part[..read]);
    }
}

/// The SHA-256 of a text, whole: two texts with the same one are as hard to find as two files that an input could be.
pub fn fingerprint(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// SHA-256 of bytes that come one part after the other.
#[derive(Default)]
pub struct Hash(Sha256);

impl Hash {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all of them, in lower-case hexadecimal.
    pub fn hex(self) -> String {
        use std::fmt::Write;
        let mut hex = String::with_capacity(64);
        for byte in self.0.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}
