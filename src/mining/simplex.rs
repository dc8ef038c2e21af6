//! Exact linear programs: the simplex method over integers, for programs that doubles cannot settle.
//!
//! The most of c v with G v <= h, v >= 0 but for free variables, h >= 0, so that v = 0 is where it starts. Rows are equations
//! among integers, kept primitive: what one step makes longer the next divides out, as in fraction-free elimination.
//! Bland's rule (R. G. Bland, "New finite pivoting rules for the simplex method", 1977) takes the first variable that
//! helps and so never circles, though every step from a corner of a cone stays where it is.

use std::time::Instant;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, Zero};

use crate::exact::{Limits, Rational};
use crate::report::{Code, Diagnostic};

/// The most places, rows x columns, of an exact program: each step goes through all of them.
pub(super) const PLACES: usize = 250_000;
/// The most words of 64 bits that the steps of a program may write, so that the work ends without a clock as well.
const WORK: u64 = 20_000_000_000;

/// A program: the most of `gain` v with each row times v at most its bound.
#[derive(Debug)]
pub(super) struct Program {
    /// c, a variable an entry.
    pub gain: Vec<Rational>,
    /// The rows of G, a variable an entry, and h, not below 0.
    pub rows: Vec<(Vec<Rational>, Rational)>,
    /// Which variables may be below 0.
    pub free: Vec<bool>,
    /// Whether any gain above 0 will do.
    pub any_gain: bool,
}

/// What a program came to.
#[derive(Debug)]
pub(super) struct Best {
    /// The objective c v at the optimum.
    pub value: Rational,
    /// A vertex at which it is reached, a value a variable.
    pub variables: Vec<Rational>,
    /// For each row a weight w >= 0: w G is c on free variables and at least c elsewhere, and w h = c v. Of no meaning where
    /// the program ended early with any gain.
    pub weights: Vec<Rational>,
}

/// `lead` times the basic variable plus `entries` times the others is `right`.
struct Row {
    basic: usize,
    lead: BigInt,
    entries: Vec<BigInt>,
    right: BigInt,
}

/// The equations solved for the basic variables. Variables are numbered v first, then a slack for each row.
struct Tableau {
    /// The variable of each column.
    outside: Vec<usize>,
    rows: Vec<Row>,
    /// The same for the value: `lead` times it, less what the variables outside add to it.
    gain: Row,
    free: Vec<bool>,
}

/// The best v. Errors: [`Code::LinearProgram`] past the deadline or the work that a program may take, or for one without a
/// best; `exact-cancelled`.
pub(super) fn maximise(program: &Program, deadline: Instant, limits: &Limits) -> Result<Best, Diagnostic> {
    let mut tableau = Tableau::new(program);
    let (mut work, mut steps) = (0u64, 0usize);
    while !(program.any_gain && tableau.gain.right.is_positive()) {
        let Some((column, sign)) = tableau.entering() else { break };
        let Some(row) = tableau.leaving(column, sign) else {
            return Err(Diagnostic::new(Code::LinearProgram, "the linear program has no best solution"));
        };
        limits.tick("solving a linear program exactly", steps, steps + 1)?;
        work += tableau.pivot(row, column, deadline)?;
        steps += 1;
        if work > WORK {
            return Err(too_large());
        }
    }
    Ok(tableau.read(program))
}

/// The program takes more than exact steps can do.
pub(super) fn too_large() -> Diagnostic {
    Diagnostic::new(
        Code::LinearProgram,
        "doubles do not settle the linear program, and it is too large for exact steps",
    )
    .help("choose fewer edits (--edits, or fewer pairs), or round the features and embeddings to fewer digits")
}

/// The time is over.
pub(super) fn out_of_time() -> Diagnostic {
    Diagnostic::new(Code::LinearProgram, "the time for linear programs is used up")
        .help("allow more --time, or choose fewer edits")
}

impl Row {
    /// From fractions: multiplied by their denominators.
    fn new(basic: usize, entries: &[Rational], right: &Rational) -> Row {
        let all = || entries.iter().chain([right]);
        let lead = all().fold(BigInt::one(), |lcm, value| lcm.lcm(value.denom()));
        let integer = |value: &Rational| value.numer() * (&lead / value.denom());
        let mut row = Row { basic, entries: entries.iter().map(integer).collect(), right: integer(right), lead };
        row.reduce();
        row
    }

    fn all(&mut self) -> impl Iterator<Item = &mut BigInt> {
        self.entries.iter_mut().chain([&mut self.lead, &mut self.right])
    }

