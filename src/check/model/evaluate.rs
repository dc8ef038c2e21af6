//! A statement on an instance: which assumptions hold, and whether the conclusion does.
//!
//! Terms are evaluated as they stand. An existential claim that is linear in its unknowns is decided by solving,
//! a rule by finitely many choices (see `rule.rs`). What is neither is reported undecided, never guessed.

use num_rational::BigRational;
use num_traits::One;

use super::affine::{Affine, Arithmetic, Equations, Solved};
use super::instance::Instance;
use super::scope::Scope;
use super::weaken::assumption_names;
use super::work::{Limit, WORK};
use crate::kernel::{Comparison, Name, Prop, Relation, Role, Sequent, Shape, Statement, Term};
use crate::report::Diagnostic;
use crate::terms::*;

/// What a statement says of one instance.
#[derive(Clone, Debug)]
pub struct Evaluation<M> {
    /// Each assumption by its name (see [`super::hypotheses`]), in the order of the statement. That a map is a member or a
    /// word, as declared, is not among them: an instance says so itself, and is checked.
    pub assumptions: Vec<(String, Decision<M>)>,
    /// The conclusions, as one claim.
    pub conclusion: Decision<M>,
}

impl<M> Evaluation<M> {
    /// Whether every assumption holds, and the conclusion fails.
    pub fn refutes(&self) -> bool {
        self.applies() && matches!(self.conclusion, Decision::Fails(_))
    }

    /// Whether every assumption holds.
    pub fn applies(&self) -> bool {
        self.assumptions.iter().all(|(_, decision)| decision.holds())
    }
}

/// Whether a proposition holds.
#[derive(Clone, Debug)]
pub enum Decision<M> {
    /// It holds; for an existential claim, with these maps.
    Holds {
        /// The maps that were claimed to exist.
        witness: Vec<(Name, M)>,
    },
    /// It does not hold.
    Fails(Failing<M>),
    /// It could not be decided, and why.
    Undecided(String),
}

/// How a proposition fails.
#[derive(Clone, Debug)]
pub struct Failing<M> {
    /// What the maps that a rule quantifies over are where it fails.
    pub at: Vec<(Name, M)>,
    /// The position of the conclusion that fails; `None`: they fail only together.
    pub conclusion: Option<usize>,
    /// Its label, which may be empty.
    pub label: String,
    /// In what way.
    pub how: Failed<M>,
}

/// In what way a proposition fails.
#[derive(Clone, Debug)]
pub enum Failed<M> {
    /// The two sides do not compare as claimed.
    Sides {
        /// The value of the left side.
        left: M,
        /// The claimed relation.
        relation: Relation,
        /// The value of the right side.
        right: M,
    },
    /// No maps are as claimed: the equations contradict each other.
    NoWitness {
        /// One matrix an equation, with the position of its conclusion: the sum over the equations of the entries of
        /// `left - right` times the entries of the matrix is the same number, not 0, for any maps.
        obstruction: Vec<(usize, M)>,
    },
    /// No member, or no word, is as claimed.
    NoneOfMany,
}

impl<M> Decision<M> {
    /// Whether it holds.
    pub fn holds(&self) -> bool {
        matches!(self, Decision::Holds { .. })
    }

    /// That it holds, of nothing that has to be shown.
    pub fn yes() -> Decision<M> {
        Decision::Holds { witness: Vec::new() }
    }

    /// That it fails in this way, outside any rule.
    pub fn no(how: Failed<M>) -> Decision<M> {
        Decision::Fails(Failing { at: Vec::new(), conclusion: None, label: String::new(), how })
    }
}

/// Evaluates a statement on an instance, within the usual work. Errors: see [`Instance::check`].
pub fn evaluate<M: Arithmetic>(statement: &Statement, instance: &Instance<M>) -> Result<Evaluation<M>, Diagnostic> {
    evaluate_within(statement, instance, WORK)
}

