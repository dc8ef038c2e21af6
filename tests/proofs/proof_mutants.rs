//! Every shipped proof, field by field: each part of the explicit proof is dropped, swapped, negated or pointed elsewhere,
//! one at a time. Every mutant is refused with a code that fits the change, or is shown to prove the same by a rule that
//! does not ask the kernel whether it accepts: the changed field says what it said before.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_rational::BigRational;
use scotoma::kernel::{
    Block, Budget, Comparison, FactId, Hash, Multipliers, Name, Part, Polynomial, Proof, Prop, Reason, Relation,
    Sequent, Shape, Source, Step, Term, Theory,
};
use scotoma::language::{Checked, check_builtin};

use Reason::*;
use scotoma::terms::*;

/// What a mutant still says of the proof, if the change can be without effect at all.
#[derive(Clone, Debug)]
enum Harmless {
    /// Nothing: it has to be refused.
    Never,
    /// If the two facts say the same.
    SameFact(FactId, FactId),
    /// If the two terms, multiplied out, are the same: a scalar, say, and its transpose.
    SameTerm(Term, Term),
    /// If the two terms are the same, or the theorem says the same with its map of this number exchanged for the next.
    SameInstance(Hash, usize, Term, Term),
    /// If the part, multiplied out, is zero, so that its coefficient does not matter.
    ZeroPart(Part),
    /// If the two parts, multiplied out, are the same: scalars commute, and some equations are their own transposes.
    SamePart(Part, Part),
    /// If the term is zero.
    ZeroTerm(Term),
    /// If nothing later in its block speaks of the name that was given.
    Unused(Name),
    /// Nothing does.
    UnusedName,
    /// If the two propositions say the same, `s = t` and `t = s`, and no step uses the equation's direction.
    SameProp(Prop, Prop),
}

/// What was changed, to what, the codes that may refuse it, and when it is harmless.
struct Mutation<T> {
    kind: &'static str,
    to: T,
    codes: &'static [Reason],
    harmless: Harmless,
}

fn never<T>(kind: &'static str, to: T, codes: &'static [Reason]) -> Mutation<T> {
    Mutation { kind, to, codes, harmless: Harmless::Never }
}

/// Codes for a part or a claim whose polynomials no longer cancel, or no longer fit.
const SUM: &[Reason] = &[DoesNotFollow, TypeMismatch];
/// Codes for a fact that is now another one.
const FACT: &[Reason] = &[
    DoesNotFollow,
    TypeMismatch,
    FactUnknown,
    NotAnEquation,
    NotAnInequality,
    NotARule,
    NotExistential,
    PremiseMissing,
    GoalNotShown,
    NotInverse,
    NotASquare,
    NotAContradiction,
    WrongCount,
    NameUnknown,
    NotAWord,
];
/// Codes for a claim that later steps or the goal miss.
const CLAIM: &[Reason] =
    &[DoesNotFollow, TypeMismatch, GoalNotShown, PremiseMissing, NotAContradiction, NotInverse, NotASquare];

fn parts_of(parts: &[Part]) -> Vec<Mutation<Vec<Part>>> {
    let mut all = Vec::new();
    for index in 0..parts.len() {
        let with = |change: &dyn Fn(&mut Part)| {
            let mut parts = parts.to_vec();
            change(&mut parts[index]);
            parts
        };
        let part = &parts[index];
        let nothing = |kind, to, codes| Mutation { kind, to, codes, harmless: Harmless::ZeroPart(part.clone()) };
        let mut fewer = parts.to_vec();
        fewer.remove(index);
        all.push(nothing("part dropped", fewer, SUM));
        all.push(nothing("sign flipped", with(&|p| p.coefficient = -p.coefficient.clone()), SUM));
        let one = BigRational::from_integer(1.into());
        all.push(nothing("coefficient changed", with(&|p| p.coefficient += one.clone()), SUM));
        let halved = |p: &mut Part| p.coefficient /= BigRational::from_integer(2.into());
        all.push(nothing("coefficient halved", with(&halved), &[DoesNotFollow, FieldTooWeak]));
        let swap = with(&|p| std::mem::swap(&mut p.left, &mut p.right));
        let same = Harmless::SamePart(part.clone(), swap[index].clone());
        all.push(Mutation { kind: "cofactors swapped", to: swap, codes: SUM, harmless: same });
        let flip = with(&|p| p.transposed = !p.transposed);
        let same = Harmless::SamePart(part.clone(), flip[index].clone());
        all.push(Mutation { kind: "transposed", to: flip, codes: SUM, harmless: same });
        for fact in [part.fact + 1, part.fact.wrapping_sub(1)] {
            let same = Harmless::SameFact(part.fact, fact);
            all.push(Mutation {
                kind: "part's fact changed",
                to: with(&|p| p.fact = fact),
                codes: FACT,
                harmless: same,
            });
        }
        let zero = |t: &Term| Term::zero(t.dom().clone(), t.cod().clone());
        all.push(nothing("left cofactor zero", with(&|p| p.left = zero(&p.left)), SUM));
        all.push(nothing("right cofactor zero", with(&|p| p.right = zero(&p.right)), SUM));
        let stranger = |t: &Term| Term::map("stranger".into(), t.dom().clone(), t.cod().clone());
        all.push(never("left cofactor undeclared", with(&|p| p.left = stranger(&p.left)), &[NameUnknown]));
        all.push(never("right cofactor undeclared", with(&|p| p.right = stranger(&p.right)), &[NameUnknown]));
    }
    all
}

