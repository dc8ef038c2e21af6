//! The room against plain Gaussian elimination over the rationals, on random systems of every shape.

use std::collections::BTreeSet;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{One, Zero};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::span::Rounds;
use super::*;

/// A matrix as rows of integers.
type Plain = Vec<Vec<i64>>;

pub(super) fn sparse(cols: usize, rows: &Plain) -> SparseMatrix {
    let row = |row: &Vec<i64>| row.iter().enumerate().map(|(column, &value)| (column as u32, value)).collect();
    SparseMatrix::from_rows(cols, rows.iter().map(row).collect()).unwrap()
}

/// The rank, by Gaussian elimination on fractions.
fn naive_rank(rows: &Plain, cols: usize) -> usize {
    let exact = |row: &Vec<i64>| row.iter().map(|&value| Rational::from_integer(value.into())).collect();
    let mut rows: Vec<Vec<Rational>> = rows.iter().map(exact).collect();
    let mut rank = 0;
    for column in 0..cols {
        let Some(found) = (rank..rows.len()).find(|&row| !rows[row][column].is_zero()) else { continue };
        rows.swap(rank, found);
        for row in rank + 1..rows.len() {
            let factor = &rows[row][column] / &rows[rank][column];
            let (above, below) = rows.split_at_mut(row);
            below[0].iter_mut().zip(&above[rank]).for_each(|(value, pivot)| *value -= &factor * pivot);
        }
        rank += 1;
    }
    rank
}

fn with_column(rows: &Plain, b: &[i64]) -> Plain {
    rows.iter().zip(b).map(|(row, &value)| row.iter().copied().chain([value]).collect()).collect()
}

/// The primes that modular elimination tries first.
fn primes() -> Vec<i64> {
    residue::primes().take(3).map(i64::from).collect()
}

/// The prime that spans are found by first.
const MERSENNE: i64 = (1 << 31) - 1;

/// Numbers that the first primes divide, or nearly.
fn aimed() -> impl Strategy<Value = i64> {
    let [p, q, r] = primes()[..] else { unreachable!("three were taken") };
    let near = [p, q, r, p - q, q - r, p * q, q * r, p * p, p * p - 1, p - 1, p + 1, 2 * p, (p - 1) / 2, 1 << 24, 1, 2];
    let near = near.into_iter().chain([MERSENNE, MERSENNE - 1, MERSENNE + 1, 2 * MERSENNE]).collect::<Vec<_>>();
    (proptest::sample::select(near), any::<bool>()).prop_map(|(n, minus)| if minus { -n } else { n })
}

/// Entries of three kinds: sparse and small, dense and small, and near the end of 64 bits; and of these aimed at the
/// solver: multiples of its primes and near them, sparse and dense, and up to 2^30.
fn entry(kind: u8) -> BoxedStrategy<i64> {
    match kind {
        4 => prop_oneof![3 => Just(0i64), 2 => aimed()].boxed(),
        5 => aimed().boxed(),
        6 => (-1i64 << 30..=1 << 30).boxed(),
        0 => prop_oneof![6 => Just(0i64), 1 => Just(1), 1 => Just(-1), 1 => Just(2)].boxed(),
        1 => (-9i64..=9).boxed(),
        2 => prop_oneof![3 => Just(0i64), 1 => -1i64 << 40..1 << 40].boxed(),
        _ => prop_oneof![3 => Just(0i64), 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => any::<i64>()].boxed(),
    }
}

/// Square matrices whose determinant and minors powers of the first primes divide, though hardly an entry shows it.
fn planted() -> impl Strategy<Value = (usize, Plain)> {
    (1usize..6).prop_flat_map(|size| {
        let [p, q, _] = primes()[..] else { unreachable!("three were taken") };
        let factor = proptest::sample::select(vec![1, 2, p, q, p * q, p * p, p - 1, MERSENNE, 0]);
        let small = || proptest::collection::vec(-2i64..=2, size * size);
        (proptest::collection::vec(factor, size), small(), small()).prop_map(move |(factors, below, above)| {
            let triangle = |entries: &[i64], row: usize, column: usize| match row.cmp(&column) {
                std::cmp::Ordering::Less => 0,
                std::cmp::Ordering::Equal => 1,
                std::cmp::Ordering::Greater => entries[row * size + column],
            };
            let entry = |row: usize, column: usize| {
                (0..size).map(|k| triangle(&below, row, k) * factors[k] * triangle(&above, column, k)).sum()
            };
            (size, (0..size).map(|row| (0..size).map(|column| entry(row, column)).collect()).collect())
        })
    })
}

