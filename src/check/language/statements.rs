//! From parsed statements to the kernel's.

use std::collections::BTreeSet;

use super::diagnose::diagnose_at;
use super::document::parse;
use super::infer::{Inference, Names, Type};
use super::lexer::{Source, Span};
use super::predicate::{as_one, written_out};
use super::syntax::*;
use super::theorem::Theorem;
use crate::kernel::{
    Comparison, Failure, Family, Labelled, MapDecl, Name, Prop, Role, Sequent, Space, Statement, Term,
};
use crate::report::{Code, Diagnostic};
use crate::terms::*;

/// The statement of a parsed theorem. Errors: names, types, limits; labels used twice.
pub fn theorem(raw: &RawTheorem, source: &Source) -> Result<Theorem, Diagnostic> {
    let sequent = sequent(&raw.sequent, &Names::default(), source)?;
    let mut labels = BTreeSet::new();
    for Labelled { label, .. } in sequent.assumptions.iter().chain(&sequent.conclusions) {
        if !labels.insert(label) {
            let span = places(raw).filter(|l| says(l, label)).last().map_or(raw.name.span, |l| l.label.span);
            return Err(source.error(Code::NameTaken, span, format!("the label {label} is used twice")));
        }
    }
    let statement = Statement::new(raw.name.text.as_str().into(), raw.field, sequent.clone())
        .map_err(|failure| diagnose_at(&failure, source, culprit(raw, &sequent, &failure).unwrap_or(raw.name.span)))?;
    let mut comments = raw.comments.clone();
    for (name, _) in &mut comments.items {
        let of_predicate = places(raw).any(|l| l.label.text == *name && !labels.contains(name));
        let first = statement.sequent().assumptions.iter().chain(&statement.sequent().conclusions);
        if let Some(first) = first.map(|l| &l.label).find(|label| of_predicate && begins(label, name)) {
            name.clone_from(first);
        }
    }
    Ok(Theorem { statement, comments, span: raw.span })
}

/// The assumptions and conclusions as written.
fn places(raw: &RawTheorem) -> impl Iterator<Item = &RawLabelled> {
    raw.sequent.assumptions.iter().chain(&raw.sequent.conclusions)
}

/// Whether the proposition of this label is what is written there, or a part of what a predicate says there.
fn says(written: &RawLabelled, label: &str) -> bool {
    let own = &written.label.text;
    own == label || matches!(written.prop.shape, RawPropShape::Applied(..)) && begins(label, own)
}

/// Whether the label is one of a predicate's parts, given the label in front of the predicate.
fn begins(label: &str, own: &str) -> bool {
    label.strip_prefix(own).is_some_and(|rest| rest.starts_with('_'))
}

/// The place of what the kernel refuses in a statement: the first declaration, assumption or conclusion with which alone
/// the statement is refused for the same reason.
fn culprit(raw: &RawTheorem, sequent: &Sequent, failure: &Failure) -> Option<Span> {
    let refused = |part: Sequent| {
        let again = Statement::new("x".into(), raw.field, part);
        again.is_err_and(|again| again.reason == failure.reason)
    };
    let maps = raw.sequent.maps.iter().map(|map| &map.name).zip(&sequent.maps);
    for (index, (name, _)) in maps.enumerate() {
        let maps = sequent.maps[..=index].to_vec();
        let trivial = Prop::equation(Term::identity(Space::Unit), Term::identity(Space::Unit));
        let conclusions = vec![Labelled { label: String::new(), prop: trivial }];
        if refused(Sequent { maps, assumptions: Vec::new(), exists: Vec::new(), conclusions, ..sequent.clone() }) {
            return Some(name.span);
        }
    }
    let mut props = sequent.assumptions.iter().chain(&sequent.conclusions);
    let alone = |l: &Labelled| Sequent { assumptions: Vec::new(), conclusions: vec![l.clone()], ..sequent.clone() };
    let label = &props.find(|l| refused(alone(l)))?.label;
    places(raw).find(|l| says(l, label)).map(|l| l.prop.span)
}

/// A sequent whose free names are those given. Errors: names, types, limits.
pub fn sequent(raw: &RawSequent, outer: &Names, source: &Source) -> Result<Sequent, Diagnostic> {
    let mut names = outer.clone();
    let spaces = raw.spaces.iter().map(|space| declare_space(space, &mut names, source)).collect::<Result<_, _>>()?;
    let mut equal = Vec::new();
    for (a, b) in &raw.equal {
        for name in [a, b] {
            names.space(&RawSpace::Name(name.clone()), source)?;
        }
        equal.push((Name::from(a.text.as_str()), Name::from(b.text.as_str())));
    }
    let mut families = Vec::new();
    for (name, space) in &raw.families {
        let space = names.space(space, source)?;
        let name = fresh(name, &names, source)?;
        names.families.insert(name.clone(), space.clone());
        families.push(Family { name, space });
    }
    let maps = raw.maps.iter().map(|map| declare_map(map, &mut names, source)).collect::<Result<_, _>>()?;
    let assumptions = labelled(&raw.assumptions, &names, source)?;
    let exists = raw.exists.iter().map(|map| declare_map(map, &mut names, source)).collect::<Result<_, _>>()?;
    let conclusions = labelled(&raw.conclusions, &names, source)?;
    Ok(Sequent { spaces, equal, families, maps, assumptions, exists, conclusions })
}