fn multipliers_of(m: &Multipliers) -> Vec<Mutation<Multipliers>> {
    let mut all: Vec<_> = parts_of(&m.parts)
        .into_iter()
        .map(|mutation| {
            let Mutation { kind, to: parts, codes, harmless } = mutation;
            Mutation { kind, to: Multipliers { parts, bounds: m.bounds.clone() }, codes, harmless }
        })
        .collect();
    for index in 0..m.bounds.len() {
        let with = |change: &dyn Fn(&mut (BigRational, FactId))| {
            let mut m = m.clone();
            change(&mut m.bounds[index]);
            m
        };
        let mut fewer = m.clone();
        fewer.bounds.remove(index);
        all.push(never("bound dropped", fewer, &[DoesNotFollow, NotStrict]));
        all.push(never("multiplier negated", with(&|b| b.0 = -b.0.clone()), &[NegativeMultiplier]));
        all.push(never("multiplier doubled", with(&|b| b.0 = &b.0 + &b.0), SUM));
        all.push(never("bound's fact changed", with(&|b| b.1 += 1), FACT));
    }
    all
}

fn drop_each<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    let without = |index| list.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, item)| item.clone()).collect();
    (0..list.len()).map(without).collect()
}

fn neighbours<T: Clone>(list: &[T]) -> Vec<(T, T, Vec<T>)> {
    let swapped = |index: usize| {
        let mut list = list.to_vec();
        list.swap(index, index + 1);
        (list[index + 1].clone(), list[index].clone(), list)
    };
    (1..list.len()).map(|index| swapped(index - 1)).collect()
}

/// Fact numbers changed one at a time, dropped, and exchanged with their neighbours.
fn facts_of(facts: &[FactId], kind: &'static str, count: &'static [Reason]) -> Vec<Mutation<Vec<FactId>>> {
    let mut all: Vec<_> = drop_each(facts).into_iter().map(|fewer| never(kind, fewer, count)).collect();
    for (a, b, to) in neighbours(facts) {
        all.push(Mutation { kind, to, codes: FACT, harmless: Harmless::SameFact(a, b) });
    }
    for (index, &fact) in facts.iter().enumerate() {
        for other in [fact + 1, fact.wrapping_sub(1), 0].into_iter().filter(|other| *other != fact) {
            let mut to = facts.to_vec();
            to[index] = other;
            all.push(Mutation { kind, to, codes: FACT, harmless: Harmless::SameFact(fact, other) });
        }
    }
    all
}

