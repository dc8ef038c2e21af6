//! `scotoma explain THEOREM`: a checked proof, told line by line.

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::check::request;
use crate::kernel::{FactId, Labelled, Part, Step};
use crate::language::narrate::{Moment, Passage, Story, in_words, uses};
use crate::language::{Ledger, print};
use crate::report::{Code, Diagnostic, Verdict};
use crate::terms::*;

/// Tells the proof of a theorem, shipped or of these files, or one step of it.
pub fn run(name: &str, files: &[String], step: Option<usize>, context: &Context) -> Result<Verdict, Diagnostic> {
    let own = [name.to_owned()];
    let ledger = Ledger::check(&request(if files.is_empty() { &own } else { files }, 1)?);
    let Some(entry) = ledger.entries.iter().find(|entry| entry.name == name) else {
        let message = format!("no theorem {name} is stated in these files");
        return Err(match ledger.unread.first() {
            Some(unread) => unread.clone(),
            None => Diagnostic::new(Code::NoStatement, message)
                .suggest(crate::language::closest(name, ledger.entries.iter().map(|e| e.name.clone()))),
        });
    };
    let checked = entry.result.as_ref().map_err(|diagnostic| (**diagnostic).clone())?;
    let story = Story::of(checked);
    let moments = story.moments();
    let chosen = match step {
        None => None,
        Some(number) => match moments.iter().find(|moment| moment.number == number) {
            Some(moment) => Some(*moment),
            None => {
                let message = format!("the proof of {name} has steps 1 to {}", moments.len());
                return Err(Diagnostic::new(Code::Usage, message));
            }
        },
    };
    if context.json() {
        let steps: Vec<Value> = match chosen {
            Some(moment) => vec![step_record(&story, moment)],
            None => moments.iter().map(|moment| step_record(&story, moment)).collect(),
        };
        let statement = print::statement(&checked.theorem.statement, &checked.theorem.comments);
        context.print_json(&json!({
            "format": "scotoma-explain", "version": 1, "verdict": Verdict::Holds,
            "theorem": name, "statement": statement, "steps": steps,
        }))?;
    } else {
        context.print(
            match chosen {
                Some(moment) => step_alone(&story, moment),
                None => whole(&story, name),
            }
            .trim_end(),
        )?;
    }
    Ok(Verdict::Holds)
}

/// The statement, then the lines of the proof with their steps.
fn whole(story: &Story, name: &str) -> String {
    let checked = story.checked;
    let mut out = print::statement(&checked.theorem.statement, &checked.theorem.comments);
    let comment = checked.script.comment.replace('\n', "\n-- ");
    out.push_str(&format!("\nThe proof, {} steps\n", checked.steps));
    if !comment.is_empty() {
        out.push_str(&format!("-- {comment}\n"));
    }
    for passage in &story.passages {
        out.push('\n');
        out.push_str(&told(story, passage));
    }
    let theorems = match checked.theorems.as_slice() {
        [] => "no earlier theorem".to_owned(),
        list => list.join(", "),
    };
    let rules: Vec<&str> = checked.rules.iter().map(|rule| rule.as_str()).collect();
    out.push_str(&format!("\nIt rests on {theorems}; rules: {}.\n", rules.join(", ")));
    out.push_str(&format!("scotoma explain {name} --step N shows one step with its cofactors.\n"));
    out
}

/// A line of the script as it stands, what it did, and what is left to show.
fn told(story: &Story, passage: &Passage) -> String {
    let told = &story.checked.elaborated.lines[passage.line];
    let margin = "  ".repeat(told.depth);
    let mut out: String = passage.text.lines().map(|line| format!("{margin}{}\n", line.trim_end())).collect();
    for moment in &passage.moments {
        out.push_str(&format!("{margin}    step {}, {}\n", moment.number, moment.step.rule().as_str()));
        let from = facts(story, &uses(moment.step), ", ");
        if !from.is_empty() {
            out.push_str(&format!("{margin}      from {from}\n"));
        }
        out.push_str(&format!("{margin}      so   {}\n", gives(story, moment)));
    }
    if told.after.len() < told.before.len() {
        let left = match told.after.as_slice() {
            [] => "nothing: this part is done".to_owned(),
            list => goals(list),
        };
        out.push_str(&format!("{margin}    left to show: {left}\n"));
    }
    out
}

fn goals(list: &[Labelled]) -> String {
    list.iter().map(|l| format!("{}: {}", l.label, print::prop(&l.prop))).collect::<Vec<_>>().join("; ")
}