/// Evaluates a statement on an instance. What is open when the work, in products of machine words, is used up is undecided.
///
/// Errors: see [`Instance::check`].
pub fn evaluate_within<M: Arithmetic>(
    statement: &Statement,
    instance: &Instance<M>,
    work: u64,
) -> Result<Evaluation<M>, Diagnostic> {
    let sequent = statement.sequent();
    instance.check(sequent)?;
    let mut scope = Scope::within_work(instance, work);
    let equal = sequent.equal.iter().map(|(a, b)| match instance.dims.get(a) == instance.dims.get(b) {
        true => Decision::yes(),
        false => Decision::no(Failed::NoneOfMany),
    });
    let mut decisions: Vec<Decision<M>> = equal.collect();
    decisions.extend(sequent.assumptions.iter().map(|l| scope.decide(&l.prop)));
    let equal = sequent.equal.iter().map(|(a, b)| format!("{a}={b}"));
    let assumptions = equal.chain(assumption_names(sequent)).zip(decisions).collect();
    let conclusion = scope.claim(sequent).unwrap_or_else(|Limit(why)| Decision::Undecided(why));
    Ok(Evaluation { assumptions, conclusion })
}

/// Conditions collected for the unknowns in use.
#[derive(Clone, Debug)]
pub struct Conditions<M> {
    /// Expressions that are to be 0, with the position of the conclusion that they come from.
    pub zero: Vec<(Affine<M>, usize)>,
    /// Other conditions on `left - right`.
    pub others: Vec<(Affine<M>, Relation)>,
}

impl<M> Default for Conditions<M> {
    fn default() -> Self {
        Conditions { zero: Vec::new(), others: Vec::new() }
    }
}

impl<M: Arithmetic> Scope<M> {
    /// Decides a proposition all of whose free maps are known.
    pub fn decide(&mut self, prop: &Prop) -> Decision<M> {
        let decision = match prop {
            Prop::Compare(comparison) => self.compare(comparison),
            Prop::Rule(sequent) => self.rule(sequent),
        };
        decision.unwrap_or_else(|Limit(why)| Decision::Undecided(why))
    }

    fn compare(&self, comparison: &Comparison) -> Result<Decision<M>, Limit> {
        let (left, right) = (self.known(&comparison.left)?, self.known(&comparison.right)?);
        let relation = comparison.relation;
        Ok(match related(&left, relation, &right) {
            Some(true) => Decision::yes(),
            Some(false) => Decision::no(Failed::Sides { left, relation, right }),
            None => Decision::Undecided("ill-conditioned: the two sides cannot be told apart or together".to_owned()),
        })
    }

    /// Whether there are maps `exists` with the conclusions, the maps before being known.
    pub fn claim(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
        if sequent.exists.is_empty() {
            return Ok(self.all(sequent));
        }
        if sequent.exists.iter().any(|map| map.role != Role::Any) {
            return self.some_word(sequent);
        }
        let mark = self.shapes.len();
        let solved = self.solve_for(sequent);
        self.shapes.truncate(mark);
        solved
    }

    /// Whether all conclusions hold, nothing being claimed to exist.
    pub fn all(&mut self, sequent: &Sequent) -> Decision<M> {
        let mut undecided = None;
        for (position, labelled) in sequent.conclusions.iter().enumerate() {
            match self.decide(&labelled.prop) {
                Decision::Holds { .. } => {}
                Decision::Fails(mut failing) => {
                    (failing.conclusion, failing.label) = (Some(position), labelled.label.clone());
                    return Decision::Fails(failing);
                }
                Decision::Undecided(why) => undecided = Some(why),
            }
        }
        undecided.map_or_else(Decision::yes, Decision::Undecided)
    }

    /// Makes the maps that are claimed to exist unknown and collects what the conclusions ask of them. A conclusion that
    /// is not linear in all unknowns at once waits until the others have been solved.
    fn conditions(&mut self, sequent: &Sequent) -> Result<(Conditions<M>, Vec<Limit>), Limit> {
        for map in &sequent.exists {
            self.bind_unknown(map)?;
        }
        let mut conditions = Conditions::default();
        let mut waiting = Vec::new();
        for (position, labelled) in sequent.conclusions.iter().enumerate() {
            let mark = (conditions.zero.len(), conditions.others.len(), self.shapes.len());
            if let Err(why) = self.collect(&labelled.prop, position, &mut conditions) {
                conditions.zero.truncate(mark.0);
                conditions.others.truncate(mark.1);
                self.shapes.truncate(mark.2);
                waiting.push(why);
            }
        }
        Ok((conditions, waiting))
    }