fn step_of(step: &Step) -> Vec<Mutation<Step>> {
    let mut all = Vec::new();
    match step {
        Step::Combination { left, right, parts } => {
            for Mutation { kind, to: parts, codes, harmless } in parts_of(parts) {
                let (left, right) = (left.clone(), right.clone());
                all.push(Mutation { kind, to: Step::Combination { left, right, parts }, codes, harmless });
            }
            let claim = |left: Term, right: Term, parts: Vec<Part>| Step::Combination { left, right, parts };
            let doubled = Term::scaled(BigRational::from_integer(2.into()), left.clone()).expect("small");
            let to = claim(doubled, right.clone(), parts.clone());
            let harmless = Harmless::ZeroTerm(left.clone());
            all.push(Mutation { kind: "claim's left side doubled", to, codes: SUM, harmless });
            let turned = parts.iter().map(|p| Part { coefficient: -p.coefficient.clone(), ..p.clone() }).collect();
            let said = Prop::equation(left.clone(), right.clone());
            let says = Prop::equation(right.clone(), left.clone());
            let to = claim(right.clone(), left.clone(), turned);
            all.push(Mutation {
                kind: "claim turned round",
                to,
                codes: CLAIM,
                harmless: Harmless::SameProp(said, says),
            });
            let stranger = Term::map("stranger".into(), left.dom().clone(), left.cod().clone());
            all.push(never(
                "claim about an undeclared map",
                claim(stranger, right.clone(), parts.clone()),
                &[NameUnknown],
            ));
        }
        Step::Instance { rule, spaces, families, maps, premises } => {
            let with = |rule: &Source, maps: Vec<Term>, premises: Vec<FactId>| Step::Instance {
                rule: rule.clone(),
                spaces: spaces.clone(),
                families: families.clone(),
                maps,
                premises,
            };
            for Mutation { kind, to, codes, harmless } in facts_of(premises, "premise", &[WrongCount]) {
                all.push(Mutation { kind, to: with(rule, maps.clone(), to), codes, harmless });
            }
            for fewer in drop_each(maps) {
                all.push(never("map dropped", with(rule, fewer, premises.clone()), &[WrongCount]));
            }
            for (index, (a, b, to)) in neighbours(maps).into_iter().enumerate() {
                let harmless = match rule {
                    Source::Fact(_) => Harmless::SameTerm(a, b),
                    Source::Theorem(hash) => Harmless::SameInstance(*hash, index, a, b),
                };
                let codes = &[TypeMismatch, PremiseMissing, GoalNotShown, DoesNotFollow, NotAWord];
                all.push(Mutation { kind: "maps swapped", to: with(rule, to, premises.clone()), codes, harmless });
            }
            for (index, map) in maps.iter().enumerate() {
                let mut to = maps.to_vec();
                to[index] = Term::scaled(BigRational::from_integer(2.into()), map.clone()).expect("small");
                let codes = &[PremiseMissing, NotAWord, GoalNotShown, DoesNotFollow];
                let harmless = Harmless::ZeroTerm(map.clone());
                all.push(Mutation { kind: "map doubled", to: with(rule, to, premises.clone()), codes, harmless });
            }
            let other = match rule {
                Source::Fact(fact) => Source::Fact(fact + 1),
                Source::Theorem(hash) => Source::Theorem(Hash(hash.0.map(|byte| !byte))),
            };
            let harmless = match (rule, &other) {
                (Source::Fact(old), Source::Fact(new)) => Harmless::SameFact(*old, *new),
                _ => Harmless::Never,
            };
            let codes = &[
                NotAnEquation,
                NotARule,
                FactUnknown,
                TheoremNotProved,
                WrongCount,
                TypeMismatch,
                // The other rule may bind names that stand for something else here.
                NameUnknown,
                PremiseMissing,
                GoalNotShown,
                DoesNotFollow,
                NotAWord,
            ];
            all.push(Mutation { kind: "rule", to: with(&other, maps.clone(), premises.clone()), codes, harmless });
            let mut more = spaces.clone();
            more.push(scotoma::kernel::Space::Unit);
            let (rule, maps, premises) = (rule.clone(), maps.clone(), premises.clone());
            let to = Step::Instance { rule, spaces: more, families: families.clone(), maps, premises };
            all.push(never("space added", to, &[WrongCount]));
        }
        Step::Obtain { fact, names } => {
            for fewer in drop_each(names) {
                all.push(never("name dropped", Step::Obtain { fact: *fact, names: fewer }, &[WrongCount]));
            }
            for (_, _, names) in neighbours(names) {
                let codes = &[NameUnknown, DoesNotFollow, GoalNotShown, TypeMismatch];
                all.push(never("names swapped", Step::Obtain { fact: *fact, names }, codes));
            }
            for index in 0..names.len() {
                let mut other = names.clone();
                other[index] = "stranger".into();
                let to = Step::Obtain { fact: *fact, names: other };
                let harmless = Harmless::Unused(names[index].clone());
                all.push(Mutation { kind: "name changed", to, codes: &[NameUnknown], harmless });
            }
            let to = Step::Obtain { fact: fact + 1, names: names.clone() };
            all.push(Mutation { kind: "fact", to, codes: FACT, harmless: Harmless::SameFact(*fact, fact + 1) });
        }
        Step::Contradiction { left, right, block } => {
            let to = Step::Contradiction { left: left.clone(), right: left.clone(), block: block.clone() };
            all.push(never("supposition", to, &[DoesNotFollow, NotAContradiction, GoalNotShown, TypeMismatch]));
            let mut fewer = block.clone();
            if fewer.facts.pop().is_some() {
                let to = Step::Contradiction { left: left.clone(), right: right.clone(), block: fewer };
                all.push(never("without what it contradicts", to, &[NotAContradiction, WrongCount]));
            }
        }
        Step::PseudoInverse { map, name } => {
            let turned = Term::transpose(map.clone()).expect("small");
            let harmless = Harmless::SameTerm(map.clone(), turned.clone());
            let to = Step::PseudoInverse { map: turned, name: name.clone() };
            all.push(Mutation { kind: "transposed", to, codes: &[NameUnknown, DoesNotFollow], harmless });
            all.push(never("name", Step::PseudoInverse { map: map.clone(), name: "stranger".into() }, &[NameUnknown]));
        }
        Step::SquareInverse { fact, left, right } => {
            let to = Step::SquareInverse { fact: *fact, left: right.clone(), right: left.clone() };
            all.push(never("factors swapped", to, &[NotInverse, TypeMismatch]));
            let to = Step::SquareInverse { fact: fact + 1, left: left.clone(), right: right.clone() };
            all.push(Mutation { kind: "fact", to, codes: FACT, harmless: Harmless::SameFact(*fact, fact + 1) });
        }
        Step::Definite { fact, map } => {
            let turned = Term::transpose(map.clone()).expect("small");
            let harmless = Harmless::SameTerm(map.clone(), turned.clone());
            let to = Step::Definite { fact: *fact, map: turned };
            all.push(Mutation { kind: "transposed", to, codes: &[NotASquare, TypeMismatch], harmless });
            let to = Step::Definite { fact: fact.wrapping_sub(1), map: map.clone() };
            all.push(Mutation {
                kind: "fact",
                to,
                codes: FACT,
                harmless: Harmless::SameFact(*fact, fact.wrapping_sub(1)),
            });
        }
        Step::WordInduction { rule, letter, base, step } => {
            let with = |letter: &str, base: &Block, step: &Block| Step::WordInduction {
                rule: rule.clone(),
                letter: letter.into(),
                base: base.clone(),
                step: step.clone(),
            };
            all.push(never("letter", with("stranger", base, step), &[NameUnknown, NotAWord]));
            all.push(never("base left out", with(letter, &Block::default(), step), &[WrongCount]));
            all.push(never("step left out", with(letter, base, &Block::default()), &[WrongCount]));
            all.push(never("base and step exchanged", with(letter, step, base), FACT));
        }
        Step::Farkas { claim, forth, back } => {
            for Mutation { kind, to: forth, codes, harmless } in multipliers_of(forth) {
                let to = Step::Farkas { claim: claim.clone(), forth, back: back.clone() };
                all.push(Mutation { kind, to, codes, harmless });
            }
            let mut other = claim.clone();
            std::mem::swap(&mut other.left, &mut other.right);
            let to = Step::Farkas { claim: other, forth: forth.clone(), back: back.clone() };
            all.push(never("claim turned round", to, SUM));
            let relation = if claim.relation == Relation::Greater { Relation::AtLeast } else { Relation::Greater };
            let mut other = claim.clone();
            other.relation = relation;
            let to = Step::Farkas { claim: other, forth: forth.clone(), back: back.clone() };
            all.push(never("another relation", to, &[GoalNotShown, NotStrict, WrongCount, PremiseMissing]));
        }
        Step::Square { map, fact } => {
            let with = |map: Term, fact| Step::Square { map, fact };
            let doubled = Term::scaled(BigRational::from_integer(2.into()), map.clone()).expect("small");
            let codes = &[DoesNotFollow, GoalNotShown, PremiseMissing];
            let harmless = Harmless::ZeroTerm(map.clone());
            all.push(Mutation { kind: "map doubled", to: with(doubled, *fact), codes, harmless });
            match fact {
                None => all.push(never("strict without a fact", with(map.clone(), Some(0)), &[PremiseMissing])),
                Some(fact) => {
                    let codes = &[NotStrict, GoalNotShown, PremiseMissing, NotAContradiction];
                    all.push(never("fact left out", with(map.clone(), None), codes));
                    let same = Harmless::SameFact(*fact, fact + 1);
                    let to = with(map.clone(), Some(fact + 1));
                    all.push(Mutation { kind: "fact", to, codes: FACT, harmless: same });
                }
            }
        }
        Step::Product { first, second } => {
            for (kind, fact, to) in [
                ("first fact", first, Step::Product { first: first.wrapping_sub(1), second: *second }),
                ("second fact", second, Step::Product { first: *first, second: second.wrapping_sub(1) }),
            ] {
                all.push(Mutation { kind, to, codes: FACT, harmless: Harmless::SameFact(*fact, fact.wrapping_sub(1)) });
            }
        }
        Step::Pivot { fact, left, right } => {
            let with = |fact, left: &Name, right: &Name| Step::Pivot { fact, left: left.clone(), right: right.clone() };
            all.push(never("names swapped", with(*fact, right, left), &[NameUnknown, TypeMismatch, DoesNotFollow]));
            all.push(never("one name for both", with(*fact, left, left), &[NameTaken]));
            let same = Harmless::SameFact(*fact, fact + 1);
            all.push(Mutation { kind: "fact", to: with(fact + 1, left, right), codes: FACT, harmless: same });
        }
        Step::Extensionality { fact, name, left, right } => {
            let with = |fact, left: &Term, right: &Term| Step::Extensionality {
                fact,
                name: name.clone(),
                left: left.clone(),
                right: right.clone(),
            };
            let doubled = Term::scaled(BigRational::from_integer(2.into()), left.clone()).expect("small");
            let harmless = Harmless::ZeroTerm(left.clone());
            let to = with(*fact, &doubled, right);
            all.push(Mutation { kind: "claim's left side doubled", to, codes: &[PremiseMissing], harmless });
            let same = Harmless::SameFact(*fact, fact.wrapping_sub(1));
            let to = with(fact.wrapping_sub(1), left, right);
            all.push(Mutation { kind: "fact", to, codes: FACT, harmless: same });
        }
        Step::Suppose { sequent, block } => {
            for conclusions in drop_each(&sequent.conclusions) {
                let mut other = (**sequent).clone();
                other.conclusions = conclusions;
                let to = Step::Suppose { sequent: Arc::new(other), block: block.clone() };
                all.push(never("conclusion dropped", to, &[EmptyClaim, WrongCount]));
            }
            for assumptions in drop_each(&sequent.assumptions) {
                let mut other = (**sequent).clone();
                other.assumptions = assumptions;
                let to = Step::Suppose { sequent: Arc::new(other), block: block.clone() };
                all.push(never("assumption dropped", to, FACT));
            }
        }
    }
    all
}

