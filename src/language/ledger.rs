//! The ledger: many statements and proofs, from several texts, checked in the order in which they rest on each other.
//!
//! Making a proof explicit needs no other proof, only other statements. So all proofs are made explicit first; then it is
//! known exactly which theorems each applies, and the kernel sees them in an order in which each comes after those.

use std::collections::{BTreeMap, BTreeSet};

use super::elaborate::Statements;
use super::lexer::{Source, Span};
use super::parse;
use super::statements::theorem;
use super::syntax::{Document, RawTheorem, Script};
use super::theorem::Theorem;
use super::theory::{Checked, Draft, Environment, builtin, theorems_of};
use crate::kernel::{Budget, Hash};
use crate::report::{Code, Diagnostic, Verdict};
use crate::terms::*;

/// What is to be checked.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Shipped theorems, by name.
    pub shipped: Vec<String>,
    /// Texts that hold theorems and proofs, in any order.
    pub sources: Vec<Source>,
    /// For each search and for each proof.
    pub budget: Budget,
}

/// Whose statement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// One of the shipped theorems, word for word in content.
    Shipped,
    /// The user's own.
    Own,
    /// It has the name of a shipped theorem and says something else.
    Changed,
}

/// What the ledger says of one theorem.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The theorem's name.
    pub name: String,
    /// The content hash of its statement, if that could be read.
    pub statement: Option<Hash>,
    /// Whose statement it is.
    pub origin: Origin,
    /// The checked proof, or why there is none.
    pub result: Result<Box<Checked>, Box<Diagnostic>>,
}

impl Entry {
    /// Holds, or what its diagnostic leads to.
    pub fn verdict(&self) -> Verdict {
        self.result.as_ref().map_or_else(|diagnostic| diagnostic.verdict(), |_| Verdict::Holds)
    }
}

/// All entries, in the order of the texts.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    /// One a theorem, and one for each further statement or proof of the same name.
    pub entries: Vec<Entry>,
    /// Texts that could not be read.
    pub unread: Vec<Diagnostic>,
}

impl Ledger {
    /// Checks everything that is asked for. Shipped theorems that it rests on are checked too.
    ///
    /// ```
    /// use scotoma::language::{Ledger, Request, Source};
    /// use scotoma::report::Verdict;
    ///
    /// let text = "
    /// theorem inverses
    /// spaces A, B
    /// maps f : A -> B  g : B -> A  k : B -> A
    /// assume left: g*f = 1
    ///        right: f*k = 1
    /// show same: g = k
    ///
    /// proof inverses
    /// same: calc g = g*f*k by right
    ///             = k by left
    /// ";
    /// let sources = vec![Source::new("inverses", text)];
    /// let ledger = Ledger::check(&Request { sources, ..Request::default() });
    /// assert_eq!(ledger.verdict(), Verdict::Holds);
    /// ```
    pub fn check(request: &Request) -> Ledger {
        let library = match builtin() {
            Ok(library) => library,
            Err(diagnostic) => return Ledger { unread: vec![diagnostic], ..Ledger::default() },
        };
        let mut desk = Desk { builtin: library, budget: request.budget.clone(), ..Desk::default() };
        let mut ledger = Ledger::default();
        desk.ask_for(&request.shipped);
        let parsed = request.sources.iter().map(|source| (source, parse(source)));
        let mut documents = Vec::new();
        for (source, document) in parsed {
            match document {
                Ok(document) if document.theorems.is_empty() && document.proofs.is_empty() => {
                    let nothing = format!("{} holds no theorem and no proof", source.file);
                    ledger.unread.push(Diagnostic::new(Code::Syntax, nothing));
                }
                Ok(document) => documents.push((source, document)),
                Err(diagnostic) => ledger.unread.push(diagnostic),
            }
        }
        documents.iter().for_each(|(source, document)| desk.state(source, document));
        documents.iter().for_each(|(source, document)| desk.assign(source, document));
        ledger.entries = desk.check();
        ledger
    }

    /// The worst of all verdicts.
    pub fn verdict(&self) -> Verdict {
        let unread = self.unread.iter().map(Diagnostic::verdict);
        self.entries.iter().map(Entry::verdict).chain(unread).max().unwrap_or(Verdict::Holds)
    }