/// Facts by name, those without a name by what they say.
fn facts(story: &Story, ids: &[FactId], between: &str) -> String {
    let name = |id: &FactId| match story.checked.elaborated.facts.get(*id) {
        Some(fact) if fact.label.is_empty() => print::prop(&fact.prop),
        _ => story.name(*id),
    };
    ids.iter().map(name).collect::<Vec<_>>().join(between)
}

fn gives(story: &Story, moment: &Moment) -> String {
    let added = story.checked.elaborated.facts.get(moment.adds.clone()).unwrap_or_default();
    let say = |fact: &crate::language::Derived| match fact.label.as_str() {
        "" => print::prop(&fact.prop),
        label => format!("{label}: {}", print::prop(&fact.prop)),
    };
    added.iter().map(say).collect::<Vec<_>>().join("; ")
}

/// One step: its rule in words, the facts it used and what they say, the combination written out, and what it gives.
fn step_alone(story: &Story, moment: &Moment) -> String {
    let mut out = format!("step {} of {}: {}\n", moment.number, story.checked.steps, moment.step.rule().as_str());
    out.push_str(&format!("{}\n", in_words(moment.step)));
    if let Some(passage) = story.passages.iter().find(|p| p.moments.iter().any(|m| m.number == moment.number)) {
        let line = &story.checked.elaborated.lines[passage.line];
        out.push_str(&format!("\nin the line\n  {}\n", passage.text.trim_end().replace('\n', "\n  ")));
        if !line.before.is_empty() {
            out.push_str(&format!("with this to show\n  {}\n", goals(&line.before)));
        }
    }
    let used = uses(moment.step);
    if !used.is_empty() {
        out.push_str("it uses\n");
        for id in used {
            if let Some(fact) = story.checked.elaborated.facts.get(id) {
                out.push_str(&format!("  {}: {}\n", story.name(id), print::prop(&fact.prop)));
            }
        }
    }
    if let Some(combination) = combination(story, moment.step) {
        out.push_str(&format!("left minus right, {{a}} for left minus right of a, is\n  {combination}\n"));
    }
    out.push_str(&format!("so\n  {}\n", gives(story, moment)));
    out
}

/// `c*L*{a}*R + ...` as a script writes it.
fn combination(story: &Story, step: &Step) -> Option<String> {
    let Step::Combination { parts, .. } = step else { return None };
    let factor = |term: &crate::kernel::Term| match term.shape() {
        crate::kernel::Shape::Identity => None,
        crate::kernel::Shape::Sum(_) | crate::kernel::Shape::Scaled(..) => Some(format!("({})", print::term(term))),
        _ => Some(print::term(term)),
    };
    let one = num_rational::BigRational::from_integer(1.into());
    let say = |part: &Part| {
        let fact = format!("{{{}}}{}", story.name(part.fact), if part.transposed { "'" } else { "" });
        let factors = [factor(&part.left), Some(fact), factor(&part.right)];
        let product = factors.into_iter().flatten().collect::<Vec<_>>().join("*");
        match &part.coefficient {
            c if *c == one => product,
            c if *c == -&one => format!("-{product}"),
            c => format!("{c}*{product}"),
        }
    };
    match parts.as_slice() {
        [] => Some("0".to_owned()),
        parts => Some(parts.iter().map(say).collect::<Vec<_>>().join(" + ").replace("+ -", "- ")),
    }
}

fn step_record(story: &Story, moment: &Moment) -> Value {
    let said = |id: &FactId| {
        let fact = story.checked.elaborated.facts.get(*id);
        json!({ "name": story.name(*id), "says": fact.map(|fact| print::prop(&fact.prop)) })
    };
    json!({
        "number": moment.number,
        "rule": moment.step.rule().as_str(),
        "words": in_words(moment.step),
        "uses": uses(moment.step).iter().map(said).collect::<Vec<_>>(),
        "gives": moment.adds.clone().map(|id| said(&id)).collect::<Vec<_>>(),
        "combination": combination(story, moment.step),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Checked, check_builtin};

    #[test]
    fn every_proof_is_told_whole_and_step_by_step() {
        let (_, all): (_, Vec<Checked>) = check_builtin().unwrap_or_else(|d| panic!("{d}"));
        for checked in &all {
            let story = Story::of(checked);
            let text = whole(&story, "x");
            for moment in story.moments() {
                assert!(text.contains(&format!("step {}, ", moment.number)), "{text}");
                assert!(text.contains(&gives(&story, moment)) && !gives(&story, moment).is_empty());
                assert!(step_alone(&story, moment).contains(&in_words(moment.step)));
            }
        }
    }
}