    fn solve_for(&mut self, sequent: &Sequent) -> Result<Decision<M>, Limit> {
        let base = self.shapes.len();
        let (conditions, mut waiting) = self.conditions(sequent)?;
        let all = !conditions.others.is_empty() || !waiting.is_empty();
        let equations = conditions.equations(&self.shapes, base)?;
        let (particular, directions) = match M::solve(&equations, all, &self.work)? {
            Solved::Contradiction { obstruction } => {
                let positions = conditions.zero.iter().map(|(_, position)| *position);
                return Ok(Decision::no(Failed::NoWitness { obstruction: positions.zip(obstruction).collect() }));
            }
            Solved::Solutions { particular, directions } => (particular, directions),
        };
        let (values, settled) = conditions.choose(particular, &directions, base)?;
        let witness: Vec<(Name, M)> = sequent.exists.iter().map(|map| map.name.clone()).zip(values).collect();
        if waiting.is_empty() && settled {
            return Ok(Decision::Holds { witness });
        }
        for (name, value) in &witness {
            self.bind(name, value.clone());
        }
        match self.all(sequent) {
            Decision::Holds { .. } => Ok(Decision::Holds { witness }),
            // With one candidate, its failure is the answer.
            Decision::Fails(mut failing) if directions.is_empty() => {
                failing.at = witness.into_iter().chain(failing.at).collect();
                Ok(Decision::Fails(failing))
            }
            Decision::Undecided(why) => Err(Limit(why)),
            Decision::Fails(_) => {
                let why = waiting.pop().map_or_else(|| "an inequality in unknown maps".to_owned(), |Limit(why)| why);
                Err(Limit(format!("the claim is not linear in the maps that it claims to exist: {why}")))
            }
        }
    }

    /// Adds what a proposition asks of the unknowns in use. Error: it is not linear in them.
    pub fn collect(&mut self, prop: &Prop, position: usize, into: &mut Conditions<M>) -> Result<(), Limit> {
        let sequent = match prop {
            Prop::Rule(sequent) => sequent,
            Prop::Compare(Comparison { left, relation, right }) => {
                let minus = BigRational::from_integer((-1).into());
                let difference = self.term(left).and_then(|l| Ok(l.sum(self.term(right)?.multiple(&minus))));
                match (relation, difference, definite_half(left, right)) {
                    (Relation::Equal, Err(_), Some(half)) => into.zero.push((self.term(&half)?, position)),
                    (Relation::Equal, difference, _) => into.zero.push((difference?, position)),
                    (relation, difference, _) => into.others.push((difference?, *relation)),
                }
                return Ok(());
            }
        };
        if sequent.exists.iter().any(|map| map.role != Role::Any) {
            return Err(Limit("a word that is claimed to exist".to_owned()));
        }
        for point in self.points(sequent)? {
            self.within(sequent, |scope| {
                scope.dims.extend(point.dims);
                point.maps.into_iter().for_each(|(name, value)| scope.bind(&name, value));
                for map in &sequent.exists {
                    scope.bind_unknown(map)?;
                }
                sequent.conclusions.iter().try_for_each(|l| scope.collect(&l.prop, position, into))
            })?;
        }
        Ok(())
    }
}

impl<M: Arithmetic> Conditions<M> {
    /// The equations in the unknowns from number `base` on. Error: earlier ones occur too.
    pub fn equations(&self, shapes: &[(usize, usize)], base: usize) -> Result<Equations<M>, Limit> {
        let mut zero: Vec<Affine<M>> = self.zero.iter().map(|(affine, _)| affine.clone()).collect();
        for part in zero.iter_mut().flat_map(|affine| &mut affine.parts) {
            part.unknown = part.unknown.checked_sub(base).ok_or_else(|| Limit("nested unknown maps".to_owned()))?;
        }
        Ok(Equations { shapes: shapes.get(base..).unwrap_or_default().to_vec(), zero })
    }

