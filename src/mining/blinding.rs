//! The equations of blindness: what a change of the true-optimal encoder has to do, and to which edits it can.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;

use crate::encoder::Problem;
use crate::exact::{Elimination, Limits, Rational, RightHandSide, Solution, SparseMatrix};
use crate::report::{Code, Diagnostic};

/// g + N is aligned and blind exactly when S N = 0 and D N = -D g; solved for N by [`super::nearest`], exactly, and by
/// [`super::approximate`], in doubles.
pub struct Blinding<'a> {
    pub(super) problem: &'a Problem,
    /// D g, in multiples of `unit`; an edit a row.
    pub(super) meaning: &'a RightHandSide,
    pub(super) unit: Rational,
    /// [S; D], its eliminated form, and [S; D] N in multiples of `unit`.
    pub(super) both: SparseMatrix,
    pub(super) elimination: Elimination,
    pub(super) wanted: RightHandSide,
    /// Edits left out, ascending: no aligned encoder is blind to them and to the others.
    pub(super) dropped: Vec<usize>,
}

impl<'a> Blinding<'a> {
    /// Eliminates the equations.
    ///
    /// Errors: [`Code::TextWithoutRow`] where the true-optimal encoder is not known on the negatives; those of [`Elimination`].
    pub fn of(problem: &'a Problem, limits: &Limits) -> Result<Blinding<'a>, Diagnostic> {
        let (s, d) = (problem.s(), problem.d());
        let Some(meaning) = &problem.targets().edits else {
            return Err(Diagnostic::new(Code::TextWithoutRow, "the embeddings of some negatives are not given")
                .help("the distance to blindness needs the true-optimal embedding of every negative"));
        };
        let both = SparseMatrix::vstack(&[s, d])?;
        let elimination = Elimination::new(&both, &[s.rows(), both.rows()], limits)?;
        let wanted = RightHandSide::vstack(&[&RightHandSide::zeros(s.rows(), meaning.width()), &minus(meaning)?])?;
        let dropped = match elimination.solve_dropping(&wanted, s.rows())? {
            Solution::Solved { dropped, .. } => dropped.into_iter().map(|row| row - s.rows()).collect(),
            Solution::Inconsistent { .. } => {
                return Err(Diagnostic::new(Code::ExactSelfCheck, "zero was not consistent"));
            }
        };
        let unit = BigRational::new(BigInt::one(), BigInt::one() << problem.targets().shift);
        Ok(Blinding { problem, meaning, unit, both, elimination, wanted, dropped })
    }

    /// rank S, of the features of the training captions.
    pub fn training_rank(&self) -> usize {
        self.elimination.stage_rank(0)
    }

    /// A basis of the rows of [S; D], that of the rows of S first; dropped edits are not in it.
    pub(super) fn pivots(&self) -> Vec<usize> {
        self.elimination.pivot_rows().into_iter().map(|row| row as usize).collect()
    }
}

fn minus(table: &RightHandSide) -> Result<RightHandSide, Diagnostic> {
    let entry = |at: usize| -table.get(at / table.width(), at % table.width());
    Ok(RightHandSide::from_big(table.rows(), table.width(), (0..table.rows() * table.width()).map(entry).collect())?)
}
