//! The teaching material, generated: static pages made from the same statements and proofs that the kernel checks.
//!
//! One page a theorem (the claim in words and in symbols, the picture of its maps, the proof step by step and on small
//! matrices, what breaks it), chapters for a reader, the blind spot seen, and what rests on what. Pages need no server and
//! no network, and are whole without scripts; every number on them is computed when they are made, and the same program
//! makes the same bytes. Where scripts run, captions, proofs and matrices can be typed: they are answered by this program
//! itself, as WebAssembly.

mod breaking;
mod chapters;
mod diagram;
mod exercises;
mod figures;
mod font;
mod glossary;
mod graph;
mod instances;
mod lists;
mod live;
mod marks;
mod math;
mod numbers;
mod page;
mod proof;
mod prose;
mod reading;
mod replay;
mod shelf;
mod sketches;
mod stories;
mod svg;
mod theorem;
mod thread;
mod whole;
mod world;

use std::collections::BTreeMap;

use crate::report::Diagnostic;
use crate::world::{World, chain};
pub use exercises::EXERCISES;
use figures::Figures;
use page::{Page, address, title};
use shelf::Shelf;
use thread::Thread;

/// The files of the book by their names; a `/` in a name is a folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Makes the book. Errors: a shipped theorem that does not hold, prose that does not parse.
pub fn make() -> Result<Files, Diagnostic> {
    let shelf = Shelf::new()?;
    let chains = chain::chains(&World::builtin())?;
    let figures = Figures::new(&chains)?;
    let thread = Thread::new()?;
    let mut chapters = chapters::read(&shelf, &figures, &thread)?;
    let told = chapters::told(&mut chapters);
    let mut files = Files::new();
    files.insert("style.css".to_owned(), include_bytes!("../../book/style.css").to_vec());
    files.insert("font.css".to_owned(), font::css());
    files.insert("font-license.txt".to_owned(), include_bytes!("../../book/fonts/LICENSE").to_vec());
    let mut pages = vec![
        Page {
            file: "index.html",
            title: "The book",
            about: "The theory of blind spots in contrastive encoders, with every proof step checked and shown on numbers",
            body: lists::index(&shelf, &chapters, &chains, &thread),
            around: (None, chapters.first().map(|c| (c.file.clone(), c.title.clone()))),
        },
        Page {
            file: "theorems.html",
            title: "Theorems",
            about: "All theorems with their claims and marks",
            body: lists::theorems(&shelf, &chapters),
            around: (None, None),
        },
        Page {
            file: "rules.html",
            title: "Rules",
            about: "The inference rules of the kernel in words",
            body: lists::rules(&shelf),
            around: (None, None),
        },
        Page {
            file: "glossary.html",
            title: "Symbols and words",
            about: "What the symbols and words of the book mean",
            body: glossary::body(),
            around: (None, None),
        },
        Page {
            file: "graph.html",
            title: "What rests on what",
            about: "The dependency graph of all theorems",
            body: graph::body(&shelf, &chapters),
            around: (None, None),
        },
    ];
    pages.push(Page {
        file: "blind-spot.html",
        title: "The blind spot seen",
        about: "Scenes, captions, and where a true-optimal and a pseudo-optimal encoder put them",
        body: world::body(&chains, &figures),
        around: (None, None),
    });
    for (index, chapter) in chapters.iter().enumerate() {
        let at = |index: Option<usize>| index.and_then(|i| chapters.get(i)).map(|c| (c.file.clone(), c.title.clone()));
        let before = at(index.checked_sub(1)).or_else(|| Some(("index.html".to_owned(), "The book".to_owned())));
        pages.push(Page {
            file: &chapter.file,
            title: &chapter.title,
            about: &chapter.about,
            body: chapter.body.clone(),
            around: (before, at(Some(index + 1))),
        });
    }
    for page in &pages {
        files.insert(page.file.to_owned(), page.bytes());
    }
    let mut whole = vec![("index.html", pages[0].body.clone())];
    whole.extend(chapters.iter().map(|c| (c.file.as_str(), c.body.clone())));
    whole.push(("blind-spot.html", world::body(&chains, &figures)));
    let mut theorems = Vec::new();
    for entry in &shelf.entries {
        let file = address(entry.name());
        let chapter = chapters.iter().find(|c| c.theorems.iter().any(|name| name == entry.name()));
        let page = Page {
            file: &file,
            title: &title(entry.name()),
            about: &page::flow(&entry.checked.theorem.comments.theorem),
            body: theorem::body(entry, &shelf, chapter.map(|c| (c.file.clone(), c.title.clone())), &told),
            around: (None, None),
        };
        files.insert(file.clone(), page.bytes());
        theorems.push((file.clone(), page.body));
    }
    whole.extend(theorems.iter().map(|(file, body)| (file.as_str(), body.clone())));
    whole.push(("rules.html", lists::rules(&shelf)));
    whole.push(("glossary.html", glossary::body()));
    files.insert("whole.html".to_owned(), whole::page(&whole));
    files.extend(exercises::files());
    files.extend(live::files());
    Ok(files)
}