/// Any matrix, or a planted one.
fn matrix() -> impl Strategy<Value = (usize, Plain)> {
    prop_oneof![3 => any_matrix(), 1 => planted()]
}

/// Rows with duplicates and multiples among them, and a column count.
fn any_matrix() -> impl Strategy<Value = (usize, Plain)> {
    (0usize..8, 0usize..10, 0u8..7).prop_flat_map(|(cols, rows, kind)| {
        let fresh = proptest::collection::vec(proptest::collection::vec(entry(kind), cols), rows);
        let copies = proptest::collection::vec((0..rows.max(1), -2i64..3), 0..4);
        (Just(cols), fresh, copies).prop_map(|(cols, mut rows, copies)| {
            for (from, factor) in copies {
                if let Some(row) = rows.get(from).cloned() {
                    rows.push(row.into_iter().map(|value| value.saturating_mul(factor)).collect());
                }
            }
            (cols, rows)
        })
    })
}

/// An engine, and from how many entries for a hundred places the modular one goes on densely.
fn engines() -> impl Strategy<Value = (Engine, usize)> {
    (prop_oneof![Just(Engine::Auto), Just(Engine::Modular)], prop_oneof![Just(0usize), Just(40), Just(100)])
}

fn eliminate(m: &SparseMatrix, stages: &[usize], (engine, percent): (Engine, usize)) -> Elimination {
    Elimination::with_density(m, stages, &Limits { engine, ..Limits::default() }, percent).unwrap()
}

/// Checks a span from the beginning, against a rank that is found otherwise.
fn check_span(m: &SparseMatrix, span: &Span, rank: usize) {
    assert_eq!((span.basis.len(), span.readouts.len()), (rank, m.cols() - rank));
    let rows: Vec<u32> = span.basis.iter().map(|&(row, _)| row).collect();
    let basis = m.select(&rows, m.cols(), Some);
    assert_eq!(Elimination::new(&basis, &[], &Limits::default()).unwrap().rank(), rank);
    let pinned: BTreeSet<u32> = span.basis.iter().map(|&(_, column)| column).collect();
    assert_eq!(pinned.len(), rank);
    let open = (0..m.cols() as u32).filter(|column| !pinned.contains(column));
    for (own, readout) in open.zip(&span.readouts) {
        assert!(readout.denominator().is_one());
        assert_eq!(readout.support().filter(|column| !pinned.contains(column)).collect::<Vec<_>>(), [own]);
        assert!(readout.numerators().iter().fold(BigInt::zero(), |g, (_, v)| num_integer::gcd(g, v.clone())).is_one());
        check_kernel(m, readout).unwrap();
    }
}

#[test]
fn spans_of_many_sparse_rows_are_found_in_rounds() {
    for seed in 0..12u64 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (cols, count) = (rng.random_range(20..160u32), rng.random_range(200..900));
        // Texts of a few words at their places, so that places tie words to each other.
        let row = |_| {
            let length = rng.random_range(2..6u32);
            (0..length)
                .map(|place| (place * (cols / 6) + rng.random_range(0..cols / 6).pow(2) / (cols / 6), 1))
                .collect()
        };
        let m = SparseMatrix::from_rows(cols as usize, (0..count).map(row).collect()).unwrap();
        let rank = Elimination::new(&m, &[], &Limits::default()).unwrap().rank();
        for (first, percent) in [(8, 100), (50, 12), (1000, 0)] {
            let span =
                Span::in_rounds(&m, Rounds { first, percent, core_rows: 0, limits: &Limits::default() }).unwrap();
            check_span(&m, &span, rank);
        }
    }
}

