//! A claim that does not hold, and small matrices that show it.
//!
//!     cargo run --example refute_claim

use scotoma::language::{Source, parse_statement};
use scotoma::model::{Search, counterexample, refute, verify_counterexample};
use scotoma::report::Diagnostic;

const CLAIM: &str = "
theorem commute
spaces A
maps f : A -> A  g : A -> A
show commute: f*g = g*f
";

fn main() -> Result<(), Diagnostic> {
    let statement = parse_statement(&Source::new("commute", CLAIM))?.statement;
    let outcome = refute(&statement, Search { seed: 0, budget: 1000, ..Search::default() });
    let instance = outcome.counterexample.expect("matrices do not commute");
    // The search is not believed: the claim is evaluated on the matrices once more, exactly.
    let claim = counterexample(&statement, None, &instance)?;
    verify_counterexample(&statement, &claim)?;
    for (name, matrix) in &instance.maps {
        println!("{name} = {matrix:?}");
    }
    Ok(())
}
