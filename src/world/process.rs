//! The laws of the built-in world: which rest goes with a scene how often, and a caption token by token.
//!
//! Every probability is an exact rational. A caption is a process: the next token is drawn from the scene and the
//! tokens before it ([`next_token`]). Unrolled, it is the function `T` of the text-side latents ([`caption`]): where
//! the process leaves a choice, the text-dependent or the text-private latent is that choice.

use num_rational::Rational64;

use super::latent::{Article, ImageRest, Light, Mark, Pose, Relation, Scene, Shape, TextRest, Wording};

/// A finite distribution: the outcomes of positive probability, which sums to 1.
pub type Law<T> = Vec<(T, Rational64)>;

/// The number of tokens of a caption, the pattern's word not counted: article, colour, noun, relation, article, colour, noun.
const SLOTS: usize = 7;

/// The word that stands for the relation.
fn relation_word(relation: Relation, wording: Wording) -> &'static str {
    match (relation, wording) {
        (Relation::On, Wording::Synonym) => "atop",
        _ => relation.word(),
    }
}

/// The law of the next token given the scene and the tokens before it; `None` ends the caption.
///
/// Empty if `before` is not the beginning of any caption of the scene. The first article is free; the second repeats
/// the first, so that a token depends on tokens before it and not on the scene alone.
pub fn next_token(scene: &Scene, before: &[&str]) -> Law<Option<&'static str>> {
    let mut law = vec![(None, Rational64::from_integer(1))];
    for at in 0..=before.len() {
        law = token_at(scene, &before[..at]);
        let follows = |token: &&str| law.iter().any(|(t, _)| *t == Some(*token));
        if at < before.len() && !follows(&before[at]) {
            return Vec::new();
        }
    }
    law
}

/// The law of the token at place `before.len()`, the tokens before it being right.
fn token_at(scene: &Scene, before: &[&str]) -> Law<Option<&'static str>> {
    let marked = usize::from(scene.mark != Mark::Plain);
    let certain = |word| vec![(Some(word), Rational64::from_integer(1))];
    if before.len() == 1 && marked == 1 {
        return certain(scene.mark.word());
    }
    // The caption without the pattern's word has fixed places.
    let slot = if before.len() > 1 { before.len() - marked } else { before.len() };
    match slot {
        0 => articles().into_iter().map(|(article, p)| (Some(article.word()), p)).collect(),
        1 => certain(scene.first.colour.word()),
        2 => certain(scene.first.shape.word()),
        3 => wordings(scene).into_iter().map(|(w, p)| (Some(relation_word(scene.relation, w)), p)).collect(),
        4 => certain(if before.first() == Some(&"a") { "a" } else { "the" }),
        5 => certain(scene.second.colour.word()),
        6 => certain(scene.second.shape.word()),
        _ => vec![(None, Rational64::from_integer(1))],
    }
}

/// Text-private: the article, the same law in every scene.
fn articles() -> Law<Article> {
    vec![(Article::A, Rational64::new(2, 3)), (Article::The, Rational64::new(1, 3))]
}

/// Text-dependent: the wording given the scene. Only `on` has a synonym, and it is likelier where something is on a cube.
fn wordings(scene: &Scene) -> Law<Wording> {
    let synonym = match (scene.relation, scene.second.shape) {
        (Relation::Behind, _) => return vec![(Wording::Usual, Rational64::from_integer(1))],
        (Relation::On, Shape::Cube) => Rational64::new(1, 2),
        (Relation::On, _) => Rational64::new(1, 4),
    };
    vec![(Wording::Usual, Rational64::from_integer(1) - synonym), (Wording::Synonym, synonym)]
}

/// Image-dependent: the pose given the scene. A sphere cannot tilt; what is on something tilts more easily.
fn poses(scene: &Scene) -> Law<Pose> {
    let tilted = match (scene.first.shape, scene.relation) {
        (Shape::Sphere, _) => return vec![(Pose::Upright, Rational64::from_integer(1))],
        (_, Relation::On) => Rational64::new(1, 3),
        (_, Relation::Behind) => Rational64::new(1, 6),
    };
    vec![(Pose::Upright, Rational64::from_integer(1) - tilted), (Pose::Tilted, tilted)]
}

/// Image-private: the lamp, the same law in every scene.
fn lights() -> Law<Light> {
    vec![(Light::Dim, Rational64::new(1, 2)), (Light::Bright, Rational64::new(1, 2))]
}

