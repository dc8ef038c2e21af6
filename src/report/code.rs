//! The stable codes of every diagnostic.

use super::Verdict;

macro_rules! codes {
    ($($(#[$section:meta])* $name:ident = $text:literal, $verdict:ident, $meaning:literal;)*) => {
        /// What went wrong, by a name that does not change between versions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $meaning] $name,)*
        }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The stable name, as printed and as found in JSON output.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// One sentence on what the code means.
            pub fn meaning(self) -> &'static str {
                match self { $(Code::$name => $meaning,)* }
            }

            /// The verdict that this code leads to.
            pub fn verdict(self) -> Verdict {
                match self { $(Code::$name => Verdict::$verdict,)* }
            }
        }
    };
}

codes! {
    // Files and usage.
    Usage = "usage", Unreadable, "The command was called with arguments that do not go together.";
    FileMissing = "file-missing", Unreadable, "The file does not exist.";
    FileIsDirectory = "file-is-directory", Unreadable, "The path names a directory, or something else that is not a regular file.";
    FileTooLarge = "file-too-large", Declined, "The file is larger than the limit.";
    FileRead = "file-read", Unreadable, "The file could not be read.";
    FileWrite = "file-write", Unreadable, "The file could not be written.";
    NotUtf8 = "not-utf8", Unreadable, "The text is not UTF-8.";
    // Kernel and language: see the kernel's own rejection codes.
    // Exact linear algebra.
    // Captions and data sets.
    // Certificates.
    // Model and refuter.
}
