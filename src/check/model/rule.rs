//! Rules, decided for all choices of what they bind by finitely many.
//!
//! Dimensions, members and words are chosen one after the other ([`super::choices`]). The maps of any kind are then solved for: where
//! the premises are equations linear in them, they are `x0 + t1 x1 + ... + tk xk` with numbers t that may be anything, and a conclusion
//! is decided as the polynomial in t that it is:
//!
//! - an equation of degree d holds everywhere if it holds at all t of whole numbers from 0 whose sum is at most d; where maps are claimed
//!   to exist, and everything is affine in those and the bound ones together, d = 1, since the t with such maps are an affine space;
//! - an inequality of degree 2 is a symmetric form in (t, 1), and holds everywhere if this form is semidefinite; a strict one if it
//!   is nowhere 0 besides;
//! - a difference of degree 1 is 0 where linear equations say so.
//!
//! Premises `a != b`, linear too, leave out affine subspaces. Unless these are everything, what is left is dense: equations and weak
//! inequalities hold on it if they hold everywhere, and an affine space that is not within one of them is not within all.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use num_rational::BigRational;
use num_traits::One;

use super::affine::{Affine, Arithmetic, Definiteness, Equations, Part, Solved};
use super::choices::{MAX_POINTS, Point};
use super::evaluate::{Conditions, Decision, Failed, Failing, definite_half};
use super::reading::{claims_affinely, degree, is_affine, mentions};
use super::scope::Scope;
use super::work::Limit;
use crate::kernel::{Comparison, MapDecl, Name, Prop, Relation, Role, Sequent};
use crate::terms::*;

/// A quadratic form in more variables than this is declined.
const MAX_VARIABLES: usize = 64;

/// An affine space of choices of some maps.
#[derive(Clone, Debug)]
struct Flat<M> {
    names: Vec<Name>,
    origin: Vec<M>,
    directions: Vec<Vec<M>>,
}

/// What the premises leave of the maps of any kind.
struct Premised<'s, M> {
    flat: Flat<M>,
    /// Premises `a != b`, linear in them.
    apart: Vec<&'s Comparison>,
    /// Premises that are not linear in them.
    open: Vec<&'s Prop>,
}

