//! `scotoma explain THEOREM`: a checked proof, told line by line.

use serde_json::{Value, json};

use super::wrap::{columns, wrapped};
use crate::cli::Context;
use crate::cli::check::request;
use crate::kernel::{FactId, Labelled, Part, Step};
use crate::language::narrate::{Passage, Trace, TraceStep, in_words};
use crate::language::steps::uses;
use crate::language::{Ledger, print, print_statement};
use crate::report::{Code, Diagnostic, Verdict, plural};
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
    let trace = Trace::of(checked);
    let traced_steps = trace.traced_steps();
    let chosen = match step {
        None => None,
        Some(number) => match traced_steps.iter().find(|traced| traced.number == number) {
            Some(traced) => Some(*traced),
            None => {
                let message = format!("the proof of {name} has steps 1 to {}", traced_steps.len());
                return Err(Diagnostic::new(Code::Usage, message));
            }
        },
    };
    if context.json() {
        let steps: Vec<Value> = match chosen {
            Some(traced) => vec![step_record(&trace, traced)],
            None => traced_steps.iter().map(|traced| step_record(&trace, traced)).collect(),
        };
        let statement = print_statement::statement(&checked.theorem.statement, &checked.theorem.comments);
        context.print_json(&json!({
            "format": "scotoma-explain", "version": 1, "verdict": Verdict::Holds,
            "theorem": name, "statement": statement, "steps": steps,
        }))?;
    } else {
        let told = match chosen {
            Some(traced) => step_alone(&trace, traced),
            None => whole(&trace, name),
        };
        context.print(&wrapped(told.trim_end(), columns()))?;
    }
    Ok(Verdict::Holds)
}

/// The statement, then the lines of the proof with their steps.
fn whole(trace: &Trace, name: &str) -> String {
    let checked = trace.checked;
    let mut out = print_statement::statement(&checked.theorem.statement, &checked.theorem.comments);
    let comment = checked.script.comment.replace('\n', "\n-- ");
    out.push_str(&format!("\nThe proof, {}\n", plural(checked.steps, "step")));
    if !comment.is_empty() {
        out.push_str(&format!("-- {comment}\n"));
    }
    for passage in &trace.passages {
        out.push('\n');
        out.push_str(&told(trace, passage));
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
fn told(trace: &Trace, passage: &Passage) -> String {
    let told = &trace.checked.elaborated.lines[passage.line];
    let margin = "  ".repeat(told.depth);
    let mut out: String = passage.text.lines().map(|line| format!("{margin}{}\n", line.trim_end())).collect();
    for traced in &passage.traced_steps {
        out.push_str(&format!("{margin}    step {}, {}\n", traced.number, traced.step.rule().as_str()));
        let from = facts(trace, &uses(traced.step), ", ");
        if !from.is_empty() {
            out.push_str(&format!("{margin}      from {from}\n"));
        }
        out.push_str(&format!("{margin}      so   {}\n", gives(trace, traced)));
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
fn facts(trace: &Trace, ids: &[FactId], between: &str) -> String {
    let name = |id: &FactId| match trace.checked.elaborated.facts.get(*id) {
        Some(fact) if fact.label.is_empty() => print::prop(&fact.prop),
        _ => trace.name(*id),
    };
    ids.iter().map(name).collect::<Vec<_>>().join(between)
}

fn gives(trace: &Trace, traced: &TraceStep) -> String {
    let added = trace.checked.elaborated.facts.get(traced.adds.clone()).unwrap_or_default();
    let say = |fact: &crate::language::Derived| match fact.label.as_str() {
        "" => print::prop(&fact.prop),
        label => format!("{label}: {}", print::prop(&fact.prop)),
    };
    added.iter().map(say).collect::<Vec<_>>().join("; ")
}

/// One step: its rule in words, the facts it used and what they say, the combination written out, and what it gives.
fn step_alone(trace: &Trace, traced: &TraceStep) -> String {
    let mut out = format!("step {} of {}: {}\n", traced.number, trace.checked.steps, traced.step.rule().as_str());
    out.push_str(&format!("{}\n", in_words(traced.step)));
    if let Some(passage) = trace.passages.iter().find(|p| p.traced_steps.iter().any(|m| m.number == traced.number)) {
        let line = &trace.checked.elaborated.lines[passage.line];
        out.push_str(&format!("\nin the line\n  {}\n", passage.text.trim_end().replace('\n', "\n  ")));
        if !line.before.is_empty() {
            out.push_str(&format!("with this to show\n  {}\n", goals(&line.before)));
        }
    }
    let used = uses(traced.step);
    if !used.is_empty() {
        out.push_str("it uses\n");
        for id in used {
            if let Some(fact) = trace.checked.elaborated.facts.get(id) {
                out.push_str(&format!("  {}: {}\n", trace.name(id), print::prop(&fact.prop)));
            }
        }
    }
    if let Some(combination) = combination(trace, traced.step) {
        out.push_str(&format!("left minus right, {{a}} for left minus right of a, is\n  {combination}\n"));
    }
    out.push_str(&format!("so\n  {}\n", gives(trace, traced)));
    out
}

/// `c*L*{a}*R + ...` as a script writes it.
fn combination(trace: &Trace, step: &Step) -> Option<String> {
    let Step::Combination { parts, .. } = step else { return None };
    let factor = |term: &crate::kernel::Term| match term.shape() {
        crate::kernel::Shape::Identity => None,
        crate::kernel::Shape::Sum(_) | crate::kernel::Shape::Scaled(..) => Some(format!("({})", print::term(term))),
        _ => Some(print::term(term)),
    };
    let one = num_rational::BigRational::from_integer(1.into());
    let say = |part: &Part| {
        let fact = format!("{{{}}}{}", trace.name(part.fact), if part.transposed { "'" } else { "" });
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

fn step_record(trace: &Trace, traced: &TraceStep) -> Value {
    let said = |id: &FactId| {
        let fact = trace.checked.elaborated.facts.get(*id);
        json!({ "name": trace.name(*id), "says": fact.map(|fact| print::prop(&fact.prop)) })
    };
    json!({
        "number": traced.number,
        "rule": traced.step.rule().as_str(),
        "words": in_words(traced.step),
        "uses": uses(traced.step).iter().map(said).collect::<Vec<_>>(),
        "gives": traced.adds.clone().map(|id| said(&id)).collect::<Vec<_>>(),
        "combination": combination(trace, traced.step),
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
            let trace = Trace::of(checked);
            let text = whole(&trace, "x");
            for traced in trace.traced_steps() {
                assert!(text.contains(&format!("step {}, ", traced.number)), "{text}");
                assert!(text.contains(&gives(&trace, traced)) && !gives(&trace, traced).is_empty());
                assert!(step_alone(&trace, traced).contains(&in_words(traced.step)));
            }
        }
    }
}
