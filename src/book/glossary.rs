//! Symbols and words of the book, each in a sentence or two.

use maud::{Markup, html};

/// The symbol or word, its place in the page, what it means.
const ENTRIES: &[(&str, &str, &str)] = &[
    ("S", "training", "The training captions: a column a caption, a row a feature."),
    ("D", "edits", "The edits: a column an edit, the features of the edited caption minus those of its original."),
    (
        "g, h",
        "encoders",
        "Text encoders, as matrices over features. g is true-optimal; h is any other, often one that is built.",
    ),
    ("f, Y", "images", "The image encoder, and a batch of images as columns."),
    (
        "1",
        "identity",
        "The identity of whatever space fits, or the space of dimension 1: a map from 1 is one vector, a map from 1 to 1 a number.",
    ),
    ("A' or A⊤", "transpose", "The transpose: rows and columns exchanged."),
    (
        "A ⊕ B",
        "sum",
        "The direct sum of two spaces: vectors of A above vectors of B. Its dimension is the sum of theirs.",
    ),
    ("inl, inr", "injections", "The maps from A and from B into A ⊕ B: a vector with zeros below it, or above it."),
    (
        "fst, snd",
        "projections",
        "The maps from A ⊕ B to A and to B: the upper part of a vector, or the lower one. fst after inl is the identity, fst after inr is 0.",
    ),
    (
        "[S D]",
        "beside",
        "Two matrices side by side: a map from the direct sum, S on the upper part and D on the lower one.",
    ),
    (
        "word over a family",
        "word",
        "A product of members of a family of maps, as long as one likes, the empty one (the identity) included.",
    ),
    (
        "true-optimal",
        "true-optimal",
        "An encoder that minimises the training loss, and means everywhere what it should.",
    ),
    (
        "pseudo-optimal",
        "pseudo-optimal",
        "An encoder with the embeddings of a true-optimal one on all training captions, which errs elsewhere.",
    ),
    (
        "blind",
        "blind",
        "An encoder is blind to an edit if the edited caption has the very embedding of its original: h D = 0.",
    ),
    (
        "readout",
        "readout",
        "A row vector over features. It sees an edit d if its product with d is not 0, and is silent on training if its product with S is 0.",
    ),
    ("collapsed", "collapsed", "An edit that changes no feature: every encoder over them is blind to it."),
    (
        "identified",
        "identified",
        "An edit that is a combination of training captions: every optimal encoder agrees on it.",
    ),
    (
        "free",
        "free",
        "An edit that some readout sees which is silent on training: some optimal encoder is blind to it.",
    ),
    ("deficit", "deficit", "rank [S D] minus rank S: the least number of hard negatives that settles all the edits."),
    ("horizon", "horizon", "The depth of composed edits from which on more edits add no dimension."),
    (
        "obstruction",
        "obstruction",
        "A combination of training captions that equals one of edits and that the optimum gives a meaning: no encoder blind to those edits is optimal.",
    ),
    (
        "feature map",
        "feature-map",
        "What an encoder may read of a caption: bag of words, positions, bigrams, ordered pairs, positional pairs, whole captions.",
    ),
    ("modality gap", "gap", "A constant by which all images lie apart from all captions."),
    (
        "weight decay, ridge",
        "ridge",
        "A price on the size of an encoder, added to its loss; with squares in both, ridge regression.",
    ),
];

/// The page.
pub(super) fn body() -> Markup {
    html! {
        article {
            h1 { "Symbols and words" }
            p class="lead" { "What the pages of theorems and chapters take for granted." }
            dl class="glossary" {
                @for (name, id, meaning) in ENTRIES { dt id=(id) { (name) } dd { (meaning) } }
            }
        }
    }
}
