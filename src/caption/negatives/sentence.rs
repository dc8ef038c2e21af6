//! A caption as words that can be moved about: spelling, spacing, capitals and articles.

use crate::caption::concept::{Category, Tagger};
use crate::caption::edit::Step;

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
    /// Whether an edit has moved, made or removed something here.
    pub touched: bool,
    gap: String,
}

/// A caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sentence {
    pub words: Vec<Placed>,
    tail: String,
}

impl Sentence {
    pub fn of(caption: &str, tagger: &Tagger) -> Sentence {
        let (mut words, mut end) = (Vec::new(), 0);
        for word in tagger.tag(caption) {
            let (gap, surface) = (caption[end..word.at.start].to_owned(), caption[word.at.clone()].to_owned());
            end = word.at.end;
            let (category, after_mark) = (word.category, word.after_mark);
            words.push(Placed { text: word.text, surface, category, after_mark, touched: false, gap });
        }
        Sentence { words, tail: caption[end..].to_owned() }
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

    /// The sentence after a step, the words that it moved or made marked as touched; `None` if it does not fit.
    pub fn edited(&self, step: &Step<String>) -> Option<Sentence> {
        let made: Vec<Placed> = match step {
            Step::Swap { .. } | Step::Remove { .. } => Vec::new(),
            Step::Replace { new, .. } | Step::Add { new, .. } => new.iter().map(|word| Placed::new(word)).collect(),
        };
        let capital = self.words.first().is_some_and(|word| word.surface.starts_with(char::is_uppercase));
        let gaps: Vec<(String, bool)> = self.words.iter().map(|word| (word.gap.clone(), word.after_mark)).collect();
        let mut words = self.words.clone();
        // Only the first word of a sentence owes its capital to its place.
        if let Some(first) =
            words.first_mut().filter(|word| capital && !word.surface.chars().skip(1).any(char::is_uppercase))
        {
            first.surface = first.text.clone();
        }
        let moved = match step {
            Step::Swap { left, right } => Step::Swap { left: left.clone(), right: right.clone() },
            Step::Replace { old, .. } => Step::Replace { old: old.clone(), new: made },
            Step::Add { at, .. } => Step::Add { at: *at, new: made },
            Step::Remove { old } => Step::Remove { old: old.clone() },
        };
        let mut words = moved.apply(&words)?;
        for span in moved.spans() {
            words.get_mut(span.after)?.iter_mut().for_each(|word| word.touched = true);
        }
        space(&mut words, &gaps, step);
        if let Some(first) = words.first_mut().filter(|_| capital) {
            first.surface = capitalised(&first.surface);
        }
        Some(Sentence { words, tail: self.tail.clone() })
    }

    /// Whether every "a" and "an" that an edit concerns suits what follows it.
    pub fn articles_agree(&self) -> bool {
        self.words.windows(2).all(|pair| match pair[0].text.as_str() {
            "a" => pair[1].after_mark || !(pair[0].touched || pair[1].touched) || !begins_with_vowel(&pair[1].text),
            "an" => pair[1].after_mark || !(pair[0].touched || pair[1].touched) || begins_with_vowel(&pair[1].text),
            _ => true,
        })
    }
}

impl Placed {
    fn new(text: &str) -> Placed {
        Placed {
            text: text.to_owned(),
            surface: text.to_owned(),
            category: Category::Other,
            after_mark: false,
            touched: true,
            gap: " ".to_owned(),
        }
    }
}

/// Gives the words back the spaces and marks of their places: what stood before a word that stays, or before a span that was
/// exchanged or replaced, stays where it was.
fn space(words: &mut [Placed], gaps: &[(String, bool)], step: &Step<String>) {
    let plain = (" ".to_owned(), false);
    let mut placed: Vec<(String, bool)> = Vec::with_capacity(words.len());
    let spans = match step {
        Step::Swap { left, right } => vec![(left.clone(), right.len()), (right.clone(), left.len())],
        Step::Replace { old, new } => vec![(old.clone(), new.len())],
        Step::Add { at, new } => vec![(*at..*at, new.len())],
        Step::Remove { old } => vec![(old.clone(), 0)],
    };
    let mut at = 0;
    for (old, length) in spans {
        placed.extend(gaps.iter().take(old.start).skip(at).cloned());
        let added = old.is_empty();
        at = old.end;
        for k in 0..length {
            let kept = if k == 0 { gaps.get(old.start) } else { None };
            placed.push(kept.cloned().unwrap_or_else(|| plain.clone()));
        }
        // What was added takes the place, and with it the gap, of the word that follows.
        if added && at < gaps.len() {
            placed.push(plain.clone());
            at += 1;
        }
    }
    placed.extend(gaps.iter().skip(at).cloned());
    for (word, (gap, after_mark)) in words.iter_mut().zip(placed) {
        (word.gap, word.after_mark) = (gap, after_mark);
    }
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
pub(super) fn begins_with_vowel(word: &str) -> bool {
    const SPOKEN_WITH_CONSONANT: &[&str] = &["uni", "use", "usu", "eur", "one", "once", "ute", "uti", "ufo", "ukulele"];
    const SILENT: &[&str] = &["hour", "honest", "honor", "heir", "xray"];
    let begins = |list: &[&str]| list.iter().any(|start| word.starts_with(start));
    begins(SILENT) || (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !begins(SPOKEN_WITH_CONSONANT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(caption: &str, step: Step<String>) -> String {
        Sentence::of(caption, &Tagger::new()).edited(&step).unwrap().text()
    }

    #[test]
    fn capitals_spaces_and_marks_stay_in_their_places() {
        let caption = "Dogs, two of them, near a Cat.";
        assert_eq!(after(caption, Step::Swap { left: 0..1, right: 6..7 }), "Cat, two of them, near a dogs.");
        assert_eq!(
            after(caption, Step::Replace { old: 0..1, new: vec!["tabby".into(), "cats".into()] }),
            "Tabby cats, two of them, near a Cat."
        );
        assert_eq!(after(caption, Step::Add { at: 6, new: vec!["red".into()] }), "Dogs, two of them, near a red Cat.");
        assert_eq!(after(caption, Step::Add { at: 0, new: vec!["red".into()] }), "Red dogs, two of them, near a Cat.");
        assert_eq!(after(caption, Step::Add { at: 7, new: vec!["and".into()] }), "Dogs, two of them, near a Cat and.");
        assert!(Sentence::of("a b", &Tagger::new()).edited(&Step::Add { at: 3, new: vec![] }).is_none());
    }

    #[test]
    fn articles() {
        let vowels = ["apple", "hour", "umbrella", "orange"];
        let consonants = ["unicycle", "one", "dog", "house", "european"];
        assert!(
            vowels.iter().all(|word| begins_with_vowel(word)) && !consonants.iter().any(|word| begins_with_vowel(word))
        );
        let sentence = Sentence::of("A dog near an cat", &Tagger::new());
        assert!(sentence.articles_agree(), "what the author wrote is left alone");
        let edited = sentence.edited(&Step::Replace { old: 1..2, new: vec!["owl".into()] }).unwrap();
        assert!(!edited.articles_agree());
    }
}
