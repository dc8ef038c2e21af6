//! The generator `I`: a scene and an image-side rest as a small raster of integers.

use super::latent::{Colour, ImageRest, Light, Mark, Object, Pose, Relation, Scene, Shape};

/// Rows of a raster, top first.
pub const ROWS: usize = 10;
/// Columns of a raster, left first.
pub const COLUMNS: usize = 9;
/// Rows and columns of one object.
const SIDE: usize = 5;

/// An image: [`ROWS`] x [`COLUMNS`] pixels, row by row. A pixel is 0 background, 1 red, 2 blue, 3 white paint, and 4
/// more if the lamp is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Raster(pub Vec<u8>);

/// The rows of an object's outline; bit `c` is column `c`.
fn outline(shape: Shape) -> [u8; SIDE] {
    match shape {
        Shape::Cube => [0b11111, 0b11111, 0b11111, 0b11111, 0b11111],
        Shape::Sphere => [0b01110, 0b11111, 0b11111, 0b11111, 0b01110],
        Shape::Cone => [0b00100, 0b00100, 0b01110, 0b01110, 0b11111],
    }
}

/// The generator `I : Inv x Idp x Ipr -> Image`. The second object is painted last and hides what is behind it.
pub fn render(scene: &Scene, rest: &ImageRest) -> Raster {
    let mut pixels = vec![0u8; ROWS * COLUMNS];
    let (first, second) = match scene.relation {
        Relation::On => ((0, 2), (5, 2)),
        Relation::Behind => ((2, 3), (5, 0)),
    };
    paint(&mut pixels, first, &scene.first, scene.mark, rest.pose);
    paint(&mut pixels, second, &scene.second, Mark::Plain, Pose::Upright);
    if rest.light == Light::Bright {
        pixels.iter_mut().for_each(|pixel| *pixel += 4);
    }
    Raster(pixels)
}

fn paint(pixels: &mut [u8], (top, left): (usize, usize), object: &Object, mark: Mark, pose: Pose) {
    for (row, bits) in outline(object.shape).into_iter().enumerate() {
        // Leaning: the upper rows move right.
        let lean = usize::from(pose == Pose::Tilted && row < 2);
        for column in (0..SIDE).filter(|c| bits >> c & 1 == 1) {
            let white = match mark {
                Mark::Plain => false,
                Mark::Striped => row % 2 == 1,
                Mark::Dotted => row % 2 == 1 && column % 2 == 0,
            };
            let hue = match object.colour {
                Colour::Red => 1,
                Colour::Blue => 2,
            };
            pixels[(top + row) * COLUMNS + left + column + lean] = if white { 3 } else { hue };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::image_rests;

    #[test]
    fn different_latents_give_different_images() {
        let mut seen = std::collections::BTreeSet::new();
        for scene in Scene::all() {
            for (rest, _) in image_rests(&scene) {
                assert!(seen.insert(render(&scene, &rest)), "{scene:?} {rest:?}");
            }
        }
        // 48 scenes whose first object is a sphere (one pose) and 96 others (two), each under two lights.
        assert_eq!(seen.len(), 48 * 2 + 96 * 4);
    }
}
