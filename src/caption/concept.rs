//! The atomic concepts of a caption: its objects, attributes and relations, found by a part-of-speech tagger.
//!
//! The tagger (english-pos-tagger: a lexicon and context rules, Penn Treebank tags) was made for running text. Captions are
//! noun phrases more often than sentences, so a few of its tags are put right here from what stands beside a word.
//! An atomic concept is a single token: of a compound noun the last word, of "in front of" nothing.

use std::ops::Range;

use super::tokenizer::words_of;

/// What a word is to the edits: words of one category can take each other's place in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Category {
    /// A singular noun that names a thing.
    Noun,
    /// A plural noun that names things.
    Nouns,
    /// A word for a colour.
    Colour,
    /// A word for a pattern.
    Pattern,
    /// Any other adjective that describes.
    Adjective,
    /// A number word above one.
    Number,
    /// A preposition of place.
    Place,
    /// A verb ending in -ing that says what a thing does.
    Doing,
    /// A verb in the third person singular that says what a thing does.
    Does,
    /// An article, a demonstrative or a possessive.
    Determiner,
    /// A noun that counts or points and names no thing: "group", "front", "picture".
    Hollow,
    /// A word that joins: "and", "or".
    Joint,
    /// Any other preposition.
    Preposition,
    /// Anything else.
    Other,
}

/// The kind of an atomic concept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConceptKind {
    /// A thing.
    Object,
    /// What a thing is like, or how many there are.
    Attribute,
    /// How things stand to each other, or what one does.
    Relation,
}

impl Category {
    /// The kind of concept that words of this category are; `None` for the words in between.
    pub fn concept(self) -> Option<ConceptKind> {
        match self {
            Category::Noun | Category::Nouns => Some(ConceptKind::Object),
            Category::Colour | Category::Pattern | Category::Adjective | Category::Number => {
                Some(ConceptKind::Attribute)
            }
            Category::Place | Category::Doing | Category::Does => Some(ConceptKind::Relation),
            _ => None,
        }
    }

    /// Whether words of this category stand before a noun and say what the thing is like.
    pub fn describes(self) -> bool {
        matches!(self, Category::Colour | Category::Pattern | Category::Adjective)
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Category::Noun => "noun",
            Category::Nouns => "plural noun",
            Category::Colour => "colour",
            Category::Pattern => "pattern",
            Category::Adjective => "adjective",
            Category::Number => "number",
            Category::Place => "preposition",
            Category::Doing => "-ing verb",
            Category::Does => "verb",
            Category::Determiner => "determiner",
            Category::Hollow => "hollow noun",
            Category::Joint => "conjunction",
            Category::Preposition => "other preposition",
            Category::Other => "other",
        }
    }
}

/// A word of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word in lower case: the token.
    pub text: String,
    /// Where it stands in the caption, in bytes.
    pub at: Range<usize>,
    /// What it is.
    pub category: Category,
    /// Whether punctuation stands between it and the word before.
    pub after_mark: bool,
}

/// Finds the concepts of captions. Making one reads the lexicon; tagging is a function of the text alone.
pub struct Tagger {
    tagger: english_pos_tagger::Tagger,
}

impl Default for Tagger {
    fn default() -> Tagger {
        Tagger::new()
    }
}

/// Prepositions of place, which say how two things stand to each other.
const PLACE: &[&str] = &[
    "above",
    "across",
    "against",
    "around",
    "at",
    "behind",
    "below",
    "beneath",
    "beside",
    "between",
    "by",
    "in",
    "inside",
    "into",
    "near",
    "on",
    "onto",
    "outside",
    "over",
    "past",
    "through",
    "under",
    "underneath",
    "atop",
    "without",
    "with",
];

/// Combinations of words that are one relation; none of their words is a concept.
pub(super) const PHRASES: &[&[&str]] = &[
    &["in", "front", "of"],
    &["on", "top", "of"],
    &["on", "the", "side", "of"],
    &["on", "the", "back", "of"],
    &["in", "the", "middle", "of"],
    &["at", "the", "top", "of"],
    &["next", "to"],
    &["close", "to"],
    &["outside", "of"],
    &["inside", "of"],
    &["out", "of"],
    &["full", "of"],
    &["lots", "of"],
    &["filled", "with"],
    &["covered", "with"],
    &["covered", "in"],
    &["made", "of"],
    &["in", "the", "background"],
    &["in", "the", "foreground"],
    &["in", "the", "distance"],
    &["at", "night"],
    &["on", "it"],
    &["in", "it"],
    &["on", "board"],
    &["looking", "at"],
];

