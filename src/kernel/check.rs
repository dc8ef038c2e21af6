//! The inference rules, one function each, and the ledger of what they have proved.
//!
//! Throughout, *true* means true for the spaces, families and matrices that the scope's names stand for, in every
//! choice of them that satisfies the facts. Each rule adds only facts that are true wherever the facts before are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_traits::Signed;

use super::failure::{Failure, Reason, need, refuse};
use super::naming::{Assignment, Key};
use super::polynomial::{Budget, Polynomial, Word};
use super::proof::{Block, FactId, Multipliers, Part, Proof, Rule, Source, Step};
use super::scope::Scope;
use super::space::{Name, Space};
use super::statement::{Comparison, Field, Hash, MapDecl, Prop, Relation, Role, Sequent, Statement};
use super::term::{Term, check_sign};

/// Blocks nested more deeply than this are declined.
const MAX_BLOCKS: usize = 16;

/// A statement that has been proved; only [`Theory::prove`] makes one.
#[derive(Clone, Debug)]
pub struct Proved {
    statement: Statement,
    rules: BTreeSet<Rule>,
    theorems: BTreeSet<Hash>,
    steps: usize,
}

impl Proved {
    /// What has been proved.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }

    /// The rules that the proof used.
    pub fn rules(&self) -> &BTreeSet<Rule> {
        &self.rules
    }

    /// The theorems that the proof used.
    pub fn theorems(&self) -> &BTreeSet<Hash> {
        &self.theorems
    }

    /// How many steps were checked, those of nested blocks included.
    pub fn steps(&self) -> usize {
        self.steps
    }
}

/// What has been proved so far. A proof may use only what is already here, so no proof can rest on itself.
#[derive(Clone, Debug, Default)]
pub struct Theory {
    proved: BTreeMap<Hash, Proved>,
}

impl Theory {
    /// The theorem with this hash, if it has been proved.
    pub fn get(&self, hash: Hash) -> Option<&Proved> {
        self.proved.get(&hash)
    }

    /// Checks the proof and enters the statement. Errors: every [`Reason`]; on an error nothing is entered.
    pub fn prove(&mut self, statement: &Statement, proof: &Proof, budget: Budget) -> Result<&Proved, Failure> {
        let why = format_args!("the proof is bound to statement {}", proof.statement);
        need(proof.statement == statement.hash(), Reason::OtherStatement, why)?;
        let scope = Scope::new(statement.field(), budget);
        let (facts, rules, theorems) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut checker = Checker { theory: self, scope, facts, rules, theorems, steps: 0, depth: 0 };
        checker.sequent(statement.sequent(), &proof.block)?;
        let Checker { rules, theorems, steps, .. } = checker;
        let proved = Proved { statement: statement.clone(), rules, theorems, steps };
        Ok(self.proved.entry(statement.hash()).or_insert(proved))
    }
}

#[derive(Clone)]
enum Fact {
    /// The difference of its sides stands in this relation to 0.
    Compare(Relation, Arc<Polynomial>),
    /// A sequent whose free names stand for what the assignment says, or else for themselves.
    Rule(Arc<Sequent>, Arc<Assignment>),
}

struct Checker<'t> {
    theory: &'t Theory,
    scope: Scope,
    /// By [`FactId`]; `None` once its block has ended.
    facts: Vec<Option<Fact>>,
    rules: BTreeSet<Rule>,
    theorems: BTreeSet<Hash>,
    steps: usize,
    depth: usize,
}

