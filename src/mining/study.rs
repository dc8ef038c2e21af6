//! What composition makes of captions: their slots found, their hard negatives counted, ranks and horizon.

use std::collections::BTreeMap;

use super::horizon::{Growth, growth};
use crate::caption::{self, Category, FeatureMap, Lexicon, Operators, Tagger, Template, Tokenizer, Vocabulary, Word};
use crate::exact::Limits;
use crate::report::{Code, Diagnostic};

/// What is common to all captions of a study.
pub struct Setting<'a> {
    /// The atomic edits that are composed.
    pub operators: Operators,
    /// What an encoder reads.
    pub map: FeatureMap,
    /// Whether the edits move any word, and not concepts alone.
    pub tokens: bool,
    /// The most hard negatives of one depth that are listed to find a rank.
    pub limit: usize,
    /// Captions whose concepts are known without a tagger.
    pub lexicon: &'a dyn Lexicon,
    tagger: Tagger,
    /// Words by category, the most frequent first.
    offered: BTreeMap<Category, Vec<String>>,
}

impl<'a> Setting<'a> {
    /// A setting that offers REPLACE and ADD no words but those of the lexicon.
    pub fn new(
        operators: Operators,
        map: FeatureMap,
        tokens: bool,
        limit: usize,
        lexicon: &'a dyn Lexicon,
    ) -> Setting<'a> {
        Setting { operators, map, tokens, limit, lexicon, tagger: Tagger::new(), offered: BTreeMap::new() }
    }

    /// Offers further words.
    ///
    /// Error: [`Code::Usage`] for what is no single word, or names no concept where only concepts move.
    pub fn offer(&mut self, words: &[String]) -> Result<(), Diagnostic> {
        for word in words {
            let text = word.trim().to_lowercase();
            let category = self.category_of(&text)?;
            self.offered.entry(category).or_default().push(text);
        }
        Ok(())
    }

    /// Offers of each category the `most` frequent words of the captions.
    pub fn offer_frequent(&mut self, captions: &[String], most: usize) {
        let mut counts: BTreeMap<(Category, String), usize> = BTreeMap::new();
        for caption in captions {
            let words = self.lexicon.words(caption).unwrap_or_else(|| self.tagger.tag(caption));
            for place in caption::concepts(&words) {
                *counts.entry((words[place].category, words[place].text.clone())).or_default() += 1;
            }
        }
        let mut sorted: Vec<_> = counts.into_iter().collect();
        sorted.sort_by(|((_, a), n), ((_, b), m)| m.cmp(n).then(a.cmp(b)));
        for ((category, word), _) in sorted {
            let words = self.offered.entry(category).or_default();
            if words.len() < most {
                words.push(word);
            }
        }
    }

    /// The category of a word by itself, as it would stand in "the ... thing" or alone.
    fn category_of(&self, text: &str) -> Result<Category, Diagnostic> {
        let kinds = [Category::Noun, Category::Colour, Category::Pattern, Category::Place];
        if let Some(known) = kinds.into_iter().find(|&kind| self.lexicon.vocabulary(kind).contains(&text)) {
            return Ok(known);
        }
        let before_noun = self.tagger.tag(&format!("a {text} dog"));
        let alone = self.tagger.tag(text);
        let category = match (before_noun.get(1), alone.as_slice()) {
            (Some(before), [alone])
                if !matches!(alone.category, Category::Noun | Category::Nouns) && before.category.describes() =>
            {
                before.category
            }
            (_, [alone]) => alone.category,
            _ => return Err(Diagnostic::new(Code::Usage, format!("{text:?} is not a single word"))),
        };
        if category.concept().is_none() && !self.tokens {
            let message = format!("the word {text:?} names no object, attribute or relation");
            return Err(Diagnostic::new(Code::Usage, message)
                .help("edits of concepts put words in each other's place by kind; --slots tokens takes any word"));
        }
        Ok(category)
    }

    /// What is composed and read, in words.
    pub fn sentence(&self) -> String {
        let names = [("SWAP", self.operators.swap), ("REPLACE", self.operators.replace), ("ADD", self.operators.add)];
        let names: Vec<&str> = names.into_iter().filter(|(_, used)| *used).map(|(name, _)| name).collect();
        let moved = if self.tokens { "tokens" } else { "concepts" };
        format!("{} of {moved}, composed; an encoder that reads {}", names.join(", "), self.map.name())
    }

    /// Studies a caption.
    ///
    /// Errors: [`Code::CaptionWithoutToken`], and those of [`growth`].
    pub fn study(&self, caption: &str, limits: &Limits) -> Result<Study, Diagnostic> {
        let mut vocabulary = Vocabulary::default();
        let limit = caption::Limits::default().tokens_per_text;
        for token in Tokenizer::Words.tokenize(caption, limit)? {
            vocabulary.intern(&token);
        }
        let of_world = self.lexicon.words(caption).filter(|words| !words.is_empty());
        let known = of_world.is_some();
        let words = of_world.unwrap_or_else(|| self.tagger.tag(caption));
        if words.is_empty() {
            return Err(Diagnostic::new(Code::CaptionWithoutToken, "there is no word in the caption"));
        }
        let offered = |category: Category| -> Vec<String> {
            let of_world = self.lexicon.vocabulary(category).into_iter().filter(|_| known).map(str::to_owned);
            of_world.chain(self.offered.get(&category).into_iter().flatten().cloned()).collect()
        };
        let uses_words = self.operators.replace || self.operators.add;
        let categories: Vec<Category> = self.offered.keys().copied().chain(words.iter().map(|w| w.category)).collect();
        let all = [Category::Colour, Category::Pattern, Category::Adjective].into_iter().chain(categories);
        all.filter(|_| uses_words).flat_map(offered).for_each(|word| {
            vocabulary.intern(&word);
        });
        let numbers = |words: Vec<String>| words.iter().filter_map(|word| vocabulary.id(word)).collect::<Vec<u32>>();
        let token = |text: &str| vocabulary.id(text).unwrap_or(caption::EMPTY);
        let offers = |category: Category| if uses_words { numbers(offered(category)) } else { Vec::new() };
        let template = if self.tokens {
            let caption = words.iter().map(|word| token(&word.text)).collect();
            let further = self.offered.values().flatten().cloned().collect();
            Template::of_tokens(caption, &numbers(further), self.operators)
        } else {
            Template::of_concepts(&words, &token, &offers, self.operators)
        };
        let growth = growth(&template, self.map, self.limit, limits)?;
        let source = match (self.tokens, known) {
            (true, _) => "every token",
            (false, true) => self.lexicon.about(),
            (false, false) => "found by a part-of-speech tagger",
        };
        Ok(Study {
            caption: caption.to_owned(),
            words,
            vocabulary,
            template,
            growth,
            sentence: self.sentence(),
            source,
            map: self.map,
            known,
        })
    }
}