fn fresh(ident: &Ident, names: &Names, source: &Source) -> Result<Name, Diagnostic> {
    if names.taken(&ident.text) {
        return Err(source.error(Code::NameTaken, ident.span, format!("{} is already in use", ident.text)));
    }
    Ok(ident.text.as_str().into())
}

fn declare_space(ident: &Ident, names: &mut Names, source: &Source) -> Result<Name, Diagnostic> {
    let name = fresh(ident, names, source)?;
    names.spaces.insert(name.clone());
    Ok(name)
}

/// Declares a map. Errors: [`Code::NameTaken`], [`Code::NameUnknown`].
pub fn declare_map(raw: &RawMap, names: &mut Names, source: &Source) -> Result<MapDecl, Diagnostic> {
    let name = fresh(&raw.name, names, source)?;
    let (dom, cod, role) = match &raw.range {
        RawRange::Type(from, to) => (names.space(from, source)?, names.space(to, source)?, Role::Any),
        RawRange::Member(over) => member(over, names, source).map(|(s, over)| (s.clone(), s, Role::Member(over)))?,
        RawRange::Word(over) => member(over, names, source).map(|(s, over)| (s.clone(), s, Role::Word(over)))?,
    };
    let map = MapDecl { name: name.clone(), dom, cod, role };
    names.maps.insert(name, map.clone());
    Ok(map)
}

fn member(over: &Ident, names: &Names, source: &Source) -> Result<(Space, Name), Diagnostic> {
    let map = names.maps.get(over.text.as_str()).map(|map| &map.dom);
    match names.families.get(over.text.as_str()).or(map) {
        Some(space) => Ok((space.clone(), over.text.as_str().into())),
        None => {
            Err(source.error(Code::NameUnknown, over.span, format!("no family or map {} is declared here", over.text)))
        }
    }
}

fn labelled(list: &[RawLabelled], names: &Names, source: &Source) -> Result<Vec<Labelled>, Diagnostic> {
    let list = written_out(list, names, source)?;
    list.iter().map(|l| Ok(Labelled { label: l.label.text.clone(), prop: prop(&l.prop, names, source)? })).collect()
}

/// A proposition about these names. Errors: names, types, limits.
pub fn prop(raw: &RawProp, names: &Names, source: &Source) -> Result<Prop, Diagnostic> {
    match &raw.shape {
        RawPropShape::Rule(rule) => Ok(Prop::Rule(std::sync::Arc::new(sequent(rule, names, source)?))),
        RawPropShape::Applied(..) => prop(&as_one(raw, names, source)?, names, source),
        RawPropShape::Compare(left, relation, right) => {
            let mut inference = Inference::new(names, source);
            let (dom, cod) = match relation.is_order() {
                true => (Type::Unit, Type::Unit),
                false => (inference.unknown(), inference.unknown()),
            };
            let left = inference.term(left, &dom, &cod)?;
            let right = inference.term(right, &dom, &cod)?;
            let (left, right) = (inference.finish(&left)?, inference.finish(&right)?);
            Ok(Prop::Compare(Comparison { left, relation: *relation, right }))
        }
    }
}

/// A term about these names, of this type as far as it is given. Errors: names, types, limits.
pub fn term(
    raw: &RawTerm,
    dom: Option<&Space>,
    cod: Option<&Space>,
    names: &Names,
    source: &Source,
) -> Result<Term, Diagnostic> {
    let mut inference = Inference::new(names, source);
    let [dom, cod] = [dom, cod].map(|space| match space {
        Some(space) => Type::from(space),
        None => inference.unknown(),
    });
    let draft = inference.term(raw, &dom, &cod)?;
    inference.finish(&draft)
}

/// Terms of one type, that of `like` if it is given. Errors: names, types, limits.
pub fn terms_of_one_type<'r>(
    raws: impl Iterator<Item = &'r RawTerm>,
    like: Option<&Term>,
    names: &Names,
    source: &Source,
) -> Result<Vec<Term>, Diagnostic> {
    let mut inference = Inference::new(names, source);
    let (dom, cod) = match like {
        Some(term) => (Type::from(term.dom()), Type::from(term.cod())),
        None => (inference.unknown(), inference.unknown()),
    };
    let drafts = raws.map(|raw| inference.term(raw, &dom, &cod)).collect::<Result<Vec<_>, _>>()?;
    drafts.iter().map(|draft| inference.finish(draft)).collect()
}

/// All theorems of a text, in its order. Errors: those of [`parse`] and of its statements.
pub fn parse_statements(source: &Source) -> Result<Vec<Theorem>, Diagnostic> {
    parse(source)?.theorems.iter().map(|raw| theorem(raw, source)).collect()
}

/// The one theorem of a text. Errors: those of [`parse_statements`]; [`Code::Syntax`] if there is not exactly one.
pub fn parse_statement(source: &Source) -> Result<Theorem, Diagnostic> {
    let mut theorems = parse_statements(source)?;
    match (theorems.pop(), theorems.is_empty()) {
        (Some(theorem), true) => Ok(theorem),
        _ => Err(Diagnostic::new(Code::Syntax, format!("{} does not hold exactly one theorem", source.file))),
    }
}