    /// Divides out what all have in common; returns the words that are left.
    fn reduce(&mut self) -> u64 {
        let mut common = self.lead.clone();
        for value in self.entries.iter().chain([&self.right]) {
            if common.is_one() {
                break;
            }
            common = common.gcd(value);
        }
        let divide = !common.is_one();
        self.all().filter(|value| !value.is_zero()).fold(0, |words, value| {
            if divide {
                *value /= &common;
            }
            words + value.bits() / 64 + 1
        })
    }

    /// Removes the variable of `column` by means of the row that has just been solved for it, whose own variable, with the
    /// factor `old`, has come in its place.
    fn eliminate(&mut self, pivot: &Row, column: usize) -> u64 {
        if self.entries[column].is_zero() {
            return 0;
        }
        let common = pivot.lead.gcd(&self.entries[column]);
        let (keep, take) = (&pivot.lead / &common, &self.entries[column] / &common);
        self.entries[column] = BigInt::zero();
        let apply = |value: &mut BigInt, other: &BigInt| {
            if !keep.is_one() {
                *value *= &keep;
            }
            if !other.is_zero() {
                *value -= &take * other;
            }
        };
        self.lead *= &keep;
        self.entries.iter_mut().zip(&pivot.entries).for_each(|(value, other)| apply(value, other));
        apply(&mut self.right, &pivot.right);
        self.reduce()
    }
}

impl Tableau {
    fn new(program: &Program) -> Tableau {
        let columns = program.gain.len();
        let row = |(at, (entries, right)): (usize, &(Vec<Rational>, Rational))| Row::new(columns + at, entries, right);
        let minus: Vec<Rational> = program.gain.iter().map(|gain| -gain).collect();
        Tableau {
            outside: (0..columns).collect(),
            rows: program.rows.iter().enumerate().map(row).collect(),
            gain: Row::new(usize::MAX, &minus, &Rational::zero()),
            free: program.free.clone(),
        }
    }

    fn is_free(&self, variable: usize) -> bool {
        self.free.get(variable).copied().unwrap_or(false)
    }

    /// The first variable that adds to the value when it moves away from 0, and which way it has to move.
    fn entering(&self) -> Option<(usize, i8)> {
        let helps = |(column, variable): (usize, &usize)| {
            let rate = &self.gain.entries[column];
            let sign = if rate.is_negative() { 1 } else { -1 };
            let may = rate.is_negative() || (rate.is_positive() && self.is_free(*variable));
            may.then_some((*variable, column, sign))
        };
        // Free variables first: once inside they never leave.
        let order = |(variable, _, _): &(usize, usize, i8)| (!self.is_free(*variable), *variable);
        let found = self.outside.iter().enumerate().filter_map(helps).min_by_key(order);
        found.map(|(_, column, sign)| (column, sign))
    }

