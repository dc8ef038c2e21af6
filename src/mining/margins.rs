//! Margins: a scorer that agrees with the true-optimal encoder on training and puts every negative below its caption, or
//! the exact contradiction that forbids one.
//!
//! The linear program is small once the basis of the edits modulo training is known. What a scorer w says of the mined
//! edits is free, d w = -margin - u with any u >= 0 that we like, and what it says of every other edit, c S + b D,
//! follows: it keeps the margin exactly when `b u >= q` with `q = margin (1 - sum b) + c (training scores)`. So the
//! question is whether some u >= 0 has B u >= q, component by component of B. Doubles (microlp, through good_lp) only
//! propose: the answer is made of exact fractions and multiplied out. Where what they propose does not stand, exact steps
//! (`simplex.rs`) decide.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel, Variable, WithTimeLimit, variable};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::settle::mine;
use super::simplex::{self, Program, out_of_time, too_large};
use crate::certificate::{Claim, Exact, Settled, Sparse};
use crate::encoder::Problem;
use crate::exact::{Elimination, Limits, Rational, RightHandSide, Solution, SparseMatrix, SparseVector};
use crate::report::{Code, Diagnostic};

/// Doubles below this are taken for zero when an answer is proposed; nothing exact rests on it.
const NEGLIGIBLE: f64 = 1e-7;
/// The most places, rows x columns, of one component's linear program.
const PLACES: usize = 4_000_000;

/// An inequality `b u >= q` over the mined edits, that of the settled edit with this position.
struct Inequality<'a> {
    settled: &'a Settled,
    q: Rational,
}

/// The claim that a scorer keeps `margin` on every edit of the problem, or that none does. The linear programs
/// together may take as long as `time`.
///
/// Errors: [`Code::Usage`] for a margin that is not above 0; [`Code::LinearProgram`] where the solver does not come to
/// an answer that stands exactly; those of [`Elimination`].
pub fn margins(problem: &Problem, margin: &Rational, time: Duration, limits: &Limits) -> Result<Claim, Diagnostic> {
    if !margin.is_positive() {
        return Err(Diagnostic::new(Code::Usage, "a margin has to be above 0"));
    }
    let Claim::Settles { mined, settled, .. } = mine(problem.s(), problem.d(), None, None, limits)?.claim else {
        return Err(Diagnostic::new(Code::ExactSelfCheck, "mining ended in another claim"));
    };
    // All in the units of the stored rows.
    let stored = margin * BigRational::from_integer(BigInt::one() << problem.features().scale);
    let targets = problem.targets();
    let score = |text: u32| BigRational::new(targets.training.get(text as usize, 0), BigInt::one() << targets.shift);
    let inequality = |settled: &Settled| {
        let sum: Rational = settled.b.iter().map(|(_, value)| value.0.clone()).sum();
        let known: Rational = settled.c.iter().map(|(text, value)| &value.0 * score(*text)).sum();
        &stored * (Rational::one() - sum) + known
    };
    let inequalities: Vec<Inequality> =
        settled.iter().map(|settled| Inequality { settled, q: inequality(settled) }).collect();
    let deadline = sooner(Instant::now() + time, limits);
    let mut u: BTreeMap<u32, Rational> = BTreeMap::new();
    for component in components(&inequalities) {
        match component.answer(deadline, limits)? {
            Answer::Slack(some) => u.extend(some),
            Answer::Contradiction(z) => return Ok(contradiction(margin, &settled, &z)),
        }
    }
    let values =
        mined.iter().map(|m| (m.edit, -&stored - u.get(&m.edit).cloned().unwrap_or_default())).collect::<Vec<_>>();
    let scorer = scorer(problem, &values, limits)?;
    Ok(Claim::Margins { margin: Exact(margin.clone()), scorer })
}