proptest! {
    #[test]
    fn spans_agree_with_plain_elimination((cols, rows) in matrix(), first in 1usize..6, percent in prop_oneof![Just(0usize), Just(40), Just(100)]) {
        let m = sparse(cols, &rows);
        let span = Span::in_rounds(&m, Rounds { first, percent, core_rows: 0, limits: &Limits::default() }).unwrap();
        check_span(&m, &span, naive_rank(&rows, cols));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn ranks_agree_stage_by_stage((cols, rows) in matrix(), cut in 0usize..12, engine in engines()) {
        let cut = cut.min(rows.len());
        let m = sparse(cols, &rows);
        let e = eliminate(&m, &[cut, rows.len()], engine);
        prop_assert_eq!(e.stage_rank(0), naive_rank(&rows[..cut].to_vec(), cols));
        prop_assert_eq!(e.rank(), naive_rank(&rows, cols));
        let pivots: Plain = e.pivot_rows().iter().map(|&row| rows[row as usize].clone()).collect();
        prop_assert_eq!(naive_rank(&pivots, cols), e.rank());
        prop_assert!(e.pivot_rows()[..e.stage_rank(0)].iter().all(|&row| (row as usize) < cut));
    }

    #[test]
    fn a_generalised_inverse_is_one((cols, rows) in matrix(), engine in engines()) {
        let e = eliminate(&sparse(cols, &rows), &[], engine);
        let q = e.generalised_inverse().unwrap();
        let (entry, pivots) = (|value: i64| Rational::from_integer(value.into()), e.pivot_rows());
        let product = |left: &[i64], column: usize| -> Rational {
            let through = |(order, &pivot): (usize, &u32)| {
                let passed: Rational = (0..cols).map(|c| entry(left[c]) * q.get(c as u32, order)).sum();
                passed * entry(rows[pivot as usize][column])
            };
            pivots.iter().enumerate().map(through).sum()
        };
        for row in &rows {
            for column in 0..cols {
                prop_assert_eq!(product(row, column), entry(row[column]));
            }
        }
    }

    #[test]
    fn exactly_one_of_solution_and_obstruction(
        (cols, rows) in matrix(), b in proptest::collection::vec(-3i64..=3, 24), from_x in any::<bool>(), engine in engines(),
        power in 0u32..10,
    ) {
        let m = sparse(cols, &rows);
        let b: Vec<BigInt> = if from_x {
            // Solutions whose digits in base p are zero for long, at first or after a few.
            let x = |at: usize| b[at] + BigInt::from(primes()[0]).pow(power) * b[at + 8];
            rows.iter().map(|row| row.iter().enumerate().map(|(at, &a)| x(at) * a).sum()).collect()
        } else {
            b[..rows.len()].iter().map(|&value| value.into()).collect()
        };
        let rhs = RightHandSide::from_big(rows.len(), 1, b.clone()).unwrap();
        let e = eliminate(&m, &[], engine);
        match e.solve(&rhs).unwrap() {
            Solution::Solved { x, dropped } => {
                prop_assert!(dropped.is_empty());
                let x = x.column(0);
                for (row, value) in b.iter().enumerate() {
                    prop_assert_eq!(x.dot(m.row(row)), Rational::from_integer(value.clone()));
                }
            }
            Solution::Inconsistent { rows: wrong } => {
                prop_assert!(!from_x);
                let small: Vec<i64> = b.iter().map(|value| i64::try_from(value).unwrap()).collect();
                prop_assert_eq!(naive_rank(&with_column(&rows, &small), cols + 1), e.rank() + 1);
                let obstruction = e.obstruction(&rhs, &wrong).unwrap().unwrap();
                check_left_null(&m, &obstruction.y).unwrap();
                let residual: Rational =
                    obstruction.y.iter().map(|(row, value)| value * &b[row as usize]).sum();
                prop_assert!(!residual.is_zero());
                prop_assert_eq!(obstruction.residual.get(0), residual);
            }
        }
    }

    #[test]
    fn the_rows_kept_are_solvable_and_none_can_be_added(
        (cols, rows) in matrix(), b in proptest::collection::vec(-1i64..=1, 14), cut in 0usize..12, engine in engines(),
    ) {
        let cut = cut.min(rows.len());
        let m = sparse(cols, &rows);
        let mut b = b[..rows.len()].to_vec();
        b[..cut].fill(0);
        let rhs = RightHandSide::from_i64(rows.len(), 1, b.clone()).unwrap();
        let e = eliminate(&m, &[cut, rows.len()], engine);
        let Solution::Solved { x, dropped } = e.solve_dropping(&rhs, cut).unwrap() else {
            return Err(TestCaseError::fail("zero is a solution of the first stage"));
        };
        let kept = |row: &usize| !dropped.contains(row);
        check_solution(&m, (0..rows.len()).filter(kept), &x, &rhs).unwrap();
        let augmented = with_column(&rows, &b);
        let system: Plain = (0..rows.len()).filter(kept).map(|row| augmented[row].clone()).collect();
        let rank = naive_rank(&system, cols + 1);
        for row in dropped {
            prop_assert!(row >= cut);
            let more: Plain = system.iter().chain([&augmented[row]]).cloned().collect();
            prop_assert_eq!(naive_rank(&more, cols + 1), rank + 1);
        }
    }

    #[test]
    fn null_vectors_and_kernels_are_bases((cols, rows) in matrix(), engine in engines()) {
        let m = sparse(cols, &rows);
        let e = eliminate(&m, &[], engine);
        for row in 0..rows.len() {
            let y = e.left_null_vector(row).unwrap();
            prop_assert_eq!(y.is_none(), e.is_pivot_row(row));
            if let Some(y) = y {
                check_left_null(&m, &y).unwrap();
                prop_assert!(y.get(row as u32).is_one());
            }
        }
        let kernel = e.kernel().unwrap();
        prop_assert_eq!(kernel.len(), cols - e.rank());
        for (k, free) in kernel.iter().zip(e.free_columns(0)) {
            check_kernel(&m, k).unwrap();
            prop_assert!(k.get(free).is_one());
        }
    }

    #[test]
    fn a_row_is_identified_or_free_as_its_rank_says(
        (cols, rows) in matrix(), v in proptest::collection::vec(-2i64..=2, 8), cut in 0usize..12, engine in engines(),
    ) {
        let cut = cut.min(rows.len());
        let m = sparse(cols, &rows);
        let stage = rows[..cut].to_vec();
        let e = eliminate(&m, &[cut, rows.len()], engine);
        let rest = rows[cut..].iter().cloned().chain([v[..cols].to_vec()]);
        for v in rest {
            let row: Vec<(u32, i64)> = v.iter().enumerate().map(|(column, &value)| (column as u32, value)).collect();
            let more: Plain = stage.iter().cloned().chain([v]).collect();
            let is_identified = naive_rank(&more, cols) == e.stage_rank(0);
            let first = sparse(cols, &stage);
            match e.express(&row, 0).unwrap() {
                Expression::Identified(c) => {
                    prop_assert!(is_identified);
                    check_combination(&first, &c, row).unwrap();
                }
                Expression::Free(k) => {
                    prop_assert!(!is_identified);
                    check_kernel(&first, &k).unwrap();
                    prop_assert!(k.dot(row).is_one());
                }
            }
        }
    }
}

/// Rows x cols with `per_row` entries of +-1 and +-2 in each row.
fn random(rows: usize, cols: usize, per_row: usize, seed: u64) -> SparseMatrix {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut row = || {
        let mut columns = BTreeSet::new();
        while columns.len() < per_row {
            columns.insert(rng.random_range(0..cols as u32));
        }
        columns.into_iter().map(|column| (column, [-2, -1, 1, 2][rng.random_range(0..4)])).collect()
    };
    SparseMatrix::from_rows(cols, (0..rows).map(|_| row()).collect()).unwrap()
}

/// Right-hand sides that the rows do not agree on.
fn sides(m: &SparseMatrix, width: usize) -> RightHandSide {
    let value = |at: usize| (at as i64 * 7919) % 19 - 9;
    RightHandSide::from_i64(m.rows(), width, (0..m.rows() * width).map(value).collect()).unwrap()
}

fn kind<T>(result: Result<T, Error>) -> ErrorKind {
    result.err().unwrap().kind
}

#[test]
fn what_overflows_machine_integers_is_lifted() {
    let m = random(450, 300, 12, 5);
    let machine = Limits { engine: Engine::Integer, ..Limits::default() };
    assert_eq!(kind(Elimination::new(&m, &[], &machine)), ErrorKind::Limit);
    let e = Elimination::new(&m, &[200, 450], &Limits::default()).unwrap();
    assert_eq!((e.stage_rank(0), e.rank()), (200, 300));
    let b = sides(&m, 2);
    let Solution::Solved { x, dropped } = e.solve_dropping(&b, 0).unwrap() else {
        panic!("every row may be dropped");
    };
    assert_eq!(dropped.len(), 150);
    assert!(x.nonzero_rows().all(|(_, row)| row.denominator().bits() > 300));
    check_solution(&m, e.pivot_rows().iter().map(|&row| row as usize), &x, &b).unwrap();
    let obstruction = e.obstruction(&b, &dropped[..3]).unwrap().unwrap();
    check_left_null(&m, &obstruction.y).unwrap();
    let first: Plain = (0..200).map(|row| (0..300).map(|column| m.get(row, column)).collect()).collect();
    let first = sparse(300, &first);
    let later: Vec<(u32, i64)> = m.row(300).collect();
    let Expression::Free(k) = e.express(&later, 0).unwrap() else { panic!("the rank says that it is free") };
    check_kernel(&first, &k).unwrap();
    assert!(k.dot(m.row(300)).is_one());
    assert!(matches!(e.express(&later, 1).unwrap(), Expression::Identified(_)));
}

#[test]
fn both_engines_find_the_one_solution() {
    for seed in 0..6 {
        let m = random(60, 20, 3, seed);
        let b: Vec<i64> =
            (0..60).map(|row| m.row(row).map(|(column, value)| value * i64::from(column)).sum()).collect();
        let b = RightHandSide::from_i64(60, 1, b).unwrap();
        let solve = |engine| match eliminate(&m, &[], engine).solve(&b).unwrap() {
            Solution::Solved { x, .. } => x,
            Solution::Inconsistent { rows } => panic!("rows {rows:?} were made to agree"),
        };
        let x = solve((Engine::Integer, 0));
        assert_eq!(solve((Engine::Modular, 0)), x);
        assert_eq!(solve((Engine::Modular, 100)), x);
    }
}

/// A kernel vector whose entries p divides: to begin with all of its digits are zero.
#[test]
fn a_kernel_that_vanishes_modulo_the_first_prime_is_found() {
    for p in primes() {
        let m = sparse(3, &vec![vec![p, 1, 0], vec![1, -1, p], vec![0, 0, 1], vec![1, 0, 0]]);
        for percent in [0, 100] {
            let e = eliminate(&m, &[2, 4], (Engine::Modular, percent));
            assert_eq!((e.stage_rank(0), e.rank()), (2, 3));
            let k = e.kernel_vector(e.free_columns(0)[0], 0).unwrap();
            assert!((0..2).all(|row| k.dot(m.row(row)).is_zero()));
        }
    }
}

#[test]
fn a_rank_that_falls_modulo_the_first_primes_is_found_all_the_same() {
    let primes: Vec<i64> = residue::primes().take(3).map(i64::from).collect();
    let product = primes[0] * primes[1];
    for percent in [0, 100] {
        let m = sparse(
            3,
            &vec![vec![product, 0, 0], vec![primes[0], primes[2], 1], vec![primes[0], primes[2], 1 + product]],
        );
        assert_eq!(eliminate(&m, &[1, 3], (Engine::Modular, percent)).rank(), 3);
    }
}

#[test]
fn limits_decline_and_the_hook_cancels() {
    let m = random(450, 300, 12, 5);
    let modular = Limits { engine: Engine::Modular, ..Limits::default() };
    let limits = Limits { core_rows: 20, ..modular.clone() };
    assert_eq!(kind(Elimination::new(&m, &[], &limits)), ErrorKind::Limit);
    let limits = Limits { fill_nonzeros: 4000, core_rows: 20, ..modular.clone() };
    assert_eq!(kind(Elimination::new(&m, &[], &limits)), ErrorKind::Limit);
    let few_bits = Elimination::new(&m, &[], &Limits { bits: 200, ..modular.clone() }).unwrap();
    assert_eq!(kind(few_bits.solve_dropping(&sides(&m, 1), 0)), ErrorKind::Limit);
    for what in ["eliminating modulo a prime", "eliminating the dense core", "lifting digits"] {
        let watch = Arc::new(move |progress: Progress| progress.what != what);
        let limits = Limits { watch: Some(watch), ..modular.clone() };
        let solved = Elimination::new(&m, &[], &limits).and_then(|e| e.solve_dropping(&sides(&m, 1), 0));
        assert_eq!(kind(solved), ErrorKind::Cancelled, "{what}");
    }
}

#[test]
fn shapes_without_rows_or_columns() {
    for (rows, cols) in [(0, 0), (0, 5), (5, 0)] {
        for engine in [(Engine::Auto, 0), (Engine::Integer, 0), (Engine::Modular, 0), (Engine::Modular, 100)] {
            let m = SparseMatrix::from_rows(cols, vec![Vec::new(); rows]).unwrap();
            let e = eliminate(&m, &[0, rows], engine);
            assert_eq!((e.rank(), e.kernel().unwrap().len(), e.free_columns(0).len()), (0, cols, cols));
            let zero = RightHandSide::zeros(rows, 2);
            assert!(matches!(e.solve(&zero).unwrap(), Solution::Solved { dropped, .. } if dropped.is_empty()));
            let one = RightHandSide::from_i64(rows, 1, vec![1; rows]).unwrap();
            match e.solve(&one).unwrap() {
                Solution::Inconsistent { rows: wrong } => assert_eq!(wrong.len(), rows),
                Solution::Solved { .. } => assert_eq!(rows, 0),
            }
            assert!(matches!(e.express(&[], 1).unwrap(), Expression::Identified(c) if c.is_zero()));
            assert!(e.solve(&RightHandSide::zeros(rows + 1, 1)).is_err());
        }
    }
}

#[test]
fn stages_must_end_at_the_last_row() {
    let m = sparse(2, &vec![vec![1, 0], vec![0, 1]]);
    for stages in [&[1][..], &[2, 1], &[3], &[1, 3]] {
        let error = Elimination::new(&m, stages, &Limits::default()).err().unwrap();
        assert_eq!(error.kind, ErrorKind::Shape);
    }
}

#[test]
fn the_checks_reject_what_is_wrong() {
    let m = sparse(2, &vec![vec![1, 2], vec![2, 4], vec![0, 1]]);
    let vector = |entries: &[(u32, i64)]| {
        SparseVector::from_integers(entries.iter().map(|&(i, v)| (i, v.into())).collect(), BigInt::one()).unwrap()
    };
    assert!(check_left_null(&m, &vector(&[(0, 2), (1, -1)])).is_ok());
    assert!(check_left_null(&m, &vector(&[(0, 2), (1, 1)])).is_err());
    assert!(check_left_null(&m, &vector(&[(3, 1)])).is_err());
    assert!(check_kernel(&m, &vector(&[(0, 2), (1, -1)])).is_err());
    assert!(check_combination(&m, &vector(&[(0, 1), (2, 1)]), [(0, 1), (1, 3)]).is_ok());
    assert!(check_combination(&m, &vector(&[(0, 1), (2, 1)]), [(0, 1), (1, 2)]).is_err());
    let b = RightHandSide::from_i64(3, 1, vec![1, 2, 0]).unwrap();
    let x = |value: i64| RationalMatrix::from_rows(2, 1, [(0, vec![value.into()], 1.into())]).unwrap();
    assert!(check_solution(&m, 0..3, &x(1), &b).is_ok());
    assert!(check_solution(&m, 0..3, &x(2), &b).is_err());
    assert_eq!(unsolved_rows(&m, &x(2), &b).unwrap(), [0, 1]);
}

#[test]
fn what_is_held_spans_all_that_came() {
    let mut state = 7u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    // More columns come with time, and three of them only with others.
    let row = |at: usize| -> Vec<(u32, i64)> {
        let columns = 50 + at as u64 / 100;
        let mut row: Vec<u32> = (0..4).map(|_| 3 + next(columns) as u32).collect();
        row.sort_unstable();
        row.dedup();
        let first = if at.is_multiple_of(2) { vec![(0, 1), (1, 2), (2, -1)] } else { vec![(0, 1), (1, 2)] };
        first.into_iter().chain(row.into_iter().map(|column| (column, 1))).collect()
    };
    let rows: Vec<_> = (0..30_000).map(row).collect();
    let limits = Limits::default();
    let mut gather = Gather::new(&limits);
    rows.iter().enumerate().for_each(|(at, row)| gather.offer(at as u32, row).unwrap());
    assert!(gather.held() < 2 << 13, "{}", gather.held());
    assert!(gather.rows().iter().all(|(at, row)| *row == rows[*at as usize]));
    let rank = |rows: Vec<_>| Span::find(&SparseMatrix::from_rows(400, rows).unwrap(), &limits).unwrap().basis.len();
    assert_eq!(rank(gather.rows().iter().map(|(_, row)| row.clone()).collect()), rank(rows));
}
