//! What a user should know of how texts were cut into tokens.

use std::sync::LazyLock;

use regex::Regex;

use super::{Tokenized, Tokenizer};
use crate::report::plural;

/// How many tokens of a text CLIP sees: 77, less the two that mark its beginning and its end.
const CLIP_SEES: usize = 75;

/// Letters of scripts that are written without spaces between words.
static UNSPACED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2}")
        .expect("the constant pattern is well formed")
});

/// Pairs that CLIP cannot tell apart since they differ past its limit, and words of scripts that do not part them.
pub fn remarks(tokens: &Tokenized) -> Vec<String> {
    let remark = match tokens.tokenizer {
        Tokenizer::Clip => {
            let pairs = tokens.captions.iter().zip(&tokens.negatives);
            let cut = pairs.filter(|(a, b)| a != b && seen(a) == seen(b)).count();
            (cut > 0).then(|| {
                let pairs = plural(cut, "pair");
                format!("{pairs} differ only after the {CLIP_SEES} tokens that CLIP sees of a text")
            })
        }
        Tokenizer::Words => {
            let unspaced: Vec<bool> = tokens.vocabulary.tokens().iter().map(|token| UNSPACED.is_match(token)).collect();
            let touched = |text: &&Vec<u32>| text.iter().any(|&token| unspaced[token as usize]);
            let captions = tokens.captions.iter().filter(touched).count();
            (captions > 0).then(|| {
                let captions = plural(captions, "caption");
                format!(
                    "{captions} in a script without spaces: a token is a whole stretch of letters there; cut such texts into words \
                     elsewhere and read them with --tokenizer spaces"
                )
            })
        }
        _ => None,
    };
    remark.into_iter().collect()
}

fn seen(tokens: &[u32]) -> &[u32] {
    &tokens[..tokens.len().min(CLIP_SEES)]
}
