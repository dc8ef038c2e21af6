//! `scotoma compound --blind-at K`: an encoder that sees a chain of edits at every depth below K, and is blind at K.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::caption::Format;
use crate::certificate::{Claim, Input, InputRole};
use crate::cli::Context;
use crate::cli::table::table;
use crate::cli::verify::{Checked, print_verified};
use crate::encoder::{self, Problem};
use crate::files;
use crate::mining::{Described, Study, Training};
use crate::report::{Code, Diagnostic, Verdict};
use crate::world::World;

/// What the encoder has to be.
pub(super) struct Wanted<'a> {
    /// The depth at which it is blind.
    pub depth: usize,
    /// The most hard negatives of a depth that are listed.
    pub limit: usize,
    /// The dimension of its embedding.
    pub width: u32,
    /// Files of training captions on which it is right.
    pub train: &'a [PathBuf],
    /// The folder to write.
    pub folder: &'a Path,
}

/// Builds the encoder, writes its folder, checks it and says what it does.
pub(super) fn run(study: &Study, wanted: &Wanted, context: &Context) -> Result<Verdict, Diagnostic> {
    let training = Training::new(study, training(study, wanted.train)?);
    let Described { certificate, spec, inputs, problem } =
        training.blind_at(study, wanted.depth, wanted.width, wanted.limit)?;
    let (written, verified) = encoder::write_folder(wanted.folder, certificate.clone(), &spec, &inputs, &problem, &[])?;
    report(&problem, &certificate.claims[0], &written, &verified, context)?;
    Ok(Verdict::Holds)
}

/// The training captions that the user names, or those of the built-in world for its captions.
fn training(study: &Study, train: &[PathBuf]) -> Result<Vec<(Input, Vec<u8>)>, Diagnostic> {
    let mut files = Vec::new();
    for path in train {
        let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("training");
        let format = Format::detect(name, &String::from_utf8_lossy(&bytes));
        files.push((format!("{}-{name}", files.len() + 1), bytes, format));
    }
    if files.is_empty() && study.known {
        let text = World::builtin().training_captions().join("\n") + "\n";
        files.push(("world-training.txt".to_owned(), text.into_bytes(), Format::Text));
    }
    if files.is_empty() {
        return Err(Diagnostic::new(
            Code::Usage,
            "--blind-at needs training captions on which the encoder has to be right",
        )
        .help("name a file of them with --train, or take a caption of the built-in world"));
    }
    let describe = |(name, bytes, format): (String, Vec<u8>, Format)| {
        let sha256 = files::sha256_hex(&bytes);
        (Input { name, sha256, role: InputRole::Train, format: Some(format) }, bytes)
    };
    Ok(files.into_iter().map(describe).collect())
}

fn report(
    problem: &Problem,
    claim: &Claim,
    written: &[PathBuf],
    verified: &Checked,
    context: &Context,
) -> Result<(), Diagnostic> {
    let h = claim.encoder().unwrap_or_default();
    let width = problem.targets().width();
    let vector = |row: &[(u32, i64)]| {
        let entries: Vec<String> = encoder::embed(h, width, row).iter().map(|entry| entry.to_string()).collect();
        format!("({})", entries.join(", "))
    };
    let pairs = &problem.dataset().pairs;
    let caption = (pairs.first().map_or("", |pair| pair.caption.as_str()), vector(&problem.features().captions[0]));
    let negatives = pairs.iter().zip(&problem.features().negatives);
    let chain: Vec<(&str, String)> =
        std::iter::once(caption).chain(negatives.map(|(pair, row)| (pair.negative.as_str(), vector(row)))).collect();
    if context.json() {
        let chain: Vec<_> = chain.iter().map(|(text, h)| json!({ "text": text, "embedding": h })).collect();
        return context.print_json(&json!({
            "verdict": Verdict::Holds, "chain": chain, "training": problem.size().training, "verified": verified, "files": written,
        }));
    }
    let mut table = table(["depth", "text", "embedding by h"]);
    for (depth, (text, vector)) in chain.iter().enumerate() {
        table.add_row([depth.to_string(), (*text).to_owned(), vector.clone()]);
    }
    let depth = pairs.len();
    context.print(&format!(
        "An encoder that is right on all {} training captions, tells this caption and its edits of depth below {depth} apart,\n\
         and gives the edit of depth {depth} the embedding of the caption:\n\n{table}\n\n\
         Negatives mined at depth below {depth} do not certify depth {depth}.",
        problem.size().training
    ))?;
    print_verified(context, verified)?;
    let paths: Vec<String> = written.iter().map(|path| format!("  {}", Path::new(path).display())).collect();
    context.print(&format!("\nFiles\n{}", paths.join("\n")))
}
