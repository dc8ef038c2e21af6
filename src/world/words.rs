//! The words of the built-in world: its captions' concepts are its latents.

use super::{Article, Colour, Mark, Relation, Shape};
use crate::caption::tokenizer::words_of;
use crate::caption::{Category, Lexicon, Word};

/// The patterns that have a word in captions.
fn marks() -> impl Iterator<Item = Mark> {
    Mark::ALL.iter().copied().filter(|mark| *mark != Mark::Plain)
}

/// The captions of the built-in world and their words.
pub struct WorldLexicon;

impl Lexicon for WorldLexicon {
    fn vocabulary(&self, category: Category) -> Vec<&'static str> {
        match category {
            Category::Noun => Shape::ALL.iter().map(|shape| shape.word()).collect(),
            Category::Colour => Colour::ALL.iter().map(|colour| colour.word()).collect(),
            Category::Pattern => marks().map(Mark::word).collect(),
            Category::Place => Relation::ALL.iter().map(|relation| relation.word()).collect(),
            _ => Vec::new(),
        }
    }

    fn words(&self, caption: &str) -> Option<Vec<Word>> {
        let mut words = Vec::new();
        for (at, text) in words_of(caption) {
            let is = |mut known: &mut dyn Iterator<Item = &'static str>| Iterator::any(&mut known, |word| word == text);
            let category = if is(&mut Shape::ALL.iter().map(|shape| shape.word())) {
                Category::Noun
            } else if is(&mut Colour::ALL.iter().map(|colour| colour.word())) {
                Category::Colour
            } else if is(&mut marks().map(|mark| mark.word())) {
                Category::Pattern
            } else if is(&mut Relation::ALL.iter().map(|relation| relation.word()).chain(["atop"])) {
                Category::Place
            } else if is(&mut Article::ALL.iter().map(|article| article.word())) {
                Category::Determiner
            } else {
                return None;
            };
            words.push(Word { text, at, category, after_mark: false });
        }
        Some(words)
    }

    fn about(&self) -> &'static str {
        "known: a caption of the built-in world"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caption::ConceptKind;
    use crate::world::World;

    #[test]
    fn the_world_knows_its_own_concepts() {
        let words = WorldLexicon.words("a striped red cube atop a blue sphere").unwrap();
        let kinds: Vec<_> = words.iter().filter_map(|w| w.category.concept()).collect();
        use ConceptKind::{Attribute as A, Object as O, Relation as R};
        assert_eq!(kinds, [A, A, O, R, A, O]);
        assert_eq!(WorldLexicon.words("a green cube"), None);
        for caption in World::builtin().training_captions() {
            assert!(WorldLexicon.words(&caption).is_some(), "{caption}");
        }
    }
}
