//! A caption as words that can be put for others: spelling, spacing, capitals and articles.

use std::ops::Range;

use crate::caption::concept::{Category, Tagger};
use crate::caption::edit::{Span, SpanRole};

/// A word with what stands before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// In lower case.
    pub text: String,
    /// As it is written.
    pub surface: String,
    pub category: Category,
    /// Whether punctuation stands between it and the word before.
    pub after_mark: bool,
    /// Whether an edit has made something here, or nothing may: quotes, hyphens, names.
    pub touched: bool,
    gap: String,
}

/// A caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub words: Vec<Placed>,
    tail: String,
}

/// Words put for a range of words, which may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub at: Range<usize>,
    pub new: Vec<(String, Category)>,
    pub role: SpanRole,
}

/// Marks that make one word of two, or name something: what is beside them is left alone.
const BINDING: &[char] = &['-', '\u{2010}', '\u{2011}', '\u{2012}', '/', '&', '@', '#', '_', '+', '*'];
const QUOTES: &[char] =
    &['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}', '`', '(', ')', '[', ']', '\u{2018}'];

impl Sentence {
    pub fn of(caption: &str, tagger: &Tagger) -> Sentence {
        let (mut words, mut end) = (Vec::new(), 0);
        for word in tagger.tag(caption) {
            let (gap, surface) = (caption[end..word.at.start].to_owned(), caption[word.at.clone()].to_owned());
            end = word.at.end;
            let (category, after_mark) = (word.category, word.after_mark);
            words.push(Placed { text: word.text, surface, category, after_mark, touched: false, gap });
        }
        let mut sentence = Sentence { words, tail: caption[end..].to_owned() };
        sentence.fix();
        sentence
    }

    /// Marks as touched what must not be: words that a mark binds to others, words in quotes and brackets, names.
    fn fix(&mut self) {
        let count = self.words.len();
        let mut quoted = false;
        for at in 0..count {
            let gap = self.words[at].gap.clone();
            let bound = |gap: &str| gap.contains(BINDING) || gap.contains(['\'', '\u{2019}']);
            let mark = gap.contains(QUOTES);
            // Text in quotes, and the rest of a caption whose quotes are not closed.
            quoted ^= gap.chars().filter(|c| QUOTES.contains(c)).count() % 2 == 1;
            if mark || bound(&gap) {
                self.words[at.saturating_sub(1)].touched |= bound(&gap);
                self.words[at].touched = true;
            }
            let capital = self.words[at].surface.chars().any(char::is_uppercase);
            let begins = at == 0 || gap.contains(['.', '!', '?']);
            let shouted = self.words[at].surface.chars().skip(1).any(char::is_uppercase);
            self.words[at].touched |= quoted || shouted || capital && !begins;
        }
        if self.tail.contains(BINDING) {
            self.words.iter_mut().last().into_iter().for_each(|word| word.touched = true);
        }
        // "THE BIG DOG", "A West 32nd Sign": where most words are names, nothing is known to be none.
        let capitals = self.words.iter().skip(1).filter(|w| w.surface.starts_with(char::is_uppercase)).count();
        if 3 * capitals > count {
            self.words.iter_mut().for_each(|word| word.touched = true);
        }
    }

    /// The words in lower case.
    pub fn tokens(&self) -> Vec<String> {
        self.words.iter().map(|word| word.text.clone()).collect()
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let words = self.words.iter().flat_map(|word| [word.gap.as_str(), word.surface.as_str()]);
        words.chain([self.tail.as_str()]).collect()
    }

    /// Whether a range can be changed.
    pub fn is_free(&self, at: &Range<usize>) -> bool {
        self.words.get(at.clone()).is_some_and(|words| words.iter().all(|word| !word.touched))
    }

    /// A change that takes the article before it along, where that has to become another.
    pub fn change(&self, at: Range<usize>, new: Vec<(String, Category)>, role: SpanRole) -> Change {
        let plain = Change { at: at.clone(), new: new.clone(), role };
        let Some(before) = at.start.checked_sub(1).map(|i| &self.words[i]) else { return plain };
        let marked = self.words.get(at.start).is_some_and(|word| word.after_mark);
        let (Some((first, _)), false) = (new.first(), marked) else { return plain };
        match before.text.as_str() {
            "a" | "an" if article(first) != before.text => {
                let article = (article(first).to_owned(), Category::Determiner);
                Change { at: at.start - 1..at.end, new: [article].into_iter().chain(new).collect(), role }
            }
            _ => plain,
        }
    }