impl Checker<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        self.steps += 1;
        self.rules.insert(step.rule());
        match step {
            Step::Combination { left, right, parts } => self.combination(left, right, parts),
            Step::Instance { rule, spaces, families, maps, premises } => {
                self.instance(rule, spaces, families, maps, premises)
            }
            Step::Obtain { fact, names } => self.obtain(*fact, names),
            Step::Contradiction { left, right, block } => self.contradiction(left, right, block),
            Step::PseudoInverse { map, name } => self.pseudo_inverse(map, name),
            Step::SquareInverse { fact, left, right } => self.square_inverse(*fact, left, right),
            Step::Definite { fact, map } => self.definite(*fact, map),
            Step::WordInduction { rule, letter, base, step } => self.word_induction(rule, letter, base, step),
            Step::Farkas { claim, forth, back } => self.farkas(claim, forth, back.as_ref()),
            Step::Suppose { sequent, block } => self.suppose(sequent, block),
        }
    }

    /// **combination**: `left = right`, when `left - right` is the sum of `c * L * (lhs - rhs) * R` over the parts,
    /// as polynomials.
    ///
    /// *Sound*: every `lhs - rhs` is the zero matrix, and so is its transpose and every product with it; equal
    /// polynomials have equal matrices, because matrices over a field satisfy the laws by which terms are expanded.
    fn combination(&mut self, left: &Term, right: &Term, parts: &[Part]) -> Result<(), Failure> {
        self.scope.check_prop(&Prop::equation(left.clone(), right.clone()))?;
        let claim = Polynomial::difference(left, right, &mut self.scope.budget)?;
        let mut rest = claim.clone();
        self.subtract(&mut rest, parts)?;
        zero(rest)?;
        self.learn(Relation::Equal, claim)
    }

    /// **instance**: the conclusions of a rule or an earlier theorem, with spaces, families and maps put for what it
    /// binds, when each premise is a fact, the dimensions that it wants equal are, and members and words are what
    /// they have to be.
    ///
    /// *Sound*: a rule that is a fact is true for all that it binds; a theorem was proved for all that it binds. Images
    /// are expanded in this scope before the rule's names are read, so no name is captured. A theorem over
    /// ordered fields is not used where any field is meant.
    fn instance(
        &mut self,
        rule: &Source,
        spaces: &[Space],
        families: &[Name],
        maps: &[Term],
        premises: &[FactId],
    ) -> Result<(), Failure> {
        let (sequent, outer) = match rule {
            Source::Fact(id) => self.rule(*id)?,
            Source::Theorem(hash) => self.theorem(*hash)?,
        };
        let counts = [spaces.len(), families.len(), maps.len(), premises.len()];
        let wanted = [sequent.spaces.len(), sequent.families.len(), sequent.maps.len(), sequent.assumptions.len()];
        let why = format_args!("spaces, families, maps, premises: {counts:?} given, {wanted:?} declared");
        need(counts == wanted, Reason::WrongCount, why)?;
        let mut under = (*outer).clone();
        for (name, space) in sequent.spaces.iter().zip(spaces) {
            self.scope.check_space(space)?;
            under.spaces.insert(name.clone(), space.clone());
        }
        for (a, b) in &sequent.equal {
            let [a, b] = [a, b].map(|name| under.space(&Space::Atom(name.clone())));
            self.scope.check_equal_dimension(&a?, &b?)?;
        }
        for (family, image) in sequent.families.iter().zip(families) {
            let acts = self.scope.letter_space(image)? == under.space(&family.space)?;
            need(acts, Reason::TypeMismatch, format_args!("{image} does not act where {} does", family.name))?;
            under.families.insert(family.name.clone(), image.clone());
        }
        for (map, term) in sequent.maps.iter().zip(maps) {
            self.bind(map, term, &mut under)?;
        }
        for (index, (premise, id)) in sequent.assumptions.iter().zip(premises).enumerate() {
            let why = format_args!("fact {id} is not premise {} ({})", index + 1, premise.label);
            need(self.says(*id, &premise.prop, &under)?, Reason::PremiseMissing, why)?;
        }
        self.claim(&sequent, &Arc::new(under))
    }

    /// **witness**: the goal, when the given terms are of the declared types and roles and, put for the maps that are
    /// claimed to exist, turn each conclusion into what a fact says.
    ///
    /// *Sound*: the terms' matrices are the ones whose existence is claimed.
    fn witness(&mut self, goal: &Sequent, under: &Assignment, block: &Block) -> Result<(), Failure> {
        self.rules.insert(Rule::Witness);
        let counts = [block.witnesses.len(), block.facts.len()];
        let wanted = [goal.exists.len(), goal.conclusions.len()];
        let why = format_args!("witnesses, facts: {counts:?} given, {wanted:?} wanted");
        need(counts == wanted, Reason::WrongCount, why)?;
        let mut under = under.clone();
        for (map, term) in goal.exists.iter().zip(&block.witnesses) {
            self.bind(map, term, &mut under)?;
        }
        for (index, (conclusion, id)) in goal.conclusions.iter().zip(&block.facts).enumerate() {
            let why = format_args!("fact {id} is not conclusion {} ({})", index + 1, conclusion.label);
            need(self.says(*id, &conclusion.prop, &under)?, Reason::GoalNotShown, why)?;
        }
        Ok(())
    }

    /// **obtain**: fresh names for maps that are claimed to exist, and what is claimed of them.
    ///
    /// *Sound*: such matrices exist, and nothing has been said of the fresh names; they are gone at the end of the
    /// block, whose goal was fixed before them.
    fn obtain(&mut self, fact: FactId, names: &[Name]) -> Result<(), Failure> {
        let (sequent, outer) = self.rule(fact)?;
        need(sequent.is_claim(), Reason::NotExistential, format_args!("fact {fact} binds or assumes something"))?;
        let [exist, named] = [sequent.exists.len(), names.len()];
        need(exist == named, Reason::WrongCount, format_args!("{exist} maps exist, {named} named"))?;
        let mut under = (*outer).clone();
        for (map, name) in sequent.exists.iter().zip(names) {
            let map = under.rename(map, name.clone(), &mut self.scope.budget)?;
            self.scope.declare_map(&map)?;
        }
        self.claim_outright(&sequent, &Arc::new(under))
    }

    /// **contradiction**: `left != right`, when supposing `left = right` leads, in the block, to an equation of which
    /// a fact says that it is none: the block's two facts.
    ///
    /// *Sound*: if the sides were equal, the equation would both hold and not hold.
    fn contradiction(&mut self, left: &Term, right: &Term, block: &Block) -> Result<(), Failure> {
        self.scope.check_prop(&Prop::equation(left.clone(), right.clone()))?;
        let claim = Polynomial::difference(left, right, &mut self.scope.budget)?;
        self.within(0, |checker| {
            checker.learn(Relation::Equal, claim.clone())?;
            checker.steps_of(block)?;
            let ([equation, inequation], true) = (&block.facts[..], block.witnesses.is_empty()) else {
                return refuse(Reason::WrongCount, "a contradiction is between two facts");
            };
            let holds = checker.comparison(*equation, &[Relation::Equal], Reason::NotAnEquation)?.1;
            let fails = checker.comparison(*inequation, &[Relation::NotEqual], Reason::NotAContradiction)?.1;
            let mut key = |p: &Polynomial| Key::of_difference(Relation::Equal, p, &mut checker.scope.budget);
            let why = "the two facts do not contradict each other";
            need(key(&holds)? == key(&fails)?, Reason::NotAContradiction, why)
        })?;
        self.learn(Relation::NotEqual, claim)
    }

    /// **pseudo_inverse**: a fresh `Q` with `P*Q*P = P`, for any map `P`.
    ///
    /// *Sound*: over any field and in any dimensions, take bases adapted to the kernel and the image of `P`;
    /// `Q` inverts `P` between complements and is zero elsewhere.
    fn pseudo_inverse(&mut self, map: &Term, name: &Name) -> Result<(), Failure> {
        self.scope.check_term(map)?;
        let (dom, cod) = (map.cod().clone(), map.dom().clone());
        self.scope.declare_map(&MapDecl { name: name.clone(), dom: dom.clone(), cod: cod.clone(), role: Role::Any })?;
        let product = Term::product(vec![map.clone(), Term::map(name.clone(), dom, cod), map.clone()])?;
        self.learn_equation(&product, map)
    }

    /// **square_inverse**: `B*A = 1` from `A*B = 1`, for `A : V -> U` with `V` and `U` declared of equal dimension.
    ///
    /// *Sound*: `A*B = 1` makes `B` injective; between spaces of equal finite dimension it is then bijective, and a
    /// left inverse of a bijection is a right inverse.
    fn square_inverse(&mut self, fact: FactId, left: &Term, right: &Term) -> Result<(), Failure> {
        self.scope.check_term(left)?;
        self.scope.check_term(right)?;
        let product = |a: &Term, b: &Term| Term::product(vec![a.clone(), b.clone()]);
        let given = Prop::equation(product(left, right)?, Term::identity(left.cod().clone()));
        let why = format_args!("fact {fact} does not say that this product is 1");
        need(self.says(fact, &given, &Assignment::default())?, Reason::NotInverse, why)?;
        self.scope.check_equal_dimension(left.dom(), left.cod())?;
        self.learn_equation(&product(right, left)?, &Term::identity(left.dom().clone()))
    }

    /// **definite**: `X = 0` from `X*X' = 0`, in an ordered field.
    ///
    /// *Sound*: each diagonal entry of `X*X'` is a sum of squares of a row of `X`; in an ordered field such a sum
    /// is zero only if every entry is.
    fn definite(&mut self, fact: FactId, map: &Term) -> Result<(), Failure> {
        self.scope.check_term(map)?;
        self.scope.check_ordered("X = 0 from X*X' = 0")?;
        let square = Term::product(vec![map.clone(), Term::transpose(map.clone())?])?;
        let given = Prop::equation(square, Term::zero(map.cod().clone(), map.cod().clone()));
        let why = format_args!("fact {fact} does not say that this map times its transpose is 0");
        need(self.says(fact, &given, &Assignment::default())?, Reason::NotASquare, why)?;
        self.learn_equation(map, &Term::zero(map.dom().clone(), map.cod().clone()))
    }

    /// **word_induction**: a claim about every word `w`, when it is shown for the empty word, `w = 1`, and, from the
    /// claim about a generic word `w`, for `t*w` with a generic letter `t`.
    ///
    /// *Sound*: a word is a product of finitely many letters; induction on their number. Inside the step, `w` and `t`
    /// are fresh and nothing is known of them but the claim about `w`. For words over a single map the only letter is
    /// that map.
    fn word_induction(
        &mut self,
        rule: &Arc<Sequent>,
        letter: &Name,
        base: &Block,
        step: &Block,
    ) -> Result<(), Failure> {
        self.scope.check_sequent(rule)?;
        let alone = rule.spaces.is_empty() && rule.equal.is_empty() && rule.families.is_empty();
        let ([word], [], true) = (&rule.maps[..], &rule.assumptions[..], alone) else {
            return refuse(Reason::InductionShape, "induction shows a rule that binds one word and assumes nothing");
        };
        let Role::Word(over) = &word.role else {
            return refuse(Reason::InductionShape, format_args!("{} is not declared as a word", word.name));
        };
        let space = word.dom.clone();
        let mut under = Assignment::default();
        let one = Polynomial::word(space.clone(), space.clone(), Word::new(), &mut self.scope.budget)?;
        under.maps.insert(word.name.clone(), Arc::new(one));
        self.within(0, |checker| checker.block(rule, &under, base))?;
        self.within(1, |checker| {
            checker.scope.declare_map(word)?;
            if checker.scope.is_family(over) {
                let (name, role) = (letter.clone(), Role::Member(over.clone()));
                checker.scope.declare_map(&MapDecl { name, dom: space.clone(), cod: space.clone(), role })?;
            } else {
                need(letter == over, Reason::NotAWord, format_args!("the only letter of words over {over} is {over}"))?;
            }
            checker.claim(rule, &Arc::default())?;
            let budget = &mut checker.scope.budget;
            let shorter = Polynomial::map(&word.name, &space, &space, budget)?;
            let longer = Polynomial::map(letter, &space, &space, budget)?.times(&shorter, budget)?;
            under.maps.insert(word.name.clone(), Arc::new(longer));
            checker.block(rule, &under, step)
        })?;
        self.facts.push(Some(Fact::Rule(rule.clone(), Arc::default())));
        Ok(())
    }

    /// **farkas**: a comparison of scalars, when `left - right` is a sum of equations with cofactors, inequalities with
    /// multipliers that are not negative, and a constant that is not negative. It is strict if a strict
    /// inequality has a positive multiplier, or the constant is positive. An equation needs both directions.
    ///
    /// *Sound*: in an ordered field a sum of numbers that are not negative is not negative, and it is positive if
    /// one of them is; of two numbers neither of which is less than the other, each is the other.
    fn farkas(&mut self, claim: &Comparison, forth: &Multipliers, back: Option<&Multipliers>) -> Result<(), Failure> {
        let Comparison { left, relation, right } = claim;
        let order = Comparison { relation: Relation::AtLeast, ..claim.clone() };
        self.scope.check_prop(&Prop::Compare(order))?;
        let strict = self.at_least(left, right, forth)?;
        match (relation, back) {
            (Relation::AtLeast, None) => {}
            (Relation::Greater | Relation::NotEqual, None) => {
                need(strict, Reason::NotStrict, "no strict inequality has a positive multiplier")?;
            }
            (Relation::Equal, Some(back)) => drop(self.at_least(right, left, back)?),
            _ => return refuse(Reason::WrongCount, "an equation needs both directions, all else one"),
        }
        let claim = Polynomial::difference(left, right, &mut self.scope.budget)?;
        self.learn(*relation, claim)
    }

    /// Checks that `left >= right` follows, and says whether `left > right` does.
    fn at_least(&mut self, left: &Term, right: &Term, by: &Multipliers) -> Result<bool, Failure> {
        let mut strict = false;
        let mut rest = Polynomial::difference(left, right, &mut self.scope.budget)?;
        self.subtract(&mut rest, &by.parts)?;
        for (multiplier, id) in &by.bounds {
            let wanted = [Relation::AtLeast, Relation::Greater];
            let (relation, bound) = self.comparison(*id, &wanted, Reason::NotAnInequality)?;
            check_sign(multiplier)?;
            let why = format_args!("fact {id} is multiplied by {multiplier}");
            need(!multiplier.is_negative(), Reason::NegativeMultiplier, why)?;
            strict |= relation == Relation::Greater && multiplier.is_positive();
            rest.add(&-multiplier, &bound, &mut self.scope.budget)?;
        }
        let constant = rest.terms().next().filter(|(word, _)| word.is_empty() && rest.terms().len() == 1);
        if constant.is_some_and(|(_, constant)| constant.is_positive()) {
            return Ok(true);
        }
        zero(rest).map(|()| strict)
    }

    /// **suppose**: a rule, proved in a block of its own as a theorem is: what it binds is fresh there, and what it
    /// assumes are facts.
    ///
    /// *Sound*: nothing is known of what the rule binds but what it assumes, so the block holds for all of it; and
    /// nothing of the block outlives it.
    fn suppose(&mut self, sequent: &Arc<Sequent>, block: &Block) -> Result<(), Failure> {
        self.within(0, |checker| checker.sequent(sequent, block))?;
        self.facts.push(Some(Fact::Rule(sequent.clone(), Arc::default())));
        Ok(())
    }

    // What the rules share.

    /// Proves a sequent in this scope, which it changes.
    fn sequent(&mut self, sequent: &Sequent, block: &Block) -> Result<(), Failure> {
        self.scope.check_sequent(sequent)?;
        self.scope.open(sequent)?;
        let here = Arc::default();
        sequent.assumptions.iter().try_for_each(|l| self.assume(&l.prop, &here))?;
        self.block(sequent, &here, block)
    }

    fn block(&mut self, goal: &Sequent, under: &Assignment, block: &Block) -> Result<(), Failure> {
        self.steps_of(block)?;
        self.witness(goal, under, block).map_err(|failure| at(block.steps.len(), failure))
    }

    fn steps_of(&mut self, block: &Block) -> Result<(), Failure> {
        let mut steps = block.steps.iter().enumerate();
        steps.try_for_each(|(index, step)| self.step(step).map_err(|failure| at(index, failure)))
    }

    /// Runs the `index`-th block of a step; its names and facts end with it.
    fn within(&mut self, index: usize, run: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<(), Failure> {
        need(self.depth < MAX_BLOCKS, Reason::TooDeep, format_args!("blocks nested more than {MAX_BLOCKS} deep"))?;
        self.depth += 1;
        let (mark, facts) = (self.scope.mark(), self.facts.len());
        run(self).map_err(|failure| at(index, failure))?;
        self.scope.undo(mark);
        self.facts.iter_mut().skip(facts).for_each(|fact| *fact = None);
        self.depth -= 1;
        Ok(())
    }

    /// Adds what a sequent claims: its conclusions, or their existential closure.
    fn claim(&mut self, sequent: &Sequent, under: &Arc<Assignment>) -> Result<(), Failure> {
        if sequent.exists.is_empty() {
            return self.claim_outright(sequent, under);
        }
        let labels = sequent.conclusions.iter().map(|l| 1 + l.label.len()).sum();
        self.scope.budget.spend(labels)?;
        let (exists, conclusions) = (sequent.exists.clone(), sequent.conclusions.clone());
        let claim = Sequent { exists, conclusions, ..Sequent::default() };
        self.facts.push(Some(Fact::Rule(Arc::new(claim), under.clone())));
        Ok(())
    }

    fn claim_outright(&mut self, sequent: &Sequent, under: &Arc<Assignment>) -> Result<(), Failure> {
        sequent.conclusions.iter().try_for_each(|l| self.assume(&l.prop, under))
    }

    fn assume(&mut self, prop: &Prop, under: &Arc<Assignment>) -> Result<(), Failure> {
        match prop {
            Prop::Compare(c) => {
                let budget = &mut self.scope.budget;
                let difference = Polynomial::difference_under(&c.left, &c.right, under, budget)?;
                self.learn(c.relation, difference)
            }
            Prop::Rule(sequent) => {
                self.facts.push(Some(Fact::Rule(sequent.clone(), under.clone())));
                Ok(())
            }
        }
    }

    fn learn_equation(&mut self, left: &Term, right: &Term) -> Result<(), Failure> {
        let difference = Polynomial::difference(left, right, &mut self.scope.budget)?;
        self.learn(Relation::Equal, difference)
    }

    /// Adds a fact. It is kept, so its letters cost more than those that come and go: this bounds the memory.
    fn learn(&mut self, relation: Relation, difference: Polynomial) -> Result<(), Failure> {
        self.scope.budget.spend(difference.letters().saturating_mul(16))?;
        self.facts.push(Some(Fact::Compare(relation, Arc::new(difference))));
        Ok(())
    }

    /// Puts a term, checked in this scope, for a bound map.
    fn bind(&mut self, map: &MapDecl, term: &Term, under: &mut Assignment) -> Result<(), Failure> {
        self.scope.check_term(term)?;
        let (dom, cod) = (under.space(&map.dom)?, under.space(&map.cod)?);
        let why = format_args!("{} : {dom} -> {cod} cannot be {} -> {}", map.name, term.dom(), term.cod());
        need(*term.dom() == dom && *term.cod() == cod, Reason::TypeMismatch, why)?;
        let image = Polynomial::of(term, &mut self.scope.budget)?;
        self.scope.check_role(&image, &under.role(&map.role)?)?;
        under.maps.insert(map.name.clone(), Arc::new(image));
        Ok(())
    }

    fn fact(&self, id: FactId) -> Result<&Fact, Failure> {
        match self.facts.get(id) {
            Some(Some(fact)) => Ok(fact),
            Some(None) => refuse(Reason::FactUnknown, format_args!("the block of fact {id} has ended")),
            None => refuse(Reason::FactUnknown, format_args!("there is no fact {id} yet")),
        }
    }

    fn comparison(&self, id: FactId, wanted: &[Relation], or: Reason) -> Result<(Relation, Arc<Polynomial>), Failure> {
        match self.fact(id)? {
            Fact::Compare(relation, difference) if wanted.contains(relation) => Ok((*relation, difference.clone())),
            _ => refuse(or, format_args!("fact {id} is of another kind")),
        }
    }

    fn rule(&self, id: FactId) -> Result<(Arc<Sequent>, Arc<Assignment>), Failure> {
        match self.fact(id)? {
            Fact::Rule(sequent, under) => Ok((sequent.clone(), under.clone())),
            Fact::Compare(..) => refuse(Reason::NotARule, format_args!("fact {id} is no rule")),
        }
    }

    fn theorem(&mut self, hash: Hash) -> Result<(Arc<Sequent>, Arc<Assignment>), Failure> {
        let Some(theorem) = self.theory.get(hash) else {
            return refuse(Reason::TheoremNotProved, format_args!("no theorem {hash} has been proved"));
        };
        if theorem.statement.field() == Field::Ordered {
            self.scope.check_ordered("the theorem used")?;
        }
        self.theorems.insert(hash);
        Ok((theorem.statement.sequent().clone(), Arc::default()))
    }

    /// Whether the fact says what the proposition says under the assignment.
    fn says(&mut self, id: FactId, prop: &Prop, under: &Assignment) -> Result<bool, Failure> {
        let fact = self.fact(id)?.clone();
        let budget = &mut self.scope.budget;
        let said = match fact {
            Fact::Compare(relation, difference) => Key::of_difference(relation, &difference, budget)?,
            Fact::Rule(sequent, here) => Key::of_rule(&sequent, &here, budget)?,
        };
        Ok(said == Key::of(prop, under, budget)?)
    }

    fn subtract(&mut self, rest: &mut Polynomial, parts: &[Part]) -> Result<(), Failure> {
        for Part { coefficient, left, fact, transposed, right } in parts {
            self.scope.check_number(coefficient)?;
            self.scope.check_term(left)?;
            self.scope.check_term(right)?;
            let equation = self.comparison(*fact, &[Relation::Equal], Reason::NotAnEquation)?.1;
            let budget = &mut self.scope.budget;
            let mut product = if *transposed { equation.transpose(budget)? } else { (*equation).clone() };
            product = Polynomial::of(left, budget)?.times(&product, budget)?;
            product = product.times(&Polynomial::of(right, budget)?, budget)?;
            rest.add(&-coefficient, &product, budget)?;
        }
        Ok(())
    }
}

fn zero(rest: Polynomial) -> Result<(), Failure> {
    if rest.is_zero() {
        return Ok(());
    }
    let why = "the claim minus the combination of facts is not zero".to_owned();
    Err(Failure { reason: Reason::DoesNotFollow, path: Vec::new(), why, difference: Some(Box::new(rest)) })
}

fn at(index: usize, mut failure: Failure) -> Failure {
    failure.path.insert(0, index);
    failure
}
