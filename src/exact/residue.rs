//! Arithmetic modulo a prime in doubles: exact, because every number stays within 53 bits.
//!
//! Residues are balanced: integers of absolute value about half the prime, in `f64` where they are computed with and in
//! `f32` where they are kept. A sum of [`TERMS`] products of two of them still is an exact double, so that long sums
//! need few reductions and run at the speed of floating point.

/// How many products of residues may be added to one more residue before it is reduced.
pub(super) const TERMS: usize = 120;

/// Sums that run side by side, for the processor to take several at once.
const LANES: usize = 8;

/// Adding and subtracting this rounds a double below 2^51 to the nearest integer.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// A prime below 2^24.
#[derive(Clone, Copy, Debug)]
pub(super) struct Modulus {
    prime: f64,
    reciprocal: f64,
}

impl Modulus {
    /// Arithmetic modulo `prime`, which the caller knows to be a prime below 2^24.
    pub(super) fn new(prime: u32) -> Modulus {
        Modulus { prime: f64::from(prime), reciprocal: 1.0 / f64::from(prime) }
    }

    /// The prime.
    pub(super) fn prime(&self) -> f64 {
        self.prime
    }

    /// The balanced residue of an integer below 2^53; zero exactly for a multiple of the prime.
    #[inline(always)]
    pub(super) fn reduce(&self, value: f64) -> f64 {
        let quotient = (value * self.reciprocal + ROUND) - ROUND;
        value - quotient * self.prime
    }

    /// The product of two residues.
    #[inline(always)]
    pub(super) fn times(&self, x: f64, y: f64) -> f64 {
        self.reduce(x * y)
    }

    /// The balanced residue of any machine integer.
    pub(super) fn residue(&self, value: i64) -> f64 {
        self.reduce((value % self.prime as i64) as f64)
    }

    /// The inverse of a residue that is not zero, by Fermat's little theorem.
    pub(super) fn inverse(&self, value: f64) -> f64 {
        let (mut power, mut square, mut exponent) = (1.0, value, self.prime as u32 - 2);
        while exponent > 0 {
            if exponent & 1 == 1 {
                power = self.times(power, square);
            }
            square = self.times(square, square);
            exponent >>= 1;
        }
        power
    }

    /// Reduces every number.
    #[inline(always)]
    pub(super) fn reduce_all(&self, values: &mut [f64]) {
        values.iter_mut().for_each(|value| *value = self.reduce(*value));
    }

    /// The residue of the sum of the products; the two have the same length.
    #[inline(always)]
    pub(super) fn dot(&self, x: &[f32], y: &[f64]) -> f64 {
        let mut sums = [0.0; LANES];
        for (x, y) in x.chunks(LANES * TERMS).zip(y.chunks(LANES * TERMS)) {
            add_products(&mut sums, x, y, f64::from);
            sums = sums.map(|sum| self.reduce(sum));
        }
        self.reduce(sums.iter().sum())
    }

    /// The residue of the sum of the products with the entries of `y` at the given indices.
    pub(super) fn sparse_dot(&self, x: &[(u32, f32)], y: &[f64]) -> f64 {
        let mut sum = 0.0;
        for x in x.chunks(TERMS) {
            sum = self.reduce(x.iter().fold(sum, |sum, &(index, value)| sum + f64::from(value) * y[index as usize]));
        }
        sum
    }

    /// Subtracts the residue at `from` times each entry of `x` from the residue at its index in `y`.
    pub(super) fn scatter(&self, y: &mut [f64], from: usize, x: &[(u32, f32)]) {
        let factor = y[from];
        if factor != 0.0 {
            for &(index, value) in x {
                let place = &mut y[index as usize];
                *place = self.reduce(*place - factor * f64::from(value));
            }
        }
    }
}

/// Work for [`widest`]. Its `run` has to be inlined always, as all that it spends its time in: what is not inlined stays
/// compiled for every processor, and no faster for it.
pub(super) trait Wide {
    fn run(self);
}

/// Runs `work` compiled for the widest vectors that this processor has.
pub(super) fn widest(work: impl Wide) {
    pulp::Arch::new().dispatch(Dispatched(work));
}

struct Dispatched<W>(W);

impl<W: Wide> pulp::WithSimd for Dispatched<W> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _: S) {
        self.0.run();
    }
}

/// Adds the products of `x` and `y` to the sums, the product at `i` to sum `i` modulo [`LANES`].
#[inline(always)]
pub(super) fn add_products<T: Copy>(sums: &mut [f64; LANES], x: &[T], y: &[f64], double: impl Fn(T) -> f64) {
    let (mut long_x, mut long_y) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    for (x, y) in (&mut long_x).zip(&mut long_y) {
        for lane in 0..LANES {
            sums[lane] += double(x[lane]) * y[lane];
        }
    }
    for (sum, (&x, y)) in sums.iter_mut().zip(long_x.remainder().iter().zip(long_y.remainder())) {
        *sum += double(x) * y;
    }
}

/// Subtracts `factor * x` from `y`, which is left unreduced.
#[inline(always)]
pub(super) fn subtract_multiple<T: Copy + Into<f64>>(y: &mut [f64], factor: f64, x: &[T]) {
    y.iter_mut().zip(x).for_each(|(y, &x)| *y -= factor * x.into());
}

/// The primes below 2^24, the largest first.
pub(super) fn primes() -> impl Iterator<Item = u32> {
    let is_prime = |n: &u32| (3..).step_by(2).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (1 << 23..1 << 24).rev().filter(|n| n % 2 == 1).filter(is_prime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_primes_are_the_known_ones() {
        assert_eq!(primes().take(3).collect::<Vec<_>>(), [16_777_213, 16_777_199, 16_777_183]);
    }

    proptest! {
        #[test]
        fn residues_are_exact(value in -(1i64 << 53)..1 << 53, skip in 0usize..3) {
            let prime = primes().nth(skip).unwrap();
            let modulus = Modulus::new(prime);
            let found = modulus.reduce(value as f64);
            prop_assert!(found.abs() <= f64::from(1 << 23));
            prop_assert_eq!((found as i64 - value) % i64::from(prime), 0);
            prop_assert_eq!(found == 0.0, value % i64::from(prime) == 0);
            if found != 0.0 {
                prop_assert_eq!(modulus.times(found, modulus.inverse(found)), 1.0);
            }
        }

        #[test]
        fn long_sums_of_the_largest_products_are_exact(length in 0usize..3000, seed in any::<u32>()) {
            let modulus = Modulus::new(16_777_213);
            let x: Vec<f32> = (0..length).map(|i| (8_388_606 - (i as u32 ^ seed) as i32 % 7) as f32).collect();
            let y: Vec<f64> = x.iter().map(|&x| -f64::from(x) + 3.0).collect();
            let exact: i128 = x.iter().zip(&y).map(|(&x, &y)| x as i128 * y as i128).sum();
            prop_assert_eq!((modulus.dot(&x, &y) as i128 - exact) % 16_777_213, 0);
            let pairs: Vec<(u32, f32)> = x.iter().enumerate().map(|(i, &x)| (i as u32, x)).collect();
            prop_assert_eq!((modulus.sparse_dot(&pairs, &y) as i128 - exact) % 16_777_213, 0);
        }
    }
}
