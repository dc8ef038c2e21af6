//! `scotoma mine`: the hard negatives that settle all edits, fewest or cheapest, as a ranked list to train on.

use std::path::{Path, PathBuf};

use num_rational::BigRational;
use serde_json::{Value, json};

use super::inputs::{self, EncoderArgs, InputArgs};
use super::table::table;
use super::{Context, verify};
use crate::caption::{FeatureMap, Pair};
use crate::certificate::{Budget, CaptionProblem, Claim, Exact};
use crate::encoder::{self, GeneralPosition, Problem};
use crate::export::training::{self, Example, TrainingFormat};
use crate::files;
use crate::import::{self, AllGiven, AsGiven, Beside};
use crate::mining::{self, Mining, Ranked};
use crate::report::{Code, Diagnostic, Verdict, plural, quoted};

/// Find the least, or cheapest, set of hard negatives that settles all edits, and rank it
///
/// A set of negatives settles an edit when every encoder that is right on the training captions and on those negatives
/// is right on the edit. The least number is the deficit, rank [S D] - rank S; the certificate shows that the mined
/// negatives are enough, that fewer never are, and with costs that no cheaper set is.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A prefix of the ranking is, for its length, the cheapest set that pins down as many dimensions; a budget buys the longest
prefix, and no other set within it pins down more. Which negatives of equal cost come first is a greedy choice: those
that complete most edits; how many edits a prefix settles is counted exactly.

Examples:
  scotoma mine swap_att.json                                  which negatives carry all the information of SugarCrepe's SWAP-ATT
  scotoma mine *.json --features bag-of-words --out mined     mined/mined.json has SugarCrepe's format, best first
  scotoma mine *.json --all-maps                              a table, one line a feature map
  scotoma mine pairs.jsonl --cost-column price --budget 100   the most that 100 buys
  scotoma mine pairs.jsonl --costs costs.txt                  a number a line, one for each pair")]
pub struct Args {
    #[command(flatten)]
    inputs: InputArgs,
    /// What each negative costs: a file with a number a line, one for each pair as it stands in the files
    #[arg(long, value_name = "FILE", conflicts_with = "cost_column")]
    costs: Option<PathBuf>,
    /// What each negative costs: a column of the files, or a field of their records
    #[arg(long, value_name = "NAME")]
    cost_column: Option<String>,
    /// The most that the chosen negatives may cost together (each costs 1 unless costs are given)
    #[arg(long, value_name = "COST", allow_hyphen_values = true)]
    budget: Option<String>,
    /// Do it for every feature map over tokens and compare them; each gets a folder of its own in DIR
    #[arg(long)]
    all_maps: bool,
    /// Seconds for the work; without an answer by then the status is 2 [default: no limit]
    #[arg(long, value_name = "SECONDS")]
    time: Option<u32>,
    /// Folder to write
    #[arg(long, default_value = "scotoma-mined", value_name = "DIR")]
    out: PathBuf,
}

/// How many of the ranked negatives are shown.
const SHOWN: usize = 10;

/// Runs the command.
pub fn run(args: &Args, context: &Context) -> Result<Verdict, Diagnostic> {
    context.give_time(args.time);
    let (mut spec, inputs, problem, given) = inputs::read_given(&args.inputs, &EncoderArgs::none(), context)?;
    let wishes = Wishes {
        costs: costs(args, &spec, &problem, &given)?,
        budget: args.budget.as_deref().map(|text| number(text, "--budget")).transpose()?,
    };
    if !args.all_maps {
        let found = mine(spec, &inputs, problem, &wishes, &args.out, context)?;
        return found.show(context).map(|()| Verdict::Holds);
    }
    let mut table =
        table(["feature map", "features", "rank S", "collapsed", "settled by training", "needed", "of the edits"]);
    let mut answers = Vec::new();
    for map in FeatureMap::OF_TOKENS {
        spec.features = map;
        let problem = Problem::read(&spec, &inputs)?;
        spec.size = problem.size();
        let found = mine(spec.clone(), &inputs, problem, &wishes, &args.out.join(map.name()), context)?;
        let needed = found.mining.ranked.len();
        table.add_row([
            map.name().to_owned(),
            spec.size.features.to_string(),
            found.mining.training_rank.to_string(),
            found.collapsed().to_string(),
            (found.mining.free_of_charge - found.collapsed()).to_string(),
            needed.to_string(),
            share(needed, spec.size.edits as usize),
        ]);
        answers.push(found.json(context));
    }
    let remark = format!("The lists are in {}/MAP/mined.json, each with its certificate.", args.out.display());
    match context.json() {
        true => context.print_json(&json!({ "verdict": Verdict::Holds, "maps": answers }))?,
        false => context.print(&format!("{table}\n\n{remark}"))?,
    }
    Ok(Verdict::Holds)
}