/// z over settled edits, with z B <= 0: the mined edits take up the rest, so that the edits cancel but for training captions.
fn contradiction(margin: &Rational, settled: &[Settled], z: &BTreeMap<u32, Rational>) -> Claim {
    let (mut edits, mut texts) = (z.clone(), BTreeMap::<u32, Rational>::new());
    for Settled { edit, c, b } in settled {
        let Some(weight) = z.get(edit) else { continue };
        b.iter().for_each(|(mined, value)| *edits.entry(*mined).or_default() -= weight * &value.0);
        c.iter().for_each(|(text, value)| *texts.entry(*text).or_default() += weight * &value.0);
    }
    let sparse = |map: BTreeMap<u32, Rational>| -> Sparse {
        map.into_iter().filter(|(_, value)| !value.is_zero()).map(|(at, value)| (at, Exact(value))).collect()
    };
    Claim::Farkas { margin: Exact(margin.clone()), z: sparse(edits), c: sparse(texts) }
}

/// w with the training scores on S and these values on the mined edits.
fn scorer(problem: &Problem, values: &[(u32, Rational)], limits: &Limits) -> Result<Sparse, Diagnostic> {
    let rows = values.iter().map(|(edit, _)| problem.d().row(*edit as usize).collect()).collect();
    let both = SparseMatrix::vstack(&[problem.s(), &SparseMatrix::from_rows(problem.s().cols(), rows)?])?;
    let targets = problem.targets();
    let shift = BigInt::one() << targets.shift;
    let scale = values.iter().fold(shift.clone(), |lcm, (_, value)| num_integer::Integer::lcm(&lcm, value.denom()));
    let training = (0..problem.s().rows()).map(|text| targets.training.get(text, 0) * (&scale / &shift));
    let wanted = training.chain(values.iter().map(|(_, value)| value.numer() * (&scale / value.denom()))).collect();
    let b = RightHandSide::from_big(both.rows(), 1, wanted)?;
    match Elimination::new(&both, &[], limits)?.solve(&b)? {
        Solution::Solved { x, .. } => {
            let entry = |(feature, value): (u32, Rational)| (feature, Exact(value / &scale));
            Ok(x.column(0).iter().map(entry).collect())
        }
        Solution::Inconsistent { .. } => {
            let message = "no scorer over these features has the true-optimal scores on the training captions";
            Err(Diagnostic::new(Code::NotAligned, message)
                .help("`scotoma build` with the same options shows the obstruction"))
        }
    }
}

/// Inequalities that share mined edits, directly or through others.
struct Component<'a> {
    inequalities: Vec<&'a Inequality<'a>>,
    /// The mined edits in them, ascending.
    mined: Vec<u32>,
}

/// What a component says.
enum Answer {
    /// u with B u >= q; what is not listed is 0.
    Slack(BTreeMap<u32, Rational>),
    /// z >= 0 with z B <= 0 and z q > 0, by settled edit.
    Contradiction(BTreeMap<u32, Rational>),
}

