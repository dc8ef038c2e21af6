//! The latents of the built-in world: what is in a scene, and what only one modality adds.

use serde::Serialize;

/// An attribute with finitely many values, each named by the word that a caption uses for it.
macro_rules! attribute {
    ($(#[$about:meta])* $name:ident { $($(#[$which:meta])* $value:ident = $word:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$which])* $value,)* }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$value),*];

            /// The word for the value.
            pub fn word(self) -> &'static str {
                match self { $($name::$value => $word,)* }
            }
        }
    };
}

attribute! {
    /// What an object is.
    Shape {
        /// A box with equal sides.
        Cube = "cube",
        /// A ball.
        Sphere = "sphere",
        /// A cone, point upwards.
        Cone = "cone",
    }
}

attribute! {
    /// The paint of an object.
    Colour {
        /// Red.
        Red = "red",
        /// Blue.
        Blue = "blue",
    }
}

attribute! {
    /// A pattern on the first object. A plain object is described without a word.
    Mark {
        /// No pattern.
        Plain = "plain",
        /// Stripes.
        Striped = "striped",
        /// Dots.
        Dotted = "dotted",
    }
}

attribute! {
    /// How the first object stands to the second.
    Relation {
        /// The first rests on top of the second.
        On = "on",
        /// The second hides part of the first.
        Behind = "behind",
    }
}

attribute! {
    /// Text-private latent: the article of both nouns, independent of the scene.
    Article {
        /// "a red cube on a blue sphere".
        A = "a",
        /// "the red cube on the blue sphere".
        The = "the",
    }
}

attribute! {
    /// Text-dependent latent: which word names the relation. A synonym exists for `on` alone, so that the
    /// support, not only the probability, depends on the scene.
    Wording {
        /// The usual word.
        Usual = "usual",
        /// "atop" for "on".
        Synonym = "synonym",
    }
}

attribute! {
    /// Image-dependent latent: how the first object is held. A sphere has no tilt, so the support depends on the scene.
    Pose {
        /// Standing straight.
        Upright = "upright",
        /// Leaning to the right.
        Tilted = "tilted",
    }
}

attribute! {
    /// Image-private latent: the lamp, independent of the scene.
    Light {
        /// Lamp off.
        Dim = "dim",
        /// Lamp on.
        Bright = "bright",
    }
}

/// One of the two objects of a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Object {
    /// What it is.
    pub shape: Shape,
    /// Its paint.
    pub colour: Colour,
}

/// The invariant latent `Inv`: what a caption and an image of the same moment share.
///
/// The two objects have different shapes, so that exchanging the nouns of a caption always changes what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Scene {
    /// The object that the caption names first.
    pub first: Object,
    /// The pattern on the first object.
    pub mark: Mark,
    /// How the first stands to the second.
    pub relation: Relation,
    /// The object that the caption names second.
    pub second: Object,
}

impl Scene {
    /// Every scene, in a fixed order: 6 pairs of shapes x 4 pairs of colours x 3 marks x 2 relations = 144.
    pub fn all() -> Vec<Scene> {
        let mut scenes = Vec::new();
        for object in objects() {
            for other in objects().filter(|o| o.shape != object.shape) {
                for &mark in Mark::ALL {
                    for &relation in Relation::ALL {
                        scenes.push(Scene { first: object, mark, relation, second: other });
                    }
                }
            }
        }
        scenes
    }
}

fn objects() -> impl Iterator<Item = Object> {
    Shape::ALL.iter().flat_map(|&shape| Colour::ALL.iter().map(move |&colour| Object { shape, colour }))
}

/// The text-side rest `Tdp x Tpr`: everything about a caption that the scene does not settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct TextRest {
    /// Dependent: drawn given the scene.
    pub wording: Wording,
    /// Private: drawn independently of it.
    pub article: Article,
}

/// The image-side rest `Idp x Ipr`: everything about an image that the scene does not settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ImageRest {
    /// Dependent: drawn given the scene.
    pub pose: Pose,
    /// Private: drawn independently of it.
    pub light: Light,
}
