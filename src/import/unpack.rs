//! Compressed files: `.gz` and `.zst`, with a limit on what comes out.

use std::io::Read;

use crate::report::{Code, Diagnostic};

/// The bytes as they were before compression, and the name without the ending; files that are not compressed stay as they are. A
/// shard of webdataset becomes JSON Lines.
///
/// The first bytes tell, not the name. Errors: [`Code::FileTooLarge`] past `limit` bytes, [`Code::DataTruncated`] for what
/// breaks off or is damaged.
pub fn unpack(name: &str, bytes: Vec<u8>, limit: u64) -> Result<(String, Vec<u8>), Diagnostic> {
    let (name, bytes) = uncompressed(name, bytes, limit)?;
    #[cfg(feature = "webdataset")]
    if super::shard::is_shard(&bytes) {
        let lines = super::shard::lines(&name, &bytes, limit)?;
        return Ok((format!("{}.jsonl", without(&name, &[".tar"])), lines.into_bytes()));
    }
    Ok((name, bytes))
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
