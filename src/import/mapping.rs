//! A benchmark as a row of data: where in its files captions, negatives and the rest stand.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::path::{Path, Step};
use crate::report::{Code, Diagnostic};

/// The shipped mappings, by the name of the benchmark.
const SHIPPED: &str = include_str!("benchmarks.json");

/// Where the parts of a record stand.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// What the mapping is called: a benchmark, or the file that it was read from.
    pub name: String,
    /// What it is, for people; may be empty.
    pub about: String,
    /// Where the records of a JSON file are; of lines and tables each is one.
    pub records: Vec<Step>,
    /// The caption, or several.
    pub caption: Path,
    /// The negative, or several; absent where a file has captions alone.
    pub negative: Option<Path>,
    /// What else goes along, by its name in the output: `id`, `operator`, `image`, `negative_image`, `paraphrase`.
    pub along: BTreeMap<&'static str, Path>,
    /// Which records count.
    pub keep: Option<Keep>,
    /// Whether the captions of a record go with its negatives one by one, instead of one caption with all.
    pub zip: bool,
}

/// A condition on a record.
#[derive(Clone, Debug)]
pub struct Keep {
    /// The value that is compared.
    pub value: Path,
    /// How.
    pub compared: Comparison,
    /// With what.
    pub with: Value,
}

/// A comparison: of numbers by size, of anything else for equality.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Comparison {
    /// Equal.
    #[serde(rename = "==")]
    Equal,
    /// Different.
    #[serde(rename = "!=")]
    Different,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// More than.
    #[serde(rename = ">")]
    More,
    /// Less than.
    #[serde(rename = "<")]
    Less,
}

/// A mapping as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    about: Option<String>,
    records: Option<String>,
    caption: String,
    negative: Option<String>,
    id: Option<String>,
    operator: Option<String>,
    image: Option<String>,
    negative_image: Option<String>,
    paraphrase: Option<String>,
    keep: Option<(String, Comparison, Value)>,
    pair: Option<Pairing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Pairing {
    Zip,
}

impl Mapping {
    /// The mapping in the text of a file: one JSON object. Error: [`Code::MappingInvalid`].
    pub fn parse(name: &str, text: &str) -> Result<Mapping, Diagnostic> {
        let written = serde_json::from_str(text).map_err(|error| invalid(name, &error.to_string()))?;
        Mapping::of(name, written)
    }

    /// The shipped mapping for a benchmark; `None` if there is none of this name.
    pub fn shipped(name: &str) -> Option<Mapping> {
        shipped().into_iter().find(|mapping| mapping.name == name)
    }

    fn of(name: &str, written: Written) -> Result<Mapping, Diagnostic> {
        let path = |text: &str| text.parse::<Path>().map_err(|error| invalid(name, &error));
        let records = match written.records.as_deref().map(path).transpose()? {
            None => Vec::new(),
            Some(Path::Into(steps)) => steps,
            Some(_) => return Err(invalid(name, "records are found by keys and indices")),
        };
        let parts = [
            ("id", written.id),
            ("operator", written.operator),
            ("image", written.image),
            ("negative_image", written.negative_image),
            ("paraphrase", written.paraphrase),
        ];
        let mut along = BTreeMap::new();
        for (part, text) in parts {
            if let Some(text) = text {
                along.insert(part, path(&text)?);
            }
        }
        let keep: Option<Result<Keep, Diagnostic>> =
            written.keep.map(|(value, compared, with)| Ok(Keep { value: path(&value)?, compared, with }));
        Ok(Mapping {
            name: name.to_owned(),
            about: written.about.unwrap_or_default(),
            records,
            caption: path(&written.caption)?,
            negative: written.negative.as_deref().map(path).transpose()?,
            along,
            keep: keep.transpose()?,
            zip: matches!(written.pair, Some(Pairing::Zip)),
        })
    }
}

/// All shipped mappings, by name.
pub fn shipped() -> Vec<Mapping> {
    // Shipped data is held by a test; a broken entry would be left out and found there.
    let written: BTreeMap<String, Value> = serde_json::from_str(SHIPPED).unwrap_or_default();
    written.into_iter().filter_map(|(name, value)| Mapping::parse(&name, &value.to_string()).ok()).collect()
}

impl Comparison {
    /// Whether `left` stands so to `right`; numbers are compared by size, other values only for equality.
    pub fn holds(self, left: &str, right: &Value) -> bool {
        let number = |text: &str| text.parse::<f64>().ok();
        let right = right.as_str().map_or_else(|| right.to_string(), str::to_owned);
        match (number(left), number(&right)) {
            (Some(a), Some(b)) => match self {
                Comparison::Equal => a == b,
                Comparison::Different => a != b,
                Comparison::AtLeast => a >= b,
                Comparison::AtMost => a <= b,
                Comparison::More => a > b,
                Comparison::Less => a < b,
            },
            _ => match self {
                Comparison::Equal => left == right,
                Comparison::Different => left != right,
                Comparison::AtLeast | Comparison::AtMost | Comparison::More | Comparison::Less => false,
            },
        }
    }
}

fn invalid(name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(Code::MappingInvalid, format!("the mapping {name} is not one: {what}"))
        .help("a mapping is an object with caption and negative, each a path such as caption or options.1:")
}
