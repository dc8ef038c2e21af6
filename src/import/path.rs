//! Where a value stands in a record: keys and indices joined by dots.

use std::str::FromStr;

use super::tree::Tree;

/// A path into a record, or a word about where the record stands.
///
/// `caption`, `1.POS.*` and `options.1:` go into the record (`*` is every part, `A:` every part from A on, counted from 0);
/// `@key` is the key or number of the record, `@file` the name of its file without extension, `@path` the file with
/// its folders; `=text` is the text itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Steps into the record.
    Into(Vec<Step>),
    /// `@key`.
    Key,
    /// `@file`.
    File,
    /// `@path`.
    FilePath,
    /// `=text`.
    Constant(String),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key or an index.
    Part(String),
    /// Every part from this one on.
    From(usize),
}

impl Path {
    /// Whether the first step is a number.
    pub fn counts(&self) -> bool {
        let Path::Into(steps) = self else { return false };
        match steps.first() {
            Some(Step::Part(name)) => name.parse::<usize>().is_ok(),
            Some(Step::From(_)) => true,
            None => false,
        }
    }
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Path, String> {
        if let Some(constant) = text.strip_prefix('=') {
            return Ok(Path::Constant(constant.to_owned()));
        }
        match text {
            "@key" => return Ok(Path::Key),
            "@file" => return Ok(Path::File),
            "@path" => return Ok(Path::FilePath),
            _ if text.starts_with('@') => return Err(format!("{text} is none of @key, @file, @path")),
            _ => {}
        }
        text.split('.').map(step).collect::<Result<_, _>>().map(Path::Into)
    }
}

fn step(text: &str) -> Result<Step, String> {
    match text.strip_suffix(':').map(str::parse) {
        Some(Ok(first)) => Ok(Step::From(first)),
        Some(Err(_)) => Err(format!("{text} should be a number and a colon, as in 1:")),
        None if text == "*" => Ok(Step::From(0)),
        None if text.is_empty() => Err("a path has no empty steps".to_owned()),
        None => Ok(Step::Part(text.to_owned())),
    }
}

/// What stands at the end of `steps` below `tree`, each with the last key or index on the way.
pub fn find<'a>(tree: &'a Tree, steps: &[Step]) -> Vec<(String, &'a Tree)> {
    let mut found = vec![(String::new(), tree)];
    for step in steps {
        found = found
            .into_iter()
            .flat_map(|(_, tree)| match step {
                Step::Part(name) => tree.part(name).map(|part| (name.clone(), part)).into_iter().collect(),
                Step::From(first) => tree.parts().into_iter().skip(*first).collect::<Vec<_>>(),
            })
            .collect();
    }
    found
}