fn components<'a>(inequalities: &'a [Inequality<'a>]) -> Vec<Component<'a>> {
    // Inequalities by the least mined edit that is known to be joined with theirs.
    let mut root: BTreeMap<u32, u32> = BTreeMap::new();
    fn find(root: &mut BTreeMap<u32, u32>, mut at: u32) -> u32 {
        while let Some(&above) = root.get(&at).filter(|above| **above != at) {
            let higher = root.get(&above).copied().unwrap_or(above);
            root.insert(at, higher);
            at = above;
        }
        at
    }
    for inequality in inequalities {
        for pair in inequality.settled.b.windows(2) {
            let (a, b) = (find(&mut root, pair[0].0), find(&mut root, pair[1].0));
            root.insert(a.max(b), a.min(b));
        }
    }
    // An edit that training settles stands alone.
    let mut groups: BTreeMap<(bool, u32), Vec<&Inequality>> = BTreeMap::new();
    for inequality in inequalities {
        let key = match inequality.settled.b.first() {
            Some((mined, _)) => (true, find(&mut root, *mined)),
            None => (false, inequality.settled.edit),
        };
        groups.entry(key).or_default().push(inequality);
    }
    let component = |inequalities: Vec<&'a Inequality<'a>>| {
        let mined: BTreeSet<u32> =
            inequalities.iter().flat_map(|i| i.settled.b.iter().map(|(edit, _)| *edit)).collect();
        Component { inequalities, mined: mined.into_iter().collect() }
    };
    groups.into_values().map(component).collect()
}

/// Doubles came to nothing, for which exact steps stand in.
pub(super) fn undecided(message: String) -> Diagnostic {
    Diagnostic::new(Code::LinearProgram, message)
}

impl Component<'_> {
    fn answer(&self, deadline: Instant, limits: &Limits) -> Result<Answer, Diagnostic> {
        if self.inequalities.iter().all(|inequality| !inequality.q.is_positive()) {
            return Ok(Answer::Slack(BTreeMap::new()));
        }
        // One edit may contradict training by itself: b <= 0 and yet q > 0.
        let hopeless =
            |i: &&&Inequality| i.q.is_positive() && i.settled.b.iter().all(|(_, value)| value.0.is_negative());
        if let Some(alone) = self.inequalities.iter().find(hopeless) {
            return Ok(Answer::Contradiction([(alone.settled.edit, Rational::one())].into()));
        }
        match self.by_doubles(deadline, limits) {
            Ok(None) => self.exactly(deadline, limits),
            Err(why) if why.code == Code::LinearProgram => self.exactly(deadline, limits),
            answer => answer?.ok_or_else(too_large),
        }
    }

    /// What doubles propose, if it stands.
    fn by_doubles(&self, deadline: Instant, limits: &Limits) -> Result<Option<Answer>, Diagnostic> {
        if self.inequalities.len().saturating_mul(self.mined.len()) > PLACES {
            return Err(too_large());
        }
        let (u, slack) = self.propose_slack(deadline)?;
        if slack > -NEGLIGIBLE
            && let Some(u) = self.round(&u).or(self.vertex(&u, limits)?)
        {
            return Ok(Some(Answer::Slack(u)));
        }
        if slack < NEGLIGIBLE
            && let Some(z) = self.multipliers(&self.propose_multipliers(deadline)?, limits)?
        {
            return Ok(Some(Answer::Contradiction(z)));
        }
        Ok(None)
    }

    /// The most of z q with z B <= 0 and the sum of z at most 1, in fractions: above 0 it is a contradiction, else the weights
    /// of the columns are a u.
    fn exactly(&self, deadline: Instant, limits: &Limits) -> Result<Answer, Diagnostic> {
        if self.inequalities.len().saturating_mul(self.mined.len() + 1) > simplex::PLACES {
            left(deadline)?;
            return Err(too_large());
        }
        let count = self.inequalities.len();
        let mut rows = vec![(vec![Rational::zero(); count], Rational::zero()); self.mined.len()];
        for (at, Inequality { settled, .. }) in self.inequalities.iter().enumerate() {
            settled.b.iter().for_each(|(mined, b)| rows[self.position(*mined)].0[at] = b.0.clone());
        }
        rows.push((vec![Rational::one(); count], Rational::one()));
        let gain = self.inequalities.iter().map(|inequality| inequality.q.clone()).collect();
        let program = Program { gain, rows, free: vec![false; count], any_gain: true };
        let best = simplex::maximise(&program, deadline, limits)?;
        let answer = if best.value.is_positive() {
            let z = self.inequalities.iter().zip(best.variables).map(|(i, value)| (i.settled.edit, value));
            let z = z.filter(|(_, value)| !value.is_zero()).collect();
            self.contradicts(&z).then_some(Answer::Contradiction(z))
        } else {
            let u = self.mined.iter().copied().zip(best.weights).collect();
            self.stands(&u).then_some(Answer::Slack(u))
        };
        answer.ok_or_else(|| Diagnostic::new(Code::ExactSelfCheck, "an exact linear program ended in a wrong answer"))
    }

    fn position(&self, mined: u32) -> usize {
        self.mined.binary_search(&mined).unwrap_or(0)
    }

    /// u >= 0 with B u - slack >= q and the largest slack, at most 1.
    fn propose_slack(&self, deadline: Instant) -> Result<(Vec<f64>, f64), Diagnostic> {
        let mut variables = ProblemVariables::new();
        let u: Vec<Variable> = self.mined.iter().map(|_| variables.add(variable().min(0))).collect();
        let slack = variables.add(variable().max(1));
        let mut model = variables.maximise(slack).using(good_lp::microlp).with_time_limit(left(deadline)?);
        for Inequality { settled, q } in &self.inequalities {
            let terms = settled.b.iter().map(|(mined, value)| u[self.position(*mined)] * double(&value.0));
            model.add_constraint((terms.sum::<Expression>() - slack).geq(double(q)));
        }
        let found = model.solve().map_err(|error| undecided(format!("the linear program ended early: {error}")))?;
        Ok((u.iter().map(|u| found.value(*u)).collect(), found.value(slack)))
    }

    /// z >= 0 with sum 1, z B <= 0 and the largest z q.
    fn propose_multipliers(&self, deadline: Instant) -> Result<Vec<f64>, Diagnostic> {
        let mut variables = ProblemVariables::new();
        let z: Vec<Variable> = self.inequalities.iter().map(|_| variables.add(variable().min(0))).collect();
        let total = |weight: &dyn Fn(&Inequality) -> f64| -> Expression {
            self.inequalities.iter().zip(&z).map(|(inequality, z)| *z * weight(inequality)).sum()
        };
        let mut columns: Vec<Expression> = vec![Expression::from(0.0); self.mined.len()];
        for (inequality, z) in self.inequalities.iter().zip(&z) {
            inequality.settled.b.iter().for_each(|(mined, b)| columns[self.position(*mined)] += *z * double(&b.0));
        }
        let mut model = variables
            .maximise(total(&|inequality| double(&inequality.q)))
            .using(good_lp::microlp)
            .with_time_limit(left(deadline)?);
        model.add_constraint(total(&|_| 1.0).eq(1.0));
        for column in columns {
            model.add_constraint(column.leq(0.0));
        }
        let found = model.solve().map_err(|error| undecided(format!("the linear program ended early: {error}")))?;
        Ok(z.iter().map(|z| found.value(*z)).collect())
    }

    /// u rounded up to few binary digits, if it stands: where there is room, round numbers do.
    fn round(&self, u: &[f64]) -> Option<BTreeMap<u32, Rational>> {
        [0i32, 4, 10, 20, 40].into_iter().find_map(|digits| {
            let scale = 2f64.powi(digits);
            let dyadic =
                |value: &f64| Rational::from_float((value.max(0.0) * scale - NEGLIGIBLE).ceil().max(0.0) / scale);
            let u: Option<BTreeMap<u32, Rational>> =
                self.mined.iter().zip(u).map(|(edit, value)| Some((*edit, dyadic(value)?))).collect();
            u.filter(|u| self.stands(u))
        })
    }

    /// u at a vertex: zero where the proposal is, and equal to q where it is tight.
    fn vertex(&self, u: &[f64], limits: &Limits) -> Result<Option<BTreeMap<u32, Rational>>, Diagnostic> {
        let support: Vec<u32> =
            self.mined.iter().zip(u).filter(|(_, value)| **value > NEGLIGIBLE).map(|(edit, _)| *edit).collect();
        let value = |edit: u32| u[self.position(edit)];
        let tight = self.inequalities.iter().filter(|Inequality { settled, q }| {
            let sum: f64 = settled.b.iter().map(|(edit, b)| double(&b.0) * value(*edit)).sum();
            (sum - double(q)).abs() < 1e-6
        });
        let (mut rows, mut wanted) = (Vec::new(), Vec::new());
        for Inequality { settled, q } in tight {
            let Some((row, scale)) = integer_row(&settled.b, &support, Some(q)) else { return Ok(None) };
            rows.push(row);
            wanted.push((q * &scale).to_integer());
        }
        let count = rows.len();
        let matrix = SparseMatrix::from_rows(support.len(), rows)?;
        match Elimination::new(&matrix, &[], limits)?.solve(&RightHandSide::from_big(count, 1, wanted)?)? {
            Solution::Solved { x, .. } => {
                let u = support.iter().enumerate().map(|(at, edit)| (*edit, x.get(at as u32, 0))).collect();
                Ok(Some(u).filter(|u| self.stands(u)))
            }
            Solution::Inconsistent { .. } => Ok(None),
        }
    }

    /// Whether u >= 0 and B u >= q, exactly.
    fn stands(&self, u: &BTreeMap<u32, Rational>) -> bool {
        let keeps = |Inequality { settled, q }: &&Inequality| {
            let terms = settled.b.iter().filter_map(|(edit, b)| Some(&b.0 * u.get(edit)?));
            terms.sum::<Rational>() >= *q
        };
        u.values().all(|value| !value.is_negative()) && self.inequalities.iter().all(keeps)
    }

    /// z with the support of the proposal and z B = 0 where the proposal is tight: one vector up to its length, if it
    /// is a vertex. `None` if that does not stand.
    fn multipliers(&self, z: &[f64], limits: &Limits) -> Result<Option<BTreeMap<u32, Rational>>, Diagnostic> {
        let used: Vec<&Inequality> =
            self.inequalities.iter().zip(z).filter(|(_, value)| **value > NEGLIGIBLE).map(|(i, _)| *i).collect();
        let mut sums = vec![0f64; self.mined.len()];
        for (Inequality { settled, .. }, value) in self.inequalities.iter().zip(z) {
            settled.b.iter().for_each(|(edit, b)| sums[self.position(*edit)] += double(&b.0) * value);
        }
        let tight: Vec<u32> =
            self.mined.iter().zip(&sums).filter(|(_, sum)| sum.abs() < NEGLIGIBLE).map(|(edit, _)| *edit).collect();
        let rows: Option<Vec<_>> = used.iter().map(|i| integer_row(&i.settled.b, &tight, None)).collect();
        let Some((rows, scales)) = rows.map(|rows| rows.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()) else {
            return Ok(None);
        };
        let elimination = Elimination::new(&SparseMatrix::from_rows(tight.len(), rows)?, &[], limits)?;
        let free: Vec<usize> = (0..used.len()).filter(|row| !elimination.is_pivot_row(*row)).collect();
        for y in elimination.left_null_vectors(&free)? {
            let z = |y: &SparseVector, sign: i64| -> BTreeMap<u32, Rational> {
                let value = |(row, value): (u32, Rational)| {
                    (used[row as usize].settled.edit, value * &scales[row as usize] * BigInt::from(sign))
                };
                y.iter().map(value).collect()
            };
            if let Some(found) = [z(&y, 1), z(&y, -1)].into_iter().find(|z| self.contradicts(z)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Whether z >= 0, z B <= 0 and z q > 0, exactly.
    fn contradicts(&self, z: &BTreeMap<u32, Rational>) -> bool {
        let (mut sums, mut gain) = (BTreeMap::<u32, Rational>::new(), Rational::zero());
        for Inequality { settled, q } in &self.inequalities {
            let Some(weight) = z.get(&settled.edit) else { continue };
            gain += weight * q;
            settled.b.iter().for_each(|(edit, b)| *sums.entry(*edit).or_default() += weight * &b.0);
        }
        gain.is_positive() && z.values().all(|v| !v.is_negative()) && sums.values().all(|v| !v.is_positive())
    }
}

/// The entries of `b` at the columns `kept` (ascending) as integers, and what they were multiplied by, which makes
/// `more` an integer too; `None` where they do not fit 64 bits.
fn integer_row(b: &Sparse, kept: &[u32], more: Option<&Rational>) -> Option<(Vec<(u32, i64)>, BigInt)> {
    let denominators = b.iter().map(|(_, value)| value.0.denom()).chain(more.map(|more| more.denom()));
    let scale = denominators.fold(BigInt::one(), |lcm, denominator| num_integer::Integer::lcm(&lcm, denominator));
    let kept = b.iter().filter_map(|(edit, value)| Some((kept.binary_search(edit).ok()? as u32, value)));
    let row = kept.map(|(at, value)| Some((at, (&value.0 * &scale).to_integer().to_i64()?)));
    Some((row.collect::<Option<Vec<_>>>()?, scale))
}

fn double(value: &Rational) -> f64 {
    value.to_f64().unwrap_or(f64::MAX)
}

/// The deadline, or that of the limits where it comes first.
pub(super) fn sooner(deadline: Instant, limits: &Limits) -> Instant {
    limits.deadline.map_or(deadline, |other| deadline.min(other))
}

/// Seconds until the deadline.
pub(super) fn left(deadline: Instant) -> Result<f64, Diagnostic> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left.as_secs_f64()),
        _ => Err(out_of_time()),
    }
}
