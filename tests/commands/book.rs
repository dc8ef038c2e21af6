//! The book: same bytes every time, well-formed, every link leads somewhere, nothing comes from a network, and the
//! exercises do what they are said to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use scotoma::book::{EXERCISES, Files, make};
use scotoma::language::{Ledger, Request, Source, parse_statement};
use scotoma::model::{Search, evaluate, refute};
use scotoma::report::Verdict;
use scotoma::terms::*;

/// Elements without content in HTML.
const VOID: [&str; 5] = ["meta", "link", "input", "br", "hr"];

/// A tag of a page: its name, its attributes, whether it closes.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    closes: bool,
    alone: bool,
}

/// The tags of a page in order. Panics, naming the place, where the text is not well-formed.
fn tags<'a>(file: &str, text: &'a str) -> Vec<Tag<'a>> {
    let mut tags = Vec::new();
    let mut rest = text.strip_prefix("<!DOCTYPE html>").unwrap_or_else(|| panic!("{file}: no document type"));
    while let Some(start) = rest.find('<') {
        assert!(
            !rest[..start].contains('>'),
            "{file}: a bare > before {}",
            &rest[start..].chars().take(60).collect::<String>()
        );
        entities(file, &rest[..start]);
        let end = rest[start..].find('>').unwrap_or_else(|| panic!("{file}: an open tag")) + start;
        let inside = &rest[start + 1..end];
        assert!(!inside.starts_with('!'), "{file}: a comment");
        let closes = inside.starts_with('/');
        let alone = inside.ends_with('/');
        let inside = inside.trim_start_matches('/').trim_end_matches('/');
        let (name, attributes) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        tags.push(Tag { name, attributes: attribute_list(file, attributes), closes, alone });
        rest = &rest[end + 1..];
        if (name, closes) == ("style", false) {
            rest = &rest[rest.find("</style>").unwrap_or_else(|| panic!("{file}: an open style"))..];
        }
    }
    tags
}

fn entities(file: &str, text: &str) {
    for part in text.split('&').skip(1) {
        let name = part.split(';').next().unwrap_or_default();
        let known = ["lt", "gt", "amp", "quot"].contains(&name) || name.starts_with('#');
        assert!(known && part.contains(';'), "{file}: a bare & before {}", part.chars().take(30).collect::<String>());
    }
}

fn attribute_list<'a>(file: &str, mut text: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut list = Vec::new();
    text = text.trim();
    while !text.is_empty() {
        let name_end = text.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(text.len());
        let (name, rest) = text.split_at(name_end);
        let (value, rest) = match rest.strip_prefix("=\"") {
            Some(rest) => rest.split_once('"').unwrap_or_else(|| panic!("{file}: an open attribute {name}")),
            None => ("", rest),
        };
        assert!(!list.iter().any(|(known, _)| *known == name), "{file}: {name} twice in one tag");
        entities(file, value);
        list.push((name, value));
        text = rest.trim_start();
    }
    list
}

fn pages(files: &Files) -> impl Iterator<Item = (&String, &str)> {
    let html = files.iter().filter(|(name, _)| name.ends_with(".html"));
    html.map(|(name, bytes)| (name, std::str::from_utf8(bytes).expect("pages are UTF-8")))
}

/// The book, made once for all tests.
fn book() -> &'static Files {
    static BOOK: OnceLock<Files> = OnceLock::new();
    BOOK.get_or_init(|| make().unwrap_or_else(|d| panic!("{d}")))
}

#[test]
fn the_book_is_well_formed_small_closed_and_the_same_every_time() {
    let files = book();
    assert!(*files == make().unwrap_or_else(|d| panic!("{d}")), "two runs differ");
    let size: usize = files.values().map(Vec::len).sum();
    println!("{} files, {size} bytes", files.len());
    assert!(size < 12_000_000, "{size}");
    let module = files["module.js"].len();
    assert!(module <= 2_500_000, "the module takes {module} bytes of a page");
    let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut links: Vec<(&str, &str)> = Vec::new();
    for (file, text) in pages(files) {
        let mut open = Vec::new();
        let own = ids.entry(file).or_default();
        let mut level = 0;
        for tag in tags(file, text) {
            if tag.closes {
                assert_eq!(open.pop(), Some(tag.name), "{file}: closing tags do not match");
                continue;
            }
            if !tag.alone && !VOID.contains(&tag.name) {
                open.push(tag.name);
            }
            assert!(!["iframe", "object", "embed", "img", "video"].contains(&tag.name), "{file}: {}", tag.name);
            // The one script of a page is the book's own, and only pages with live parts have it.
            if tag.name == "script" {
                assert_eq!(tag.attributes, [("src", "live.js"), ("defer", "")], "{file}");
                assert!(text.contains("data-live="), "{file} has a script and no live part");
            }
            if let Some(heading) = tag.name.strip_prefix('h').and_then(|n| n.parse::<usize>().ok()) {
                assert!(heading <= level + 1, "{file}: h{heading} after h{level}");
                level = heading;
            }
            for (name, value) in &tag.attributes {
                match *name {
                    "id" => assert!(own.insert(value), "{file}: the id {value} is given twice"),
                    "href" => links.push((file, value)),
                    "src" if tag.name == "script" => {}
                    "src" | "srcset" => panic!("{file}: {name}={value}"),
                    "style" => assert!(!value.contains("url"), "{file}: {value}"),
                    name => assert!(!name.starts_with("on"), "{file}: a script in {name}"),
                }
            }
        }
        assert!(open.is_empty(), "{file}: left open: {open:?}");
    }
    for (file, link) in links {
        if link == "data:," {
            continue;
        }
        assert!(!link.contains(':') && !link.starts_with("//"), "{file}: {link} leaves the book");
        let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
        let target = if path.is_empty() { file } else { path };
        assert!(files.contains_key(target), "{file}: nothing is at {link}");
        if !fragment.is_empty() {
            assert!(ids[target].contains(fragment), "{file}: no place {link}");
        }
    }
    for name in ["style.css", "font.css"] {
        let css = std::str::from_utf8(&files[name]).expect("style sheets are UTF-8");
        assert!(!css.contains("http") && !css.contains("@import"), "{name} loads something");
    }
}

