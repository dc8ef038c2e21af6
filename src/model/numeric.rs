//! From an exact instance to one in f64 whose entries fill the mantissa.
//!
//! Statements are built from products, sums, transposes and orthogonal sums of spaces, so that their truth does not change
//! when every space is rotated. Rotating an exact instance at random gives an instance in
//! f64 that satisfies what the exact one does, up to rounding that its [`Ball`]s account for.

use std::collections::BTreeMap;

use nalgebra::DMatrix;
use rand::{Rng, RngExt};

use super::affine::Arithmetic;
use super::ball::Ball;
use super::instance::Instance;
use crate::kernel::{Name, Sequent, Space};

/// The instance with every declared space rotated at random; the unit space stays as it is.
///
/// The sequent is that of the statement that the instance belongs to; see [`Instance::check`].
pub fn rotated(instance: &Instance, sequent: &Sequent, rng: &mut impl Rng) -> Instance<Ball> {
    let turns: BTreeMap<Name, Ball> = instance.dims.iter().map(|(name, n)| (name.clone(), rotation(*n, rng))).collect();
    instance.map_matrices(sequent, |matrix, cod, dom| {
        let (left, right) = (turn(&turns, cod), turn(&turns, dom));
        left.product(&Ball::rounded(matrix)).product(&right.transpose())
    })
}

/// The orthogonal factor of a random matrix. Householder's Q is within a small multiple of n^2 u of an orthogonal
/// matrix (Higham 2002, theorem 19.4).
fn rotation(n: usize, rng: &mut impl Rng) -> Ball {
    let random = DMatrix::from_fn(n, n, |_, _| rng.random_range(-1.0..1.0));
    let centre = if n == 0 { random } else { random.qr().q() };
    Ball::new(centre, 20.0 * (n * n) as f64 * f64::EPSILON)
}

/// The rotation of a space: those of its summands side by side.
fn turn(turns: &BTreeMap<Name, Ball>, space: &Space) -> Ball {
    let mut whole = Ball::zeros(0, 0);
    for leaf in space.leaves() {
        let one = match leaf {
            Space::Atom(name) => turns.get(name).cloned().unwrap_or_else(|| Ball::zeros(0, 0)),
            _ => Ball::identity(1),
        };
        let (a, b) = (whole.size().0, one.size().0);
        let first = Ball::injection(a + b, 0, a);
        let second = Ball::injection(a + b, a, b);
        whole = first.product(&whole).product(&first.transpose());
        whole = whole.sum(&second.product(&one).product(&second.transpose()));
    }
    whole
}