    /// A solution at which the `!=` hold too, and whether all conditions beyond the equations hold there.
    ///
    /// On the curve `particular + t d1 + t^2 d2 + ...` a difference that is not 0 everywhere is 0 for at
    /// most as many t as there are directions, so that trying one more t for each `!=` is enough.
    fn choose(&self, particular: Vec<M>, directions: &[Vec<M>], base: usize) -> Result<(Vec<M>, bool), Limit> {
        if self.others.is_empty() {
            return Ok((particular, true));
        }
        let tries = if directions.is_empty() { 1 } else { self.others.len() * directions.len() + 1 };
        for t in 0..tries {
            let mut power = BigRational::one();
            let mut values = particular.clone();
            for direction in directions {
                power *= BigRational::from_integer(t.into());
                values.iter_mut().zip(direction).for_each(|(v, d)| *v = v.sum(&d.multiple(&power)));
            }
            let mut shifted = vec![M::zeros(0, 0); base];
            shifted.extend(values.iter().cloned());
            let holds = |(affine, relation): &(Affine<M>, Relation)| {
                let value = affine.at(&shifted);
                let zero = M::zeros(value.size().0, value.size().1);
                related(&value, *relation, &zero) == Some(true)
            };
            if self.others.iter().all(holds) {
                return Ok((values, true));
            }
        }
        Ok((particular, false))
    }
}

/// Whether the relation holds; `None` where the precision does not tell.
pub fn related<M: Arithmetic>(left: &M, relation: Relation, right: &M) -> Option<bool> {
    let minus = BigRational::from_integer((-1).into());
    match relation {
        Relation::Equal => left.agrees(right),
        Relation::NotEqual => left.agrees(right).map(|same| !same),
        Relation::AtLeast => left.sum(&right.multiple(&minus)).sign().map(|sign| sign.is_ge()),
        Relation::Greater => left.sum(&right.multiple(&minus)).sign().map(|sign| sign.is_gt()),
    }
}

/// X, where the equation is `X*X' = 0`: over the rationals it says that X = 0.
pub fn definite_half(left: &Term, right: &Term) -> Option<Term> {
    if !matches!(right.shape(), Shape::Zero) {
        return None;
    }
    let mut factors = Vec::new();
    flatten(left, false, &mut factors)?;
    let half = factors.len() / 2;
    let mirrored = (0..half).all(|i| {
        let (a, b) = (&factors[i], &factors[factors.len() - 1 - i]);
        a.0 == b.0 && a.1 != b.1
    });
    if factors.len() % 2 == 1 || half == 0 || !mirrored {
        return None;
    }
    let terms = factors[..half].iter().map(|(t, transposed)| match transposed {
        true => Term::transpose(t.clone()).ok(),
        false => Some(t.clone()),
    });
    Term::product(terms.collect::<Option<Vec<_>>>()?).ok()
}

