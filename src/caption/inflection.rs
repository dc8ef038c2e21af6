//! Singular and plural of nouns: one table of what no ending tells, and the endings.

/// Nouns with the plurals that no ending tells. Compounds end in them, too: "firemen".
const IRREGULAR: &[(&str, &str)] = &[
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("person", "people"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("goose", "geese"),
    ("mouse", "mice"),
    ("knife", "knives"),
    ("shelf", "shelves"),
    ("leaf", "leaves"),
    ("loaf", "loaves"),
    ("calf", "calves"),
    ("wolf", "wolves"),
    ("half", "halves"),
    ("scarf", "scarves"),
    ("hoof", "hooves"),
    ("thief", "thieves"),
    ("wife", "wives"),
];
/// Singulars that end as those plurals do.
const SINGULAR: &[&str] = &["specimen", "regimen", "abdomen", "acumen", "albumen", "bitumen"];
/// Nouns whose plural is their singular.
const INVARIABLE: &[&str] =
    &["sheep", "fish", "deer", "bison", "moose", "elk", "buffalo", "aircraft", "cattle", "oxen"];
/// Letters before an irregular noun that make a compound of it.
const COMPOUND: usize = 3;

/// Whether a noun is one thing or many without another ending.
pub(super) fn is_invariable(word: &str) -> bool {
    INVARIABLE.contains(&word)
}

/// The singular of a plural that no ending tells.
pub(super) fn irregular_singular(word: &str) -> Option<String> {
    let found = IRREGULAR.iter().find_map(|(one, many)| exchanged(word, many, one));
    found.filter(|_| !SINGULAR.contains(&word))
}

fn exchanged(word: &str, end: &str, other: &str) -> Option<String> {
    let start = word.strip_suffix(end).filter(|start| start.is_empty() || start.chars().count() >= COMPOUND)?;
    Some(format!("{start}{other}"))
}

/// What may be the singular of a word, the likeliest first.
pub(super) fn singulars(word: &str) -> Vec<String> {
    let ends = [("ves", "f"), ("ves", "fe"), ("ies", "y"), ("es", ""), ("s", "")];
    let regular = ends.iter().filter_map(|(end, other)| Some(format!("{}{other}", word.strip_suffix(end)?)));
    irregular_singular(word).into_iter().chain(regular).collect()
}

/// What may be the plural of a noun, the likeliest first.
pub(super) fn plurals(word: &str) -> Vec<String> {
    let irregular = IRREGULAR.iter().find_map(|(one, many)| exchanged(word, one, many));
    let hissing = ["s", "x", "ch", "sh"].iter().any(|end| word.ends_with(end));
    let spoken = ["ay", "ey", "oy", "uy"].iter().any(|end| word.ends_with(end));
    let regular = match word.strip_suffix('y') {
        Some(start) if !spoken => vec![format!("{start}ies")],
        _ if hissing => vec![format!("{word}es")],
        _ => vec![format!("{word}s"), format!("{word}es")],
    };
    irregular.into_iter().chain(regular).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many() {
        for (one, many) in [
            ("man", "men"),
            ("fireman", "firemen"),
            ("grandchild", "grandchildren"),
            ("bookshelf", "bookshelves"),
            ("box", "boxes"),
            ("dish", "dishes"),
            ("puppy", "puppies"),
            ("toy", "toys"),
            ("shoe", "shoes"),
            ("glove", "gloves"),
        ] {
            assert!(plurals(one).contains(&many.to_owned()), "{one}: {:?}", plurals(one));
            assert!(singulars(many).contains(&one.to_owned()), "{many}: {:?}", singulars(many));
        }
        assert_eq!(irregular_singular("specimen"), None);
        assert_eq!(irregular_singular("women").as_deref(), Some("woman"));
    }
}
