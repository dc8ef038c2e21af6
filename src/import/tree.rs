//! A file of records as a tree, in the order of the file: JSON, JSON Lines, tables.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value whose objects keep their order and whose numbers stay as they were written, as far as reading them tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// `null`, or an empty cell.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, in decimal digits.
    Number(String),
    /// A text, or a cell of a table.
    Text(String),
    /// An array.
    List(Vec<Tree>),
    /// An object.
    Object(Vec<(String, Tree)>),
    /// A line of a table, by its columns.
    Line(Vec<(String, Tree)>),
}

impl Tree {
    /// The text of a leaf; `None` for lists, objects and null.
    pub fn leaf(&self) -> Option<String> {
        match self {
            Tree::Bool(value) => Some(value.to_string()),
            Tree::Number(text) | Tree::Text(text) => Some(text.clone()),
            Tree::Null | Tree::List(_) | Tree::Object(_) | Tree::Line(_) => None,
        }
    }

    /// The parts of a list or an object, each with its index or key.
    pub fn parts(&self) -> Vec<(String, &Tree)> {
        match self {
            Tree::List(parts) => parts.iter().enumerate().map(|(index, part)| (index.to_string(), part)).collect(),
            Tree::Object(parts) | Tree::Line(parts) => parts.iter().map(|(key, part)| (key.clone(), part)).collect(),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) => Vec::new(),
        }
    }

    /// The part with this key or index. In the line of a table a number that names no column counts them from 0.
    pub fn part(&self, name: &str) -> Option<&Tree> {
        let at = || name.parse::<usize>().ok();
        let keyed = |parts: &'_ [(String, Tree)]| parts.iter().position(|(key, _)| key == name);
        match self {
            Tree::List(parts) => parts.get(at()?),
            Tree::Object(parts) => parts.get(keyed(parts)?).map(|(_, part)| part),
            Tree::Line(parts) => parts.get(keyed(parts).or_else(at)?).map(|(_, part)| part),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Number(value.to_string()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Tree::List(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = map.next_entry()? {
            parts.push(part);
        }
        Ok(Tree::Object(parts))
    }
}
