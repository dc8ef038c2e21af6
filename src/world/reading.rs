//! True-optimal encoders of the world: decode the scene exactly, then write it as integers.
//!
//! Decoding is the whole content of `optimal_encoders_exist`: whatever reads the scene off an image and whatever reads
//! it off a caption are aligned on every sample once both write the scene the same way. The way is a [`Reading`]; it
//! decides in which token features a text encoder can be linear.

use std::collections::BTreeMap;

use super::latent::{Colour, Mark, Relation, Scene, Shape};
use super::process::{caption, text_rests};
use super::scenes::World;
use crate::report::{Code, Diagnostic};

/// A way to write a scene as an integer vector: injective on scenes, all vectors of the same length (norm), so that a
/// scene's own vector is its nearest by inner product and by cosine alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reading {
    /// By place, width 8: role of cube, sphere, cone (+1 first, -1 second, 0 absent); colour of the first, colour of
    /// the second (+1 red, -1 blue); mark (plain 1 0, striped 0 1, dotted -1 0); relation (+1 on, -1 behind).
    ///
    ByPlace,
    /// By shape, width 9: roles as above; colour of the cube, of the sphere, of the cone (0 if absent); mark; relation.
    ///
    ByShape,
}

impl Reading {
    /// Every way in which the built-in captions can be read as scenes.
    pub const ALL: &'static [Reading] = &[Reading::ByPlace, Reading::ByShape];

    /// The names of the coordinates, in order.
    pub fn coordinates(self) -> &'static [&'static str] {
        match self {
            Reading::ByPlace => &[
                "role of cube",
                "role of sphere",
                "role of cone",
                "first colour",
                "second colour",
                "plain or dotted",
                "striped",
                "relation",
            ],
            Reading::ByShape => &[
                "role of cube",
                "role of sphere",
                "role of cone",
                "cube colour",
                "sphere colour",
                "cone colour",
                "plain or dotted",
                "striped",
                "relation",
            ],
        }
    }

    /// The number of coordinates.
    pub fn width(self) -> usize {
        self.coordinates().len()
    }

    /// The feature maps in which a text encoder that writes this reading of every caption of the world is linear.
    ///
    /// None is linear in a bag of words: the noun that comes first is not in the bag.
    pub fn linear_in(self) -> &'static [&'static str] {
        match self {
            Reading::ByPlace => &["positions", "ordered pairs", "positional pairs", "whole caption"],
            Reading::ByShape => &["bigrams", "positional pairs", "whole caption"],
        }
    }

    /// The scene as an integer vector of length [`Reading::width`].
    pub fn embed(self, scene: &Scene) -> Vec<i64> {
        let by_shape = |first: i64, second: i64| {
            Shape::ALL.iter().map(move |&shape| match shape {
                s if s == scene.first.shape => first,
                s if s == scene.second.shape => second,
                _ => 0,
            })
        };
        let (first, second) = (hue(scene.first.colour), hue(scene.second.colour));
        let mut vector: Vec<i64> = by_shape(1, -1).collect();
        match self {
            Reading::ByPlace => vector.extend([first, second]),
            Reading::ByShape => vector.extend(by_shape(first, second)),
        }
        vector.extend(match scene.mark {
            Mark::Plain => [1, 0],
            Mark::Striped => [0, 1],
            Mark::Dotted => [-1, 0],
        });
        vector.push(match scene.relation {
            Relation::On => 1,
            Relation::Behind => -1,
        });
        vector
    }
}

fn hue(colour: Colour) -> i64 {
    match colour {
        Colour::Red => 1,
        Colour::Blue => -1,
    }
}

/// The exact decoder of the text side, `Text -> Inv`, as a table over every caption of the world.
#[derive(Clone, Debug)]
pub struct TextDecoder {
    scenes: BTreeMap<String, Scene>,
}

impl TextDecoder {
    /// The decoder of the world's captions. That no two scenes share a caption is a property of the world, held by a test.
    pub fn of(world: &World) -> TextDecoder {
        let mut scenes = BTreeMap::new();
        for scene in world.scenes() {
            for (rest, _) in text_rests(scene) {
                scenes.insert(caption(scene, &rest), *scene);
            }
        }
        TextDecoder { scenes }
    }

    /// What the caption says; `None` if the world cannot say it.
    pub fn scene(&self, text: &str) -> Option<Scene> {
        self.scenes.get(text).copied()
    }

