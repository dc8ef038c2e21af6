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

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::language::library::LIBRARY;
    use crate::language::{Source, parse_statement};
    use crate::model::{Matrix, evaluate};

    #[test]
    fn rotated_instances_decide_as_exact_ones() {
        let shipped = LIBRARY.iter().find(|shipped| shipped.name == "composition_nonidentifiability").unwrap();
        let statement = parse_statement(&Source::new("shipped", shipped.theorem)).unwrap().statement;
        let mut seen = [0, 0];
        for code in (0..3i64.pow(6)).step_by(5) {
            let entry = |at: usize| code / 3i64.pow(at as u32) % 3 - 1;
            let (s, d) =
                (Matrix::from_integers(2, 1, |i, _| entry(i)), Matrix::from_integers(2, 1, |i, _| entry(2 + i)));
            let g = Matrix::from_integers(1, 2, |_, j| entry(4 + j));
            let dims = [("Caption", 1), ("Edit", 1), ("Token", 2), ("Embed", 1)];
            let small = Instance {
                dims: dims.into_iter().map(|(name, n)| (name.into(), n)).collect(),
                maps: [("S".into(), s), ("D".into(), d), ("g".into(), g)].into(),
                ..Instance::default()
            };
            let exact = evaluate(&statement, &small).unwrap();
            let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(code as u64);
            let numeric = evaluate(&statement, &rotated(&small, &statement.sequent, &mut rng)).unwrap();
            let separated = exact.assumptions[0].1.holds();
            assert_eq!(numeric.assumptions[0].1.holds(), separated, "{small:?} {numeric:?}");
            assert_eq!(numeric.conclusion.holds(), separated, "{small:?} {numeric:?}");
            seen[usize::from(separated)] += 1;
        }
        assert!(seen[0] > 10 && seen[1] > 10, "{seen:?}");
    }
}
