"""Reads a statement of Scotoma's language: grammar, types, hash. Python 3.9 or later, standard library only.

Written from the page of the language (theorems/README.md) and, for the hash, from that of the format (CERTIFICATES.md);
it shares no code with the program that checks proofs. Whatever is not of the grammar is unreadable; names that are not
declared and types that do not fit make a text that is no statement, so that nothing about it holds.
"""
import hashlib, re, sys
from fractions import Fraction

VERDICTS = HOLDS, FAILS, DECLINED, UNREADABLE = "holds", "does not hold", "declined", "unreadable"
DEEPEST, WORK = 60, 3_000_000
PARTS, LEVELS = 50_000, 200
getattr(sys, "set_int_max_str_digits", id)(20_001)


class Stop(Exception):
    """The end of a check that does not hold: the verdict and the reason."""


def require(condition, verdict, reason):
    if not condition:
        raise Stop(verdict, reason)
    return condition


# Reading. A space is (0,), the unit, (1, name) or (2, A, B), a sum; a map is (name, role, what it ranges over); a
# proposition is a Sequent, which serves for rules too, a tuple of a relation and two terms, or a predicate and arguments.
KEYWORDS = set("""theorem proof predicate qed over spaces equal families maps assume show exists forall in words let take obtain
    have with by using from calc induction base step contradiction absurd auto cofactors farkas pseudo_inverse
    square_inverse definite fst snd inl inr""".split())
BLOCKS = ["fst", "snd", "inl", "inr"]
RELATIONS = {"=": "Equal", "!=": "NotEqual", ">=": "AtLeast", ">": "Greater"}
BLANK = "\t\n\r \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
TOKEN = re.compile(rf"[{BLANK}]+|--[^\n]*|([A-Za-z][A-Za-z0-9_]*|[0-9]+|!=|>=|->|[][:,;.=>+*/'(){{}}-])")