    /// The true-optimal embedding of a caption; `None` if the world cannot say it.
    pub fn embed(&self, reading: Reading, text: &str) -> Option<Vec<i64>> {
        self.scene(text).map(|scene| reading.embed(&scene))
    }

    /// Every caption of the world with its scene, in alphabetical order.
    pub fn captions(&self) -> impl Iterator<Item = (&str, &Scene)> {
        self.scenes.iter().map(|(text, scene)| (text.as_str(), scene))
    }
}

/// Two towers with a constant modality gap: column `i` of the image side is `f*I + c` of scene `i`, column `i` of the
/// text side is `g*T` of the same scene.
///
/// Both sides have one coordinate more than the reading: 1 for every text, and 1 + what the gap adds for every image.
/// A gap along it meets every text the same (`c'*g*S = k*ones`) and is invisible to any softmax over texts or images;
/// a gap along another coordinate is visible to the softmax over texts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TwoTowers {
    /// The scenes, one a column.
    pub scenes: Vec<Scene>,
    /// Image embeddings, one a scene, gap included.
    pub images: Vec<Vec<i64>>,
    /// Text embeddings, one a scene.
    pub texts: Vec<Vec<i64>>,
    /// The constant offset `c` of the image side.
    pub gap: Vec<i64>,
}

impl TwoTowers {
    /// True-optimal towers over `scenes`, their image side moved by `gap`, of length `reading.width() + 1` (the
    /// constant coordinate last). Error: [`Code::Usage`] for a gap of another length.
    pub fn new(reading: Reading, scenes: &[Scene], gap: Vec<i64>) -> Result<TwoTowers, Diagnostic> {
        if gap.len() != reading.width() + 1 {
            let message = format!("a modality gap here has {} coordinates, not {}", reading.width() + 1, gap.len());
            return Err(Diagnostic::new(Code::Usage, message));
        }
        let texts: Vec<Vec<i64>> = scenes.iter().map(|s| [reading.embed(s), vec![1]].concat()).collect();
        let images = texts.iter().map(|text| text.iter().zip(&gap).map(|(x, c)| x + c).collect()).collect();
        Ok(TwoTowers { scenes: scenes.to_vec(), images, texts, gap })
    }

    /// Whether the gap meets every text the same: `c'*g*S = k*ones`; returns `k`.
    pub fn invisible(&self) -> Option<i64> {
        let meet = |text: &Vec<i64>| text.iter().zip(&self.gap).map(|(x, c)| x * c).sum::<i64>();
        let k = self.texts.first().map_or(0, meet);
        self.texts.iter().all(|text| meet(text) == k).then_some(k)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn readings_are_injective_and_of_one_norm() {
        for &reading in Reading::ALL {
            let vectors: BTreeSet<Vec<i64>> = Scene::all().iter().map(|s| reading.embed(s)).collect();
            assert_eq!(vectors.len(), 144);
            assert!(vectors.iter().all(|v| v.len() == reading.width()));
            let norms: BTreeSet<i64> = vectors.iter().map(|v| v.iter().map(|x| x * x).sum()).collect();
            assert_eq!(norms.into_iter().collect::<Vec<_>>(), [6]);
        }
    }

    #[test]
    fn every_caption_says_one_scene() {
        let world = World::builtin();
        let decoder = TextDecoder::of(&world);
        let written: usize = world.scenes().iter().map(|s| text_rests(s).len()).sum();
        assert_eq!(decoder.captions().count(), written, "two scenes share a caption");
        for scene in world.scenes() {
            for (rest, _) in text_rests(scene) {
                assert_eq!(decoder.scene(&caption(scene, &rest)), Some(*scene));
            }
        }
        assert_eq!(decoder.scene("a red cube on a red cube"), None);
        assert_eq!(decoder.embed(Reading::ByPlace, ""), None);
    }

    #[test]
    fn a_gap_along_the_constant_coordinate_alone_is_invisible() {
        let scenes = World::builtin().training_scenes();
        let width = Reading::ByPlace.width();
        for along in 0..=width {
            let mut gap = vec![0; width + 1];
            gap[along] = 5;
            let towers = TwoTowers::new(Reading::ByPlace, &scenes, gap).unwrap();
            assert_eq!(towers.invisible(), (along == width).then_some(5), "{along}");
        }
        assert_eq!(TwoTowers::new(Reading::ByPlace, &scenes, vec![1]).unwrap_err().code, Code::Usage);
    }
}
