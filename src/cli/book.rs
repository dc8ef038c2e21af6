//! `scotoma book`: writes the teaching material.

use std::path::PathBuf;

use serde_json::json;

use super::Context;
use crate::report::{Diagnostic, Verdict};
use crate::{book, files};

/// Write the book: theorems, proofs step by step on live matrices, pictures and exercises, as pages that open offline
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Example:
  scotoma book --out scotoma-book     then open scotoma-book/index.html in a browser")]
pub struct Args {
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "scotoma-book")]
    out: PathBuf,
}

/// Writes every file of the book.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let pages = book::make()?;
    let task = context.task(pages.len() as u64, "writing the book");
    for (name, bytes) in &pages {
        files::write_atomically(&args.out.join(name), bytes)?;
        task.step();
    }
    drop(task);
    let size: usize = pages.values().map(Vec::len).sum();
    let index = args.out.join("index.html");
    if context.json() {
        let names: Vec<&String> = pages.keys().collect();
        context.print_json(&json!({ "verdict": Verdict::Holds, "index": index, "bytes": size, "files": names }))?;
    } else {
        let size = format!("{:.1} MB", size as f64 / 1e6);
        context.print(&format!("{} files, {size}\nopen {}", pages.len(), index.display()))?;
    }
    Ok(Verdict::Holds)
}
