//! The built-in world: its scenes, what training leaves out, the edits of its captions, and samples of it.

use std::collections::BTreeSet;

use num_integer::Integer;
use num_rational::Rational64;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::latent::{Colour, ImageRest, Mark, Relation, Scene, Shape, TextRest, Wording};
use super::process::{caption, image_rests, next_token, text_rests};
use super::render::{Raster, render};

/// A composition that no training caption describes. Edits of training captions into a scene with it are *free* under
/// the feature maps named (constant feature included), *identified* under the others; a SWAP is *collapsed* under
/// bag of words whatever is held out, and edits into training captions are identified under every other map.
///
/// | held out | free under |
/// |---|---|
/// | [`HeldOut::Dotted`] | every feature map |
/// | [`HeldOut::ConeSecond`] | every feature map but bag of words |
/// | [`HeldOut::StripedBlue`] | positions, bigrams, positional pairs, whole caption |
/// | [`HeldOut::BlueThenRed`] | ordered pairs, positional pairs, whole caption |
/// | [`HeldOut::OneScene`] | whole caption |
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HeldOut {
    /// A word that training never uses.
    Dotted,
    /// A noun that training never puts second.
    ConeSecond,
    /// Two words that training never puts side by side.
    StripedBlue,
    /// Two colours that training never has in this order.
    BlueThenRed,
    /// One scene, every pair of whose words training has in its places.
    OneScene,
}

impl HeldOut {
    /// Every held-out composition.
    pub const ALL: &'static [HeldOut] =
        &[HeldOut::Dotted, HeldOut::ConeSecond, HeldOut::StripedBlue, HeldOut::BlueThenRed, HeldOut::OneScene];

    /// What is held out, in words.
    pub fn sentence(self) -> &'static str {
        match self {
            HeldOut::Dotted => "nothing is dotted",
            HeldOut::ConeSecond => "a cone is never the second object",
            HeldOut::StripedBlue => "nothing striped is blue",
            HeldOut::BlueThenRed => "blue first with red second does not occur",
            HeldOut::OneScene => "a plain blue cone is never behind a blue cube",
        }
    }

    /// Whether the scene has the composition.
    pub fn covers(self, scene: &Scene) -> bool {
        let colours = (scene.first.colour, scene.second.colour);
        match self {
            HeldOut::Dotted => scene.mark == Mark::Dotted,
            HeldOut::ConeSecond => scene.second.shape == Shape::Cone,
            HeldOut::StripedBlue => scene.mark == Mark::Striped && scene.first.colour == Colour::Blue,
            HeldOut::BlueThenRed => colours == (Colour::Blue, Colour::Red),
            HeldOut::OneScene => {
                let shapes = (scene.first.shape, scene.second.shape);
                (scene.mark, scene.relation) == (Mark::Plain, Relation::Behind)
                    && shapes == (Shape::Cone, Shape::Cube)
                    && colours == (Colour::Blue, Colour::Blue)
            }
        }
    }
}

/// An edit operator on the atomic concepts of a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// Two concepts of a kind change places.
    Swap,
    /// One concept gives way to another of its kind.
    Replace,
    /// A concept is added.
    Add,
}

/// A caption and a hard negative made from it by one edit, with what each of the two says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorldEdit {
    /// The operator by which the negative comes from its caption.
    pub operator: Operator,
    /// What it was applied to: `nouns`, `colours`, `first colour`, ...
    pub slot: &'static str,
    /// A training caption.
    pub caption: String,
    /// The edited caption: what the world would say of the edited scene with the same style.
    pub negative: String,
    /// What `caption` says.
    pub scene: Scene,
    /// What `negative` says.
    pub edited_scene: Scene,
    /// Whether `negative` is no training caption.
    pub held_out: bool,
}

/// One draw from the world: the latents and the two observations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// The invariant latent.
    pub scene: Scene,
    /// The image-dependent and image-private latents.
    pub image_rest: ImageRest,
    /// The caption that describes the scene.
    pub caption: String,
    /// The scene, drawn.
    pub image: Raster,
}

/// The built-in world.
#[derive(Clone, Debug)]
pub struct World {
    scenes: Vec<Scene>,
}

impl World {
    /// The world of two objects of three shapes in two colours, perhaps with a pattern, on or behind each other.
    pub fn builtin() -> World {
        World { scenes: Scene::all() }
    }

    /// The 144 scenes, in a fixed order; all are equally likely.
    pub fn scenes(&self) -> &[Scene] {
        &self.scenes
    }

    /// The scenes without any held-out composition.
    pub fn training_scenes(&self) -> Vec<Scene> {
        let trained = |scene: &&Scene| !HeldOut::ALL.iter().any(|composition| composition.covers(scene));
        self.scenes.iter().filter(trained).copied().collect()
    }

    /// The captions of the training scenes, each scene in every style that it admits; distinct, in a fixed order.
    pub fn training_captions(&self) -> Vec<String> {
        self.training_pairs().into_iter().map(|(_, _, text)| text).collect()
    }