    /// What has been proved.
    pub fn proved(&self) -> impl Iterator<Item = &Checked> {
        self.entries.iter().filter_map(|entry| entry.result.as_deref().ok())
    }

    /// What is wrong: with texts, then with theorems.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let of_entries = self.entries.iter().filter_map(|entry| entry.result.as_ref().err());
        self.unread.iter().chain(of_entries.map(|diagnostic| &**diagnostic))
    }
}

/// A theorem of the ledger before it is checked.
#[derive(Default)]
struct Claim {
    name: String,
    theorem: Option<Theorem>,
    /// Where its name stands, to tell that a proof is missing.
    stated: Option<(Source, Span)>,
    proof: Option<(Script, Source)>,
    error: Option<Diagnostic>,
}

#[derive(Default)]
struct Desk {
    builtin: Vec<(Theorem, Script, Source)>,
    budget: Budget,
    claims: Vec<Claim>,
    /// The claim that a name means.
    by_name: BTreeMap<String, usize>,
}

impl Desk {
    fn shipped(&self, name: &str) -> Option<&(Theorem, Script, Source)> {
        self.builtin.iter().find(|(theorem, ..)| **theorem.statement.name() == *name)
    }

    fn enter(&mut self, claim: Claim) {
        self.by_name.entry(claim.name.clone()).or_insert(self.claims.len());
        self.claims.push(claim);
    }

    fn ask_for(&mut self, names: &[String]) {
        for name in names {
            let theorem = self.shipped(name).map(|(theorem, ..)| theorem.clone());
            let error = theorem.is_none().then(|| self.no_statement(name));
            if !self.by_name.contains_key(name) {
                self.enter(Claim { name: name.clone(), theorem, error, ..Claim::default() });
            }
        }
    }

    /// Enters the theorems of a text.
    fn state(&mut self, source: &Source, document: &Document) {
        for raw in &document.theorems {
            let claim = self.claim(raw, source);
            self.enter(claim);
        }
    }

    fn claim(&self, raw: &RawTheorem, source: &Source) -> Claim {
        let name = raw.name.text.clone();
        let (theorem, error) = match theorem(raw, source) {
            _ if self.by_name.contains_key(&name) => {
                let message = format!("the theorem {name} is stated, or asked for by name, before");
                (None, Some(source.error(Code::Duplicate, raw.name.span, message)))
            }
            Ok(theorem) => (Some(theorem), None),
            Err(diagnostic) => (None, Some(diagnostic)),
        };
        Claim { name, theorem, stated: Some((source.clone(), raw.name.span)), proof: None, error }
    }

    /// Gives the proofs of a text to their theorems: those of the texts, or else the shipped ones.
    fn assign(&mut self, source: &Source, document: &Document) {
        for script in &document.proofs {
            let (name, proof) = (script.name.text.clone(), Some((script.clone(), source.clone())));
            match self.by_name.get(&name).map(|index| &mut self.claims[*index]) {
                Some(claim) if claim.proof.is_none() => claim.proof = proof,
                Some(_) => {
                    let message = format!("the theorem {name} is proved before");
                    let error = Some(source.error(Code::Duplicate, script.name.span, message));
                    self.claims.push(Claim { name, error, ..Claim::default() });
                }
                None => {
                    let theorem = self.shipped(&name).map(|(theorem, ..)| theorem.clone());
                    let error = theorem.is_none().then(|| {
                        let mut error = self.no_statement(&name);
                        error.place = source.error(Code::NoStatement, script.name.span, "").place;
                        error
                    });
                    self.enter(Claim { name, theorem, proof, error, ..Claim::default() });
                }
            }
        }
    }

    fn no_statement(&self, name: &str) -> Diagnostic {
        let error =
            Diagnostic::new(Code::NoStatement, format!("no theorem {name} is stated in these files, or shipped"));
        let names = self.builtin.iter().map(|(theorem, ..)| theorem.statement.name().to_string());
        match super::closest(name, names.chain(self.by_name.keys().cloned())) {
            Some(near) => error.help(format!("did you mean {near}?")),
            None => error.help(format!("state it: theorem {name} ...")),
        }
    }

