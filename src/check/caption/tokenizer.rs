//! From text to tokens. Whether an edit is exact depends on the tokenizer, so there are few, and they are
//! simple enough to be reproduced elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use instant_clip_tokenizer::Token;
use regex::Regex;

use super::clean;
use crate::report::{Code, Diagnostic};

/// How a text is cut into tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tokenizer {
    /// Unicode words: the text lower-cased (full Unicode mapping, every ς as σ), then the leftmost longest matches of
    /// `[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`. Hyphens separate, inner apostrophes do not.
    /// Punctuation is no token, and a character that is not in Unicode 13.0 counts as a space. (With each mark as a token of its own, all of SugarCrepe has 17,097 positions features in place
    /// of 16,832, and the spans of training and edits meet in 124 dimensions in place of 146: a full stop keeps them apart.)
    #[default]
    Words,
    /// The byte-pair encoding of OpenAI's CLIP, without its begin and end markers and without its limit of
    /// 77 tokens, of the text as CLIP cleans it: Unicode and HTML entities repaired, white space and case made one. Text that
    /// was decoded in the wrong encoding, which CLIP repairs by a guess, is refused.
    Clip,
    /// Tokens that were made elsewhere, as they are, with spaces (or tabs and line ends) between them.
    Spaces,
}

static WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*").expect("the constant pattern is well formed")
});

/// What is no character in Unicode 13.0, the version of the oldest Python that the second checker runs on.
static LATER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\P{Age=13.0}").expect("the constant pattern is well formed"));

/// The text in lower case, a space for every character that Unicode 13.0 does not have and each sigma like every other, wherever
/// it stands: the tokens of a text do not depend on the version that a library happens to know.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    LATER.replace_all(text, " ").to_lowercase().replace('ς', "σ")
}

/// The words of a text with their places in it, in bytes: the tokens of [`Tokenizer::Words`].
pub fn words_of(text: &str) -> Vec<(std::ops::Range<usize>, String)> {
    WORDS.find_iter(text).map(|word| (word.range(), word.as_str().to_lowercase())).collect()
}

/// The longest stretch without white space that is given to the byte-pair encoder, in bytes: merging takes
/// quadratic time in the length of a word.
const LONGEST_CLIP_WORD: usize = 4096;

impl fmt::Display for Tokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Tokenizer {
    /// The name used on the command line and in certificates.
    pub fn name(self) -> &'static str {
        match self {
            Tokenizer::Words => "words",
            Tokenizer::Clip => "clip",
            Tokenizer::Spaces => "spaces",
        }
    }

    /// The tokens of `text`, in order; none if the text has none.
    ///
    /// A token of [`Tokenizer::Clip`] is shown as CLIP's vocabulary shows it, `cat</w>` at the end of a
    /// word and `ca` inside one; a token that is only a part of a character is shown as `<id:123>`.
    /// Different tokens have different names.
    ///
    /// Errors: [`Code::CaptionTooLong`] above `limit` tokens, or for a word of more than 4096 bytes
    /// under [`Tokenizer::Clip`].
    pub fn tokenize(self, text: &str, limit: usize) -> Result<Vec<String>, Diagnostic> {
        let mut tokens = Vec::new();
        self.each_token(text, limit, |token| tokens.push(token.to_owned()))?;
        Ok(tokens)
    }

    /// Calls `found` with the tokens of `text` in order, as [`Tokenizer::tokenize`] gives them and with its errors, at most
    /// `limit` of them.
    pub fn each_token(self, text: &str, limit: usize, found: impl FnMut(&str)) -> Result<(), Diagnostic> {
        let more = match self {
            Tokenizer::Words => {
                let lower = lower(text);
                let mut words = WORDS.find_iter(&lower).map(|word| word.as_str());
                words.by_ref().take(limit).for_each(found);
                words.next().is_some()
            }
            Tokenizer::Clip => {
                let ids = clip_ids(&cleaned(text)?)?;
                ids.iter().take(limit).map(|id| CLIP.name(*id)).for_each(found);
                ids.len() > limit
            }
            Tokenizer::Spaces => {
                let mut words = text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
                words.by_ref().take(limit).for_each(found);
                words.next().is_some()
            }
        };
        if more {
            return Err(Diagnostic::new(Code::CaptionTooLong, format!("a caption has more than {limit} tokens")));
        }
        Ok(())
    }
}

/// CLIP's encoder and the printable names of its tokens, indexed by token id.
struct Clip {
    encoder: instant_clip_tokenizer::Tokenizer,
    names: Vec<String>,
}

static CLIP: LazyLock<Clip> = LazyLock::new(|| {
    let encoder = instant_clip_tokenizer::Tokenizer::new();
    let mut taken = std::collections::HashSet::new();
    let mut names = Vec::new();
    while let Some(token) = Token::from_u16(names.len() as u16, &encoder) {
        let id = token.to_u16();
        let shown = match encoder.decode([token]) {
            text if text.ends_with(' ') => format!("{}</w>", text.trim_end()),
            text => text,
        };
        let readable = !shown.contains(|c: char| c == '\u{fffd}' || c.is_whitespace() || c.is_control());
        let name = if readable && !taken.contains(&shown) { shown } else { format!("<id:{id}>") };
        taken.insert(name.clone());
        names.push(name);
    }
    Clip { encoder, names }
});

impl Clip {
    fn name(&self, id: u16) -> &str {
        &self.names[usize::from(id)]
    }
}