    /// The training captions with what they say: scene, text-side rest, caption.
    pub fn training_pairs(&self) -> Vec<(Scene, TextRest, String)> {
        let styles =
            |scene: Scene| text_rests(&scene).into_iter().map(move |(rest, _)| (scene, rest, caption(&scene, &rest)));
        self.training_scenes().into_iter().flat_map(styles).collect()
    }

    /// Every single SWAP, REPLACE and ADD edit of every training caption, in a fixed order.
    ///
    /// SWAP exchanges the nouns, or the colours where they differ; REPLACE changes one colour, one noun (to the shape
    /// that the scene does not have) or the relation; ADD gives a plain first object a pattern.
    pub fn edited_pairs(&self) -> Vec<WorldEdit> {
        let training = self.training_pairs();
        let known: BTreeSet<&str> = training.iter().map(|(_, _, text)| text.as_str()).collect();
        let mut pairs = Vec::new();
        for (scene, rest, text) in &training {
            for (operator, slot, edited_scene) in edits(scene) {
                let negative = caption(&edited_scene, &style_after(&edited_scene, rest));
                let held_out = !known.contains(negative.as_str());
                pairs.push(WorldEdit {
                    operator,
                    slot,
                    caption: text.clone(),
                    negative,
                    scene: *scene,
                    edited_scene,
                    held_out,
                });
            }
        }
        pairs
    }

    /// Draws `count` observations; the same seed gives the same draws.
    ///
    /// The scene is drawn first, the caption token by token given it ([`next_token`]), the image rest given it.
    pub fn sample(&self, seed: u64, count: usize) -> Vec<Observation> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|_| self.draw(&mut rng)).collect()
    }

    fn draw(&self, rng: &mut ChaCha8Rng) -> Observation {
        let scene = self.scenes[rng.random_range(0..self.scenes.len())];
        let mut tokens = Vec::new();
        while let Some(token) = choose(&next_token(&scene, &tokens), rng) {
            tokens.push(token);
        }
        let image_rest = choose(&image_rests(&scene), rng);
        Observation { scene, image_rest, caption: tokens.join(" "), image: render(&scene, &image_rest) }
    }
}

/// Draws from a law of positive probabilities that sum to 1, without rounding.
fn choose<T: Copy>(law: &[(T, Rational64)], rng: &mut ChaCha8Rng) -> T {
    let unit = law.iter().fold(1, |unit, (_, p)| unit.lcm(p.denom()));
    let mut left = rng.random_range(0..unit);
    let mut chosen = law[0].0;
    for (outcome, p) in law {
        chosen = *outcome;
        let share = (p * unit).to_integer();
        if left < share {
            break;
        }
        left -= share;
    }
    chosen
}

/// The style of a caption after its scene was edited: the article stays, the wording stays if it can.
fn style_after(edited: &Scene, rest: &TextRest) -> TextRest {
    let wording = if edited.relation == Relation::On { rest.wording } else { Wording::Usual };
    TextRest { wording, article: rest.article }
}

/// Every scene that is one edit away, with the operator and what it was applied to.
fn edits(scene: &Scene) -> Vec<(Operator, &'static str, Scene)> {
    let mut found = Vec::new();
    let mut edit = |operator, slot, change: &dyn Fn(&mut Scene)| {
        let mut edited = *scene;
        change(&mut edited);
        if edited != *scene {
            found.push((operator, slot, edited));
        }
    };
    edit(Operator::Swap, "nouns", &|s| std::mem::swap(&mut s.first.shape, &mut s.second.shape));
    edit(Operator::Swap, "colours", &|s| std::mem::swap(&mut s.first.colour, &mut s.second.colour));
    edit(Operator::Replace, "first colour", &|s| s.first.colour = other_colour(s.first.colour));
    edit(Operator::Replace, "second colour", &|s| s.second.colour = other_colour(s.second.colour));
    edit(Operator::Replace, "first noun", &|s| s.first.shape = third_shape(scene));
    edit(Operator::Replace, "second noun", &|s| s.second.shape = third_shape(scene));
    edit(Operator::Replace, "relation", &|s| s.relation = other_relation(s.relation));
    if scene.mark == Mark::Plain {
        edit(Operator::Add, "striped", &|s| s.mark = Mark::Striped);
        edit(Operator::Add, "dotted", &|s| s.mark = Mark::Dotted);
    }
    found
}

fn other_colour(colour: Colour) -> Colour {
    match colour {
        Colour::Red => Colour::Blue,
        Colour::Blue => Colour::Red,
    }
}

fn other_relation(relation: Relation) -> Relation {
    match relation {
        Relation::On => Relation::Behind,
        Relation::Behind => Relation::On,
    }
}

/// The shape that the scene does not have.
fn third_shape(scene: &Scene) -> Shape {
    let taken = [scene.first.shape, scene.second.shape];
    Shape::ALL.iter().copied().find(|shape| !taken.contains(shape)).unwrap_or(scene.first.shape)
}
