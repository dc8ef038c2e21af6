"""Evaluates a statement of Scotoma's language on matrices, exactly. Python 3.9 or later, standard library only.

An entry of a matrix is a polynomial in symbols, so that maps that are claimed to exist, or that a rule is about, are
matrices of fresh symbols. A proposition then is a list of conditions on polynomials, and quantifiers are eliminated
from the inside out:

- *exists*: the equations that are affine in the claimed entries are solved; what is left says no more of these. A
  quadratic polynomial that is never negative is 0 where its linear parts are.
- *forall*: the premises are solved likewise. A polynomial is 0 for all values of the rest exactly if its coefficients
  are; a quadratic one is never negative exactly if its matrix is positive semidefinite (exact LDL'); a map is nowhere 0
  exactly if the equations that it be 0 have no solution.
- members are tried one by one; so are words, if they are few, and else what spans them affinely stands for them.
- a bound space has dimension 0 and 1 where the columns of all that is said do not interact; where they do, a failure in
  a small dimension counts, and nothing else is concluded.

What none of these decides is undecided, never false; so is what costs more than the budget of work.
"""
import itertools
from fractions import Fraction

from statement import Canon, Sequent

LARGEST, MOST_WORDS, MOST_POINTS, WORK = 256, 200, 800, 2_000_000


class Undecided(Exception):
    """Why something was neither found true nor false."""


class Matrix:
    """Rows of polynomials: dictionaries from products of symbols, sorted tuples, to numbers that are not 0."""

    def __init__(self, rows, cols, entry):
        self.rows, self.cols = rows, cols
        self.entries = [[entry(i, j) for j in range(cols)] for i in range(rows)]

    def __getitem__(self, at):
        return self.entries[at[0]][at[1]]

    def __iter__(self):
        return itertools.chain.from_iterable(self.entries)

    def __eq__(self, other):
        return self.entries == other.entries

    def like(self, change):
        return Matrix(self.rows, self.cols, lambda i, j: change(self[i, j]))


def number(value):
    return {(): value} if value else {}


def symbols(polynomials):
    return {symbol for p in polynomials for product in p for symbol in product}


# A condition is a relation and polynomials: the only one is 0 (=), at least 0, above 0; one of several is not 0 (!=).
FALSE = ("!=", [])


def truth(condition):
    """Whether the condition holds whatever its symbols are, or for none of them; None: that depends."""
    relation, ps = condition
    numbers = [p.get((), 0) for p in ps if not any(p)]
    if relation in ("=", "!="):
        if any(numbers):
            return relation == "!="
        return relation == "=" if len(numbers) == len(ps) else None
    return (numbers[0] >= 0 if relation == ">=" else numbers[0] > 0) if numbers else None