/// A share in per cent, rounded to a tenth; none and all only where it is none, or all.
fn share(part: usize, whole: usize) -> String {
    let mille = match (2000 * part + whole) / (2 * whole.max(1)) {
        0 if part > 0 => return "< 0.1 %".to_owned(),
        1000 if part < whole => return "> 99.9 %".to_owned(),
        mille => mille,
    };
    format!("{}.{} %", mille / 10, mille % 10)
}

/// What the user wants of the mined set.
struct Wishes {
    costs: Option<Vec<BigRational>>,
    budget: Option<BigRational>,
}

/// What was mined and written.
struct Found {
    spec: CaptionProblem,
    problem: Problem,
    mining: Mining,
    verified: verify::Checked,
    written: Vec<PathBuf>,
}

fn mine(
    spec: CaptionProblem,
    inputs: &[Vec<u8>],
    problem: Problem,
    wishes: &Wishes,
    out: &Path,
    context: &Context,
) -> Result<Found, Diagnostic> {
    let (task, limits) = context.limits("eliminating");
    let mining = mining::mine(problem.s(), problem.d(), wishes.costs.as_deref(), wishes.budget.as_ref(), &limits)?;
    drop(task);
    context.doing("writing and checking the certificate");
    let certificate = encoder::certificate(&spec, vec![mining.claim.clone()])?;
    let lists = lists(&examples(&problem, &mining.ranked))?;
    let (written, verified) = encoder::write_folder(out, certificate, &spec, inputs, &problem, &lists)?;
    Ok(Found { spec, problem, mining, verified, written })
}

/// The costs of the edits, if the user gave any.
fn costs(
    args: &Args,
    spec: &CaptionProblem,
    problem: &Problem,
    given: &AllGiven,
) -> Result<Option<Vec<BigRational>>, Diagnostic> {
    let dataset = problem.dataset();
    if let Some(path) = &args.costs {
        let text = files::read_text(path, files::DEFAULT_LIMIT)?;
        let lines: Vec<_> = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).collect();
        // By their places in the files as they are, whatever was left out since; what those cost does not matter.
        let as_given = AsGiven::new(dataset, &inputs::columns_of(spec)?, given)?;
        if lines.len() != as_given.texts.len() {
            let (costs, pairs) = (plural(lines.len(), "cost"), plural(as_given.texts.len(), "pair"));
            let message = format!("{costs} in {} for {pairs} in the files", path.display());
            return Err(Diagnostic::new(Code::Usage, message).help(
                "the file has a number a line, one for each pair as the files have them, those left out among them",
            ));
        }
        let cost = |at: &usize| number(lines[*at].1, &format!("{}:{}", path.display(), lines[*at].0 + 1));
        return as_given.of.iter().map(cost).collect::<Result<_, _>>().map(Some);
    }
    let Some(column) = &args.cost_column else { return Ok(None) };
    let cells = import::column(dataset, given, &[column]).ok_or_else(|| {
        Diagnostic::new(Code::MissingColumn, format!("not every file of pairs has a column {}", quoted(column)))
            .help("every pair needs a cost; give them in a file with --costs")
    })?;
    let cost = |(pair, cell): (&Pair, Option<String>)| match cell {
        Some(text) => number(&text, &format!("{column} of pair {}", pair.id)),
        None => Err(Diagnostic::new(Code::MissingColumn, format!("pair {} has no {column}", pair.id))
            .help("every pair needs a cost; give them in a file with --costs")),
    };
    dataset.pairs.iter().zip(cells).map(cost).collect::<Result<_, _>>().map(Some)
}

fn number(text: &str, what: &str) -> Result<BigRational, Diagnostic> {
    let refused = || Diagnostic::new(Code::Usage, format!("{what}: {} is not a cost", quoted(text)));
    match Exact::from_decimal(text) {
        Some(Exact(value)) if value >= BigRational::from_integer(0.into()) => Ok(value),
        _ => Err(refused().help("a cost is a number from 0: 3, 2.5, 1e-05 or 7/4")),
    }
}

/// The mined pairs to train on, best first, with their place of origin.
fn examples(problem: &Problem, ranked: &[Ranked]) -> Vec<Example> {
    let dataset = problem.dataset();
    let beside = Beside::read(dataset);
    let example = |(ranked, at): (&Ranked, usize)| {
        let pair = &dataset.pairs[ranked.edit as usize];
        let mut name = inputs::edit_name(problem, ranked.edit as usize);
        name["rank"] = json!(at);
        name["cost"] = json!(Exact(ranked.cost.clone()));
        name["settled"] = json!(ranked.settled);
        let mut more = name.as_object().cloned().unwrap_or_default();
        if let Some(declared) = &pair.declared {
            more.insert("operator".to_owned(), json!(declared));
        }
        Example { caption: pair.caption.clone(), negative: pair.negative.clone(), along: beside.of(pair), more }
    };
    ranked.iter().zip(1..).map(example).collect()
}

