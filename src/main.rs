//! The command `scotoma`.

use std::process::ExitCode;

fn main() -> ExitCode {
    scotoma::cli::main()
}
