//! The inference rules, one function each, and the ledger of what they have proved.
//!
//! Throughout, *true* means true for the spaces, families and matrices that the scope's names stand for, in every
//! choice of them that satisfies the facts. Each rule adds only facts that are true wherever the facts before are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use num_rational::BigRational;
use num_traits::One;

use super::data::{Name, Polynomial, Space, Word};
use super::failure::{Failure, Reason, need, refuse};
use super::polynomial::Budget;
use super::proof::{Block, FactId, Part, Proof, Source, Step};
use super::scope::{KEPT, Meaning, Names, Scope};
use super::statement::{Comparison, Field, Hash, Labelled, MapDecl, Prop, Relation, Role, Sequent, Statement};
use super::term::{Shape, Term};

/// A statement that has been proved, as [`Theory::get`] gives it.
#[derive(Clone, Debug)]
pub struct Proved {
    /// What has been proved.
    pub statement: Statement,
    /// The theorems that the proof used.
    pub theorems: BTreeSet<Hash>,
    /// How many steps were checked, those of nested blocks included.
    pub steps: usize,
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
        need(proof.statement == statement.hash, Reason::OtherStatement, why)?;
        let scope = Scope::new(statement.field, budget);
        let mut checker = Checker { theory: self, scope, facts: Vec::new(), theorems: BTreeSet::new(), steps: 0 };
        checker.sequent(&statement.sequent, &proof.block)?;
        let Checker { theorems, steps, .. } = checker;
        let proved = Proved { statement: statement.clone(), theorems, steps };
        Ok(self.proved.entry(statement.hash).or_insert(proved))
    }
}

/// Two maps: how their difference, the second part, compares with 0.
pub(super) type Compared = (Relation, Arc<Polynomial>);

#[derive(Clone)]
enum Fact {
    /// The difference of its sides stands in this relation to 0.
    Compare(Relation, Arc<Polynomial>),
    /// A sequent, and what its free names stand for.
    Rule(Arc<Sequent>, Names),
}

pub(super) struct Checker<'t> {
    theory: &'t Theory,
    pub(super) scope: Scope,
    /// By [`FactId`]; `None` once its block has ended.
    facts: Vec<Option<Fact>>,
    theorems: BTreeSet<Hash>,
    steps: usize,
}