class Evaluator:
    """Dimensions, families and maps over the rational numbers, or over the field of `prime` elements; what holds there."""

    def __init__(self, dims, families, maps, prime=0):
        self.dims, self.families, self.maps, self.prime = dims, families, maps, prime
        self.work, self.fresh, self.why = WORK, itertools.count(), ""
        self.diagonal = set()
        self.spans, self.groups = {}, 0  # which symbols run through the span of words, and of the words of which map

    # Polynomials and matrices.
    def spend(self, amount):
        self.work -= amount
        if self.work < 0:
            raise Undecided("the work budget is used up")

    def plus(self, a, b, factor=1):
        self.spend((1 + len(b)) * (1 if isinstance(factor, int) else 16))  # fractions are slow
        total = dict(a)
        for product, c in b.items():
            value = total.get(product, 0) + factor * c
            value = value % self.prime if self.prime else value
            if value:
                total[product] = value
            else:
                total.pop(product, None)
        return total

    def times(self, a, b):
        self.spend(1 + len(a) * len(b))
        total = {}
        for p, c in a.items():
            for q, d in b.items():
                product = tuple(sorted(p + q)) if p and q else p or q
                total[product] = total.get(product, 0) + c * d
        return {p: c for p, c in ((p, c % self.prime if self.prime else c) for p, c in total.items()) if c}

    def inverse(self, c):
        return pow(c, -1, self.prime) if self.prime else c if c in (1, -1) else 1 / Fraction(c)

    def put(self, p, values):
        """The polynomial with others put for some of its symbols."""
        if not any(symbol in values for product in p for symbol in product):
            return p
        total = {}
        for product, c in p.items():
            term = {tuple(s for s in product if s not in values): c}
            for symbol in product:
                term = self.times(term, values[symbol]) if symbol in values else term
            total = self.plus(total, term)
        return total

    def put_all(self, conditions, values):
        return [(relation, [self.put(p, values) for p in ps]) for relation, ps in conditions]

    def matrix(self, rows, cols, entry):
        self.spend(rows * cols + rows)
        return Matrix(rows, cols, entry)

    def identity(self, n):
        return self.matrix(n, n, lambda i, j: number(i == j and 1))

    def added(self, a, b, factor=1):
        return Matrix(a.rows, a.cols, lambda i, j: self.plus(a[i, j], b[i, j], factor))

    def multiplied(self, a, b):
        def entry(i, j):
            total, numbers = {}, 0
            for p, q in ((a[i, k], b[k, j]) for k in range(a.cols)):
                if p.keys() == q.keys() == {()}:  # without symbols, which is most of the time
                    numbers += p[()] * q[()]
                elif p and q:
                    total = self.plus(total, self.times(p, q))
            return self.plus(total, {(): numbers})
        self.spend(a.rows * a.cols * b.cols)
        return Matrix(a.rows, b.cols, entry)

    def unknown(self, dom, cod):
        unknown = self.matrix(self.dimension(cod), self.dimension(dom), lambda i, j: {(next(self.fresh),): 1})
        self.diagonal |= symbols(row[i] for i, row in enumerate(unknown.entries) if i < unknown.cols)
        return unknown

    def dimension(self, space):
        if space[0] == 2:
            return self.dimension(space[1]) + self.dimension(space[2])
        return self.dims[space[1]] if space[0] else 1

    def value(self, term):
        op, *parts = term
        if op == "name":
            return self.maps[parts[0]]
        if op == "block":
            first, second = map(self.dimension, parts[1:])
            size, offset = (second, first) if parts[0] in ("snd", "inr") else (first, 0)
            into = self.matrix(first + second, size, lambda i, j: number(i == j + offset and 1))
            return into if parts[0].startswith("in") else transposed(into)
        if op == "one":
            return self.identity(self.dimension(parts[0]))
        if op == "zero":
            return self.matrix(self.dimension(parts[1]), self.dimension(parts[0]), lambda i, j: {})
        if op == "scaled":
            return self.value(parts[1]).like(lambda p: self.plus({}, p, parts[0]))
        if op == "transpose":
            return transposed(self.value(parts[0]))
        first, *rest = map(self.value, parts[:2] if op in ("row", "column") else parts)
        for other in rest:
            if op == "row":
                a, b, width = first, other, first.cols
                first = self.matrix(a.rows, a.cols + b.cols, lambda i, j: a[i, j] if j < width else b[i, j - width])
            elif op == "column":
                a, b = first, other
                first = self.matrix(a.rows + b.rows, a.cols, lambda i, j: a[i, j] if i < a.rows else b[i - a.rows, j])
            else:
                first = self.multiplied(first, other) if op == "product" else self.added(first, other)
        return first

    def difference(self, prop):
        return self.added(self.value(prop[1]), self.value(prop[2]), -1)

    # Propositions.
    def conditions(self, prop):
        """What a proposition asks of the symbols in use, as conditions that hold together exactly if it does."""
        if isinstance(prop, Sequent):
            return self.rule(prop)
        entries = list(self.difference(prop))
        return [("=", [p]) for p in entries] if prop[0] == "=" else [(prop[0], entries)]

    def all_of(self, props):
        return [condition for prop in props for condition in self.conditions(prop)]

    def holds(self, conditions):
        """Whether conditions without symbols hold."""
        return all(truth(condition) for condition in conditions)

    def claim(self, s):
        """That there are maps as claimed with all conclusions."""
        ranged = [m for m in s.exists if m[3] != "Any"]
        if not ranged:
            entries = []
            for name, dom, cod, *_ in s.exists:
                self.maps[name] = self.unknown(dom, cod)
                entries += symbols(self.maps[name])
            return self.exists(self.all_of(s.conclusions), set(entries))
        if len(s.exists) > 1:
            raise Undecided("several maps, members or words among them, are claimed to exist")
        (name, dom, _, role, over), = ranged
        values, complete = self.letters(over), True
        if role == "Word":
            values, complete = self.words(self.dimension(dom), values)
        outcomes = []
        for self.maps[name] in values:
            outcomes.append(self.all_of(s.conclusions))
            if self.holds(outcomes[-1]):
                return []
        if not complete or any(all(truth(c) is not False for c in outcome) for outcome in outcomes):
            raise Undecided("a member or word that is claimed to exist is not among the first ones")
        return [FALSE]

    def letters(self, over):
        letters = self.families.get(over) or ([] if over in self.families else [self.maps[over]])
        if symbols(p for letter in letters for p in letter):
            raise Undecided(f"words over {over}, which is not known")
        return letters

    def words(self, dimension, letters):
        """Words by length, the empty one first, and whether these are all."""
        words = [self.identity(dimension)]
        for word in words:
            for letter in letters:
                longer = self.multiplied(letter, word)
                if longer not in words:
                    words.append(longer)
            if len(words) > MOST_WORDS:
                return words, False
        return words, True

    def span(self, dimension, letters):
        """A matrix with fresh symbols that runs through the affine span of all words over the letters."""
        start = self.identity(dimension)
        echelon, todo, directions = {}, [start], []
        for word in todo:  # complete when multiplying its words by every letter adds nothing
            for longer in (self.multiplied(letter, word) for letter in letters):
                change = self.added(longer, start, -1)
                vector = {at: p[()] for at, p in enumerate(change) if p}
                while vector and min(vector) in echelon:
                    row = echelon[min(vector)]
                    vector = self.plus(vector, row, -vector[min(vector)])
                if vector:
                    echelon[min(vector)] = self.plus({}, vector, self.inverse(vector[min(vector)]))
                    directions.append(change)
                    todo.append(longer)
        self.groups += 1
        for direction in directions:
            symbol = next(self.fresh)
            self.spans[symbol] = self.groups
            start = self.added(start, direction.like(lambda p: self.times(p, {(symbol,): 1})))
        return start

    def rule(self, s):
        """A rule holds where its conclusions do for all choices of what it binds at which its premises hold."""
        if s.families or s.equal:
            raise Undecided("a rule about all families, or about spaces of equal dimension")
        outer, dims, enough, asked = dict(self.maps), dict(self.dims), columnwise(s), []
        for sizes in itertools.product((0, 1) if enough else (0, 1, 2), repeat=len(s.spaces)):
            self.dims.update(zip(s.spaces, sizes))
            for bound in self.choices(s.maps):
                asked += self.point(s, bound)
                if any(truth(condition) is False for condition in asked):
                    self.maps, self.dims = outer, dims
                    return [FALSE]
            self.maps = dict(outer)
        self.maps, self.dims = outer, dims
        if not enough:
            raise Undecided("a rule for all spaces whose columns interact")
        return asked

    def choices(self, maps):
        """Enters all choices of the bound maps, in turn; yields the symbols that stand for infinitely many."""
        if not maps:
            yield set()
            return
        (name, dom, cod, role, over), *rest = maps
        entries = self.dimension(dom) * self.dimension(cod)
        if role == "Any" and self.prime and self.prime ** entries <= MOST_POINTS:
            size = self.dimension(dom)
            values = [Matrix(self.dimension(cod), size, lambda i, j: number(point[i * size + j]))
                      for point in itertools.product(range(self.prime), repeat=entries)]
        elif role == "Any":
            values = [self.unknown(dom, cod)]
        else:
            values = self.letters(over)
            if role == "Word":
                letters = values
                values, complete = self.words(self.dimension(dom), letters)
                values = values if complete else [self.span(self.dimension(dom), letters)]
        for value in values:
            self.maps[name] = value
            for found in self.choices(rest):
                yield found | symbols(value)

    def point(self, s, bound):
        """What the rule asks where it binds what it does, up to the symbols `bound`, which are quantified here."""
        entered, premises = self.maps, self.all_of(s.assumptions)
        inside = symbols(p for _, ps in premises for p in ps)
        if inside - bound or self.spans.keys() & inside:
            raise Undecided("a premise on a word, or on maps that are claimed to exist")
        values, left = self.solve([p for relation, ps in premises if relation == "=" for p in ps], bound)
        left = [("=", [p]) for p in left] + self.put_all([c for c in premises if c[0] != "="], values)
        if any(truth(premise) is False for premise in left):
            return []
        left = [premise for premise in left if truth(premise) is None]
        self.maps = {name: m.like(lambda p: self.put(p, values)) for name, m in self.maps.items()}
        asked = self.put_all(self.claim(s), values)
        self.maps = entered
        dense = not self.prime and all(relation == "!=" for relation, _ in left)
        dense &= all(relation in ("=", ">=") or truth((relation, ps)) is not None for relation, ps in asked)
        asked = [c for condition in asked for c in self.forall(condition, bound)]
        # What holds without the premises that are left holds with them, and only that if these hold almost everywhere.
        if left and not dense and not self.holds(asked):
            raise Undecided("a premise that is not linear")
        return asked

    # Quantifiers.
    def solve(self, equations, unknowns):
        """Values of some of the unknowns in terms of the others, and what is left of the equations."""
        values, todo, progress = {}, [p for p in equations if p], True
        while progress and todo:
            progress, open_ = False, []
            for p in todo:
                p = self.put(p, values)
                inside = [product for product in p if not unknowns.isdisjoint(product)]
                if not p:
                    continue
                if not inside or any(len(product) > 1 for product in inside):
                    linear = self.definite(p, unknowns) if inside else None
                    open_ += [p] if linear is None else linear
                    progress |= linear is not None
                    continue
                pivot = min(inside)
                rest = {product: c for product, c in p.items() if product != pivot}
                solution = self.plus({}, rest, -self.inverse(p[pivot]))
                values = {u: self.put(v, {pivot[0]: solution}) for u, v in values.items()}
                values[pivot[0]] = solution
                progress = True
            todo = open_
        return values, [p for p in (self.put(p, values) for p in todo) if p]

    def definite(self, p, unknowns):
        """Where p is never negative, or never positive: the linear equations that say that it is 0; else None."""
        form = None if self.prime else quadratic(p)
        if not form or not symbols([p]) <= unknowns:
            return None
        order, matrix = form
        if not (semidefinite(matrix) or semidefinite([[-v for v in row] for row in matrix])):
            return None
        return [{product: v for product, v in zip(order, row) if v} for row in matrix]

    def exists(self, conditions, unknowns):
        """What is asked of the other symbols, so that there are values of the unknowns with these conditions."""
        if not unknowns:
            return conditions
        values, left = self.solve([p for r, ps in conditions if r == "=" for p in ps], unknowns)
        rest = [("=", [p]) for p in left] + self.put_all([c for c in conditions if c[0] != "="], values)
        rest = [c for c in rest if truth(c) is not True]
        free = sorted(unknowns & symbols(p for _, ps in rest for p in ps))
        inner = [c for c in rest if not unknowns.isdisjoint(symbols(c[1]))]
        outer = [c for c in rest if c not in inner]
        if not inner or any(truth(c) is False for c in outer):
            return outer
        if symbols(p for _, ps in inner for p in ps) - unknowns:
            raise Undecided("a claim that depends on two kinds of unknown maps at once")
        if not self.prime and all(r == "!=" for r, _ in inner):
            return outer  # each fails on the zeros of a polynomial, and so few sets do not cover all values
        points = itertools.product(range(self.prime) if self.prime else (0, 1, -1, 2), repeat=len(free))
        points = [[int(s in self.diagonal) for s in free], *itertools.islice(points, MOST_POINTS)]
        if any(self.holds(self.put_all(inner, dict(zip(free, map(number, point))))) for point in points):
            return outer
        if self.prime and self.prime ** len(free) <= MOST_POINTS:
            return [FALSE]
        raise Undecided("a claim that is not linear in the maps that it claims to exist")

    def forall(self, condition, bound):
        """What is asked of the other symbols, so that the condition holds for all values of the bound ones."""
        relation, ps = condition
        here = symbols(ps) & bound
        if not here:
            return [condition]
        words = self.spans.keys() & here
        if relation == "=":
            coefficients, affine = {}, True
            for product, c in ps[0].items():
                inside = tuple(s for s in product if s in bound)
                groups = [self.spans[s] for s in inside if s in self.spans]
                affine &= len({*groups}) == len(groups)
                if self.prime:  # t^p = t
                    power = lambda s: (inside.count(s) - 1) % (self.prime - 1) + 1
                    inside = tuple(s for s in sorted({*inside}) for _ in range(power(s)))
                outside = tuple(s for s in product if s not in bound)
                coefficients[inside] = self.plus(coefficients.get(inside, {}), {outside: c})
            asked = [("=", [p]) for p in coefficients.values() if p]
            if asked and not affine:
                raise Undecided("a rule that is not affine in its words")
            return asked
        if symbols(ps) - bound or self.prime and relation != "!=":
            raise Undecided("an inequality that depends on what a rule binds and on what is claimed to exist")
        if relation == "!=":
            solvable = self.holds(self.exists([("=", [p]) for p in ps], here))
            true, decided = not solvable, not (solvable and words)
        else:
            form = quadratic(ps[0])
            if not form:
                raise Undecided("an inequality that is not quadratic")
            true = semidefinite(form[1])
            if true and relation == ">":
                touching = [{product: v for product, v in zip(form[0], row) if v} for row in form[1]]
                true = bool(self.solve(touching, here)[1])
            decided = true or not words
        if not decided:
            raise Undecided("a rule that fails between words")
        return [] if true else [FALSE]