#[test]
fn every_theorem_has_a_page_with_mathematics_and_every_step_a_place() {
    let files = book();
    let (_, all) = scotoma::language::check_builtin().unwrap_or_else(|d| panic!("{d}"));
    for checked in &all {
        let name = checked.theorem.statement.name();
        let text = String::from_utf8(files[&format!("{name}.html")].clone()).expect("UTF-8");
        assert!(text.contains("<math"), "{name}");
        assert!(text.contains(&checked.theorem.statement.hash().to_string()), "{name}");
        for step in 1..=checked.steps {
            assert!(text.contains(&format!("id=\"step-{step}\"")), "{name}: step {step}");
        }
        let index = String::from_utf8(files["theorems.html"].clone()).expect("UTF-8");
        assert!(index.contains(&format!("href=\"{name}.html\"")), "{name} is not listed");
    }
}

/// The verdict of checking one file on top of the shipped theorems, and what is wrong.
fn verdict(name: &str, text: &str) -> (Verdict, Vec<String>) {
    let request = Request { sources: vec![Source::new(name, text)], ..Request::default() };
    let ledger = Ledger::check(&request);
    (ledger.verdict(), ledger.diagnostics().map(|d| d.to_string()).collect())
}

#[test]
fn the_answers_hold_and_the_starters_do_not_yet() {
    let mut seen = [0, 0, 0];
    for (name, text) in EXERCISES {
        let (verdict, why) = verdict(name, text);
        if name.contains("/answers/") {
            assert_eq!(verdict, Verdict::Holds, "{name}: {why:?}");
            seen[0] += 1;
        } else {
            assert_eq!(verdict, Verdict::DoesNotHold, "{name}: {why:?}");
            assert!(!why.is_empty());
            // A conjecture is stated and not proved; a starter is a proof with a hole.
            let unproved = why.iter().all(|text| text.contains("is stated and not proved"));
            assert_eq!(unproved, name.ends_with(".thm"), "{name}: {why:?}");
            seen[if unproved { 1 } else { 2 }] += 1;
        }
    }
    println!("{seen:?} answers, conjectures, starters");
    assert_eq!(seen[0], seen[1] + seen[2], "an exercise without an answer");
    assert!(seen.iter().all(|n| *n >= 7), "{seen:?}");
}

#[test]
fn every_conjecture_of_the_exercises_has_a_counterexample() {
    for (name, text) in EXERCISES.iter().filter(|(name, _)| name.ends_with(".thm")) {
        let theorem = parse_statement(&Source::new(*name, *text)).unwrap_or_else(|d| panic!("{d}"));
        let found = refute(&theorem.statement, Search::default()).counterexample;
        let found = found.unwrap_or_else(|| panic!("{name}: no counterexample"));
        let evaluation = evaluate(&theorem.statement, &found).unwrap_or_else(|d| panic!("{d}"));
        assert!(evaluation.refutes(), "{name}");
    }
}

#[test]
fn every_answer_is_what_its_exercise_asks_and_a_granted_conclusion_is_not() {
    let mut own = 0;
    for (name, text) in EXERCISES.iter().filter(|(name, _)| !name.contains("/answers/")) {
        let answer = name.replace("exercises/", "exercises/answers/").replace(".thm", ".proof");
        let answer =
            EXERCISES.iter().find(|(known, _)| *known == answer).unwrap_or_else(|| panic!("{name}: no answer")).1;
        let asked = Source::new("asked", answer);
        let ledger =
            |text: &str| Ledger::check(&Request { sources: vec![Source::new("own", text)], ..Request::default() });
        scotoma::language::asked::hold(&ledger(answer), &asked).unwrap_or_else(|d| panic!("{name}: {d}"));
        // What is to be shown, assumed: proved, and no answer.
        let (statement, _) = answer.split_once("\nproof ").unwrap();
        let shown = statement.split_once("\nshow").unwrap().1;
        if shown.contains("exists") {
            continue;
        }
        let claim = shown.split_once(':').unwrap().1.split("--").next().unwrap().trim();
        let label = shown.split_once(':').unwrap().0.trim();
        let granted = statement.replace("\nshow", &format!("\n         cheat: {claim}\n\nshow"));
        let theorem =
            parse_statement(&Source::new("granted", granted.clone())).unwrap_or_else(|d| panic!("{name}: {d}"));
        let cheat = format!("{granted}\nproof {}\n{label}: by cheat\n", theorem.statement.name());
        let ledger = ledger(&cheat);
        assert_eq!(ledger.verdict(), Verdict::Holds, "{name}: {:?}", ledger.diagnostics().next());
        let refused = scotoma::language::asked::hold(&ledger, &asked).unwrap_err();
        assert!(refused.to_string().contains("not granted: cheat"), "{name}: {refused}");
        own += 1;
        assert!(!text.is_empty());
    }
    println!("{own} statements with their conclusion granted, none taken for an answer");
    assert!(own >= 8, "{own}");
}