    /// The row whose variable reaches 0 first, the first variable among equals.
    fn leaving(&self, column: usize, sign: i8) -> Option<usize> {
        let falls = |row: &&Row| {
            let entry = &row.entries[column];
            !self.is_free(row.basic) && if sign > 0 { entry.is_positive() } else { entry.is_negative() }
        };
        let mut best: Option<(usize, &Row)> = None;
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| falls(row)) {
            let is_before = best.is_none_or(|(_, other)| {
                let (mine, its) = (&row.right * other.entries[column].abs(), &other.right * row.entries[column].abs());
                mine.cmp(&its).then(row.basic.cmp(&other.basic)).is_lt()
            });
            if is_before {
                best = Some((at, row));
            }
        }
        best.map(|(at, _)| at)
    }

    /// Solves row `at` for the variable of `column`, which changes places with its own.
    fn pivot(&mut self, at: usize, column: usize, deadline: Instant) -> Result<u64, Diagnostic> {
        let pivot = &mut self.rows[at];
        std::mem::swap(&mut pivot.lead, &mut pivot.entries[column]);
        std::mem::swap(&mut pivot.basic, &mut self.outside[column]);
        if pivot.lead.is_negative() {
            pivot.all().for_each(|value| *value = -&*value);
        }
        let (before, rest) = self.rows.split_at_mut(at);
        let Some((pivot, after)) = rest.split_first_mut() else { return Ok(0) };
        let mut words = 0;
        for row in before.iter_mut().chain(after).chain([&mut self.gain]) {
            if Instant::now() > deadline {
                return Err(out_of_time());
            }
            words += row.eliminate(pivot, column);
        }
        Ok(words)
    }

    fn read(&self, program: &Program) -> Best {
        let columns = program.gain.len();
        let mut variables = vec![Rational::zero(); columns];
        for row in self.rows.iter().filter(|row| row.basic < columns) {
            variables[row.basic] = Rational::new(row.right.clone(), row.lead.clone());
        }
        let mut weights = vec![Rational::zero(); program.rows.len()];
        for (variable, rate) in self.outside.iter().zip(&self.gain.entries) {
            if let Some(row) = variable.checked_sub(columns) {
                weights[row] = Rational::new(rate.clone(), self.gain.lead.clone());
            }
        }
        Best { value: Rational::new(self.gain.right.clone(), self.gain.lead.clone()), variables, weights }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn integer(value: i64) -> Rational {
        Rational::from_integer(value.into())
    }

    fn entries(count: usize, large: bool) -> impl Strategy<Value = Vec<Rational>> {
        let most = if large { 1i64 << 30 } else { 3 };
        proptest::collection::vec((-most..=most).prop_map(integer), count)
    }

    /// Programs of up to 6 variables and 7 rows; the last row bounds the sum of magnitudes where there is one.
    fn program() -> impl Strategy<Value = Program> {
        (1usize..6, 1usize..7, any::<bool>(), any::<bool>()).prop_flat_map(|(columns, rows, large, cone)| {
            let right = move |value: Rational| if cone { Rational::zero() } else { value.abs() };
            let row = (entries(columns, large), entries(1, large)).prop_map(move |(row, h)| (row, right(h[0].clone())));
            let free = proptest::collection::vec(proptest::bool::weighted(0.2), columns);
            (entries(columns, large), proptest::collection::vec(row, rows), free).prop_map(
                move |(gain, mut rows, free)| {
                    let unit =
                        |at: usize, sign: i64| (0..columns).map(|k| integer(i64::from(k == at) * sign)).collect();
                    for at in 0..columns {
                        rows.push((unit(at, 1), integer(1)));
                        rows.push((unit(at, -1), integer(1)));
                    }
                    Program { gain, rows, free, any_gain: false }
                },
            )
        })
    }

    fn dot(a: &[Rational], b: &[Rational]) -> Rational {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// The answer is allowed, and the weights prove that none is better.
        #[test]
        fn the_best_is_proved_by_its_weights(program in program()) {
            let best = maximise(&program, Instant::now() + Duration::from_secs(600), &Limits::default()).unwrap();
            let v = &best.variables;
            prop_assert_eq!(dot(&program.gain, v), best.value.clone());
            prop_assert!(v.iter().zip(&program.free).all(|(v, free)| *free || !v.is_negative()));
            prop_assert!(program.rows.iter().all(|(row, h)| dot(row, v) <= *h));
            let right: Vec<Rational> = program.rows.iter().map(|(_, h)| h.clone()).collect();
            prop_assert!(best.weights.iter().all(|w| !w.is_negative()));
            prop_assert_eq!(dot(&best.weights, &right), best.value);
            for (column, free) in program.free.iter().enumerate() {
                let at: Vec<Rational> = program.rows.iter().map(|(row, _)| row[column].clone()).collect();
                let sum = dot(&best.weights, &at);
                prop_assert!(sum == program.gain[column] || (!free && sum > program.gain[column]));
            }
        }
    }

    /// E. M. L. Beale's example, on which the rule of the largest gain goes round in circles.
    #[test]
    fn what_circles_ends() {
        let row = |entries: [i64; 4], over: i64| entries.map(|value| Rational::new(value.into(), over.into())).to_vec();
        let rows = vec![
            (row([25, -6000, -4, 900], 100), Rational::zero()),
            (row([50, -9000, -2, 300], 100), Rational::zero()),
            (row([0, 0, 1, 0], 1), Rational::one()),
        ];
        let program = Program { gain: row([75, -15000, 2, -600], 100), rows, free: vec![false; 4], any_gain: false };
        let best = maximise(&program, Instant::now() + Duration::from_secs(600), &Limits::default()).unwrap();
        assert_eq!(best.value, Rational::new(1.into(), 20.into()));
    }

    #[test]
    fn no_best_and_no_time_are_told() {
        let free = Program { gain: vec![integer(1)], rows: Vec::new(), free: vec![false], any_gain: false };
        let soon = Instant::now() + Duration::from_secs(600);
        assert_eq!(maximise(&free, soon, &Limits::default()).unwrap_err().code, Code::LinearProgram);
        let bounded = Program { rows: vec![(vec![integer(1)], integer(1))], ..free };
        assert!(maximise(&bounded, soon, &Limits::default()).is_ok());
        let error = maximise(&bounded, Instant::now() - Duration::from_secs(1), &Limits::default()).unwrap_err();
        assert!(error.help.unwrap().contains("--time"));
    }
}
