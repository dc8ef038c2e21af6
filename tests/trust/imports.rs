//! Which file of a crate takes names from which: read from the paths in the text, tests left out.
//!
//! A path that begins with `crate`, `super`, `self`, a child module or a name in scope is followed, through re-exports, to
//! the file that defines what it names. Methods need no import and are not seen, and names of other crates end a path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module of a crate: its file's text, and what its names stand for.
struct Module {
    file: String,
    paths: Vec<Vec<String>>,
    /// What a `use` calls each name: whole paths, `*` for all names of the module before it.
    uses: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    items: BTreeSet<String>,
}

/// The modules of a crate by their paths from its root, which is empty.
pub struct Crate(BTreeMap<Vec<String>, Module>);

impl Crate {
    /// Reads the crate whose root is this file.
    pub fn read(root: &Path) -> Crate {
        let mut found = BTreeMap::new();
        let folder = root.parent().expect("a folder").to_owned();
        let mut open = vec![(Vec::new(), root.to_owned(), folder.clone())];
        while let Some((path, file, inside)) = open.pop() {
            let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let (module, children) = module(&folder, &file, &text);
            for child in children {
                let flat = inside.join(format!("{child}.rs"));
                let file = if flat.is_file() { flat } else { inside.join(&child).join("mod.rs") };
                open.push(([path.clone(), vec![child.clone()]].concat(), file, inside.join(&child)));
            }
            found.insert(path, module);
        }
        Crate(found)
    }

    /// A crate of made texts, by module path.
    pub fn of(texts: &[(&str, &str)]) -> Crate {
        let modules = texts.iter().map(|(path, text)| {
            let steps = path.split("::").filter(|step| !step.is_empty()).map(str::to_owned).collect();
            (steps, module(Path::new(""), &PathBuf::from(path), text).0)
        });
        Crate(modules.collect())
    }

    /// How many files were read.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each file with the files that it takes names from.
    pub fn arrows(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (at, module) in &self.0 {
            let targets = arrows.entry(&module.file).or_default();
            let globs = module.globs.iter().map(|path| (path, true));
            for (path, glob) in module.paths.iter().map(|path| (path, false)).chain(globs) {
                let found = self.resolve(at, path, 0).filter(|found| found.item || glob);
                targets.extend(found.map(|found| found.file).filter(|file| *file != module.file));
            }
        }
        arrows
    }

    /// The file in which a path that stands in module `at` ends.
    fn resolve(&self, at: &[String], path: &[String], depth: usize) -> Option<Found<'_>> {
        if depth > 16 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(&[], rest, depth),
            "self" => self.walk(at, rest, depth),
            "super" => self.walk(&at[..at.len().checked_sub(1)?], rest, depth),
            _ => self.walk(at, path, depth),
        }
    }

    /// The file that defines `path`, seen from within module `at`.
    fn walk(&self, at: &[String], path: &[String], depth: usize) -> Option<Found<'_>> {
        let module = self.0.get(at)?;
        let Some((first, rest)) = path.split_first() else { return Some(Found { file: &module.file, item: false }) };
        if first == "super" {
            return self.walk(&at[..at.len().checked_sub(1)?], rest, depth);
        }
        let child = [at, std::slice::from_ref(first)].concat();
        if self.0.contains_key(&child) {
            return self.walk(&child, rest, depth);
        }
        if module.items.contains(first) {
            return Some(Found { file: &module.file, item: true });
        }
        if let Some(named) = module.uses.get(first) {
            return self.resolve(at, &[named.as_slice(), rest].concat(), depth + 1);
        }
        let here = |glob: &&Vec<String>| {
            let child = [at, &glob[..1]].concat();
            ["crate", "self", "super"].contains(&glob[0].as_str()) || self.0.contains_key(&child)
        };
        let through = |glob: &Vec<String>| self.resolve(at, &[glob.as_slice(), path].concat(), depth + 1);
        module.globs.iter().filter(here).find_map(through)
    }

    /// The circles: sets of two files or more each of which reaches all the others.
    pub fn circles(&self) -> Vec<Vec<String>> {
        circles(&self.arrows())
    }
}

/// Where a path ends.
struct Found<'a> {
    file: &'a str,
    /// An item of that file, and not the whole module.
    item: bool,
}