/// Nouns that count, point or name the picture itself.
const HOLLOW: &[&str] = &[
    "object",
    "objects",
    "item",
    "items",
    "stuff",
    "group",
    "couple",
    "pair",
    "lot",
    "lots",
    "bunch",
    "front",
    "top",
    "side",
    "sides",
    "middle",
    "end",
    "back",
    "way",
    "picture",
    "pictures",
    "photo",
    "photos",
    "photograph",
    "image",
    "images",
    "view",
    "views",
    "number",
    "variety",
    "kind",
    "kinds",
    "type",
    "types",
    "piece",
    "pieces",
    "part",
    "parts",
    "something",
    "someone",
    "somebody",
    "anything",
    "everything",
    "everyone",
    "nothing",
    "background",
    "foreground",
    "distance",
    "bottom",
    "row",
    "set",
    "close",
    "up",
    "area",
    "scene",
    "right",
    "left",
    "edge",
    "corner",
    "shot",
    "closeup",
    "time",
    "day",
    "night",
    "bit",
    "collection",
    "assortment",
    "display",
    "place",
    "thing",
    "things",
    "others",
    "stack",
    "pile",
    "line",
    "herd",
    "flock",
    "slice",
    "slices",
    "half",
    "center",
    "centre",
    "ground",
    "air",
    "inside",
    "outside",
    "style",
    "color",
    "colour",
    "colors",
    "use",
    "order",
];

/// Adjectives that point, count or compare and describe nothing.
const NOT_DESCRIBING: &[&str] = &[
    "male",
    "female",
    "other",
    "same",
    "next",
    "many",
    "several",
    "few",
    "such",
    "own",
    "more",
    "most",
    "various",
    "different",
    "another",
    "first",
    "last",
    "multiple",
    "much",
    "less",
    "least",
    "top",
    "front",
    "back",
    "close",
    "able",
    "ready",
    "full",
    "certain",
    "similar",
    "single",
    "double",
    "main",
    "off",
    "due",
    "like",
    "unable",
    "alone",
    "present",
    "stainless",
    "teddy",
    "polar",
    "electric",
    "remote",
    "enough",
    "left",
    "right",
    "assorted",
    "numerous",
    "hot",
    "past",
    "half",
    "middle",
    "microwave",
];

