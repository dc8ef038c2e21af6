//! `scotoma build`: captions in, a certified blind encoder or an obstruction out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::json;

use super::Context;
use super::inputs::{self, EncoderArgs, InputArgs};
use super::streaming::{self, Streamed};
use super::verify::print_verified;
use crate::caption;
use crate::certificate::{CaptionProblem, Certificate};
use crate::encoder::{self, Built, GeneralPosition, Joint, Problem};
use crate::report::{Diagnostic, Verdict, plural};

/// Build a text encoder that is perfect on every training caption and blind to the edits, or prove that there is none
///
/// FILE holds captions with their hard negatives: SugarCrepe's JSON as published, JSON Lines with `caption` and
/// `negative`, CSV or TSV with a header line. The captions are the training captions; the negatives are the edits.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  scotoma build swap_att.json                             SugarCrepe, positions, a random true-optimal encoder
  scotoma build add_*.json --features bag-of-words        all ADD files together
  scotoma build pairs.jsonl --train captions.txt          further training captions, one a line
  scotoma build pairs.tsv --columns caption=title,negative=neg_caption
  scotoma build pairs.json --embeddings emb.npy --embedding-texts texts.json")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    encoder: EncoderArgs,
    /// Read the files of --train (text or JSON Lines, .gz, .zst) line by line, and hold only the captions that the others follow
    /// from: memory grows with the rank of the training captions and the features, and by 32 bytes a caption
    #[arg(long, requires = "train")]
    stream: bool,
    /// Seconds for the work; without an answer by then the status is 2 [default: no limit]
    #[arg(long, value_name = "SECONDS")]
    time: Option<u32>,
    /// Folder to write
    #[arg(long, default_value = "scotoma-out", value_name = "DIR")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.give_time(args.time);
    let Streamed { spec, inputs, problem, certificate, built } = match args.stream {
        true => streaming::build(&args.inputs, &args.encoder, &args.out, context)?,
        false => whole(args, context)?,
    };
    context.in_time();
    let edits = [("edits.tsv", encoder::edit_table(&encoder::edit_rows(&problem, Some(&built)))?.into_bytes())];
    let (written, verified) = encoder::write_folder(&args.out, certificate, &spec, &inputs, &problem, &edits)?;
    let report = Report { spec: &spec, problem: &problem, built: &built };
    if context.json() {
        let files: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        context.print_json(&report.json(&verified, &files, context))?;
    } else {
        context.print(&report.text())?;
        print_verified(context, &verified)?;
        let files: Vec<String> = written.iter().map(|path| format!("  {}", path.display())).collect();
        context
            .print(&format!("\nFiles (edits.tsv has each edit with its spans, fate and set)\n{}", files.join("\n")))?;
    }
    Ok(match built.joint {
        Joint::Blind { .. } => Verdict::Holds,
        Joint::Obstructed => Verdict::DoesNotHold,
    })
}

fn whole(args: &Args, context: &Context) -> Result<Streamed, Diagnostic> {
    let (spec, inputs, problem) = inputs::read_separated(&args.inputs, &args.encoder, context)?;
    let (certificate, built) = certify(&spec, &problem, context)?;
    Ok(Streamed { spec, inputs, problem, certificate, built })
}

/// Builds, and packs the claims into the certificate.
pub(super) fn certify(
    spec: &CaptionProblem,
    problem: &Problem,
    context: &Context,
) -> Result<(Certificate, Built), Diagnostic> {
    let (task, limits) = context.limits("eliminating");
    let mut built = encoder::build(problem, &limits)?;
    drop(task);
    let claims = std::mem::take(&mut built.claims);
    Ok((encoder::certificate(spec, claims)?, built))
}

struct Report<'a> {
    spec: &'a CaptionProblem,
    problem: &'a Problem,
    built: &'a Built,
}

impl Report<'_> {
    fn position(&self) -> Option<GeneralPosition> {
        GeneralPosition::of(self.problem, self.spec, self.built.ranks.training)
    }

    /// Fates by operator: operator -> (collapsed, identified, free).
    fn by_operator(&self) -> BTreeMap<String, [usize; 3]> {
        let tokens = self.problem.tokens();
        let mut table: BTreeMap<String, [usize; 3]> = BTreeMap::new();
        for (edit, fate) in self.built.fates.iter().enumerate() {
            let operator = caption::classify(&tokens.captions[edit], &tokens.negatives[edit]).operator();
            table.entry(operator.kind().to_string()).or_default()[*fate as usize] += 1;
        }
        table
    }

    fn text(&self) -> String {
        let size = self.problem.size();
        let ranks = self.built.ranks;
        let mut table = comfy_table::Table::new();
        table.load_preset(comfy_table::presets::NOTHING);
        table.set_header(["operator", "collapsed", "identified", "free"]);
        for (operator, counts) in self.by_operator() {
            table.add_row([operator, counts[0].to_string(), counts[1].to_string(), counts[2].to_string()]);
        }
        let joint = match &self.built.joint {
            Joint::Blind { dropped, .. } if dropped.is_empty() => {
                format!(
                    "one encoder is aligned on all {} training captions and blind to all {}",
                    size.training,
                    plural(size.edits as usize, "edit")
                )
            }
            Joint::Blind { dropped, .. } => format!(
                "no aligned encoder is blind to all {} edits at once; one is blind to {}, and each of the {} others contradicts those",
                size.edits,
                size.edits as usize - dropped.len(),
                dropped.len()
            ),
            Joint::Obstructed => {
                "no encoder over these features has the true-optimal embeddings on the training captions".to_owned()
            }
        };
        let meet = match ranks.meet() {
            0 => String::new(),
            meet => format!("\n  rank D      {}: the edits share {meet} dimensions with training", ranks.edits),
        };
        let remark = self.position().map(|position| format!("\n\n{}", position.remark())).unwrap_or_default();
        format!(
            "{}\n\n{table}\n\n  rank S      {}\n  rank [S D]  {}\n  deficit     {}: \
             the least number of hard negatives that settles these edits{meet}\n\n{joint}.{remark}",
            inputs::sizes(self.spec, self.problem),
            ranks.training,
            ranks.joint,
            ranks.deficit()
        )
    }

    fn json(&self, verified: &super::verify::Checked, files: &[String], context: &Context) -> serde_json::Value {
        let (blind, dropped) = match &self.built.joint {
            Joint::Blind { dropped, .. } => {
                let out: BTreeSet<usize> = dropped.iter().copied().collect();
                ((0..self.problem.d().rows()).filter(|edit| !out.contains(edit)).collect(), dropped.clone())
            }
            Joint::Obstructed => (Vec::new(), Vec::new()),
        };
        let id = |edit: &usize| inputs::edit_name(self.problem, *edit);
        json!({
            "verdict": match self.built.joint { Joint::Blind { .. } => Verdict::Holds, Joint::Obstructed => Verdict::DoesNotHold },
            "size": self.spec.size,
            "pairs": inputs::pairs_json(self.problem, context),
            "features": self.spec.features,
            "tokenizer": self.spec.tokenizer,
            "true_optimal": self.spec.encoder,
            "ranks": self.built.ranks,
            "general_position": self.position(),
            "deficit": self.built.ranks.deficit(),
            "meet": self.built.ranks.meet(),
            "fates_by_operator": self.by_operator(),
            "fates": self.built.fates,
            "blind": blind.iter().map(id).collect::<Vec<_>>(),
            "dropped": dropped.iter().map(id).collect::<Vec<_>>(),
            "verified": verified.claims,
            "files": files,
        })
    }
}