/// The strongly connected sets of more than one node.
pub fn circles(arrows: &BTreeMap<&str, BTreeSet<&str>>) -> Vec<Vec<String>> {
    let reached = |from: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(node) = open.pop() {
            for &next in arrows.get(node.as_str()).into_iter().flatten() {
                if seen.insert(next.to_owned()) {
                    open.push(next.to_owned());
                }
            }
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<String>> = arrows.keys().map(|&node| (node, reached(node))).collect();
    let mut found = BTreeSet::new();
    for (&node, reaches) in &all {
        let circle: Vec<String> = reaches.iter().filter(|other| all[other.as_str()].contains(node)).cloned().collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

/// A module, and the names of its children in other files.
fn module(folder: &Path, file: &Path, text: &str) -> (Module, Vec<String>) {
    let tokens = tokens(text);
    let name = file.strip_prefix(folder).unwrap_or(file).to_str().expect("UTF-8").to_owned();
    let mut module =
        Module { file: name, paths: Vec::new(), uses: BTreeMap::new(), globs: Vec::new(), items: BTreeSet::new() };
    let (mut children, mut at) = (Vec::new(), 0);
    let is = |at: usize, what: &str| tokens.get(at).is_some_and(|token| token == what);
    while let Some(token) = tokens.get(at) {
        let tested = token == "#" && tokens[at..].iter().take(7).eq(["#", "[", "cfg", "(", "test", ")", "]"]);
        if tested {
            at = past_item(&tokens, at + 7);
        } else if token == "mod" && is(at + 2, ";") {
            children.push(tokens[at + 1].clone());
            at += 3;
        } else if token == "use" {
            at = use_tree(&tokens, at + 1, &mut Vec::new(), &mut module) + 1;
        } else if word(token) && is(at + 1, "::") && !(at > 0 && is(at - 1, "::")) && !(at > 0 && is(at - 1, "$")) {
            let mut path = vec![token.clone()];
            while is(at + 1, "::") && tokens.get(at + 2).is_some_and(|next| word(next)) {
                path.push(tokens[at + 2].clone());
                at += 2;
            }
            module.paths.push(path);
            at += 1;
        } else {
            if ["fn", "struct", "enum", "trait", "type", "const", "static", "union"].contains(&token.as_str()) {
                module.items.extend(tokens.get(at + 1).filter(|name| word(name)).cloned());
            }
            at += 1;
        }
    }
    (module, children)
}

/// Past the item that begins at `at`: behind its braces, or its semicolon.
fn past_item(tokens: &[String], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(at) {
        match token.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at
}

/// Reads the tree of a `use` from `at` on; `before` is the path so far. Returns where it ends.
fn use_tree(tokens: &[String], mut at: usize, before: &mut Vec<String>, module: &mut Module) -> usize {
    let kept = before.len();
    loop {
        match tokens[at].as_str() {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens[at] != "}" {
                    at = use_tree(tokens, at, before, module);
                    at += usize::from(tokens[at] == ",");
                }
                before.truncate(kept);
                return at + 1;
            }
            "*" => {
                module.globs.push(before.clone());
                before.truncate(kept);
                return at + 1;
            }
            name => {
                before.push(name.to_owned());
                at += 1;
                if tokens[at] == "::" {
                    continue;
                }
                let mut called = name.to_owned();
                if tokens[at] == "as" {
                    called = tokens[at + 1].clone();
                    at += 2;
                }
                if name == "self" {
                    before.pop();
                    called = if called == "self" { before.last().expect("a path").clone() } else { called };
                }
                module.paths.push(before.clone());
                // A use of a name under itself (`use std;`) says nothing more.
                if before.len() > 1 || before[0] != called {
                    module.uses.insert(called, before.clone());
                }
                before.truncate(kept);
                return at;
            }
        }
    }
}

fn word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Words, `::` and single characters; comments, strings and characters are left out.
fn tokens(text: &str) -> Vec<String> {
    let (bytes, mut found, mut at) = (text.as_bytes(), Vec::new(), 0);
    let starts = |at: usize, what: &str| text[at..].starts_with(what);
    while at < bytes.len() {
        if !text.is_char_boundary(at) {
            at += 1;
        } else if starts(at, "//") {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
        } else if starts(at, "/*") {
            at += text[at..].find("*/").map_or(text.len() - at, |end| end + 2);
        } else if let Some(hashes) = raw_string(&text[at..]) {
            let quote = at + 1 + hashes;
            let end = format!("\"{}", "#".repeat(hashes));
            at = quote + 1 + text[quote + 1..].find(&end).expect("the end of a raw string") + end.len();
        } else if bytes[at] == b'"' {
            at += 1;
            while bytes[at] != b'"' {
                at += 1 + usize::from(bytes[at] == b'\\');
            }
            at += 1;
        } else if bytes[at] == b'\'' {
            at += character(&text[at..]);
        } else if starts(at, "::") {
            found.push("::".to_owned());
            at += 2;
        } else {
            let letters = text[at..].find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len() - at);
            let length = letters.max(text[at..].chars().next().map_or(1, char::len_utf8));
            if !text[at..at + length].trim().is_empty() {
                found.push(text[at..at + length].to_owned());
            }
            at += length;
        }
    }
    found
}

/// The hashes of the raw string that begins here.
fn raw_string(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('r')?;
    let hashes = rest.find(|c| c != '#')?;
    rest[hashes..].starts_with('"').then_some(hashes)
}

/// The length of the character, or of the quote of a lifetime, that begins here.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((next, _))) => next + 1 + text[next + 1..].find('\'').expect("a closing quote") + 1,
        (Some(_), Some((next, '\''))) => next + 1,
        _ => 1,
    }
}