/// The factors of a product, each with whether it is transposed.
fn flatten(term: &Term, transposed: bool, into: &mut Vec<(Term, bool)>) -> Option<()> {
    match term.shape() {
        Shape::Transpose(t) => flatten(t, !transposed, into),
        Shape::Product(terms) if transposed => terms.iter().rev().try_for_each(|t| flatten(t, true, into)),
        Shape::Product(terms) => terms.iter().try_for_each(|t| flatten(t, false, into)),
        _ => {
            into.push((term.clone(), transposed));
            Some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Field, Labelled, MapDecl, Space};
    use crate::model::Matrix;
    use std::sync::Arc;

    fn atom(name: &str) -> Space {
        Space::Atom(name.into())
    }

    fn decl(name: &str, dom: &str, cod: &str) -> MapDecl {
        MapDecl { name: name.into(), dom: atom(dom), cod: atom(cod), role: Role::Any }
    }

    fn equal(left: &[&MapDecl], right: &[&MapDecl]) -> Labelled {
        let product = |maps: &[&MapDecl]| {
            Term::product(maps.iter().map(|m| Term::map(m.name.clone(), m.dom.clone(), m.cod.clone())).collect())
                .unwrap()
        };
        let left = product(left);
        let right = match right {
            [] => Term::zero(left.dom().clone(), left.cod().clone()),
            maps => product(maps),
        };
        Labelled { label: "labelled".to_owned(), prop: Prop::equation(left, right) }
    }

    /// The equivalence at the core: h agrees with g on S and is 0 on D, if what S says of D has no meaning under g.
    fn core() -> Statement {
        let (s, d, g, h) = (decl("S", "N", "X"), decl("D", "M", "X"), decl("g", "X", "E"), decl("h", "X", "E"));
        let (a, b) = (decl("a", "P", "N"), decl("b", "P", "M"));
        let separated = Sequent {
            spaces: vec!["P".into()],
            maps: vec![a.clone(), b.clone()],
            assumptions: vec![equal(&[&s, &a], &[&d, &b])],
            conclusions: vec![equal(&[&g, &d, &b], &[])],
            ..Sequent::default()
        };
        let sequent = Sequent {
            spaces: ["N", "M", "X", "E"].map(Into::into).to_vec(),
            maps: vec![s.clone(), d.clone(), g.clone()],
            assumptions: vec![Labelled { label: "separated".to_owned(), prop: Prop::Rule(Arc::new(separated)) }],
            exists: vec![h.clone()],
            conclusions: vec![equal(&[&h, &s], &[&g, &s]), equal(&[&h, &d], &[])],
            ..Sequent::default()
        };
        Statement::new("core".into(), Field::Any, sequent).unwrap()
    }

    fn instance(dims: [usize; 4], entries: [&[i64]; 3]) -> Instance {
        let [n, m, x, e] = dims;
        let matrix = |rows, cols, list: &[i64]| Matrix::from_integers(rows, cols, |i, j| list[i * cols + j]);
        let [s, d, g] = [matrix(x, n, entries[0]), matrix(x, m, entries[1]), matrix(e, x, entries[2])];
        Instance {
            dims: ["N", "M", "X", "E"].map(Name::from).into_iter().zip(dims).collect(),
            maps: [("S".into(), s), ("D".into(), d), ("g".into(), g)].into(),
            ..Instance::default()
        }
    }

    #[test]
    fn a_rule_and_an_existential_claim_are_the_two_sides_of_one_alternative() {
        let statement = core();
        let mut seen = [0, 0];
        for code in 0..3i64.pow(6) {
            let digit = |at: u32| code / 3i64.pow(at) % 3 - 1;
            let all: Vec<i64> = (0..6).map(digit).collect();
            let [s, d, g] = [&all[..2], &all[2..4], &all[4..6]];
            let small = instance([1, 1, 2, 1], [s, d, g]);
            let result = evaluate(&statement, &small).unwrap();
            let separated = result.assumptions[0].1.holds();
            assert_eq!(separated, result.conclusion.holds(), "{small:?}");
            assert!(!matches!(result.conclusion, Decision::Undecided(_)));
            seen[usize::from(separated)] += 1;
        }
        assert!(seen[0] > 50 && seen[1] > 50, "{seen:?}");
    }

    #[test]
    fn empty_spaces_are_spaces() {
        let result = evaluate(&core(), &instance([0, 2, 0, 3], [&[], &[], &[]])).unwrap();
        assert!(result.applies() && result.conclusion.holds());
    }

    #[test]
    fn a_matrix_of_another_shape_is_refused() {
        let mut wrong = instance([1, 1, 2, 1], [&[1, 0], &[0, 1], &[1, 1]]);
        wrong.maps.insert("S".into(), Matrix::zeros(1, 1));
        assert_eq!(evaluate(&core(), &wrong).unwrap_err().code, crate::report::Code::InstanceShape);
        wrong.maps.remove("S");
        assert_eq!(evaluate(&core(), &wrong).unwrap_err().code, crate::report::Code::InstanceShape);
    }
}