const COLOURS: &[&str] = &[
    "red",
    "blue",
    "green",
    "yellow",
    "black",
    "white",
    "brown",
    "orange",
    "pink",
    "purple",
    "gray",
    "grey",
    "golden",
    "silver",
    "beige",
    "teal",
    "maroon",
    "turquoise",
    "violet",
    "tan",
    "blonde",
    "magenta",
];
const PATTERNS: &[&str] = &["striped", "dotted", "checkered", "plaid", "spotted", "plain", "floral", "flowered"];
const NUMBERS: &[&str] = &["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// Verbs that join a subject to what follows and depict nothing by themselves.
const LINKING: &[&str] = &[
    "is",
    "has",
    "does",
    "'s",
    "are",
    "was",
    "being",
    "having",
    "getting",
    "doing",
    "going",
    "including",
    "shows",
    "showing",
    "appears",
    "seems",
    "looks",
    "goes",
    "gets",
    "using",
    "featuring",
    "trying",
    "containing",
    "during",
    "contains",
    "consisting",
    "appearing",
    "starting",
];
const DETERMINERS: &[&str] =
    &["a", "an", "the", "this", "these", "those", "some", "his", "her", "its", "their", "another", "each"];

impl Tagger {
    /// A tagger with its built-in lexicon.
    pub fn new() -> Tagger {
        Tagger { tagger: english_pos_tagger::Tagger::new() }
    }

    /// The words of a caption, in the order and the spelling of [`Tokenizer::Words`](super::Tokenizer::Words).
    pub fn tag(&self, caption: &str) -> Vec<Word> {
        let words = words_of(caption);
        // The tagger sees the punctuation between the words, but nothing else does.
        let (mut raw, mut is_word, mut marks, mut end) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for (at, text) in &words {
            let gap: Vec<String> =
                caption[end..at.start].chars().filter(char::is_ascii_punctuation).map(String::from).collect();
            marks.push(!gap.is_empty());
            is_word.resize(raw.len() + gap.len(), false);
            raw.extend(gap);
            is_word.push(true);
            raw.push(text.clone());
            end = at.end;
        }
        let tagged = self.tagger.tag_raw_tokens(&raw).into_iter().zip(is_word).filter(|(_, is_word)| *is_word);
        let tags: Vec<String> = tagged.map(|(token, _)| token.pos.unwrap_or_default()).collect();
        let mut tagged: Vec<Word> = words
            .into_iter()
            .zip(&tags)
            .zip(marks)
            .map(|(((at, text), tag), after_mark)| Word { category: category(&text, tag), text, at, after_mark })
            .collect();
        repair(&mut tagged, &tags);
        tagged
    }
}

/// Whether a noun ends as plurals do.
fn looks_plural(word: &str) -> bool {
    const SINGULAR: &[&str] = &["ss", "us", "is", "as", "lens", "news", "ous"];
    word.ends_with('s') && !SINGULAR.iter().any(|end| word.ends_with(end))
}

/// The category by the tag and the word alone.
fn category(word: &str, tag: &str) -> Category {
    let among = |list: &[&str]| list.contains(&word);
    if among(DETERMINERS) || tag == "DT" || tag == "PRP$" {
        return Category::Determiner;
    }
    if word.contains(['\'', '\u{2019}']) || word.chars().count() < 2 || word.chars().any(|c| c.is_ascii_digit()) {
        return Category::Other;
    }
    match tag {
        _ if among(NUMBERS) => Category::Number,
        "JJ" | "NN" if among(COLOURS) => Category::Colour,
        "JJ" | "NN" | "VBN" | "VBD" if among(PATTERNS) => Category::Pattern,
        "CC" => Category::Joint,
        "IN" if among(PLACE) => Category::Place,
        "IN" | "TO" => Category::Preposition,
        _ if tag.starts_with("NN") && among(HOLLOW) => Category::Hollow,
        "NNS" | "NNPS" => Category::Nouns,
        // "boarders": an unknown word is a singular noun to the tagger.
        "NN" | "NNP" if looks_plural(word) => Category::Nouns,
        "NN" | "NNP" => Category::Noun,
        "JJ" if among(NOT_DESCRIBING) || among(HOLLOW) => Category::Other,
        "JJ" => Category::Adjective,
        "VBG" if !among(LINKING) => Category::Doing,
        "VBZ" if !among(LINKING) => Category::Does,
        _ if among(PLACE) && tag == "RP" => Category::Place,
        _ => Category::Other,
    }
}

/// Puts right what a tagger of sentences gets wrong in captions.
fn repair(words: &mut [Word], tags: &[String]) {
    use Category::*;
    for i in 0..words.len() {
        let before = i.checked_sub(1).map(|j| words[j].category).filter(|_| !words[i].after_mark);
        let after = words.get(i + 1).filter(|next| !next.after_mark).map(|next| next.category);
        let like = |category: Option<Category>| category.is_some_and(Category::describes);
        let described = like(before) || matches!(before, Some(Determiner | Number | Place | Preposition));
        words[i].category = match words[i].category {
            // "two bears sitting", "with sprinkles": a verb does not stand where a noun has to.
            Does if like(before) || matches!(before, Some(Number | Place | Preposition)) => Nouns,
            Does if matches!(after, Some(Doing)) || tags.get(i + 1).is_some_and(|tag| tag == "VBN") => Nouns,
            // "a living room": not what the room does.
            Doing if described && matches!(after, Some(Noun | Nouns | Hollow)) => Other,
            Doing if like(before) || matches!(before, Some(Determiner)) => Other,
            // "an orange": the thing and not its colour.
            Colour
                if !like(after)
                    && !matches!(after, Some(Noun | Nouns | Hollow | Joint))
                    && before == Some(Determiner) =>
            {
                Noun
            }
            // "the open": nothing to describe.
            Adjective | Pattern if !like(after) && !matches!(after, Some(Noun | Nouns)) => Other,
            other => other,
        };
    }
    for i in 0..words.len() {
        for phrase in PHRASES {
            let Some(part) = words.get_mut(i..i + phrase.len()) else { continue };
            if part.iter().zip(*phrase).all(|(word, text)| word.text == *text) {
                part.iter_mut().for_each(|word| word.category = Other);
            }
        }
    }
}

/// The places of the atomic concepts among the words: every word with a kind, of a compound noun the last one.
pub fn concepts(words: &[Word]) -> Vec<usize> {
    let noun = |i: usize| {
        words.get(i).is_some_and(|w: &Word| matches!(w.category, Category::Noun | Category::Nouns | Category::Hollow))
    };
    (0..words.len())
        .filter(|&i| words[i].category.concept().is_some())
        .filter(|&i| !(noun(i) && noun(i + 1) && !words[i + 1].after_mark))
        .collect()
}

/// Captions whose concepts are known, so that no tagger has to find them.
pub trait Lexicon {
    /// The words of a caption; `None` if it is not one of these.
    fn words(&self, caption: &str) -> Option<Vec<Word>>;
    /// All words of a category.
    fn vocabulary(&self, category: Category) -> Vec<&'static str>;
    /// What to say where a caption is one of these.
    fn about(&self) -> &'static str;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(caption: &str) -> String {
        let words = Tagger::new().tag(caption);
        let shown = concepts(&words).into_iter().map(|i| format!("{}/{}", words[i].text, words[i].category.name()));
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn concepts_of_captions() {
        assert_eq!(
            shown("A red cube on a blue sphere."),
            "red/colour, cube/noun, on/preposition, blue/colour, sphere/noun"
        );
        assert_eq!(
            shown("Two stuffed teddy bears sitting in a living room, next to an old tennis racket"),
            "two/number, bears/plural noun, sitting/-ing verb, in/preposition, room/noun, old/adjective, racket/noun"
        );
        assert_eq!(shown("A group of people in front of the picture"), "people/plural noun");
        assert_eq!(
            shown("An orange on a striped white plate"),
            "orange/noun, on/preposition, striped/pattern, white/colour, plate/noun"
        );
        assert_eq!(shown(""), "");
        assert_eq!(shown("!!! 12 ... ' \u{0} \u{1f600}"), "");
    }
}
