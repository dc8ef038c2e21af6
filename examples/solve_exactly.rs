//! A linear system solved without rounding, and one without a solution, with the combination of rows that shows it.
//!
//!     cargo run --example solve_exactly

use scotoma::exact::{Elimination, Error, Limits, RightHandSide, Solution, SparseMatrix, check_solution};

fn main() -> Result<(), Error> {
    // x + 2y = 1, 3x + 4y = 1, 4x + 6y = 2: the last row is the sum of the others.
    let m = SparseMatrix::from_rows(2, vec![vec![(0, 1), (1, 2)], vec![(0, 3), (1, 4)], vec![(0, 4), (1, 6)]])?;
    let elimination = Elimination::new(&m, &[], &Limits::default())?;
    println!("rank {}", elimination.rank());
    let b = RightHandSide::from_i64(3, 1, vec![1, 1, 2])?;
    if let Solution::Solved { x, .. } = elimination.solve(&b)? {
        check_solution(&m, 0..m.rows(), &x, &b)?;
        println!("x = {}, y = {}", x.get(0, 0), x.get(1, 0));
    }
    let other = RightHandSide::from_i64(3, 1, vec![1, 1, 3])?;
    if let Solution::Inconsistent { rows } = elimination.solve(&other)? {
        let obstruction = elimination.obstruction(&other, &rows)?;
        println!("no solution: {obstruction:?}");
    }
    Ok(())
}
