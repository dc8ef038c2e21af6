//! A certificate checked from the raw text: its inputs lie in `inputs` beside it.
//!
//!     cargo run --example verify -- scotoma-out/certificate.json

use std::path::Path;

use scotoma::encoder::check_file;
use scotoma::report::Diagnostic;

fn main() -> Result<(), Diagnostic> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "scotoma-out/certificate.json".to_owned());
    let checked = check_file(Path::new(&path), None)?;
    println!("{} edits and {} training captions", checked.size.edits, checked.size.training);
    for claim in &checked.claims {
        println!("holds: {claim:?}");
    }
    Ok(())
}