fn cleaned(text: &str) -> Result<String, Diagnostic> {
    clean::clip(text).ok_or_else(|| {
        let message = format!("{} seems to be decoded in the wrong encoding", super::shown(text));
        Diagnostic::new(Code::TextMisread, message)
            .help("CLIP would repair it by a guess that is not made here; repair the text (ftfy does it in Python)")
    })
}

/// The ids of CLIP's byte-pair encoding of a lower-cased text.
fn clip_ids(lower: &str) -> Result<Vec<u16>, Diagnostic> {
    if let Some(word) = lower.split_whitespace().find(|word| word.len() > LONGEST_CLIP_WORD) {
        let length = word.len();
        let message = format!("a word of {length} bytes is too long for the byte-pair encoder");
        return Err(Diagnostic::new(Code::CaptionTooLong, message)
            .help(format!("words of up to {LONGEST_CLIP_WORD} bytes are encoded; try the words tokenizer")));
    }
    let mut tokens = Vec::new();
    CLIP.encoder.encode(lower, &mut tokens);
    Ok(tokens.into_iter().map(Token::to_u16).collect())
}

/// Tokens numbered by first appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    tokens: Vec<String>,
    ids: HashMap<String, u32>,
}

impl Vocabulary {
    /// How many different tokens there are.
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there is no token.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The token with a number; an unknown number gives the empty text.
    pub fn token(&self, id: u32) -> &str {
        self.tokens.get(id as usize).map_or("", String::as_str)
    }

    /// The number of a token, if it occurs.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// All tokens in the order of their numbers.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The number of a token, given out now if the token is new.
    pub fn intern(&mut self, token: &str) -> u32 {
        if let Some(&id) = self.ids.get(token) {
            return id;
        }
        let id = self.tokens.len() as u32;
        self.tokens.push(token.to_owned());
        self.ids.insert(token.to_owned(), id);
        id
    }
}

/// A data set cut into tokens, each a number in the vocabulary.
///
/// Numbers are given by first appearance over the captions of all pairs, then the negatives of all pairs,
/// then the further training captions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokenized {
    /// The tokenizer that cut the texts.
    pub tokenizer: Tokenizer,
    /// All tokens.
    pub vocabulary: Vocabulary,
    /// The tokens of the caption of each pair, in the order of [`Dataset::pairs`](super::Dataset::pairs).
    pub captions: Vec<Vec<u32>>,
    /// The tokens of the negative of each pair, in the same order.
    pub negatives: Vec<Vec<u32>>,
    /// The tokens of each further training caption, in the order of [`Dataset::train`](super::Dataset::train).
    pub train: Vec<Vec<u32>>,
}

impl Tokenized {
    /// All texts in the fixed order: captions, negatives, training captions.
    pub fn texts(&self) -> impl Iterator<Item = &[u32]> {
        self.captions.iter().chain(&self.negatives).chain(&self.train).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Tokenizer::Words.tokenize(text, 100).unwrap()
    }

    fn clip(text: &str) -> Vec<String> {
        Tokenizer::Clip.tokenize(text, 100).unwrap()
    }

    #[test]
    fn words_are_lower_cased_and_keep_inner_apostrophes() {
        assert_eq!(
            words("It's a RED-and-white box, '90s style’s."),
            ["it's", "a", "red", "and", "white", "box", "90s", "style’s"]
        );
        assert_eq!(words("ΌΔΟΣ e\u{301}tude 3½ 東京"), ["όδοσ", "e\u{301}tude", "3½", "東京"]);
        assert_eq!(words("... -- ''"), [""; 0]);
    }

    #[test]
    fn clip_tokens_carry_the_names_of_its_vocabulary() {
        assert_eq!(clip("Hello Båstad!!!"), ["hello</w>", "b", "å", "stad</w>", "!!!</w>"]);
        assert_eq!(clip_ids("a person riding a motorcycle").unwrap(), [320, 2533, 6765, 320, 10297]);
        assert_eq!(clip("..."), ["...</w>"]);
        assert_eq!(clip(" \t\n"), [""; 0]);
    }

    #[test]
    fn spaces_keep_tokens_as_they_are() {
        assert_eq!(
            Tokenizer::Spaces.tokenize("  The ▁cat##s\t, </w>\n東京 ", 9).unwrap(),
            ["The", "▁cat##s", ",", "</w>", "東京"]
        );
    }

    #[test]
    fn clip_names_are_distinct() {
        let names: std::collections::HashSet<_> = CLIP.names.iter().collect();
        assert_eq!((names.len(), CLIP.names.len()), (49408, 49408));
    }

    #[test]
    fn length_limits_are_exact() {
        assert_eq!(Tokenizer::Words.tokenize("a b c", 3).unwrap().len(), 3);
        assert_eq!(Tokenizer::Words.tokenize("a b c d", 3).unwrap_err().code, Code::CaptionTooLong);
        assert_eq!(Tokenizer::Clip.tokenize("a b c d", 3).unwrap_err().code, Code::CaptionTooLong);
        assert_eq!(Tokenizer::Spaces.tokenize("a b c", 3).unwrap().len(), 3);
        assert_eq!(Tokenizer::Spaces.tokenize("a b c d", 3).unwrap_err().code, Code::CaptionTooLong);
        assert!(Tokenizer::Clip.tokenize(&"x".repeat(LONGEST_CLIP_WORD), 5000).is_ok());
        let error = Tokenizer::Clip.tokenize(&"x".repeat(LONGEST_CLIP_WORD + 1), 5000).unwrap_err();
        assert_eq!(error.code, Code::CaptionTooLong);
    }
}