/// All mutants of a block, those of the blocks inside its steps included.
fn block_of(block: &Block) -> Vec<Mutation<Block>> {
    let mut all = Vec::new();
    for steps in drop_each(&block.steps) {
        all.push(never("step dropped", Block { steps, ..block.clone() }, FACT));
    }
    for witnesses in drop_each(&block.witnesses) {
        all.push(never("witness dropped", Block { witnesses, ..block.clone() }, &[WrongCount]));
    }
    for (index, witness) in block.witnesses.iter().enumerate() {
        let mut witnesses = block.witnesses.clone();
        let one = Term::sum(vec![witness.clone(), witness.clone()]).expect("small");
        witnesses[index] = one;
        let harmless = Harmless::ZeroTerm(witness.clone());
        let to = Block { witnesses, ..block.clone() };
        all.push(Mutation { kind: "witness doubled", to, codes: &[GoalNotShown, NotAWord], harmless });
    }
    for Mutation { kind, to: facts, codes, harmless } in
        facts_of(&block.facts, "goal fact", &[WrongCount, NotAContradiction])
    {
        all.push(Mutation { kind, to: Block { facts, ..block.clone() }, codes, harmless });
    }
    for (index, step) in block.steps.iter().enumerate() {
        let inner = |to: Step| {
            let mut block = block.clone();
            block.steps[index] = to;
            block
        };
        for Mutation { kind, to, codes, harmless } in step_of(step) {
            let later = Block { steps: block.steps[index + 1..].to_vec(), ..block.clone() };
            let harmless = match harmless {
                Harmless::Unused(name) if !speaks_of(&later, &name) => Harmless::UnusedName,
                other => other,
            };
            all.push(Mutation { kind, to: inner(to), codes, harmless });
        }
        for (which, nested) in nested(step).into_iter().enumerate() {
            for Mutation { kind, to, codes, harmless } in block_of(nested) {
                all.push(Mutation { kind, to: inner(with_nested(step, which, to)), codes, harmless });
            }
        }
    }
    all
}