    fn origin(&self, claim: &Claim) -> Origin {
        match (self.shipped(&claim.name), &claim.theorem) {
            (None, _) => Origin::Own,
            (Some((shipped, ..)), Some(own)) if shipped.statement.hash() != own.statement.hash() => Origin::Changed,
            _ => Origin::Shipped,
        }
    }

    /// Checks every claim, in the order in which they rest on each other.
    fn check(self) -> Vec<Entry> {
        let mut results: Vec<Option<Result<Box<Checked>, Box<Diagnostic>>>> = Vec::new();
        let (queue, mut workshop) = self.drafts(&mut results);
        let (order, circular) = queue.order();
        for (hash, error) in circular {
            if let Some(claim) = queue.claims.get(&hash) {
                results[*claim] = Some(Err(Box::new(error)));
            }
        }
        let mut drafts = queue.drafts;
        for hash in order {
            let Some(draft) = drafts.remove(&hash) else { continue };
            let checked = workshop.prove(draft, self.budget.clone()).map(Box::new).map_err(Box::new);
            if let Some(claim) = queue.claims.get(&hash) {
                results[*claim] = Some(checked);
            }
        }
        let entry = |(claim, result): (&Claim, Option<_>)| Entry {
            name: claim.name.clone(),
            statement: claim.theorem.as_ref().map(|theorem| theorem.statement.hash()),
            origin: self.origin(claim),
            result: result.unwrap_or_else(|| Err(Box::new(self.no_statement(&claim.name)))),
        };
        self.claims.iter().zip(results).map(entry).collect()
    }

    /// Makes all proofs explicit, those of the shipped theorems that they need included. What cannot be goes to `results`.
    fn drafts(&self, results: &mut Vec<Option<Result<Box<Checked>, Box<Diagnostic>>>>) -> (Queue, Environment) {
        let (mut workshop, mut queue) = (Environment::default(), Queue::default());
        let mut known = Statements::new();
        for (theorem, ..) in &self.builtin {
            known.insert(theorem.statement.name().to_string(), theorem.statement.clone());
            workshop.state(theorem);
        }
        let library = known.clone();
        for theorem in self.claims.iter().filter_map(|claim| claim.theorem.as_ref()) {
            known.insert(theorem.statement.name().to_string(), theorem.statement.clone());
            workshop.state(theorem);
        }
        for (index, claim) in self.claims.iter().enumerate() {
            let draft = self.draft(claim, &known, &library);
            results.push(match draft {
                Ok(draft) => {
                    let hash = draft.theorem.statement.hash();
                    queue.claims.insert(hash, index);
                    queue.enter(draft);
                    None
                }
                Err(diagnostic) => Some(Err(Box::new(diagnostic))),
            });
        }
        while let Some(hash) = queue.wanted.pop_first() {
            let shipped = self.builtin.iter().find(|(theorem, ..)| theorem.statement.hash() == hash);
            let claimed = |name: &str| self.claims.iter().any(|c| c.name == name && self.origin(c) == Origin::Shipped);
            let Some((theorem, script, source)) = shipped.filter(|(t, ..)| !claimed(t.statement.name())) else {
                continue;
            };
            // A shipped proof means the shipped statements, whatever else goes by their names here.
            if let Ok(draft) = Draft::new(theorem, script, source, &library, &self.budget) {
                queue.enter(draft);
            }
        }
        (queue, workshop)
    }

    /// The explicit proof of a claim. A shipped statement without a proof of the user's has its own.
    fn draft(&self, claim: &Claim, known: &Statements, library: &Statements) -> Result<Draft, Diagnostic> {
        let theorem = match (&claim.error, &claim.theorem) {
            (None, Some(theorem)) => theorem,
            (Some(error), _) => return Err(error.clone()),
            (None, None) => return Err(self.no_statement(&claim.name)),
        };
        if let Some((script, source)) = &claim.proof {
            return Draft::new(theorem, script, source, known, &self.budget);
        }
        match self.shipped(&claim.name).filter(|_| self.origin(claim) == Origin::Shipped) {
            Some((_, script, source)) => Draft::new(theorem, script, source, library, &self.budget),
            None => {
                let message = format!("the theorem {} is stated and not proved", claim.name);
                let error = match &claim.stated {
                    Some((source, span)) => source.error(Code::NoProof, *span, message),
                    None => Diagnostic::new(Code::NoProof, message),
                };
                Err(error.help(format!("write a proof: proof {} ...", claim.name)))
            }
        }
    }
}

