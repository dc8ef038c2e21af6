//! Bounded reading and atomic writing: a reader never hangs on a device or swallows a disk, and a
//! writer never leaves half a file behind.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::report::{Code, Diagnostic};

pub use scotoma_check::files::*;

/// Writes `bytes` beside `path` and renames it into place, so that `path` is at every moment
/// its old content, its new content, or absent. A symbolic link is replaced, and what it points to left alone. A process
/// that is killed leaves at most a file `.scotoma-*` beside `path`.
///
/// Errors: [`Code::FileWrite`] (a full disk, a read-only folder; a directory, a device or a pipe in the way, which a rename
/// could otherwise do away with).
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    write_by(path, |file| file.write_all(bytes))
}

/// Writes what `reader` gives in the same way, without holding it; gives back its SHA-256 in lower-case hexadecimal.
///
/// Errors: as [`write_atomically`], also where `reader` fails.
pub fn copy_atomically(path: &Path, mut reader: impl io::Read) -> Result<String, Diagnostic> {
    let (mut hash, mut part) = (Hash::default(), vec![0; 1 << 16]);
    write_by(path, |file| {
        loop {
            let read = reader.read(&mut part)?;
            if read == 0 {
                return Ok(());
            }
            hash.add(&part[..read]);
            file.write_all(&part[..read])?;
        }
    })?;
    Ok(hash.hex())
}

fn write_by(path: &Path, write: impl FnOnce(&mut fs::File) -> io::Result<()>) -> Result<(), Diagnostic> {
    let about = |e: &io::Error| Diagnostic::new(Code::FileWrite, format!("{} cannot be written: {e}", path.display()));
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    replaceable(path)?;
    fs::create_dir_all(folder).map_err(|e| about(&e))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".scotoma-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The process umask still applies; the default of 0600 would hide results from colleagues.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = {
        let mut unfinished = unfinished();
        let file = builder.tempfile_in(folder).map_err(|e| about(&e))?;
        *unfinished = Some(file.path().to_owned());
        file
    };
    let written = write(file.as_file_mut()).and_then(|()| file.as_file().sync_all());
    let mut unfinished = unfinished();
    *unfinished = None;
    written.map_err(|e| about(&e))?;
    file.persist(path).map_err(|e| about(&e.error))?;
    Ok(())
}

/// A directory, a device or a pipe, or a link to one, is nobody's old result.
fn replaceable(path: &Path) -> Result<(), Diagnostic> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        let message = format!("{} is not a regular file and will not be replaced", path.display());
        return Err(Diagnostic::new(Code::FileWrite, message));
    }
    Ok(())
}

/// The right to write to a folder, until it is dropped or the process ends.
#[derive(Debug)]
pub struct Turn {
    _folder: Option<fs::File>,
}

/// Makes the folder if it is not there, and waits until no other process writes a set of files to it: of runs at the same time
/// each finds its own files as it left them.
///
/// The lock is on the folder itself and leaves nothing behind. Where folders have no locks (some network file systems; systems
/// other than Unix) nobody waits.
///
/// Error: [`Code::FileWrite`] when there can be no such folder.
pub fn take_turn(folder: &Path) -> Result<Turn, Diagnostic> {
    fs::create_dir_all(folder).map_err(|e| {
        Diagnostic::new(Code::FileWrite, format!("the folder {} cannot be made: {e}", folder.display()))
    })?;
    let locked = fs::File::open(folder).and_then(|file| file.lock().map(|()| file));
    Ok(Turn { _folder: locked.ok() })
}

/// Removes a regular file, or a link to one, if it is there. Error: [`Code::FileWrite`].
pub fn remove(path: &Path) -> Result<(), Diagnostic> {
    replaceable(path)?;
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(Diagnostic::new(Code::FileWrite, format!("{} cannot be removed: {e}", path.display())))
        }
        _ => Ok(()),
    }
}

/// The file that is being written beside its place, if any.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

fn unfinished() -> MutexGuard<'static, Option<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From now on Ctrl-C and a request to terminate remove the file that is being written before they end the process, with
/// the status that shells give to an interrupted command.
#[cfg(feature = "cli")]
pub fn clean_up_when_interrupted() {
    // A process that cannot have a handler ends at once, as it would without this.
    let _ = ctrlc::set_handler(|| {
        clean_up();
        std::process::exit(130);
    });
}

/// Removes the file that is being written; the process has to end now, for none can be written any more.
pub fn clean_up() {
    let unfinished = unfinished();
    if let Some(path) = unfinished.as_ref() {
        let _ = fs::remove_file(path);
    }
    // The lock is kept to the end: nothing is created any more.
    std::mem::forget(unfinished);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_refuses_what_is_not_a_small_regular_text_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        assert_eq!(read_text(&path, 10).unwrap_err().code, Code::FileMissing);
        assert_eq!(read_text(dir.path(), 10).unwrap_err().code, Code::FileIsDirectory);
        write_atomically(&path, b"0123456789").unwrap();
        assert_eq!(read_text(&path, 10).unwrap(), "0123456789");
        assert_eq!(read_text(&path, 9).unwrap_err().code, Code::FileTooLarge);
        write_atomically(&path, b"ab\ncd\xff").unwrap();
        let error = read_text(&path, 10).unwrap_err();
        assert_eq!(error.code, Code::NotUtf8);
        assert_eq!(error.place.map(|p| (p.line, p.column)), Some((2, 3)));
    }

    #[test]
    fn a_turn_lasts_until_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let turn = take_turn(&dir.path().join("new/folder")).unwrap();
        if turn._folder.is_none() {
            return eprintln!("SKIPPED: folders have no locks here");
        }
        let other = fs::File::open(dir.path().join("new/folder")).unwrap();
        assert!(other.try_lock().is_err());
        drop(turn);
        assert!(other.try_lock().is_ok());
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("taken");
        fs::create_dir(&path).unwrap();
        assert_eq!(write_atomically(&path, b"x").unwrap_err().code, Code::FileWrite);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