impl Checker<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Failure> {
        self.steps += 1;
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
            Step::WordInduction { rule, letter, base, step } => self.induction(rule, letter, base, step),
            Step::Farkas { claim, forth, back } => self.farkas(claim, forth, back.as_ref()),
            Step::Suppose { sequent, block } => self.suppose(sequent, block),
            Step::Square { map, fact } => self.square(map, *fact),
            Step::Product { first, second } => self.product(*first, *second),
            Step::Pivot { fact, left, right } => self.pivot(*fact, left, right),
            Step::Extensionality { fact, name, left, right } => self.extensionality(*fact, name, left, right),
        }
    }

    /// **combination**: `left = right`, when `left - right` is the sum of `c * L * (lhs - rhs) * R` over the parts,
    /// as polynomials.
    ///
    /// *Sound*: every `lhs - rhs` is the zero matrix, and so is its transpose and every product with it; equal
    /// polynomials have equal matrices, because matrices over a field satisfy the laws by which terms are expanded.
    fn combination(&mut self, left: &Term, right: &Term, parts: &[Part]) -> Result<(), Failure> {
        let claim = self.scope.difference(left, right)?;
        let rest = self.subtract(claim.clone(), parts)?;
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
        let (sequent, mut names) = match rule {
            Source::Fact(id) => self.rule(*id)?,
            Source::Theorem(hash) => (self.theorem(*hash)?, Names::default()),
        };
        let counts = [spaces.len(), families.len(), maps.len(), premises.len()];
        let wanted = [sequent.spaces.len(), sequent.families.len(), sequent.maps.len(), sequent.assumptions.len()];
        let why = format_args!("spaces, families, maps, premises: {counts:?} given, {wanted:?} declared");
        need(counts == wanted, Reason::WrongCount, why)?;
        for (name, space) in sequent.spaces.iter().zip(spaces) {
            let meaning = Meaning::Space(self.scope.space(space)?, name.clone());
            self.scope.under(&mut names, |there| there.put(name, meaning))?;
        }
        for (a, b) in &sequent.equal {
            let [a, b] =
                [a, b].map(|name| self.scope.under(&mut names, |there| there.space(&Space::Atom(name.clone()))));
            self.scope.check_equal_dimension(&a?, &b?)?;
        }
        for (family, over) in sequent.families.iter().zip(families) {
            let (image, space) = self.scope.letters(over)?;
            let wanted = self.scope.under(&mut names, |there| there.space(&family.space))?;
            let why = format_args!("{over} does not act where {} does", family.name);
            need(space == wanted, Reason::TypeMismatch, why)?;
            self.scope.under(&mut names, |there| there.put(&family.name, Meaning::Family(image, space)))?;
        }
        for (map, term) in sequent.maps.iter().zip(maps) {
            self.put(map, term, &mut names)?;
        }
        self.shown(&sequent.assumptions, premises, &mut names, Reason::PremiseMissing)?;
        self.claim(&sequent, &mut names)
    }

    /// **witness**: the goal, when the given terms are of the declared types and roles and, put for the maps that are
    /// claimed to exist, turn each conclusion into what a fact says.
    ///
    /// *Sound*: the terms' matrices are the ones whose existence is claimed.
    fn witness(&mut self, goal: &Sequent, mut names: Names, block: &Block) -> Result<(), Failure> {
        let counts = [block.witnesses.len(), block.facts.len()];
        let wanted = [goal.exists.len(), goal.conclusions.len()];
        let why = format_args!("witnesses, facts: {counts:?} given, {wanted:?} wanted");
        need(counts == wanted, Reason::WrongCount, why)?;
        for (map, term) in goal.exists.iter().zip(&block.witnesses) {
            self.put(map, term, &mut names)?;
        }
        self.shown(&goal.conclusions, &block.facts, &mut names, Reason::GoalNotShown)
    }

    /// **obtain**: fresh names for maps that are claimed to exist, and what is claimed of them.
    ///
    /// *Sound*: such matrices exist, and nothing has been said of the fresh names; they are gone at the end of the
    /// block, whose goal was fixed before them.
    fn obtain(&mut self, fact: FactId, names: &[Name]) -> Result<(), Failure> {
        let (sequent, mut there) = self.rule(fact)?;
        let Sequent { spaces, equal, families, maps, assumptions, exists, conclusions } = &*sequent;
        let claims = spaces.is_empty() && equal.is_empty() && families.is_empty() && maps.is_empty();
        let why = format_args!("fact {fact} binds or assumes something");
        need(claims && assumptions.is_empty(), Reason::NotExistential, why)?;
        let why = format_args!("{} maps exist, {} named", exists.len(), names.len());
        need(exists.len() == names.len(), Reason::WrongCount, why)?;
        for (map, name) in exists.iter().zip(names) {
            let map = self.scope.under(&mut there, |there| there.declare_map(map, name))?;
            self.scope.declare_map(&map, name)?;
        }
        conclusions.iter().try_for_each(|l| self.assume(&l.prop, &mut there))
    }

    /// **contradiction**: `left != right`, when supposing `left = right` leads, in the block, to an equation of which
    /// a fact says that it is none: the block's two facts; or to `1 = 0` between scalars: its only fact.
    ///
    /// *Sound*: if the sides were equal, the equation would both hold and not hold; and 1 is not 0 in a field. (Of a space
    /// other than the unit space it may be, which then is of dimension 0.)
    fn contradiction(&mut self, left: &Term, right: &Term, block: &Block) -> Result<(), Failure> {
        let claim = self.scope.difference(left, right)?;
        self.within(0, |checker| {
            checker.learn(Relation::Equal, claim.clone())?;
            checker.steps_of(block)?;
            match (&block.facts[..], block.witnesses.is_empty()) {
                ([equation], true) => {
                    let one = Polynomial::word(Space::Unit, Space::Unit, Word::new(), &mut checker.scope.budget)?;
                    let absurd = checker.states(*equation, Relation::Equal, &one)?;
                    need(absurd, Reason::NotAContradiction, "the fact does not say 1 = 0 of scalars")
                }
                ([equation, inequation], true) => {
                    let holds = checker.comparison(*equation, &[Relation::Equal], Reason::NotAnEquation)?.1;
                    let denied = checker.states(*inequation, Relation::NotEqual, &holds)?;
                    need(denied, Reason::NotAContradiction, "the two facts do not contradict each other")
                }
                _ => refuse(Reason::WrongCount, "a contradiction is between two facts, or in one"),
            }
        })?;
        self.learn(Relation::NotEqual, claim)
    }

    /// **pseudo_inverse**: a fresh `Q` with `P*Q*P = P`, for any map `P`.
    ///
    /// *Sound*: over any field and in any dimensions, take bases adapted to the kernel and the image of `P`;
    /// `Q` inverts `P` between complements and is zero elsewhere.
    fn pseudo_inverse(&mut self, map: &Term, name: &Name) -> Result<(), Failure> {
        let map = self.scope.expand(map)?;
        let inverse = self.fresh(name, &map.cod, &map.dom)?;
        let budget = &mut self.scope.budget;
        let mut claim = map.times(&inverse, budget)?.times(&map, budget)?;
        claim.add(&-BigRational::one(), &map, budget)?;
        self.learn(Relation::Equal, claim)
    }

    /// **square_inverse**: `B*A = 1` from `A*B = 1`, for `A : V -> U` with `V` and `U` declared of equal dimension.
    ///
    /// *Sound*: `A*B = 1` makes `B` injective; between spaces of equal finite dimension it is then bijective, and a
    /// left inverse of a bijection is a right inverse.
    fn square_inverse(&mut self, fact: FactId, left: &Term, right: &Term) -> Result<(), Failure> {
        let (a, b) = (self.scope.expand(left)?, self.scope.expand(right)?);
        let given = self.inverse(&a, &b)?;
        let why = format_args!("fact {fact} does not say that this product is 1");
        need(self.states(fact, Relation::Equal, &given)?, Reason::NotInverse, why)?;
        self.scope.check_equal_dimension(&a.dom, &a.cod)?;
        let claim = self.inverse(&b, &a)?;
        self.learn(Relation::Equal, claim)
    }

    /// `a*b - 1`.
    fn inverse(&mut self, a: &Polynomial, b: &Polynomial) -> Result<Polynomial, Failure> {
        let budget = &mut self.scope.budget;
        let mut difference = a.times(b, budget)?;
        let one = Polynomial::word(a.cod.clone(), a.cod.clone(), Word::new(), budget)?;
        difference.add(&-BigRational::one(), &one, budget)?;
        Ok(difference)
    }

    /// **pivot**: fresh `y : B -> 1` and `x : 1 -> A` with `y*M*x = 1`, for `M : A -> B`, from `M != 0`.
    ///
    /// *Sound*: over any field a matrix that is not 0 has an entry that is not 0; `y` picks its row, and `x` its column,
    /// divided by the entry. Nothing has been said of the fresh names.
    fn pivot(&mut self, fact: FactId, left: &Name, right: &Name) -> Result<(), Failure> {
        let map = self.comparison(fact, &[Relation::NotEqual], Reason::NotAnInequality)?.1;
        let y = self.fresh(left, &map.cod, &Space::Unit)?;
        let x = self.fresh(right, &Space::Unit, &map.dom)?;
        let product = y.times(&map, &mut self.scope.budget)?;
        let claim = self.inverse(&product, &x)?;
        self.learn(Relation::Equal, claim)
    }

    /// **extensionality**: `left = right`, for maps `A -> B`, from a rule that says `forall x : 1 -> A. left*x = right*x`.
    ///
    /// *Sound*: over any field, put for `x` the unit vectors; a product with one of them is a column.
    fn extensionality(&mut self, fact: FactId, name: &Name, left: &Term, right: &Term) -> Result<(), Failure> {
        let claim = self.scope.difference(left, right)?;
        let x = Term::map(name.clone(), Space::Unit, left.dom.clone());
        let at_x = |map: &Term| Term::new(Shape::Product(vec![map.clone(), x.clone()]), &Space::Unit, &map.cod);
        let prop = Prop::Compare(Comparison { left: at_x(left)?, relation: Relation::Equal, right: at_x(right)? });
        let maps = vec![MapDecl { name: name.clone(), dom: Space::Unit, cod: left.dom.clone(), role: Role::Any }];
        let conclusions = vec![Labelled { label: String::new(), prop }];
        let text = self.scope.text(|scope| scope.rule(&Sequent { maps, conclusions, ..Sequent::default() }))?;
        let why = format_args!("fact {fact} does not say that the maps agree on every vector");
        need(self.said(fact)? == text, Reason::PremiseMissing, why)?;
        self.learn(Relation::Equal, claim)
    }

    /// **word_induction**: a claim about every word `w`, when it is shown for the empty word, `w = 1`, and, from the
    /// claim about a generic word `w`, for `t*w` with a generic letter `t`.
    ///
    /// *Sound*: a word is a product of finitely many letters; induction on their number. Inside the step, `w` and `t`
    /// are fresh and nothing is known of them but the claim about `w`. For words over a single map the only letter is
    /// that map.
    fn induction(&mut self, rule: &Arc<Sequent>, letter: &Name, base: &Block, step: &Block) -> Result<(), Failure> {
        self.scope.rule(rule)?;
        let alone = rule.spaces.is_empty() && rule.equal.is_empty() && rule.families.is_empty();
        let ([word], [], true) = (&rule.maps[..], &rule.assumptions[..], alone) else {
            return refuse(Reason::InductionShape, "induction shows a rule that binds one word and assumes nothing");
        };
        let Role::Word(over) = &word.role else {
            return refuse(Reason::InductionShape, format_args!("{} is not declared as a word", word.name));
        };
        let mut names = self.scope.names.clone();
        let one = Term::new(Shape::Identity, &word.dom, &word.dom)?;
        self.put(word, &one, &mut names)?;
        self.within(0, |checker| checker.block(rule, names, base))?;
        self.within(1, |checker| {
            let mut names = checker.scope.names.clone();
            checker.scope.declare_map(word, &word.name)?;
            let member = Role::Member(over.clone());
            let generic = MapDecl { name: letter.clone(), role: member, ..word.clone() };
            if let Some(Meaning::Family(..)) = checker.scope.names.get(over) {
                checker.scope.declare_map(&generic, letter)?;
            } else {
                need(letter == over, Reason::NotAWord, format_args!("the only letter of words over {over} is {over}"))?;
            }
            checker.claim(rule, &mut checker.scope.names.clone())?;
            let factors = [letter, &word.name].map(|name| Term::map(name.clone(), word.dom.clone(), word.dom.clone()));
            let longer = Term::new(Shape::Product(factors.to_vec()), &word.dom, &word.dom)?;
            checker.put(word, &longer, &mut names)?;
            checker.block(rule, names, step)
        })?;
        self.facts.push(Some(Fact::Rule(rule.clone(), self.scope.names.clone())));
        Ok(())
    }

    /// **suppose**: a rule, proved in a block of its own as a theorem is: what it binds is fresh there, and what it
    /// assumes are facts.
    ///
    /// *Sound*: nothing is known of what the rule binds but what it assumes, so the block holds for all of it; and
    /// nothing of the block outlives it.
    fn suppose(&mut self, sequent: &Arc<Sequent>, block: &Block) -> Result<(), Failure> {
        self.within(0, |checker| checker.sequent(sequent, block))?;
        self.facts.push(Some(Fact::Rule(sequent.clone(), self.scope.names.clone())));
        Ok(())
    }

    // What the rules share.

    /// Proves a sequent, what it binds being declared in this scope.
    fn sequent(&mut self, sequent: &Sequent, block: &Block) -> Result<(), Failure> {
        self.scope.open(sequent, false)?;
        let names = self.scope.names.clone();
        self.scope.close(sequent, false)?;
        self.scope.names = names.clone();
        sequent.assumptions.iter().try_for_each(|l| self.assume(&l.prop, &mut names.clone()))?;
        self.block(sequent, names, block)
    }

    /// Proves what a sequent claims, its free names standing for what `names` says.
    fn block(&mut self, goal: &Sequent, names: Names, block: &Block) -> Result<(), Failure> {
        self.steps_of(block)?;
        self.witness(goal, names, block).map_err(|failure| at(block.steps.len(), failure))
    }

    fn steps_of(&mut self, block: &Block) -> Result<(), Failure> {
        let mut steps = block.steps.iter().enumerate();
        steps.try_for_each(|(index, step)| self.step(step).map_err(|failure| at(index, failure)))
    }

    /// Runs the `index`-th block of a step; its names and facts end with it.
    fn within(&mut self, index: usize, run: impl FnOnce(&mut Self) -> Result<(), Failure>) -> Result<(), Failure> {
        let (names, facts) = (self.scope.names.clone(), self.facts.len());
        self.scope.deeper()?;
        run(self).map_err(|failure| at(index, failure))?;
        (self.scope.names, self.scope.depth) = (names, self.scope.depth - 1);
        self.facts.iter_mut().skip(facts).for_each(|fact| *fact = None);
        Ok(())
    }

    /// Adds what a sequent claims: its conclusions, or their existential closure.
    fn claim(&mut self, sequent: &Sequent, names: &mut Names) -> Result<(), Failure> {
        if sequent.exists.is_empty() {
            return sequent.conclusions.iter().try_for_each(|l| self.assume(&l.prop, names));
        }
        let labels = sequent.conclusions.iter().map(|l| 1 + l.label.len()).sum();
        self.scope.budget.spend(labels)?;
        let (exists, conclusions) = (sequent.exists.clone(), sequent.conclusions.clone());
        let claim = Sequent { exists, conclusions, ..Sequent::default() };
        self.facts.push(Some(Fact::Rule(Arc::new(claim), names.clone())));
        Ok(())
    }

    fn assume(&mut self, prop: &Prop, names: &mut Names) -> Result<(), Failure> {
        match prop {
            Prop::Compare(Comparison { left, relation, right }) => {
                let difference = self.scope.under(names, |there| there.difference(left, right))?;
                self.learn(*relation, difference)
            }
            Prop::Rule(sequent) => {
                self.facts.push(Some(Fact::Rule(sequent.clone(), names.clone())));
                Ok(())
            }
        }
    }

    /// Declares a map; the polynomial that it is.
    fn fresh(&mut self, name: &Name, dom: &Space, cod: &Space) -> Result<Polynomial, Failure> {
        let decl = MapDecl { name: name.clone(), dom: dom.clone(), cod: cod.clone(), role: Role::Any };
        self.scope.declare_map(&decl, name)?;
        self.scope.expand(&Term::map(name.clone(), dom.clone(), cod.clone()))
    }

    pub(super) fn learn(&mut self, relation: Relation, difference: Polynomial) -> Result<(), Failure> {
        self.scope.budget.spend(difference.letters.saturating_mul(KEPT))?;
        self.facts.push(Some(Fact::Compare(relation, Arc::new(difference))));
        Ok(())
    }

    /// Puts a term of this scope for a map that is declared there.
    fn put(&mut self, map: &MapDecl, term: &Term, names: &mut Names) -> Result<(), Failure> {
        let image = self.scope.expand(term)?;
        let MapDecl { name, dom, cod, role } = self.scope.under(names, |there| there.image(map, &map.name))?;
        let why = format_args!("{name} : {dom} -> {cod} cannot be {} -> {}", image.dom, image.cod);
        need(image.dom == dom && image.cod == cod, Reason::TypeMismatch, why)?;
        self.scope.check_role(&image, &role)?;
        self.scope.under(names, |there| there.put(&name, Meaning::Map(Arc::new(image), role)))
    }

    fn fact(&self, id: FactId) -> Result<&Fact, Failure> {
        match self.facts.get(id) {
            Some(Some(fact)) => Ok(fact),
            Some(None) => refuse(Reason::FactUnknown, format_args!("the block of fact {id} has ended")),
            None => refuse(Reason::FactUnknown, format_args!("there is no fact {id} yet")),
        }
    }

    pub(super) fn comparison(&self, id: FactId, wanted: &[Relation], or: Reason) -> Result<Compared, Failure> {
        match self.fact(id)? {
            Fact::Compare(relation, difference) if wanted.contains(relation) => Ok((*relation, difference.clone())),
            _ => refuse(or, format_args!("fact {id} is of another kind")),
        }
    }

    fn rule(&self, id: FactId) -> Result<(Arc<Sequent>, Names), Failure> {
        match self.fact(id)? {
            Fact::Rule(sequent, names) => Ok((sequent.clone(), names.clone())),
            Fact::Compare(..) => refuse(Reason::NotARule, format_args!("fact {id} is no rule")),
        }
    }

    fn theorem(&mut self, hash: Hash) -> Result<Arc<Sequent>, Failure> {
        let Some(theorem) = self.theory.get(hash) else {
            return refuse(Reason::TheoremNotProved, format_args!("no theorem {hash} has been proved"));
        };
        if theorem.statement.field == Field::Ordered {
            self.scope.check_ordered("the theorem used")?;
        }
        self.theorems.insert(hash);
        Ok(theorem.statement.sequent.clone())
    }

    /// Checks that each fact says what its proposition says where names stand for this.
    fn shown(&mut self, props: &[Labelled], ids: &[FactId], names: &mut Names, or: Reason) -> Result<(), Failure> {
        for (index, (Labelled { label, prop }, id)) in props.iter().zip(ids).enumerate() {
            let text = self.scope.text(|scope| scope.under(names, |there| there.prop(prop)))?;
            need(self.said(*id)? == text, or, format_args!("fact {id} is not number {} ({label})", index + 1))?;
        }
        Ok(())
    }

    /// Whether the fact says that the polynomial stands in this relation to 0.
    pub(super) fn states(&mut self, id: FactId, relation: Relation, difference: &Polynomial) -> Result<bool, Failure> {
        let text = self.scope.text(|scope| scope.compare(relation, difference))?;
        Ok(self.said(id)? == text)
    }

    fn said(&mut self, id: FactId) -> Result<String, Failure> {
        match self.fact(id)?.clone() {
            Fact::Compare(relation, difference) => self.scope.text(|scope| scope.compare(relation, &difference)),
            Fact::Rule(rule, mut names) => self.scope.text(|scope| scope.under(&mut names, |there| there.rule(&rule))),
        }
    }

    /// What is left of a polynomial after equations with their cofactors.
    pub(super) fn subtract(&mut self, mut rest: Polynomial, parts: &[Part]) -> Result<Polynomial, Failure> {
        for Part { coefficient, left, fact, transposed, right } in parts {
            self.scope.check_number(coefficient)?;
            let (left, right) = (self.scope.expand(left)?, self.scope.expand(right)?);
            let equation = self.comparison(*fact, &[Relation::Equal], Reason::NotAnEquation)?.1;
            let budget = &mut self.scope.budget;
            let equation = if *transposed { equation.transpose(budget)? } else { (*equation).clone() };
            rest.add(&-coefficient, &left.times(&equation, budget)?.times(&right, budget)?, budget)?;
        }
        Ok(rest)
    }
}

pub(super) fn zero(rest: Polynomial) -> Result<(), Failure> {
    if rest.terms.is_empty() {
        return Ok(());
    }
    let why = "the claim minus the combination of facts is not zero".to_owned();
    Err(Failure { reason: Reason::DoesNotFollow, path: Vec::new(), why, difference: Some(Box::new(rest)) })
}

fn at(index: usize, mut failure: Failure) -> Failure {
    failure.path.insert(0, index);
    failure
}