/// Explicit proofs that wait for those on which they rest.
#[derive(Default)]
struct Queue {
    drafts: BTreeMap<Hash, Draft>,
    /// What each rests on.
    rests_on: BTreeMap<Hash, BTreeSet<Hash>>,
    /// The claims that they are the proofs of.
    claims: BTreeMap<Hash, usize>,
    /// Theorems that are applied and not here yet.
    wanted: BTreeSet<Hash>,
}

impl Queue {
    fn enter(&mut self, draft: Draft) {
        let (hash, rests_on) = (draft.theorem.statement.hash(), theorems_of(&draft.elaborated.proof));
        self.drafts.insert(hash, draft);
        self.wanted.remove(&hash);
        self.wanted.extend(rests_on.iter().filter(|hash| !self.drafts.contains_key(hash)));
        self.rests_on.insert(hash, rests_on);
    }

    /// The order in which to check, and what rests on itself. What rests on a proof that is missing, or that rests on
    /// itself, comes last; the kernel refuses it.
    fn order(&self) -> (Vec<Hash>, Vec<(Hash, Diagnostic)>) {
        let here = |hash: &&Hash| self.drafts.contains_key(hash);
        let mut missing: BTreeMap<Hash, usize> = BTreeMap::new();
        let mut users: BTreeMap<Hash, Vec<Hash>> = BTreeMap::new();
        for (hash, rests_on) in &self.rests_on {
            missing.insert(*hash, rests_on.iter().filter(here).count());
            rests_on.iter().filter(here).for_each(|other| users.entry(*other).or_default().push(*hash));
        }
        let mut order: Vec<Hash> = missing.iter().filter(|(_, count)| **count == 0).map(|(hash, _)| *hash).collect();
        let mut next = 0;
        while let Some(done) = order.get(next).copied() {
            next += 1;
            missing.remove(&done);
            for user in users.get(&done).into_iter().flatten() {
                if let Some(count) = missing.get_mut(user) {
                    *count -= 1;
                    if *count == 0 {
                        order.push(*user);
                    }
                }
            }
        }
        let circular = self.circles(&missing);
        let in_circle: BTreeSet<Hash> = circular.iter().map(|(hash, _)| *hash).collect();
        order.extend(missing.into_keys().filter(|hash| !in_circle.contains(hash)));
        (order, circular)
    }

    /// Each of these rests on another of these; walking on from any ends in a circle.
    fn circles(&self, left: &BTreeMap<Hash, usize>) -> Vec<(Hash, Diagnostic)> {
        let next = |hash: &Hash| self.rests_on.get(hash)?.iter().find(|other| left.contains_key(other)).copied();
        let (mut circular, mut seen) = (Vec::new(), BTreeSet::new());
        for start in left.keys() {
            let (mut walk, mut at) = (Vec::new(), *start);
            while seen.insert(at) {
                walk.push(at);
                match next(&at) {
                    Some(other) => at = other,
                    None => break,
                }
            }
            if let Some(first) = walk.iter().position(|hash| *hash == at).filter(|_| next(&at).is_some()) {
                let circle = &walk[first..];
                circular.extend((0..circle.len()).map(|i| (circle[i], self.circle(circle, i))));
            }
        }
        circular
    }

    fn circle(&self, circle: &[Hash], from: usize) -> Diagnostic {
        const SHOWN: usize = 8;
        let name =
            |hash: &Hash| self.drafts.get(hash).map(|d| d.theorem.statement.name().to_string()).unwrap_or_default();
        let turned: Vec<String> = circle[from..].iter().chain(&circle[..from]).map(name).collect();
        let mut shown: Vec<&str> = turned.iter().take(SHOWN).map(String::as_str).collect();
        if turned.len() > SHOWN {
            shown.push("...");
        }
        shown.push(&turned[0]);
        let note = format!("each rests on the next: {}", shown.join(" -> "));
        let message = format!("the proof of {} rests on itself", turned[0]);
        match self.drafts.get(&circle[from]) {
            Some(draft) => draft.source.error(Code::CircularProof, draft.script.name.span, message).note(note),
            None => Diagnostic::new(Code::CircularProof, message).note(note),
        }
    }
}
