//! `scotoma compound --blind-at K`: an encoder that sees a chain of edits at every depth below K, and is blind at K.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::{Args, Context, Study};
use crate::caption::{Filling, Format, Tokenizer};
use crate::certificate::{
    CaptionProblem, Certificate, Claim, Input, InputRole, Problem as CertificateProblem, Size, TrueOptimal, VERSION,
};
use crate::cli::verify::{Checked, print_verified};
use crate::encoder::{self, Problem};
use crate::exact::{Elimination, Limits};
use crate::report::{Code, Diagnostic, Verdict};
use crate::scm::World;
use crate::{caption, files};

/// The most next steps of a chain that are tried.
const STEPS: usize = 512;

/// Builds the encoder, writes its folder, checks it and says what it does.
pub(super) fn run(study: &Study, depth: usize, args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from("scotoma-out"));
    let training = Training::read(study, args)?;
    let chain = training.chain(study, depth, args.limit)?;
    let (mut spec, inputs) = training.describe(&[&chain], args.width);
    let problem = Problem::read(&spec, &inputs)?;
    spec.size = problem.size();
    let claim = encoder::blind_at_the_end(&problem, &Limits::default())?;
    let certificate = Certificate {
        scotoma_certificate: VERSION,
        statement: encoder::statement_of(claim.theorem().unwrap_or_default())?,
        problem: CertificateProblem::Captions(spec.clone()),
        claims: vec![claim],
    };
    let (written, verified) = encoder::write_folder(&folder, &certificate, &spec, &inputs, &problem, &[])?;
    report(&problem, &certificate.claims[0], &written, &verified, context)?;
    Ok(Verdict::Holds)
}

/// The captions on which the encoder has to be right.
struct Training {
    caption: String,
    files: Vec<(Input, Vec<u8>)>,
    features: String,
}

impl Training {
    fn read(study: &Study, args: &Args) -> Result<Training, Diagnostic> {
        let mut files = Vec::new();
        for path in &args.train {
            let bytes = files::read_bytes(path, files::DEFAULT_LIMIT)?;
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("training");
            let format = Format::detect(name, &String::from_utf8_lossy(&bytes));
            let format = serde_json::to_value(format).ok().and_then(|name| name.as_str().map(str::to_owned));
            files.push((format!("{}-{name}", files.len() + 1), bytes, format));
        }
        if files.is_empty() && study.of_world {
            let text = World::builtin().training_captions().join("\n") + "\n";
            files.push(("world-training.txt".to_owned(), text.into_bytes(), Some("text".to_owned())));
        }
        if files.is_empty() {
            return Err(Diagnostic::new(
                Code::Usage,
                "--blind-at needs training captions on which the encoder has to be right",
            )
            .help("name a file of them with --train, or take a caption of the built-in world"));
        }
        let describe = |(name, bytes, format): (String, Vec<u8>, Option<String>)| {
            (Input { name, sha256: files::sha256_hex(&bytes), role: InputRole::Train, format }, bytes)
        };
        let caption = study.spell(&study.template.start());
        Ok(Training { caption, files: files.into_iter().map(describe).collect(), features: args.features.clone() })
    }

    /// The problem whose edits are the texts of the lists, one after the other.
    fn describe(&self, texts: &[&[String]], width: u32) -> (CaptionProblem, Vec<Vec<u8>>) {
        let pair = |text: &String| json!({ "caption": self.caption, "negative": text }).to_string() + "\n";
        let pairs: Vec<u8> = texts.iter().flat_map(|list| list.iter()).map(pair).collect::<String>().into_bytes();
        let chain = Input {
            name: "chain.jsonl".to_owned(),
            sha256: files::sha256_hex(&pairs),
            role: InputRole::Pairs,
            format: Some("jsonl".to_owned()),
        };
        let spec = CaptionProblem {
            inputs: std::iter::once(chain).chain(self.files.iter().map(|(input, _)| input.clone())).collect(),
            columns: BTreeMap::new(),
            selected: None,
            tokenizer: "words".to_owned(),
            features: self.features.clone(),
            encoder: TrueOptimal::Projection { seed: 1, width, bound: 9 },
            size: Size { training: 0, edits: 0, features: 0 },
        };
        (spec, std::iter::once(pairs).chain(self.files.iter().map(|(_, bytes)| bytes.clone())).collect())
    }

    /// The texts after 1, 2, ..., `depth` steps, each step one that training and the steps before it do not express; the
    /// text after i steps cannot be reached in fewer.
    fn chain(&self, study: &Study, depth: usize, limit: usize) -> Result<Vec<String>, Diagnostic> {
        let known = self.texts()?;
        let mut spheres = study.template.spheres();
        let (mut chain, mut at): (Vec<String>, Filling) = (Vec::new(), study.template.start());
        while chain.len() < depth {
            if !spheres.go(limit) {
                let message = format!("there are more than {limit} hard negatives of depth {}", chain.len() + 1);
                return Err(Diagnostic::new(Code::ExactLimit, message).help("allow more with --limit"));
            }
            let sphere: HashSet<&Filling> = spheres.sphere().iter().collect();
            let mut next: Vec<Filling> = Vec::new();
            let mut tried = HashSet::new();
            study.template.neighbours(&at, |filling| {
                let fresh = sphere.contains(&filling) && tried.insert(filling.clone());
                if fresh && next.len() < STEPS && !known.contains(&study.spelt(&filling)) {
                    next.push(filling);
                }
            });
            let texts: Vec<String> = next.iter().map(|filling| study.spell(filling)).collect();
            let step = self.independent(&chain, &texts)?.ok_or_else(|| {
                let message = format!(
                    "no step at depth {} leads out of what the training captions and the steps before it express",
                    chain.len() + 1
                );
                Diagnostic::new(Code::NotSeparable, message)
                    .help("take richer --features, fewer training captions, more kinds of --edits or further --words")
            })?;
            at = next[step].clone();
            chain.push(texts[step].clone());
        }
        Ok(chain)
    }

    /// The first of the texts whose step from the end of the chain is independent of training and of the steps before.
    fn independent(&self, chain: &[String], texts: &[String]) -> Result<Option<usize>, Diagnostic> {
        if texts.is_empty() {
            return Ok(None);
        }
        let (spec, inputs) = self.describe(&[chain, texts], 1);
        let problem = Problem::read(&spec, &inputs)?;
        let (s, d) = (problem.s(), problem.d());
        let mut rows = s.clone();
        let step = |edit: usize, before: Option<usize>| -> Vec<(u32, i64)> {
            let less = before.map(|edit| d.row(edit).map(|(column, value)| (column, -value)).collect::<Vec<_>>());
            d.row(edit).chain(less.into_iter().flatten()).collect()
        };
        for edit in 0..d.rows() {
            rows.push_row(step(edit, edit.min(chain.len()).checked_sub(1)))?;
        }
        let first = s.rows() + chain.len();
        let elimination = Elimination::new(&rows, &[s.rows(), first, rows.rows()], &Limits::default())?;
        Ok((0..texts.len()).find(|text| elimination.is_pivot_row(first + text)))
    }

    /// The training captions as words.
    fn texts(&self) -> Result<HashSet<Vec<String>>, Diagnostic> {
        let limit = caption::Limits::default().tokens_per_text;
        let mut texts = HashSet::new();
        for (input, bytes) in &self.files {
            for train in caption::read_train(&input.name, bytes, None, &caption::Columns::default())? {
                texts.insert(Tokenizer::Words.tokenize(&train.text, limit)?);
            }
        }
        Ok(texts)
    }
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
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::NOTHING);
    table.set_header(["depth", "text", "embedding by h"]);
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
