//! The reader's path: chapters of prose, with theorems, pictures and exercises where the prose has them.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};

use super::figures::Figures;
use super::page::{address, title};
use super::proof::Told;
use super::prose::render;
use super::shelf::{Shelf, card};
use super::thread::Thread;
use super::{exercises, reading};
use crate::report::{Code, Diagnostic};

/// A chapter as it was read.
pub(super) struct Chapter {
    /// Its page.
    pub file: String,
    /// Its title.
    pub title: String,
    /// Its first paragraph, as text.
    pub about: String,
    /// Its contents.
    pub body: Markup,
    /// The theorems that it presents, in order.
    pub theorems: Vec<String>,
}

macro_rules! texts {
    ($($name:literal)*) => {
        const CHAPTERS: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../book/chapters/", $name, ".md")))),*];
    };
}

texts! { "1-objective" "2-block-identifiability" "3-tokens" "4-equivalence" "5-compounding" "6-mining" "7-visual-side" "8-prompts" "9-near-optimal" "10-real-encoders" }

/// Reads the chapters. Errors: mathematics that cannot be read, a theorem that does not exist.
pub(super) fn read(shelf: &Shelf, figures: &Figures, thread: &Thread) -> Result<Vec<Chapter>, Diagnostic> {
    let all = CHAPTERS.iter().enumerate();
    let read = |(index, (name, text)): (usize, &(&str, &str))| {
        Reader { name, shelf, figures, thread }.chapter(index + 1, text)
    };
    let mut chapters = all.map(read).collect::<Result<Vec<_>, _>>()?;
    // A theorem that two chapters show belongs to the first.
    let mut told = BTreeSet::new();
    for chapter in &mut chapters {
        chapter.theorems.retain(|theorem| told.insert(theorem.clone()));
    }
    Ok(chapters)
}

/// Where the chapters speak of a step of a proof; each such link becomes a place that the step leads back to.
pub(super) fn told(chapters: &mut [Chapter]) -> Told {
    let mut told = Told::new();
    for chapter in chapters {
        let mut marked = String::new();
        for (index, part) in chapter.body.0.split("<a href=\"").enumerate() {
            let target = part.split_once('"').map_or("", |(target, _)| target);
            let step = target.split_once(".html#step-").and_then(|(name, n)| Some((name.to_owned(), n.parse().ok()?)));
            let id = target.replace(".html#", "-");
            match step.filter(|step| index > 0 && !told.contains_key(step)) {
                Some(step) => {
                    told.insert(step, (format!("{}#at-{id}", chapter.file), chapter.title.clone()));
                    marked.push_str(&format!("<a id=\"at-{id}\" href=\""));
                }
                None if index > 0 => marked.push_str("<a href=\""),
                None => {}
            }
            marked.push_str(part);
        }
        chapter.body = PreEscaped(marked);
    }
    told
}

/// What the reading of a chapter draws on.
struct Reader<'a> {
    name: &'a str,
    shelf: &'a Shelf,
    figures: &'a Figures,
    thread: &'a Thread,
}

impl Reader<'_> {
    fn about(&self, why: String) -> Diagnostic {
        Diagnostic::new(Code::Syntax, format!("book/chapters/{}.md: {why}", self.name))
    }

    fn chapter(&self, number: usize, text: &str) -> Result<Chapter, Diagnostic> {
        let text =
            self.figures.fill(text).map_err(|unknown| self.about(format!("the number {unknown} is not known")))?;
        let (first, rest) = text.split_once('\n').ok_or_else(|| self.about("an empty chapter".to_owned()))?;
        let title = first.strip_prefix("# ").ok_or_else(|| self.about("the first line is no title".to_owned()))?;
        let (mut theorems, mut parts, mut prose, mut exercises) = (Vec::new(), Vec::new(), String::new(), 0);
        let mut lines = rest.lines();
        while let Some(line) = lines.next() {
            let Some(directive) = directive(line) else {
                prose.push_str(line);
                prose.push('\n');
                continue;
            };
            parts.push(html! { (PreEscaped(render(self.name, &std::mem::take(&mut prose))?)) });
            if let Some(file) = directive.strip_prefix("exercise") {
                let body: Vec<&str> = lines.by_ref().take_while(|line| other_than(line, "end")).collect();
                exercises += 1;
                parts.push(exercises::exercise(self.name, exercises, file.trim(), &body.join("\n"))?);
            } else {
                parts.push(self.directive(directive, &mut theorems)?);
            }
        }
        parts.push(html! { (PreEscaped(render(self.name, &prose)?)) });
        let paragraph: Vec<&str> = rest.trim_start().lines().take_while(|line| !line.is_empty()).collect();
        let body = html! {
            article class="chapter" {
                p class="kind" { "Chapter " (number) }
                h1 { (title) }
                @for part in parts { (part) }
            }
        };
        let file = format!("{}.html", self.name);
        Ok(Chapter { file, title: title.to_owned(), about: paragraph.join(" "), body, theorems })
    }

    /// What stands for a directive of one line.
    fn directive(&self, directive: &str, theorems: &mut Vec<String>) -> Result<Markup, Diagnostic> {
        match directive.split_once(' ') {
            Some(("theorem", theorem)) => {
                let missing = || self.about(format!("there is no theorem {theorem}"));
                theorems.push(theorem.to_owned());
                let entry = self.shelf.by_name(theorem).ok_or_else(missing)?;
                Ok(html! {
                    (card(entry))
                    @if !entry.broken.is_empty() {
                        p class="fine to-break" { a href=(format!("{}#break", address(theorem))) { "Break " em { (title(theorem)) } } }
                    }
                })
            }
            Some(("picture", "reading")) => reading::pictures(),
            Some(("picture", name)) => {
                let missing = || self.about(format!("there is no picture {name}"));
                self.figures.named(name, None).ok_or_else(missing)
            }
            Some(("table", "growth")) => Ok(self.figures.growth_table.clone()),
            Some(("table", "thread")) => Ok(self.thread.table.clone()),
            Some(("table", "fates")) => Ok(self.thread.fates()),
            _ => Err(self.about(format!("the directive {directive} is not known"))),
        }
    }
}

/// What stands between double braces, alone on its line.
fn directive(line: &str) -> Option<&str> {
    Some(line.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim())
}

/// Whether a line is not this directive.
fn other_than(line: &str, name: &str) -> bool {
    directive(line) != Some(name)
}