/// The list in every form, by the name of its file.
fn lists(examples: &[Example]) -> Result<Vec<(&'static str, Vec<u8>)>, Diagnostic> {
    let forms = [
        ("mined.json", TrainingFormat::Sugarcrepe),
        ("mined.jsonl", TrainingFormat::Jsonl),
        ("mined.tsv", TrainingFormat::Negclip),
        ("mined.tar", TrainingFormat::Webdataset),
    ];
    forms.into_iter().map(|(name, form)| Ok((name, training::write(examples, form)?))).collect()
}

impl Found {
    fn budget(&self) -> Option<&Budget> {
        match &self.mining.claim {
            Claim::Settles { budget, .. } => budget.as_ref(),
            _ => None,
        }
    }

    /// How many edits do not change the features.
    fn collapsed(&self) -> usize {
        let d = self.problem.d();
        (0..d.rows()).filter(|&edit| d.row(edit).len() == 0).count()
    }

    fn position(&self) -> Option<GeneralPosition> {
        GeneralPosition::of(&self.problem, &self.spec, self.mining.training_rank)
    }

    fn show(&self, context: &Context) -> Result<(), Diagnostic> {
        if context.json() {
            return context.print_json(&self.json(context));
        }
        context.print(&self.text())?;
        verify::print_verified(context, &self.verified)?;
        let files: Vec<String> = self.written.iter().map(|path| format!("  {}", path.display())).collect();
        context.print(&format!("\nFiles\n{}", files.join("\n")))
    }

    fn text(&self) -> String {
        let mining = &self.mining;
        let needed = mining.ranked.len();
        let settled = mining.free_of_charge - self.collapsed();
        let collapsed = match self.collapsed() {
            0 => String::new(),
            count => {
                format!("  {} collapsed: no encoder over these features sees a difference\n", plural(count, "edit"))
            }
        };
        let mut text = format!(
            "{}\n\n{collapsed}  {} no negative: training settles {}\n  \
             {} {} all edits, and no fewer do (rank S {}, rank [S D] {})\n",
            inputs::sizes(&self.spec, &self.problem),
            if settled == 1 { "1 edit needs".to_owned() } else { format!("{settled} edits need") },
            if settled == 1 { "it" } else { "them" },
            plural(needed, "negative"),
            if needed == 1 { "settles" } else { "settle" },
            mining.training_rank,
            mining.training_rank + needed
        );
        if let Some(Budget { limit, chosen, settled }) = self.budget() {
            text += &format!(
                "  a budget of {} buys the first {} of them, which settle {settled} edits; no other set within it pins down more dimensions\n",
                limit.0,
                chosen.len()
            );
        }
        if let Some(position) = self.position() {
            text += &format!("\n{}\n", position.remark());
        }
        let mut table = table(["rank", "cost", "settled", "caption", "negative"]);
        for (at, ranked) in mining.ranked.iter().take(SHOWN).enumerate() {
            let pair = &self.problem.dataset().pairs[ranked.edit as usize];
            table.add_row([
                (at + 1).to_string(),
                ranked.cost.to_string(),
                ranked.settled.to_string(),
                pair.caption.clone(),
                pair.negative.clone(),
            ]);
        }
        if needed > 0 {
            text += &format!("\n{table}");
        }
        if needed > SHOWN {
            text += &format!("\n  ... and {} more in mined.json", needed - SHOWN);
        }
        text
    }

    fn json(&self, context: &Context) -> Value {
        let mining = &self.mining;
        let name = |ranked: &Ranked| {
            let mut name = inputs::edit_name(&self.problem, ranked.edit as usize);
            name["cost"] = json!(Exact(ranked.cost.clone()));
            name["settled"] = json!(ranked.settled);
            name["used"] = json!(ranked.used);
            name
        };
        json!({
            "verdict": Verdict::Holds,
            "features": self.spec.features,
            "tokenizer": self.spec.tokenizer,
            "size": self.spec.size,
            "pairs": inputs::pairs_json(&self.problem, context),
            "training_rank": mining.training_rank,
            "general_position": self.position(),
            "collapsed": self.collapsed(),
            "settled_by_training": mining.free_of_charge - self.collapsed(),
            "deficit": mining.ranked.len(),
            "budget": self.budget(),
            "ranked": mining.ranked.iter().map(name).collect::<Vec<_>>(),
            "verified": self.verified.claims,
            "files": self.written.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_and_never_to_none_or_all() {
        let shown = [(0, 7), (1, 3), (2, 3), (7495, 7502), (7499, 7502), (1, 7502), (4, 7502), (7, 7), (0, 0)];
        let shown: Vec<String> = shown.iter().map(|&(part, whole)| share(part, whole)).collect();
        let rounded = ["0.0 %", "33.3 %", "66.7 %", "99.9 %", "> 99.9 %", "< 0.1 %", "0.1 %", "100.0 %", "0.0 %"];
        assert_eq!(shown, rounded);
    }
}