def transposed(a):
    return Matrix(a.cols, a.rows, lambda i, j: a[j, i])


def quadratic(p):
    """The symbols t of p, last the empty product, and the symmetric M with p = (t, 1)' M (t, 1); None: a higher degree."""
    if any(len(product) > 2 for product in p):
        return None
    order = [(s,) for s in sorted(symbols([p]))] + [()]
    def entry(a, b):
        return Fraction(p.get(tuple(sorted(a + b)), 0), 1 if a == b else 2)
    return order, [[entry(a, b) for b in order] for a in order]


def semidefinite(matrix):
    """Whether the symmetric matrix is positive semidefinite: by LDL', whose pivots are not negative."""
    rows = [list(row) for row in matrix]
    for k, row in enumerate(rows):
        if row[k] < 0 or row[k] == 0 and any(row[k:]):
            return False
        for lower in rows[k + 1:]:
            factor = lower[k] / row[k] if row[k] else 0
            for j in range(k, len(row)) if factor else ():
                lower[j] -= factor * row[j]
    return True


def columnwise(s):
    """Whether dimensions 0 and 1 of the bound spaces decide a rule for all their dimensions.

    They do if all is said column by column: every map on a bound space P starts (or ends) there and has no other bound
    space; every comparison is an equation each of whose products has such a map at the end at which P is, and no other,
    or does not speak of P at all; and maps that are claimed to exist are such maps of the only bound space. For then a
    rule in dimension n asks of each column what it asks in dimension 1, and without columns what it asks in dimension 0.
    """
    if not s.spaces:
        return True
    def leaves(space):
        return leaves(space[1]) + leaves(space[2]) if space[0] == 2 else [space]
    bound = [(1, name) for name in s.spaces]
    touch = lambda space: [leaf for leaf in leaves(space) if leaf in bound]
    ends = {name: (touch(dom), touch(cod), dom, cod) for name, dom, cod, *_ in s.maps + s.exists}
    proper = all(not (a or b) or a == [dom] and not b or b == [cod] and not a for a, b, dom, cod in ends.values())
    claimed = not s.exists or len(s.spaces) == 1 and all(sum(ends[m[0]][:2], []) for m in s.exists)
    canon = Canon()
    canon.names = Anything()
    def letter_ends(letter):
        kind, _, a, b, *flipped = letter
        if kind:
            return (touch(a) + touch(b),) * 2
        return (touch(b), touch(a)) if flipped[0] else (touch(a), touch(b))
    def fits(prop):
        if isinstance(prop, Sequent):
            plain = not (prop.assumptions or prop.exists or prop.spaces)
            return plain and all(map(fits, prop.conclusions))
        relation, left, right, dom, cod = prop
        p = canon.plus(canon.polynomial(left), canon.polynomial(right), -1)
        speaks = touch(dom) + touch(cod)
        for word in p:
            inside = [letter_ends(letter) for letter in word]
            starts, leads = (inside[-1][0], inside[0][1]) if inside else ([], [])
            inner = sum((a + b for a, b in inside), [])
            if (starts, leads) != (touch(dom), touch(cod)) or sorted(inner) != sorted(starts + leads):
                return False
        whole = all(not touch(space) or touch(space) == [space] for space in (dom, cod))
        return not speaks or relation == "=" and whole and touch(dom) != touch(cod)
    return proper and claimed and all(map(fits, s.assumptions + s.conclusions))


class Anything(dict):
    """Every name stands for itself."""

    def __missing__(self, name):
        return name
