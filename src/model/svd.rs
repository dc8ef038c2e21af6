//! Singular values by one-sided Jacobi rotations.
//!
//! nalgebra 0.35 has `SVD`, which is faster and, on matrices of deficient rank, can be wrong in the first digit (a test below
//! shows one). Rank is all that counts here, so this room has its own: columns are rotated in pairs until all are
//! orthogonal (Hestenes 1958; small relative errors: Demmel and Veselic 1992).

use nalgebra::DMatrix;

/// `a v = w`, with orthogonal `v` and columns of `w` that are orthogonal to each other.
pub struct Singular {
    /// The columns, whose lengths are the singular values.
    pub w: DMatrix<f64>,
    /// Square and orthogonal.
    pub v: DMatrix<f64>,
}

/// More sweeps than this are never needed in practice.
const SWEEPS: usize = 100;

/// Decomposes a matrix; `None` where that does not converge (entries that are not numbers).
pub fn singular(a: DMatrix<f64>) -> Option<Singular> {
    let n = a.ncols();
    let negligible = f64::EPSILON * a.norm();
    let (mut w, mut v) = (a, DMatrix::identity(n, n));
    for _ in 0..SWEEPS {
        let mut settled = true;
        for p in 0..n {
            for q in p + 1..n {
                let (alpha, beta) = (w.column(p).norm_squared(), w.column(q).norm_squared());
                let gamma = w.column(p).dot(&w.column(q));
                let lengths = alpha.sqrt() * beta.sqrt();
                if !lengths.is_finite() {
                    return None;
                }
                let small = alpha.sqrt().min(beta.sqrt()) <= negligible;
                if small || gamma.abs() <= f64::EPSILON * w.nrows() as f64 * lengths {
                    continue;
                }
                settled = false;
                let zeta = (beta - alpha) / (2.0 * gamma);
                let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                rotate(&mut w, (p, q), c, c * t);
                rotate(&mut v, (p, q), c, c * t);
            }
        }
        if settled {
            return Some(Singular { w, v });
        }
    }
    None
}

fn rotate(matrix: &mut DMatrix<f64>, (p, q): (usize, usize), c: f64, s: f64) {
    for i in 0..matrix.nrows() {
        let (x, y) = (matrix[(i, p)], matrix[(i, q)]);
        matrix[(i, p)] = c * x - s * y;
        matrix[(i, q)] = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrong_by(a: &DMatrix<f64>) -> f64 {
        let Singular { w, v } = singular(a.clone()).unwrap();
        let mut gram = w.transpose() * &w;
        gram.fill_diagonal(0.0);
        let n = v.ncols();
        let turned = (&v.transpose() * &v - DMatrix::identity(n, n)).norm();
        (a * &v - &w).norm() + gram.norm() + turned
    }

    /// Two pairs of equal rows, of rank 1: nalgebra's decomposition of this matrix multiplies back to another one.
    #[test]
    fn equal_rows_have_rank_one() {
        let row = [-0.07264311911522077, -0.013749552110411949];
        let other = [-0.43336561452772915, -0.08202543024561867];
        let a = DMatrix::from_fn(4, 2, |i, j| if i < 2 { row[j] } else { other[j] });
        assert!(wrong_by(&a) < 1e-14);
        let w = singular(a).unwrap().w;
        assert!(w.column(0).norm().min(w.column(1).norm()) < 1e-15);
    }

    proptest! {
        #[test]
        fn a_product_of_low_rank_is_taken_apart(
            (m, n, r) in (0usize..7, 0usize..7, 0usize..4),
            numbers in proptest::collection::vec(-1.0..1.0f64, 60),
        ) {
            let left = DMatrix::from_fn(m, r, |i, j| numbers[i * 4 + j]);
            let right = DMatrix::from_fn(r, n, |i, j| numbers[59 - i * 7 - j]);
            let a = left * right;
            prop_assert!(wrong_by(&a) < 1e-12);
            let large = singular(a).unwrap().w.column_iter().filter(|c| c.norm() > 1e-12).count();
            prop_assert!(large <= r);
        }
    }
}