# What editors show as the end of a line, or show in another order than it is read; and a comment that nothing parts from the word
# before it.
HIDDEN = re.compile("\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
GLUED = re.compile(rf"(?<=[^{BLANK}])--")


class Sequent:
    def __init__(self):
        self.spaces, self.equal, self.families, self.maps = [], [], [], []
        self.assumptions, self.exists, self.conclusions = [], [], []


class Parser:
    """Reads the grammar of one theorem; what names mean and what types fit is found afterwards."""

    def __init__(self, text):
        self.tokens, self.at, self.depth, self.predicates, self.declaring = [], 0, 0, {}, None
        require(not HIDDEN.search(text), UNREADABLE, "a character that editors show otherwise than it is read")
        while self.at < len(text):
            glued = text.startswith("--", self.at) and GLUED.match(text, self.at)
            require(not glued, UNREADABLE, "-- begins a comment, and needs white space before it")
            found = require(TOKEN.match(text, self.at), UNREADABLE, f"{text[self.at]!r} has no meaning here")
            self.tokens += [found[1]] if found[1] else []
            self.at = found.end()
        self.at = 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def eat(self, *words):
        eaten = self.peek() in words
        self.at += eaten
        return eaten

    def need(self, word):
        require(self.eat(word), UNREADABLE, f"expected {word}, found {self.peek() or 'the end'}")

    def is_name(self, *then):
        return self.peek()[:1].isalpha() and self.peek() not in KEYWORDS and (not then or self.peek(1) in then)

    def name(self):
        require(self.is_name(), UNREADABLE, f"expected a name, found {self.peek() or 'the end'}")
        self.at += 1
        return self.tokens[self.at - 1]

    def nested(self, read, *arguments):
        self.depth += 1
        require(self.depth <= DEEPEST, DECLINED, "nested too deeply")
        result = read(*arguments)
        self.depth -= 1
        return result

    def listed(self, read, separator=","):
        items = [read()]
        while self.eat(separator):
            items.append(read())
        return items

    def section(self, word, read):
        items, there = [], self.eat(word)
        while there and self.is_name():
            items.append(read())
            self.eat(",")
        return items

    def theorem(self):
        while self.eat("predicate"):
            self.predicate()
        s = Sequent()
        self.need("theorem")
        name, field = self.name(), "Any"
        if self.eat("over"):
            field = "Ordered" if self.eat("an") else "Any"
            self.need("ordered" if field == "Ordered" else "any")
            self.need("field")
        s.spaces = self.section("spaces", self.name)
        s.equal = self.section("equal", lambda: (self.name(), self.need("=") or self.name()))
        s.families = self.section("families", self.family)
        s.maps = self.section("maps", self.map)
        s.assumptions = self.labelled() if self.eat("assume") else []
        self.need("show")
        s.exists, s.conclusions = self.claimed(), self.labelled()
        alone = self.peek() in ("", "proof", "predicate") and "theorem" not in self.tokens[self.at:]
        require(alone, UNREADABLE, "not one theorem, and then proofs")
        return name, field, s

    def predicate(self):
        name = self.declaring = self.name()
        require(name not in self.predicates, FAILS, f"a predicate {name} is declared already")
        self.need("(")
        parameters = self.listed(self.name)
        self.need(")")
        self.need(":")
        rule = self.peek() in ("forall", "exists")
        body = [("", self.prop())] if rule else self.listed(self.premise)
        require(len(set(parameters)) == len(parameters), FAILS, "two parameters of one name")
        closed(body, {*parameters})
        self.predicates[name], self.declaring = (parameters, body, around(measure(prop) for _, prop in body)), None

    def applied(self):
        name = self.name()
        require(name != self.declaring, UNREADABLE, f"the predicate {name} speaks of itself")
        self.need("(")
        arguments = self.listed(lambda: self.nested(self.term))
        self.need(")")
        require(len(arguments) == len(self.predicates[name][0]), FAILS, "another number of arguments")
        parts, levels = measure(prop := ("applied", self.predicates[name], *arguments))
        require(parts <= PARTS and levels <= LEVELS, DECLINED, "written out this could be too large")
        return prop

    def labelled(self):
        items = []
        while not items or self.is_name(":"):
            label = self.name()
            items.append((label, self.need(":") or self.prop()))
        return items

    def space(self):
        first, *more = self.listed(self.summand, "+")
        for summand in more:
            first = (2, first, summand)
        return first

    def summand(self):
        if self.eat("("):
            space = self.nested(self.space)
            return self.need(")") or space
        return (0,) if self.eat("1") else (1, self.name())

    def arrow(self):
        dom = self.space()
        return self.need("->") or (dom, self.space())

    def family(self):
        name = self.name()
        dom, cod = self.need(":") or self.arrow()
        require(dom == cod, UNREADABLE, "the members of a family map one space to itself")
        return name, dom

    def map(self):
        name = self.name()
        if self.eat("in"):
            word = self.eat("words")
            return word and self.need("over") or (name, "Word" if word else "Member", self.name())
        return self.need(":") or (name, "Any", self.arrow())

    def claimed(self):
        maps = self.listed(self.map) if self.eat("exists") else []
        return maps and self.need(".") or maps

    def prop(self):
        if self.peek() in ("forall", "exists"):
            return self.nested(self.rule)
        label, first = self.premise()
        if self.peek() in ("->", ","):
            s = Sequent()
            s.assumptions = [(label, first), *(self.listed(self.premise) if self.eat(",") else [])]
            return self.need("->") or self.nested(self.finished, s)
        require(not label, UNREADABLE, "a labelled premise without a conclusion")
        return first

    def rule(self):
        s = Sequent()
        if self.eat("forall"):
            for item in self.listed(lambda: self.map() if self.peek(1) in (":", "in") else self.name()):
                (s.spaces if isinstance(item, str) else s.maps).append(item)
            self.need(".")
        if self.peek() == "exists":
            return self.finished(s)
        s.conclusions = self.listed(self.premise)
        if self.eat("->"):
            s.assumptions = s.conclusions
            self.finished(s)
        return s

    def finished(self, s):
        s.exists, s.conclusions = self.claimed(), self.listed(self.premise)
        return s

    def premise(self):
        label = self.name() if self.is_name(":") else ""
        label and self.need(":")
        if self.peek() == "(" and self.peek(1) in ("forall", "exists"):
            self.need("(")
            rule = self.nested(self.rule)
            return self.need(")") or (label, rule)
        if self.is_name("(") and (self.peek() in self.predicates or self.peek() == self.declaring):
            return label, self.applied()
        left, relation = self.term(), self.peek()
        require(self.eat(*RELATIONS), UNREADABLE, f"expected a relation, found {relation or 'the end'}")
        return label, (relation, left, self.term())

    def term(self):
        terms = [self.product()]
        while self.peek() in ("+", "-"):
            self.eat("+")
            terms.append(self.product())
        return terms[0] if len(terms) == 1 else ("sum", *terms)

    def product(self):
        minus, bare = self.eat("-"), self.peek()[:1].isdigit()
        factors = self.listed(self.factor, "*")
        number = factors.pop(0) if bare and len(factors) > 1 and factors[0][0] == "number" else None
        term = factors[0] if len(factors) == 1 else ("product", *factors)
        term = term if number is None else ("scaled", number[1], term)
        return ("scaled", -1, term) if minus else term

    def factor(self):
        term = self.nested(self.atom)
        while self.eat("'"):
            term = ("transpose", term)
        return term

    def atom(self):
        if self.eat("("):
            term = self.term()
            term = ("typed", term, *self.arrow()) if self.eat(":") else term
            return self.need(")") or term
        if self.eat("["):
            first, row = self.term(), self.eat(",")
            second = row or self.need(";") or None
            second = self.term()
            return self.need("]") or ("row" if row else "column", first, second)
        if self.peek()[:1].isdigit():
            top = self.digits()
            bottom = self.digits() if self.eat("/") else 1
            return ("number", Fraction(top, require(bottom, UNREADABLE, "a denominator 0")) if bottom != 1 else top)
        if self.peek() in BLOCKS:
            self.at += 1
            return ("block", self.tokens[self.at - 1])
        return ("name", self.name())

    def digits(self):
        require(self.peek()[:1].isdigit(), UNREADABLE, f"expected a number, found {self.peek() or 'the end'}")
        self.at += 1
        return int(self.tokens[self.at - 1])


# Predicates are written out before anything is typed. What a body binds gets a name that no text can have.
def around(inner):
    parts, levels = zip((1, 0), *inner)
    return sum(parts), max(levels) + 1


def inside(term):
    """The terms in a term."""
    return [part for part in term[1:] if isinstance(part, tuple) and isinstance(part[0], str)]


def measure(prop):
    if isinstance(prop, Sequent):
        return around(around(measure(p) for _, p in part) for part in (prop.assumptions, prop.conclusions))
    if prop[0] == "applied":
        (parts, levels), (more, deeper) = prop[1][2], around(map(measure, prop[2:]))
        return parts * more, levels + deeper
    return around(map(measure, inside(prop)))


def closed(items, known):
    """Requires that the propositions speak of what is known, and of what they bind, alone."""
    def speaks_of(name):
        require(name in known, FAILS, f"a predicate speaks of its parameters alone, and {name} is none of them")
    def spaces(space):
        [speaks_of(space[1])] if space[0] == 1 else [*map(spaces, space[1:])]
    def term(t):
        if t[0] == "name":
            speaks_of(t[1])
        if t[0] == "typed":
            [*map(spaces, t[2:])]
        [*map(term, inside(t))]
    def bind(name, known):
        require(name not in known, FAILS, f"{name} is already in use")
        known.add(name)
    for _, prop in items:
        if not isinstance(prop, Sequent):
            [*map(term, inside(prop) if prop[0] != "applied" else prop[2:])]
            continue
        outer, known = known, {*known}
        for space in prop.spaces:
            bind(space, known)
        for maps, part in ((prop.maps, prop.assumptions), (prop.exists, prop.conclusions)):
            for name, role, what in maps:
                [*map(spaces, what)] if role == "Any" else speaks_of(what)
                bind(name, known)
            closed(part, known)
        known = outer


class Filling:
    """Arguments put for the parameters of a predicate."""

    names = 0

    def __init__(self, parameters, arguments):
        self.given = dict(zip(parameters, arguments))

    def bind(self, name):
        Filling.names += 1
        self.given[name] = ("name", f"'{Filling.names}")
        return self.given[name][1]

    def items(self, items):
        return [(label, self.prop(prop)) for label, prop in items]

    def prop(self, prop):
        if not isinstance(prop, Sequent):
            kept = 2 if prop[0] == "applied" else 1
            return (*prop[:kept], *map(self.term, prop[kept:]))
        inner, s = Filling(self.given, self.given.values()), Sequent()
        s.spaces = [*map(inner.bind, prop.spaces)]
        s.maps = [*map(inner.map, prop.maps)]
        s.assumptions = inner.items(prop.assumptions)
        s.exists = [*map(inner.map, prop.exists)]
        s.conclusions = inner.items(prop.conclusions)
        return s

    def map(self, raw):
        name, role, what = raw
        if role == "Any":
            ends = tuple(map(self.space, what))
            return self.bind(name), role, ends
        over = self.given[what]
        require(over[0] == "name", UNREADABLE, f"{what} is the name of a family or a map")
        return self.bind(name), role, over[1]

    def space(self, space):
        if space[0] == 1:
            return as_space(self.given[space[1]])
        return (2, *map(self.space, space[1:])) if space[0] == 2 else space

    def term(self, term):
        op, *parts = term
        if op == "name":
            return self.given[parts[0]]
        if op == "typed":
            return (op, self.term(parts[0]), *map(self.space, parts[1:]))
        return (op, *(self.term(part) if isinstance(part, tuple) else part for part in parts))


def as_space(term):
    """A space that was read as a term."""
    op, *parts = term
    if op == "name":
        return (1, parts[0])
    if op == "sum":
        first, *more = map(as_space, parts)
        for summand in more:
            first = (2, first, summand)
        return first
    return require(op == "number" and parts[0] == 1 and (0,), UNREADABLE, "a space is a name, 1, or a sum of spaces")


def written_out(items):
    for label, prop in items:
        if isinstance(prop, Sequent) or prop[0] != "applied":
            yield label, prop
        else:
            (parameters, body, _), *arguments = prop[1:]
            parts = [*written_out(Filling(parameters, arguments).items(body))]
            for number, (own, part) in enumerate(parts, 1):
                own = own or str(number) * (len(parts) > 1 and label != "")
                yield "_".join(filter(None, (label, own))), part


# Typing. A space that is sought is a list, empty until it is found. A typed term is a tuple of an operation and its
# parts; its leaves say from where to where they lead.
def head(space):
    while isinstance(space, list) and space:
        space = space[0]
    return space


def occurs(sought, space):
    space = head(space)
    return space is sought or not isinstance(space, list) and any(occurs(sought, s) for s in space[1:] if space[0] == 2)


def unify(a, b):
    a, b = head(a), head(b)
    if isinstance(b, list):
        a, b = b, a
    if isinstance(a, list):
        require(a is b or not occurs(a, b), FAILS, "a space within itself")
        a.extend([] if a is b else [b])
    elif a[0] == b[0] == 2:
        unify(a[1], b[1])
        unify(a[2], b[2])
    else:
        require(a == b, FAILS, "the types of two terms do not fit")


class Typing:
    """What names mean: scope maps each to ("space",), ("family", A, A) or ("map", A, B)."""

    def __init__(self, field):
        self.field, self.scope = field, {}

    def declare(self, name, *meaning):
        require(name not in self.scope and len(name) <= 64, FAILS, f"{name} is already in use, or too long")
        self.scope[name] = meaning
        return name

    def space(self, space):
        if space[0] == 1:
            require(self.scope.get(space[1]) == ("space",), FAILS, f"no space {space[1]} is declared here")
        return (2, self.space(space[1]), self.space(space[2])) if space[0] == 2 else space

    def map(self, raw):
        name, role, what = raw
        if role == "Any":
            dom, cod = map(self.space, what)
            return self.declare(name, "map", dom, cod), dom, cod, role, None
        kind, *ends = self.scope.get(what, ("",))
        fits = kind in ("map", "family") and ends[0] == ends[1]
        require(fits, FAILS, f"no family or map {what} of a space to itself")
        return self.declare(name, "map", *ends), *ends, role, what

    def sequent(self, s):
        outer = dict(self.scope)
        for name in s.spaces:
            self.declare(name, "space")
        for name in sum(s.equal, ()):
            self.space((1, name))
        s.families = [(self.declare(name, "family", self.space(space), space), space) for name, space in s.families]
        s.maps = [*map(self.map, s.maps)]
        s.assumptions = [self.prop(prop) for _, prop in written_out(s.assumptions)]
        s.exists = [*map(self.map, s.exists)]
        s.conclusions = [self.prop(prop) for _, prop in written_out(s.conclusions)]
        self.scope = outer
        return s

    def prop(self, prop):
        if isinstance(prop, Sequent):
            return self.sequent(prop)
        relation, *sides = prop
        ordered = relation in (">=", ">")
        require(not ordered or self.field == "Ordered", FAILS, "an order, over any field")
        dom, cod = ((0,), (0,)) if ordered else ([], [])
        sides = [self.term(side, dom, cod) for side in sides]
        return (relation, *map(self.found, sides), self.known(dom), self.known(cod))

    def term(self, term, dom, cod):
        op, *parts = term
        if op in ("name", "block"):
            a, b = [], []
            ends = {"fst": ((2, a, b), a), "snd": ((2, a, b), b), "inl": (a, (2, a, b)), "inr": (b, (2, a, b))}
            kind, *types = ("map", *ends[parts[0]]) if op == "block" else self.scope.get(parts[0], ("",))
            require(kind == "map", FAILS, f"no map {parts[0]} is declared here")
            unify(types[0], dom)
            unify(types[1], cod)
            return (op, parts[0], *((a, b) if op == "block" else types))
        if op == "number" and parts[0] == 0:
            return ("zero", dom, cod)
        if op == "number":
            unify(cod, dom)
            return self.scaled(parts[0], ("one", dom))
        if op == "scaled":
            return self.scaled(parts[0], self.term(parts[1], dom, cod))
        if op == "transpose":
            return (op, self.term(parts[0], cod, dom))
        if op == "typed":
            unify(self.space(parts[1]), dom)
            unify(self.space(parts[2]), cod)
            return self.term(parts[0], dom, cod)
        if op == "product":
            ends = [cod, *([] for _ in parts[1:]), dom]
            return (op, *(self.term(part, ends[i + 1], ends[i]) for i, part in enumerate(parts)))
        if op == "sum":
            return (op, *(self.term(part, dom, cod) for part in parts))
        a, b = [], []
        unify((2, a, b), dom if op == "row" else cod)
        types = [(a, cod), (b, cod)] if op == "row" else [(dom, a), (dom, b)]
        return (op, self.term(parts[0], *types[0]), self.term(parts[1], *types[1]), a, b)

    def scaled(self, number, term):
        require(self.field == "Ordered" or number == int(number), FAILS, "a fraction, over any field")
        return ("scaled", number, term)

    def known(self, space):
        space = head(space)
        require(not isinstance(space, list), FAILS, "the type of a term cannot be found")
        return (2, *map(self.known, space[1:])) if space[0] == 2 else space

    def found(self, term):
        op, *parts = term
        is_term = lambda part: isinstance(part, tuple) and isinstance(part[0], str)
        is_space = lambda part: isinstance(part, (list, tuple)) and not is_term(part)
        return (op, *(self.found(p) if is_term(p) else self.known(p) if is_space(p) else p for p in parts))


# The hash. A polynomial is a dictionary of words; a letter is (0, name, A, B, transposed) or (1, block, A, B).
def flipped(letter):
    if letter[0] == 1:
        return (1, (letter[1] + 2) % 4, *letter[2:])
    return (*letter[:4], not letter[4])


def visits(word):
    """Where the word visits the unit space: in front of the letters that lead there, and behind the last one."""
    def unit(letter):
        kind, _, a, b, *turned = letter
        to = (b, a)[turned[0]] if kind == 0 else (a, b, None, None)[letter[1]]
        return to == (0,)
    ends = [*map(unit, word), *(unit(flipped(letter)) for letter in word[-1:])]
    return [at for at, end in enumerate(ends) if end]


def looped(word):
    """The word with its loops, scalars from one visit of the unit space to the next, turned round and sorted."""
    at = visits(word)
    def turned(there):
        back = tuple(map(flipped, reversed(there)))
        return min((sum(letter[0] == 0 and letter[4] for letter in way), way) for way in (there, back))[1]
    loops = sorted(turned(word[a:b]) for a, b in zip(at, at[1:]))
    return word[:at[0]] + sum(loops, ()) + word[at[-1]:] if loops else word


def reduced(word):
    """The word as words with coefficients, by fst*inl = 1, fst*inr = 0, inr*snd = 1 - inl*fst, and the like."""
    todo, result = [(1, (), word)], {}
    while todo:
        sign, done, rest = todo.pop()
        while rest:
            letter, rest = rest[0], rest[1:]
            before = done[-1] if done else (0,)
            pair = (before[1], letter[1]) if before[0] == letter[0] == 1 else None
            if pair in ((0, 2), (1, 3)):
                done = done[:-1]
            elif pair in ((0, 3), (1, 2)):
                break
            elif pair in ((3, 1), (2, 0)) and before[2:] == letter[2:] and pair == split(*letter[2:]):
                done = done[:-1]
                other = (2, 0) if pair == (3, 1) else (3, 1)
                todo.append((-sign, done, (*((1, block, *letter[2:]) for block in other), *rest)))
            else:
                done += (letter,)
        else:
            word = looped(done)
            result[word] = result.get(word, 0) + sign
    return result


def split(first, second):
    """Which of inr*snd and inl*fst is written as 1 minus the other: the first, but for A + 1."""
    return (2, 0) if second == (0,) != first else (3, 1)


class Canon:
    """The canonical text of a statement, and the normal form of terms."""

    def __init__(self):
        self.names, self.bound, self.work = {}, 0, WORK

    def space(self, space):
        if space[0] == 2:
            return (2, *map(self.space, space[1:]))
        return (1, self.names[space[1]]) if space[0] else space

    def shown(self, space):
        if space[0] < 2:
            return space[1] if space[0] else "1"
        second = self.shown(space[2])
        return f"{self.shown(space[1])} + {f'({second})' if space[2][0] == 2 else second}"

    def plus(self, a, b, factor=1):
        total = dict(a)
        for word, c in b.items():
            total[word] = total.get(word, 0) + factor * c
        self.work -= len(b)
        require(self.work > 0, DECLINED, "too much work")
        return {word: c for word, c in total.items() if c}

    def times(self, a, b):
        total = {}
        for left, c in a.items():
            for right, d in b.items():
                self.work -= len(left) + len(right)
                total = self.plus(total, reduced(left + right), c * d)
        return total

    def transposed(self, a):
        total = {}
        for word, c in a.items():
            total = self.plus(total, {looped(tuple(map(flipped, reversed(word)))): c})
        return total

    def polynomial(self, term):
        op, *parts = term
        if op == "name":
            return {((0, self.names[parts[0]], *map(self.space, parts[1:]), False),): 1}
        if op == "block":
            return {((1, BLOCKS.index(parts[0]), *map(self.space, parts[1:])),): 1}
        if op in ("one", "zero"):
            return {(): 1} if op == "one" else {}
        if op == "scaled":
            return self.plus({}, self.polynomial(parts[1]), parts[0])
        if op == "transpose":
            return self.transposed(self.polynomial(parts[0]))
        first, *rest = map(self.polynomial, parts[:2] if op in ("row", "column") else parts)
        if op in ("row", "column"):
            ends = [{((1, block, *map(self.space, parts[2:])),): 1} for block in ((0, 1) if op == "row" else (2, 3))]
            pairs = zip((first, *rest), ends)
            first, *rest = [self.times(*(pair if op == "row" else pair[::-1])) for pair in pairs]
        for other in rest:
            first = self.times(first, other) if op == "product" else self.plus(first, other)
        return first

    def compared(self, relation, left, right, dom, cod):
        p = self.plus(self.polynomial(left), self.polynomial(right), -1)
        sign = -1 if relation in ("=", "!=") and p and p[min(p)] < 0 else 1
        yield f" {RELATIONS[relation]} ({self.shown(self.space(dom))}) ({self.shown(self.space(cod))}) {len(p)}"
        for word in sorted(p):
            yield f" {sign * p[word]}"
            for kind, *letter in word:
                if kind == 0:
                    yield f"*{letter[0]}" + "'" * letter[3]
                else:
                    yield f"*{BLOCKS[letter[0]].capitalize()}({self.shown(letter[1])})({self.shown(letter[2])})"

    def bind(self, name, rename):
        self.names[name] = f"#{self.bound}" if rename else name
        self.bound += rename
        return self.names[name]

    def sequent(self, s, rename):
        outer = dict(self.names)
        yield f" {len(s.spaces)}" + "".join(f" {self.bind(name, rename)}" for name in s.spaces)
        yield f" {len(s.equal)}" + "".join(f" ({self.names[a]}) ({self.names[b]})" for a, b in s.equal)
        yield f" {len(s.families)}"
        for name, space in s.families:
            yield f" {self.bind(name, rename)} ({self.shown(self.space(space))})"
        for maps, props in ((s.maps, s.assumptions), (s.exists, s.conclusions)):
            yield f" {len(maps)}"
            for name, dom, cod, role, over in maps:
                role += f'("{self.names[over]}")' if over else ""
                ends = [self.shown(self.space(space)) for space in (dom, cod)]
                yield f" {self.bind(name, rename)} ({ends[0]}) ({ends[1]}) {role}"
            yield f" {len(props)}"
            for prop in props:
                yield from self.sequent(prop, True) if isinstance(prop, Sequent) else self.compared(*prop)
        self.names = outer


class Statement:
    def __init__(self, text):
        parser = Parser(text)
        require(parser.peek() != "proof", DECLINED, "a proof stands before its theorem; put the theorem first")
        self.name, self.field, raw = parser.theorem()
        labels = [label for label, _ in written_out(raw.assumptions + raw.conclusions)]
        require(len(set(labels)) == len(labels), FAILS, "a label is used twice")
        self.sequent = Typing(self.field).sequent(raw)
        canonical = f"scotoma statement 1 {self.name} {self.field}" + "".join(Canon().sequent(self.sequent, False))
        self.hash = hashlib.sha256(canonical.encode()).hexdigest()