fn nested(step: &Step) -> Vec<&Block> {
    match step {
        Step::Contradiction { block, .. } | Step::Suppose { block, .. } => vec![block],
        Step::WordInduction { base, step, .. } => vec![base, step],
        _ => Vec::new(),
    }
}

fn with_nested(step: &Step, which: usize, to: Block) -> Step {
    let mut step = step.clone();
    match (&mut step, which) {
        (Step::Contradiction { block, .. } | Step::Suppose { block, .. }, _) => *block = to,
        (Step::WordInduction { base, .. }, 0) => *base = to,
        (Step::WordInduction { step, .. }, _) => *step = to,
        _ => {}
    }
    step
}

/// Whether a term of the block's steps or witnesses is made of the map of this name; what rules bind does not count.
fn speaks_of(block: &Block, name: &Name) -> bool {
    let named = |text: String| text.contains(&format!("Map({:?})", &**name));
    named(format!("{:?}", block.witnesses))
        || block.steps.iter().any(|step| match &nested(step)[..] {
            [] => named(format!("{step:?}")),
            blocks => blocks.iter().any(|block| speaks_of(block, name)),
        })
}

/// Whether a theorem concludes the same when its map of this number and the next change places: the polynomials of the
/// conclusions are compared. A theorem that claims maps to exist, or concludes a rule, does not count.
fn is_symmetric(sequent: &Sequent, index: usize) -> bool {
    let (first, second) = (&sequent.maps[index], &sequent.maps[index + 1]);
    let same = |prop: &Prop| {
        let Prop::Compare(c) = prop else { return false };
        let [left, right] = [&c.left, &c.right].map(|side| exchanged(side, [&first.name, &second.name]));
        let other = Prop::Compare(Comparison { left, right, ..c.clone() });
        prop.same(&other, &mut Budget::default()) == Ok(true)
    };
    (&first.dom, &first.cod) == (&second.dom, &second.cod)
        && sequent.exists.is_empty()
        && sequent.conclusions.iter().all(|labelled| same(&labelled.prop))
}