impl<M: Arithmetic> Scope<M> {
    /// A rule holds where its claim does at each choice of what it binds that satisfies its premises.
    pub fn rule(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
        self.within(sequent, |scope| {
            if sequent.is_claim() {
                return scope.claim(sequent);
            }
            let (mut undecided, mut failing) = (None, None);
            let open = scope.choices(sequent, &mut |scope, point| {
                match scope.premised(sequent) {
                    Ok(Decision::Holds { .. }) => {}
                    Ok(Decision::Fails(mut found)) => {
                        found.at = point.maps.iter().cloned().chain(found.at).collect();
                        failing = Some(found);
                        return Ok(ControlFlow::Break(()));
                    }
                    Ok(Decision::Undecided(why)) | Err(Limit(why)) => undecided = Some(why),
                }
                Ok(if scope.work.is_used_up() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            match (failing, open) {
                (Some(failing), _) => Ok(Decision::Fails(failing)),
                (None, Err(why)) => Err(why),
                (None, Ok(open)) => Ok(undecided.or(open).map_or_else(Decision::yes, Decision::Undecided)),
            }
        })
    }

    /// The rule for all maps of any kind, everything else that it binds being chosen.
    fn premised(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
        let Some(premised) = self.premises(sequent)? else { return Ok(Decision::yes()) };
        if premised.flat.names.is_empty() {
            return self.claim(sequent);
        }
        for premise in &premised.apart {
            if self.identical(&premised.flat, premise)? {
                return Ok(Decision::yes());
            }
        }
        if !premised.open.is_empty() {
            return self.probe(sequent, &premised, "a premise that is not linear");
        }
        let names: BTreeSet<&Name> = premised.flat.names.iter().collect();
        if !sequent.exists.is_empty() {
            return match premised.flat.directions.is_empty() || claims_affinely(sequent, &names) {
                true => self.everywhere(&premised.flat, 1, |scope| scope.claim(sequent)),
                false => self.probe(sequent, &premised, "a claim that is not linear in what the rule binds"),
            };
        }
        let mut undecided = None;
        for (position, labelled) in sequent.conclusions.iter().enumerate() {
            match self.conclusion(&labelled.prop, &premised, &names) {
                Ok(Decision::Holds { .. }) => {}
                Ok(Decision::Fails(mut failing)) => {
                    (failing.conclusion, failing.label) = (Some(position), labelled.label.clone());
                    return Ok(Decision::Fails(failing));
                }
                Ok(Decision::Undecided(why)) | Err(Limit(why)) => undecided = Some(why),
            }
        }
        match undecided {
            None => Ok(Decision::yes()),
            Some(why) => self.probe(sequent, &premised, &why),
        }
    }

    /// What the premises leave of the maps of any kind; `None`: nothing satisfies them.
    fn premises<'s>(&mut self, sequent: &'s Sequent) -> Result<Option<Premised<'s, M>>, Limit> {
        let free: Vec<&MapDecl> = sequent.maps.iter().filter(|map| map.role == Role::Any).collect();
        let names: BTreeSet<&Name> = free.iter().map(|map| &map.name).collect();
        let (mut equations, mut apart, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for premise in sequent.assumptions.iter().map(|l| &l.prop) {
            match premise {
                fixed if !mentions(fixed, &names) => match self.decide(fixed) {
                    Decision::Holds { .. } => {}
                    Decision::Fails(_) => return Ok(None),
                    Decision::Undecided(why) => return Err(Limit(why)),
                },
                Prop::Compare(c) if c.relation == Relation::NotEqual && linear(c, &names) => apart.push(c),
                Prop::Compare(c) if solvable(c, &names) => equations.push(premise),
                other => open.push(other),
            }
        }
        let Some(flat) = self.solutions(&free, &equations)? else { return Ok(None) };
        Ok(Some(Premised { flat, apart, open }))
    }

    /// The maps that satisfy the equations; `None`: none. Error: these are not linear in the maps.
    fn solutions(&mut self, free: &[&MapDecl], equations: &[&Prop]) -> Result<Option<Flat<M>>, Limit> {
        let base = self.shapes.len();
        let solved = self.solve_equations(free, equations, base);
        self.shapes.truncate(base);
        Ok(match solved? {
            Solved::Contradiction { .. } => None,
            Solved::Solutions { particular, directions } => {
                Some(Flat { names: free.iter().map(|map| map.name.clone()).collect(), origin: particular, directions })
            }
        })
    }

    fn solve_equations(&mut self, free: &[&MapDecl], equations: &[&Prop], base: usize) -> Result<Solved<M>, Limit> {
        for map in free {
            self.bind_unknown(map)?;
        }
        let mut conditions = Conditions::default();
        for equation in equations {
            self.collect(equation, 0, &mut conditions)?;
        }
        M::solve(&conditions.equations(&self.shapes, base)?, true, &self.work)
    }

    /// Decides a conclusion for all choices that the premises leave.
    fn conclusion(
        &mut self,
        prop: &Prop,
        premised: &Premised<M>,
        names: &BTreeSet<&Name>,
    ) -> Result<Decision<M>, Limit> {
        let flat = &premised.flat;
        if flat.directions.is_empty() {
            return self.everywhere(flat, 0, |scope| Ok(scope.decide(prop)));
        }
        let comparison = match prop {
            Prop::Compare(comparison) => comparison,
            Prop::Rule(_) if is_affine(prop, names) => return self.everywhere(flat, 1, |scope| Ok(scope.decide(prop))),
            Prop::Rule(_) => return Err(Limit(format!("a rule that is not linear in its {}", flat.names[0]))),
        };
        let degree = degree(&comparison.left, names).max(degree(&comparison.right, names));
        match comparison.relation {
            Relation::Equal => self.everywhere(flat, degree, |scope| Ok(scope.decide(prop))),
            Relation::AtLeast | Relation::Greater if degree <= 2 => self.inequality(comparison, premised),
            Relation::NotEqual if degree <= 1 => {
                let equal = Comparison { relation: Relation::Equal, ..comparison.clone() };
                let zero = self.zeros(flat, &equal)?;
                self.avoided(zero, &premised.apart, comparison)
            }
            _ => Err(Limit(format!("a comparison of degree {degree} in the {} of a rule", flat.names[0]))),
        }
    }

    /// Whether the claim holds at all points `origin + t directions` with whole numbers t from 0 of sum at most `degree`.
    fn everywhere(
        &mut self,
        flat: &Flat<M>,
        degree: usize,
        claim: impl Fn(&mut Scope<M>) -> Result<Decision<M>, Limit>,
    ) -> Result<Decision<M>, Limit> {
        let mut undecided = None;
        for weights in lattice(flat.directions.len(), degree)? {
            let point = self.enter(flat, &weights)?;
            match claim(self) {
                Ok(Decision::Holds { .. }) => {}
                Ok(Decision::Fails(mut failing)) => {
                    failing.at = point.into_iter().chain(failing.at).collect();
                    return Ok(Decision::Fails(failing));
                }
                Ok(Decision::Undecided(why)) | Err(Limit(why)) => undecided = Some(why),
            }
            if self.work.is_used_up() {
                break;
            }
        }
        Ok(undecided.map_or_else(Decision::yes, Decision::Undecided))
    }

    /// Binds the maps as they are at a point of the flat.
    fn enter(&mut self, flat: &Flat<M>, weights: &[usize]) -> Result<Vec<(Name, M)>, Limit> {
        let mut values = flat.origin.clone();
        for (weight, direction) in weights.iter().zip(&flat.directions).filter(|(weight, _)| **weight > 0) {
            let weight = BigRational::from_integer((*weight).into());
            for (value, along) in values.iter_mut().zip(direction) {
                let (rows, cols) = value.size();
                self.work.spend((rows * cols) as u64)?;
                *value = value.sum(&along.multiple(&weight));
            }
        }
        let point: Vec<(Name, M)> = flat.names.iter().cloned().zip(values).collect();
        point.iter().for_each(|(name, value)| self.bind(name, value.clone()));
        Ok(point)
    }

    /// Whether the two sides, affine on the flat, agree everywhere on it. Error: the precision does not tell.
    fn identical(&mut self, flat: &Flat<M>, comparison: &Comparison) -> Result<bool, Limit> {
        let equal = Comparison { relation: Relation::Equal, ..comparison.clone() };
        match self.everywhere(flat, 1, |scope| Ok(scope.decide(&Prop::Compare(equal.clone()))))? {
            Decision::Holds { .. } => Ok(true),
            Decision::Fails(_) => Ok(false),
            Decision::Undecided(why) => Err(Limit(why)),
        }
    }

    /// The points of the flat at which the two sides, affine on it, agree.
    fn zeros(&mut self, flat: &Flat<M>, equal: &Comparison) -> Result<Option<Flat<M>>, Limit> {
        let difference = |scope: &mut Scope<M>, weights: &[usize]| {
            scope.enter(flat, weights)?;
            let minus = -BigRational::one();
            Ok::<M, Limit>(scope.known(&equal.left)?.sum(&scope.known(&equal.right)?.multiple(&minus)))
        };
        let count = flat.directions.len();
        let constant = difference(self, &[])?;
        // The unknown is the column t; entry by entry, `constant + sum of t_i (value_i - constant)` is 0.
        let mut slopes = Vec::new();
        for i in 0..count {
            let value = difference(self, &unit(count, i))?;
            slopes.push(value.sum(&constant.multiple(&-BigRational::one())));
        }
        let (rows, cols) = constant.size();
        let mut equations = Equations { shapes: vec![(count, 1)], zero: Vec::new() };
        for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
            let entry = |m: &M| M::injection(rows, row, 1).transpose().product(m).product(&M::injection(cols, col, 1));
            let slope = |i: usize| entry(&slopes[i]).product(&M::injection(count, i, 1).transpose());
            let left = (0..count).map(slope).fold(M::zeros(1, count), |sum, m| sum.sum(&m));
            self.work.spend((count * count + rows * cols) as u64)?;
            let part = Part { left, unknown: 0, transposed: false, right: M::identity(1) };
            equations.zero.push(Affine { constant: entry(&constant), parts: vec![part] });
        }
        self.within_flat(flat, &equations)
    }

    /// The points of the flat whose column of weights t solves the equations.
    fn within_flat(&mut self, flat: &Flat<M>, equations: &Equations<M>) -> Result<Option<Flat<M>>, Limit> {
        let Solved::Solutions { particular, directions } = M::solve(equations, true, &self.work)? else {
            return Ok(None);
        };
        let count = flat.directions.len();
        let moved = |start: &dyn Fn(usize) -> M, t: &M| {
            let along = |index: usize| {
                (0..count).try_fold(start(index), |sum, i| {
                    let step = &flat.directions[i][index];
                    let (rows, cols) = step.size();
                    self.work.spend((2 * rows * cols) as u64)?;
                    Ok(sum.sum(&scaled_by(step, t, i)))
                })
            };
            (0..flat.names.len()).map(along).collect::<Result<Vec<M>, Limit>>()
        };
        let zero = |index: usize| M::zeros(flat.origin[index].size().0, flat.origin[index].size().1);
        let origin = moved(&|index| flat.origin[index].clone(), &particular[0])?;
        let directions = directions.iter().map(|t| moved(&zero, &t[0])).collect::<Result<_, _>>()?;
        Ok(Some(Flat { names: flat.names.clone(), origin, directions }))
    }

    /// Whether no point of `zeros` satisfies the premises `apart`; there the comparison would fail.
    fn avoided(
        &mut self,
        zeros: Option<Flat<M>>,
        apart: &[&Comparison],
        comparison: &Comparison,
    ) -> Result<Decision<M>, Limit> {
        let Some(zeros) = zeros else { return Ok(Decision::yes()) };
        for premise in apart {
            if self.identical(&zeros, premise)? {
                return Ok(Decision::yes());
            }
        }
        self.failing_at(&zeros, &[], comparison)
    }

    /// The comparison fails, at the point of the flat with these weights.
    fn failing_at(&mut self, flat: &Flat<M>, weights: &[usize], comparison: &Comparison) -> Result<Decision<M>, Limit> {
        let at = self.enter(flat, weights)?;
        let (left, right) = (self.known(&comparison.left)?, self.known(&comparison.right)?);
        let how = Failed::Sides { left, relation: comparison.relation, right };
        Ok(Decision::Fails(Failing { at, conclusion: None, label: String::new(), how }))
    }

    /// Decides `left >= right` or `left > right`, of degree 2 on the flat.
    fn inequality(&mut self, comparison: &Comparison, premised: &Premised<M>) -> Result<Decision<M>, Limit> {
        let flat = &premised.flat;
        let count = flat.directions.len();
        let form = self.form(flat, comparison)?;
        let last = M::injection(count + 1, count, 1);
        match M::definiteness(&form, &self.work)? {
            Definiteness::Negative(column) => self.negative_point(flat, comparison, &form, column),
            Definiteness::Semidefinite if comparison.relation == Relation::AtLeast => Ok(Decision::yes()),
            Definiteness::Semidefinite => {
                // Where a semidefinite form is 0, so is the form times the column.
                let part = Part {
                    left: form.product(&M::injection(count + 1, 0, count)),
                    unknown: 0,
                    transposed: false,
                    right: M::identity(1),
                };
                let zero = Affine { constant: form.product(&last), parts: vec![part] };
                let zeros = self.within_flat(flat, &Equations { shapes: vec![(count, 1)], zero: vec![zero] })?;
                self.avoided(zeros, &premised.apart, comparison)
            }
        }
    }

    /// `left - right`, of degree 2 on the flat, as a symmetric form in (t, 1), by its values.
    fn form(&mut self, flat: &Flat<M>, comparison: &Comparison) -> Result<M, Limit> {
        let count = flat.directions.len();
        if count > MAX_VARIABLES {
            return Err(Limit(format!("a quadratic form in more than {MAX_VARIABLES} variables")));
        }
        let mut value = |weights: &[usize]| {
            self.enter(flat, weights)?;
            let (left, right) = (self.known(&comparison.left)?, self.known(&comparison.right)?);
            self.work.spend((count * count) as u64)?;
            Ok::<M, Limit>(left.sum(&right.multiple(&-BigRational::one())))
        };
        let number = |n: i64, d: i64| BigRational::new(n.into(), d.into());
        let plus = |a: &M, n: i64, d: i64, b: &M| a.sum(&b.multiple(&number(n, d)));
        let constant = value(&[])?;
        // q(1) = c + b + m and q(2) = c + 2b + 4m for each variable alone.
        let (mut ones, mut form) = (Vec::new(), M::zeros(count + 1, count + 1));
        let place = |i: usize, j: usize, m: &M| {
            M::injection(count + 1, i, 1).product(m).product(&M::injection(count + 1, j, 1).transpose())
        };
        form = form.sum(&place(count, count, &constant));
        for i in 0..count {
            let (one, two) = (value(&unit(count, i))?, value(&twice(unit(count, i)))?);
            let square = plus(&plus(&two, -2, 1, &one), 1, 1, &constant).multiple(&number(1, 2));
            let linear = plus(&plus(&one, -1, 1, &constant), -1, 1, &square).multiple(&number(1, 2));
            form = form.sum(&place(i, i, &square)).sum(&place(i, count, &linear)).sum(&place(count, i, &linear));
            ones.push(one);
        }
        for i in 0..count {
            for j in 0..i {
                let both: Vec<usize> = (0..count).map(|k| usize::from(k == i || k == j)).collect();
                let mixed = plus(&plus(&plus(&value(&both)?, -1, 1, &ones[i]), -1, 1, &ones[j]), 1, 1, &constant);
                let half = mixed.multiple(&number(1, 2));
                form = form.sum(&place(i, j, &half)).sum(&place(j, i, &half));
            }
        }
        Ok(form)
    }

    /// The inequality fails: at a point near the direction in which the form is negative.
    fn negative_point(
        &mut self,
        flat: &Flat<M>,
        comparison: &Comparison,
        form: &M,
        column: M,
    ) -> Result<Decision<M>, Limit> {
        let count = flat.directions.len();
        let last = M::injection(count + 1, count, 1);
        let mut share = BigRational::one();
        for _ in 0..64 {
            // The column itself if it has a last entry; else with a smaller and smaller one.
            let end = last.transpose().product(&column);
            let column = match end.sign() {
                None => break,
                Some(std::cmp::Ordering::Equal) => column.sum(&last.multiple(&share)),
                Some(_) => column.clone(),
            };
            share /= BigRational::from_integer(2.into());
            self.work.product(form, &column)?;
            if column.transpose().product(form).product(&column).sign() != Some(std::cmp::Ordering::Less) {
                continue;
            }
            let end = last.transpose().product(&column);
            let top = M::injection(count + 1, 0, count).transpose().product(&column);
            let t = Part { left: M::identity(count), unknown: 0, transposed: false, right: end };
            let minus = top.multiple(&-BigRational::one());
            let equations =
                Equations { shapes: vec![(count, 1)], zero: vec![Affine { constant: minus, parts: vec![t] }] };
            let Some(point) = self.within_flat(flat, &equations)? else { break };
            return self.failing_at(&point, &[], comparison);
        }
        Err(Limit("a quadratic form that is negative, at no point that was found".to_owned()))
    }

    /// Looks at some choices that satisfy the premises, where it cannot be decided for all: the rule may fail at one.
    fn probe(&mut self, sequent: &Sequent, premised: &Premised<M>, why: &str) -> Result<Decision<M>, Limit> {
        let flat = &premised.flat;
        let degree = if flat.directions.len() <= 6 { 2 } else { 1 };
        for weights in lattice(flat.directions.len(), degree)? {
            let point = self.enter(flat, &weights)?;
            let applies = premised.open.iter().all(|premise| self.decide(premise).holds())
                && premised.apart.iter().all(|premise| self.decide(&Prop::Compare((*premise).clone())).holds());
            if let (true, Ok(Decision::Fails(mut failing))) = (applies, self.claim(sequent)) {
                failing.at = point.into_iter().chain(failing.at).collect();
                return Ok(Decision::Fails(failing));
            }
            if self.work.is_used_up() {
                break;
            }
        }
        Err(Limit(why.to_owned()))
    }

    /// Choices of what a rule binds that decide it for all, where equations affine in the maps of any kind are concluded.
    pub fn points(&mut self, sequent: &Sequent) -> Result<Vec<Point<M>>, Limit> {
        if sequent.is_claim() {
            return Ok(vec![Point::default()]);
        }
        self.within(sequent, |scope| {
            let mut points = Vec::new();
            let open = scope.choices(sequent, &mut |scope, chosen| {
                let Some(Premised { flat, apart, open }) = scope.premises(sequent)? else {
                    return Ok(ControlFlow::Continue(()));
                };
                if !(apart.is_empty() && open.is_empty()) {
                    return Err(Limit("a rule with a premise that is not an equation".to_owned()));
                }
                let names: BTreeSet<&Name> = flat.names.iter().collect();
                if !flat.directions.is_empty() && !claims_affinely(sequent, &names) {
                    return Err(Limit(format!("a rule that is not linear in its {}", flat.names[0])));
                }
                for weights in lattice(flat.directions.len(), 1)? {
                    let mut point = chosen.clone();
                    point.maps.extend(scope.enter(&flat, &weights)?);
                    points.push(point);
                }
                Ok(ControlFlow::Continue(()))
            })?;
            open.map_or(Ok(points), |why| Err(Limit(why)))
        })
    }
}

/// Whether a premise is an equation that can be solved for the maps: linear, or a sum of squares that is 0.
fn solvable(comparison: &Comparison, names: &BTreeSet<&Name>) -> bool {
    let half = || definite_half(&comparison.left, &comparison.right).is_some_and(|half| degree(&half, names) <= 1);
    comparison.relation == Relation::Equal && (linear(comparison, names) || half())
}

fn linear(comparison: &Comparison, names: &BTreeSet<&Name>) -> bool {
    degree(&comparison.left, names) <= 1 && degree(&comparison.right, names) <= 1
}

/// `m` times entry i of the column.
fn scaled_by<M: Arithmetic>(m: &M, column: &M, i: usize) -> M {
    let (rows, cols) = m.size();
    let entry = M::injection(column.size().0, i, 1).transpose().product(column);
    // A multiple by a number that is a matrix 1 x 1: row by row.
    let row = |r: usize| {
        let row = M::injection(rows, r, 1).transpose().product(m);
        M::injection(rows, r, 1).product(&entry.product(&row))
    };
    (0..rows).map(row).fold(M::zeros(rows, cols), |sum, row| sum.sum(&row))
}

fn unit(count: usize, at: usize) -> Vec<usize> {
    (0..count).map(|i| usize::from(i == at)).collect()
}

fn twice(weights: Vec<usize>) -> Vec<usize> {
    weights.into_iter().map(|n| 2 * n).collect()
}

/// All lists of `count` whole numbers from 0 whose sum is at most `degree`. Error: too many.
fn lattice(count: usize, degree: usize) -> Result<Vec<Vec<usize>>, Limit> {
    let mut all = vec![vec![0; count]];
    let mut last: Vec<(usize, Vec<usize>)> = vec![(0, vec![0; count])];
    for _ in 0..degree {
        let mut next = Vec::new();
        for (from, weights) in &last {
            for at in *from..count {
                let mut more = weights.clone();
                more[at] += 1;
                next.push((at, more));
            }
            if all.len() + next.len() > MAX_POINTS {
                return Err(Limit(format!("a rule of more than {MAX_POINTS} cases")));
            }
        }
        all.extend(next.iter().map(|(_, weights)| weights.clone()));
        last = next;
    }
    Ok(all)
}
