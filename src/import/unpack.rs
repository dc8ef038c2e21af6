//! Files as others keep them, as the text in them: `.gz` and `.zst`, with a limit on what comes out, shards, Parquet, and tables
//! of other countries.

use std::io::Read;

use crate::caption::Format;
use crate::report::{Code, Diagnostic};

/// A file as text.
#[derive(Clone, Debug)]
pub struct Unpacked {
    /// Its name, with the ending of what it is now.
    pub name: String,
    /// Its text.
    pub bytes: Vec<u8>,
    /// Whether its lines are those of the file, or of what is compressed in it.
    pub same_lines: bool,
}

/// The bytes as they were before compression, and the name without the ending; files that are not compressed stay as they are. A
/// shard of webdataset and a Parquet file become JSON Lines, and a table parted by semicolons one with commas.
///
/// The first bytes tell, not the name. Errors: [`Code::FileTooLarge`] past `limit` bytes, [`Code::DataTruncated`] for what
/// breaks off or is damaged.
pub fn unpack(given: &str, bytes: Vec<u8>, limit: u64) -> Result<Unpacked, Diagnostic> {
    let written = |name: String, bytes| Unpacked { name, bytes, same_lines: false };
    let (name, bytes) = uncompressed(given, bytes, limit)?;
    #[cfg(feature = "parquet")]
    if super::parquet::is_parquet(&bytes) {
        let lines = super::parquet::lines(given, bytes, limit)?;
        return Ok(written(format!("{}.jsonl", without(&name, &[".parquet", ".pq"])), lines.into_bytes()));
    }
    #[cfg(feature = "webdataset")]
    if super::shard::is_shard(&bytes) {
        let lines = super::shard::lines(given, &bytes, limit)?;
        return Ok(written(format!("{}.jsonl", without(&name, &[".tar"])), lines.into_bytes()));
    }
    Ok(match commas(&name, &bytes) {
        Some(bytes) => written(name, bytes),
        None => Unpacked { name, bytes, same_lines: true },
    })
}

/// The same of a file that is read as it comes, `.gz` or `.zst` or neither. Errors: [`Code::DataTruncated`], [`Code::FileRead`].
pub fn unpacked(name: &str, mut file: std::fs::File) -> Result<(String, Box<dyn Read>), Diagnostic> {
    let unreadable = |error: std::io::Error| Diagnostic::new(Code::FileRead, format!("{name} cannot be read: {error}"));
    let mut first = [0; 4];
    let mut filled = 0;
    while filled < first.len() {
        match file.read(&mut first[filled..]).map_err(unreadable)? {
            0 => break,
            more => filled += more,
        }
    }
    let whole = std::io::Cursor::new(first[..filled].to_vec()).chain(file);
    match &first[..filled] {
        [0x1f, 0x8b, ..] => {
            let reader = flate2::read::MultiGzDecoder::new(whole);
            Ok((without(name, &[".gz", ".gzip"]), Box::new(reader)))
        }
        [0x28, 0xb5, 0x2f, 0xfd] => {
            let reader =
                ruzstd::decoding::StreamingDecoder::new(whole).map_err(|error| damaged(name, &error.to_string()))?;
            Ok((without(name, &[".zst", ".zstd"]), Box::new(reader)))
        }
        _ => Ok((name.to_owned(), Box::new(whole))),
    }
}

fn uncompressed(name: &str, bytes: Vec<u8>, limit: u64) -> Result<(String, Vec<u8>), Diagnostic> {
    match bytes.as_slice() {
        [0x1f, 0x8b, ..] => {
            let reader = flate2::read::MultiGzDecoder::new(bytes.as_slice());
            Ok((without(name, &[".gz", ".gzip"]), bounded(name, reader, limit)?))
        }
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let reader = ruzstd::decoding::StreamingDecoder::new(bytes.as_slice())
                .map_err(|error| damaged(name, &error.to_string()))?;
            Ok((without(name, &[".zst", ".zstd"]), bounded(name, reader, limit)?))
        }
        _ => Ok((name.to_owned(), bytes)),
    }
}

fn without(name: &str, endings: &[&str]) -> String {
    endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name).to_owned()
}

fn bounded(name: &str, reader: impl Read, limit: u64) -> Result<Vec<u8>, Diagnostic> {
    let mut out = Vec::new();
    reader.take(limit + 1).read_to_end(&mut out).map_err(|error| damaged(name, &error.to_string()))?;
    if out.len() as u64 > limit {
        let message = format!("{name} is more than {limit} bytes when it is unpacked");
        return Err(Diagnostic::new(Code::FileTooLarge, message));
    }
    Ok(out)
}

fn damaged(name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::DataTruncated, format!("{name} cannot be unpacked: {what}"))
        .help("the file may be truncated; get it again")
}

/// A table of other countries, whose cells are parted by semicolons because their numbers have commas, with commas; `None` for
/// any other file.
fn commas(name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let first = text.lines().next().unwrap_or_default();
    if Format::detect(name, text) != Format::Csv || first.contains(',') || !first.contains(';') {
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for record in reader.records() {
        writer.write_record(&record.ok()?).ok()?;
    }
    writer.into_inner().ok()
}