/// The law of the text-side rest given the scene: 2 or 4 outcomes.
pub fn text_rests(scene: &Scene) -> Law<TextRest> {
    product(&wordings(scene), &articles(), |wording, article| TextRest { wording, article })
}

/// The law of the image-side rest given the scene: 2 or 4 outcomes.
pub fn image_rests(scene: &Scene) -> Law<ImageRest> {
    product(&poses(scene), &lights(), |pose, light| ImageRest { pose, light })
}

fn product<A: Copy, B: Copy, C>(left: &Law<A>, right: &Law<B>, both: impl Fn(A, B) -> C) -> Law<C> {
    let pairs = left.iter().flat_map(|&(a, p)| right.iter().map(move |&(b, q)| (a, b, p * q)));
    pairs.map(|(a, b, p)| (both(a, b), p)).collect()
}

/// The generator `T : Inv x Tdp x Tpr -> Text`: the token process with its choices made by the latents.
///
/// A rest that the scene does not admit (a synonym for `behind`) is read as the usual wording.
pub fn caption(scene: &Scene, rest: &TextRest) -> String {
    let mut tokens: Vec<&'static str> = Vec::with_capacity(SLOTS + 1);
    loop {
        let law = token_at(scene, &tokens);
        let chosen = [rest.article.word(), relation_word(scene.relation, rest.wording)];
        let of_latents = law.iter().find(|(token, _)| token.is_some_and(|t| chosen.contains(&t)));
        match of_latents.or(law.first()) {
            Some((Some(token), _)) => tokens.push(token),
            _ => return tokens.join(" "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Every caption of the scene that the token process can write, with the product of its conditional probabilities.
    fn paths(scene: &Scene) -> BTreeMap<String, Rational64> {
        let mut open = vec![(Vec::<&'static str>::new(), Rational64::from_integer(1))];
        let mut done = BTreeMap::new();
        while let Some((tokens, p)) = open.pop() {
            for (token, q) in next_token(scene, &tokens) {
                match token {
                    None => *done.entry(tokens.join(" ")).or_insert(Rational64::from_integer(0)) += p * q,
                    Some(token) => open.push(([tokens.as_slice(), &[token]].concat(), p * q)),
                }
            }
        }
        done
    }

    #[test]
    fn the_unrolled_process_has_the_law_of_the_token_process() {
        for scene in Scene::all() {
            let mut unrolled = BTreeMap::new();
            for (rest, p) in text_rests(&scene) {
                *unrolled.entry(caption(&scene, &rest)).or_insert(Rational64::from_integer(0)) += p;
            }
            assert_eq!(paths(&scene), unrolled, "{scene:?}");
            assert_eq!(unrolled.values().sum::<Rational64>(), Rational64::from_integer(1));
            assert_eq!(image_rests(&scene).iter().map(|(_, p)| p).sum::<Rational64>(), Rational64::from_integer(1));
        }
    }

    #[test]
    fn a_token_depends_on_the_tokens_before_it_and_wrong_beginnings_have_no_next_token() {
        let scene = Scene::all()[0];
        let said = caption(&scene, &TextRest { wording: Wording::Usual, article: Article::A });
        let tokens: Vec<&str> = said.split(' ').collect();
        assert_eq!(tokens.len(), SLOTS);
        assert_eq!(next_token(&scene, &tokens[..4]), vec![(Some("a"), Rational64::from_integer(1))]);
        let other: Vec<&str> = [&["the"], &tokens[1..4]].concat();
        assert_eq!(next_token(&scene, &other), vec![(Some("the"), Rational64::from_integer(1))]);
        assert_eq!(next_token(&scene, &tokens), vec![(None, Rational64::from_integer(1))]);
        assert!(next_token(&scene, &["a", "green"]).is_empty());
        assert!(next_token(&scene, &[tokens.as_slice(), &["cube"]].concat()).is_empty());
    }

    #[test]
    fn the_dependent_latents_depend_on_the_scene_and_the_private_ones_do_not() {
        let supports =
            |f: &dyn Fn(&Scene) -> usize| Scene::all().iter().map(f).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(supports(&|s| wordings(s).len()).len(), 2);
        assert_eq!(supports(&|s| poses(s).len()).len(), 2);
        let article_law =
            |s: &Scene| text_rests(s).iter().filter(|(r, _)| r.article == Article::A).map(|(_, p)| p).sum();
        assert!(Scene::all().iter().all(|s| Rational64::new(2, 3) == article_law(s)));
    }
}