    /// The sentence after changes, in order and apart, and where each stands before and after.
    pub fn changed(&self, changes: &[Change]) -> (Sentence, Vec<Span>) {
        let capital = self.words.first().is_some_and(|word| word.surface.starts_with(char::is_uppercase));
        let (mut words, mut spans, mut at): (Vec<Placed>, _, _) = (Vec::new(), Vec::new(), 0);
        for change in changes {
            words.extend(self.words[at..change.at.start].iter().cloned());
            let start = words.len();
            let opening = self.words.get(change.at.start).map(|word| (word.gap.clone(), word.after_mark));
            for (k, (text, category)) in change.new.iter().enumerate() {
                let (gap, after_mark) = opening.clone().filter(|_| k == 0).unwrap_or((" ".to_owned(), false));
                let (text, surface) = (text.clone(), text.clone());
                words.push(Placed { text, surface, category: *category, after_mark, touched: true, gap });
            }
            spans.push(Span { role: change.role, before: change.at.clone(), after: start..words.len() });
            at = change.at.end;
            if let Some(next) = self.words.get(at).filter(|_| change.at.is_empty()) {
                // What was added takes the place, and with it the gap, of the word that follows.
                words.push(Placed { gap: " ".to_owned(), after_mark: false, ..next.clone() });
                at += 1;
            }
        }
        words.extend(self.words[at..].iter().cloned());
        // Only the first word of a sentence owes its capital to its place.
        let moved = words.first().is_some_and(|first| Some(&first.surface) != self.words.first().map(|w| &w.surface));
        if capital && moved {
            words
                .iter_mut()
                .skip(1)
                .filter(|word| Some(&**word).map(|w| &w.surface) == self.words.first().map(|w| &w.surface))
                .take(1)
                .for_each(|word| word.surface = word.text.clone());
            words[0].surface = capitalised(&words[0].surface);
        }
        (Sentence { words, tail: self.tail.clone() }, exchanged(spans))
    }
}

/// Of two spans that are exchanged each stands where the other did.
fn exchanged(mut spans: Vec<Span>) -> Vec<Span> {
    let place = |role| move |span: &Span| span.role == role;
    let left = spans.iter().position(place(SpanRole::Left));
    let right = spans.iter().position(place(SpanRole::Right));
    if let (Some(left), Some(right)) = (left, right) {
        let after = spans[left].after.clone();
        spans[left].after = std::mem::replace(&mut spans[right].after, after);
    }
    spans
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The indefinite article of a phrase.
pub(super) fn article(phrase: &str) -> &'static str {
    if begins_with_vowel(phrase) { "an" } else { "a" }
}

/// Whether a word begins with a vowel as it is spoken.
fn begins_with_vowel(word: &str) -> bool {
    const SPOKEN_WITH_CONSONANT: &[&str] = &["uni", "use", "usu", "eur", "one", "once", "ute", "uti", "ufo", "ukulele"];
    const SILENT: &[&str] = &["hour", "honest", "honor", "heir", "xray"];
    let begins = |list: &[&str]| list.iter().any(|start| word.starts_with(start));
    begins(SILENT) || (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !begins(SPOKEN_WITH_CONSONANT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(caption: &str, at: Range<usize>, new: &str) -> String {
        let sentence = Sentence::of(caption, &Tagger::new());
        let new = new.split_whitespace().map(|word| (word.to_owned(), Category::Noun)).collect();
        sentence.changed(&[sentence.change(at, new, SpanRole::Replaced)]).0.text()
    }

    #[test]
    fn capitals_spaces_marks_and_articles() {
        let caption = "Dogs, two of them, near a cat.";
        assert_eq!(after(caption, 0..1, "tabby cats"), "Tabby cats, two of them, near a cat.");
        assert_eq!(after(caption, 6..6, "red"), "Dogs, two of them, near a red cat.");
        assert_eq!(after(caption, 0..0, "red"), "Red dogs, two of them, near a cat.");
        assert_eq!(after(caption, 7..7, "and a dog"), "Dogs, two of them, near a cat and a dog.");
        assert_eq!(after(caption, 6..7, "owl"), "Dogs, two of them, near an owl.");
        assert_eq!(after("An owl", 1..2, "dog"), "A dog");
    }

    #[test]
    fn what_is_bound_quoted_or_a_name_is_left_alone() {
        let free = |caption: &str| -> Vec<String> {
            let words = Sentence::of(caption, &Tagger::new()).words;
            words.into_iter().filter(|word| !word.touched).map(|word| word.text).collect()
        };
        assert_eq!(free("a 10-year-old boy in a T-shirt"), ["a", "boy", "in", "a"]);
        assert_eq!(free("THE BIG DOG"), [""; 0]);
        assert_eq!(free("a \"stop\" sign next to a \u{201c}yield now\u{201d} sign"), ["a", "next", "to", "a"]);
        assert_eq!(
            free("A dog under a Korea Way sign in a red bus."),
            ["a", "dog", "under", "a", "sign", "in", "a", "red", "bus"]
        );
    }

    #[test]
    fn articles() {
        let vowels = ["apple", "hour", "umbrella", "orange"];
        let consonants = ["unicycle", "one", "dog", "house", "european"];
        assert!(vowels.iter().all(|word| article(word) == "an") && consonants.iter().all(|word| article(word) == "a"));
    }
}