/// The term with two maps of one type exchanged.
fn exchanged(term: &Term, [first, second]: [&Name; 2]) -> Term {
    let of = |t: &Term| exchanged(t, [first, second]);
    let shape = match term.shape() {
        Shape::Map(name) if name == first => Shape::Map(second.clone()),
        Shape::Map(name) if name == second => Shape::Map(first.clone()),
        leaf @ (Shape::Map(_) | Shape::Identity | Shape::Zero | Shape::Block(..)) => leaf.clone(),
        Shape::Scaled(number, t) => Shape::Scaled(number.clone(), of(t)),
        Shape::Sum(all) => Shape::Sum(all.iter().map(of).collect()),
        Shape::Product(all) => Shape::Product(all.iter().map(of).collect()),
        Shape::Transpose(t) => Shape::Transpose(of(t)),
        Shape::Row(a, b) => Shape::Row(of(a), of(b)),
        Shape::Column(a, b) => Shape::Column(of(a), of(b)),
    };
    Term::new(shape, term.dom(), term.cod()).expect("as large as before")
}

/// Whether the change is one that leaves what is said as it was, by the facts as the elaborator tells them.
fn is_harmless(harmless: &Harmless, checked: &Checked, theory: &Theory) -> bool {
    let mut budget = Budget::default();
    let prop = |fact: FactId| checked.elaborated.facts.iter().find(|derived| derived.fact == fact).map(|d| &d.prop);
    let multiplied_out = |Part { left, fact, transposed, right, .. }: &Part| {
        let Some(Prop::Compare(c)) = prop(*fact) else { return None };
        let side = |side: &Term| {
            let side = if *transposed { Term::transpose(side.clone()).ok()? } else { side.clone() };
            Term::product(vec![left.clone(), side, right.clone()]).ok()
        };
        Polynomial::difference(&side(&c.left)?, &side(&c.right)?, &mut Budget::default()).ok()
    };
    match harmless {
        Harmless::Never | Harmless::Unused(_) => false,
        Harmless::SameTerm(a, b) => Polynomial::difference(a, b, &mut budget).is_ok_and(|p| p.is_zero()),
        Harmless::SameInstance(theorem, index, a, b) => {
            is_harmless(&Harmless::SameTerm(a.clone(), b.clone()), checked, theory)
                || theory.get(*theorem).is_some_and(|proved| is_symmetric(proved.statement.sequent(), *index))
        }
        Harmless::ZeroTerm(term) => Polynomial::of(term, &mut budget).is_ok_and(|p| p.is_zero()),
        Harmless::ZeroPart(part) => multiplied_out(part).is_some_and(|p| p.is_zero()),
        Harmless::SamePart(a, b) => multiplied_out(a).is_some_and(|p| multiplied_out(b) == Some(p)),
        Harmless::UnusedName => true,
        Harmless::SameProp(a, b) => a.same(b, &mut budget) == Ok(true),
        Harmless::SameFact(a, b) => match (prop(*a), prop(*b)) {
            (Some(a), Some(b)) => a.same(b, &mut budget) == Ok(true),
            _ => false,
        },
    }
}

