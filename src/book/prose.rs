//! Prose in Markdown, with LaTeX between dollar signs, to HTML with MathML.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use pulldown_cmark::{CowStr, Event, Options, Parser, html};

use crate::report::{Code, Diagnostic};

/// The HTML of a Markdown text. Error: mathematics that cannot be read.
pub(super) fn render(file: &str, text: &str) -> Result<String, Diagnostic> {
    let about = |why: String| Diagnostic::new(Code::Syntax, format!("{file}: {why}"));
    let converter = LatexToMathML::new(MathCoreConfig::default()).map_err(|e| about(format!("{e:?}")))?;
    let math = |source: &str, display| {
        let converted = converter.convert_with_local_state(source, display);
        converted.map(|result| result.mathml).map_err(|e| about(format!("the formula {source} cannot be read: {e:?}")))
    };
    let mut events = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_MATH | Options::ENABLE_TABLES) {
        events.push(match event {
            Event::InlineMath(source) => Event::InlineHtml(CowStr::from(math(&source, MathDisplay::Inline)?)),
            Event::DisplayMath(source) => {
                let formula = math(&source, MathDisplay::Block)?;
                Event::InlineHtml(CowStr::from(format!("<span class=\"formula\">{formula}</span>")))
            }
            other => other,
        });
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    Ok(out)
}