/// One caption and what composition makes of it.
#[derive(Clone, Debug)]
pub struct Study {
    /// The caption as it was given.
    pub caption: String,
    /// The words of the caption, each with its place and category.
    pub words: Vec<Word>,
    /// The tokens by number.
    pub vocabulary: Vocabulary,
    /// Its slots and sites.
    pub template: Template,
    /// Hard negatives, ranks and horizon.
    pub growth: Growth,
    /// What is composed and read, in words.
    pub sentence: String,
    /// How the slots were found, in words.
    pub source: &'static str,
    /// What an encoder reads.
    pub map: FeatureMap,
    /// Whether the lexicon knows the caption.
    pub known: bool,
}

impl Study {
    /// The token of a number.
    pub fn token(&self, id: u32) -> String {
        self.vocabulary.token(id).to_owned()
    }

    /// The text of a filling: the caption with its words changed, in lower case.
    pub fn spell(&self, filling: &[u32]) -> String {
        self.spelt(filling).join(" ")
    }

    /// The same as tokens.
    pub fn spelt(&self, filling: &[u32]) -> Vec<String> {
        self.template.spell(filling).into_iter().map(|token| self.token(token)).collect()
    }

    /// The slots and sites, a line each.
    pub fn slots(&self) -> Vec<String> {
        let operators = self.template.operators();
        let mut lines = Vec::new();
        for class in self.template.classes() {
            let held: Vec<String> = class.slots.iter().map(|&slot| self.words[slot].text.clone()).collect();
            let others = class.words.iter().filter(|word| !held.contains(&self.token(**word)));
            let others: Vec<String> = others.map(|&word| self.token(word)).collect();
            let or = if operators.replace && !others.is_empty() {
                format!(" (or {})", others.join(", "))
            } else {
                String::new()
            };
            lines.push(format!("{}: {}{or}", class.name, held.join(", ")));
        }
        for site in self.template.sites() {
            let words: Vec<String> = site.words.iter().map(|&word| self.token(word)).collect();
            lines.push(format!("before {}: perhaps {}", self.words[site.before].text, words.join(", ")));
        }
        lines
    }
}