#[test]
fn every_mutant_of_a_shipped_proof_is_refused_or_says_the_same() {
    let (workshop, checked) = check_builtin().unwrap_or_else(|d| panic!("{d}"));
    // A theorem may rest on those before it only, so each mutant is checked against the theory as it stood then.
    let mut theory = Theory::default();
    let (mut refused, mut harmless, mut faults) =
        (BTreeMap::<&str, usize>::new(), BTreeMap::<&str, usize>::new(), Vec::new());
    for c in &checked {
        let name = c.theorem.statement.name();
        let prove = |proof: &Proof| theory.clone().prove(&c.theorem.statement, proof, Budget::default()).map(drop);
        let proof = &c.elaborated.proof;
        let mut mutants = block_of(&proof.block)
            .into_iter()
            .map(|m| Mutation {
                kind: m.kind,
                to: Proof { block: m.to, ..proof.clone() },
                codes: m.codes,
                harmless: m.harmless,
            })
            .collect::<Vec<_>>();
        for byte in 0..32 {
            let mut statement = proof.statement;
            statement.0[byte] ^= 1;
            mutants.push(never("statement's hash changed", Proof { statement, ..proof.clone() }, &[OtherStatement]));
        }
        for other in &checked {
            let statement = other.theorem.statement.hash();
            if statement != proof.statement {
                mutants.push(never(
                    "bound to another theorem",
                    Proof { statement, ..proof.clone() },
                    &[OtherStatement],
                ));
            }
        }
        for Mutation { kind, to, codes, harmless: when } in mutants {
            // Exchanging two equal cofactors, say, is no change.
            if to == *proof {
                continue;
            }
            match prove(&to) {
                Err(failure) if codes.contains(&failure.reason) => *refused.entry(kind).or_default() += 1,
                Err(failure) => faults.push(format!("{name}: {kind}: {failure:?} is no code for this")),
                Ok(()) if is_harmless(&when, c, &theory) => *harmless.entry(kind).or_default() += 1,
                Ok(()) => faults.push(format!("{name}: {kind}: accepted, and not shown to be harmless ({when:?})")),
            }
        }
        prove(proof).unwrap_or_else(|f| panic!("{name}: the control is refused: {f:?}"));
        theory.prove(&c.theorem.statement, proof, Budget::default()).unwrap_or_else(|f| panic!("{name}: {f:?}"));
    }
    assert!(workshop.theory().get(checked[0].theorem.statement.hash()).is_some());
    for (kind, count) in &refused {
        println!("{kind}: {count} refused, {} harmless", harmless.get(kind).copied().unwrap_or(0));
    }
    let (total_refused, total_harmless) = (refused.values().sum::<usize>(), harmless.values().sum::<usize>());
    println!("{} proofs: {total_refused} mutants refused, {total_harmless} harmless", checked.len());
    faults.sort();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(total_refused > 1_000, "too few mutants: {total_refused}");
    assert!(total_harmless * 10 < total_refused, "too many mutants are harmless: {total_harmless}");
}
