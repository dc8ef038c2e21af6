#!/usr/bin/env python3
"""Checks a Scotoma counterexample: matrices on which a statement fails. Python 3.9 or later, standard library only.

    python3 counterexample.py certificate.json [FOLDER OF THE INPUTS]
    python3 counterexample.py --fields [ROUNDS] [THEOREM.thm ...]    theorems over any field, over F_2 and F_3
    python3 counterexample.py --every [LIMIT] [THEOREM.thm ...]      the same, on all matrices in spaces of dimension 0 and 1

Written from the pages of the language (theorems/README.md) and of the format (CERTIFICATES.md), so that it shares no
code with the program: statement.py reads the statement and computes its hash, evaluate.py says what holds on matrices.
Exit status: 0 holds, 1 does not hold, 2 undecided or beyond a limit, 3 unreadable.
"""
import itertools, json, random, re, sys
from fractions import Fraction
from pathlib import Path

from evaluate import LARGEST, Evaluator, Matrix, Undecided, number, symbols
from statement import DECLINED, FAILS, HOLDS, UNREADABLE, VERDICTS, Sequent, Statement, Stop, require

THEOREMS = Path(__file__).resolve().parent.parent / "theorems"


# The form of the file.
def record(pairs):
    return require(len(dict(pairs)) == len(pairs), UNREADABLE, "a key is repeated") and dict(pairs)


def whole(text):
    return require(text != "-0", UNREADABLE, "-0 is not the one spelling of 0") and int(text)


def load(text):
    refuse = lambda spelling: require(False, UNREADABLE, f"{spelling} is not an exact number")
    return json.loads(text, object_pairs_hook=record, parse_int=whole, parse_float=refuse, parse_constant=refuse)


def fields(value, required, optional=()):
    usual = isinstance(value, dict) and {*required} <= value.keys() <= {*required, *optional}
    require(usual and None not in value.values(), UNREADABLE, f"not an object with {', '.join(required)}")
    return [value.get(key) for key in (*required, *optional)]


def index(value):
    return require(type(value) is int and 0 <= value < 1 << 32, UNREADABLE, "not an index") is True and value


def exact(value):
    """An integer or a fraction, in its one spelling."""
    if type(value) is int and abs(value) < 1 << 53:
        return value
    spelled = isinstance(value, str) and re.fullmatch("-?[0-9]{1,20000}(/[0-9]{1,20000})?", value)
    found = Fraction(value) if spelled else Fraction(0)
    usual = str(found) == value and (found.denominator > 1 or abs(found) >= 1 << 53)
    return require(usual, UNREADABLE, f"{str(value)[:40]} is not a number in its one spelling") and found


def table(read):
    def entries(value):
        require(isinstance(value, dict), UNREADABLE, "not an object")
        return {name: read(entry) for name, entry in value.items()}
    return entries


def several(read):
    return lambda value: [*map(read, require(isinstance(value, list), UNREADABLE, "not a list") and value)]


def placed(value):
    require(isinstance(value, list) and len(value) == 2, UNREADABLE, "not a position and a matrix")
    return index(value[0]), ROWS(value[1])


ROWS = several(several(exact))
READ = {"spaces": table(index), "maps": table(ROWS), "without": index, "fails": index, "families": table(several(ROWS)),
        "words": table(several(index)), "obstruction": several(placed)}
ABOUT_CAPTIONS = {"fates", "blind", "obstructed", "selective", "settles", "margins", "farkas", "nearest"}
PARTS = [*READ]  # the first two are always there



def matrix(evaluator, dom, cod, rows, name):
    height, width = evaluator.dimension(cod), evaluator.dimension(dom)
    fits = len(rows) == height and all(len(row) == width for row in rows)
    require(fits, FAILS, f"{name} is not of the shape that the statement declares")
    return Matrix(height, width, lambda i, j: number(rows[i][j]))


def check_claim(statement, spaces, maps, without, fails, families, words, obstruction):
    """One counterexample: the shapes, what is assumed but for the dropped part, and that the conclusion fails."""
    s, families, words, obstruction = statement.sequent, families or {}, words or {}, obstruction or []
    ranged = [m for m in s.maps if m[3] != "Any"]
    hypotheses = [("equal", pair) for pair in s.equal] + [("range", m) for m in ranged]
    hypotheses += [("assumed", prop) for prop in s.assumptions]
    if without is not None:
        require(without < len(hypotheses), FAILS, "what is dropped has a position where nothing is assumed")
        del hypotheses[without]
    spelt = [m[0] for kind, m in hypotheses if kind == "range" and m[3] == "Word"]
    for what, declared, given in (("spaces", s.spaces, spaces), ("families", [f for f, _ in s.families], families),
                                  ("maps", [m[0] for m in s.maps], maps), ("words", spelt, words)):
        require({*declared} == given.keys(), FAILS, f"the {what} are not those that the statement declares")
    on = Evaluator(spaces, {}, {})
    on.families = {f: [matrix(on, a, a, rows, f) for rows in families[f]] for f, a in s.families}
    on.maps = {name: matrix(on, dom, cod, maps[name], name) for name, dom, cod, *_ in s.maps}
    sizes = [on.dimension(space) for _, *ends in s.maps + s.families for space in ends[:2]]
    require(max(sizes, default=0) <= LARGEST, DECLINED, f"a space has more than {LARGEST} dimensions")
    for name, dom, _, role, over in (m for kind, m in hypotheses if kind == "range"):
        letters = on.families[over] if over in on.families else [on.maps[over]]
        product = on.identity(on.dimension(dom))
        for at in words[name] if role == "Word" else []:
            require(at < len(letters), FAILS, f"{name} is spelt with a letter that {over} does not have")
            product = on.multiplied(product, letters[at])
        ranges = product == on.maps[name] if role == "Word" else on.maps[name] in letters
        require(ranges, FAILS, f"{name} does not range over what it is declared to")
    require((fails is None) == bool(s.exists), FAILS, "a conclusion is named, or none is, and the other was due")
    require(fails is None or fails < len(s.conclusions) and not obstruction, FAILS, "no conclusion has this position")
    equal = all(spaces[a] == spaces[b] for a, b in (pair for kind, pair in hypotheses if kind == "equal"))
    require(equal, FAILS, "spaces that are declared equal have different dimensions")
    outcomes = [decided(on, [prop]) for kind, prop in hypotheses if kind == "assumed"]
    require(False not in outcomes, FAILS, "an assumption does not hold on these matrices")
    require(None not in outcomes, DECLINED, f"an assumption is undecided: {on.why}")
    if obstruction:
        require(obstructs(on, s, obstruction), FAILS, "the stated obstruction does not obstruct")
        return
    outcome = decided(on, s if fails is None else [s.conclusions[fails]])
    require(outcome is not None, DECLINED, f"the conclusion is undecided: {on.why}")
    require(not outcome, FAILS, "the conclusion holds on these matrices")


def decided(on, what):
    """Whether propositions, or what a sequent claims, hold; None: undecided. The evaluator is left as it was."""
    maps, dims = dict(on.maps), dict(on.dims)
    try:
        return on.holds(on.claim(what) if isinstance(what, Sequent) else on.all_of(what))
    except Undecided as why:
        on.why = why
    finally:
        on.maps, on.dims = maps, dims


def obstructs(on, s, obstruction):
    """Whether the shares of the equations, each turned to the sign of its matrix, add up to a number other than 0."""
    require(all(m[3] == "Any" for m in s.exists), FAILS, "an obstruction to members or words")
    positions = [position for position, _ in obstruction]
    usual = positions == sorted({*positions}) and positions[-1] < len(s.conclusions)
    require(usual, FAILS, "the positions of the obstruction are out of order or out of range")
    entries = []
    for name, dom, cod, *_ in s.exists:
        on.maps[name] = on.unknown(dom, cod)
        entries += [min(p) for p in on.maps[name]]
    total = {}
    for position, rows in obstruction:
        prop = s.conclusions[position]
        require(not isinstance(prop, Sequent) and prop[0] == "=", FAILS, "the obstruction names what is no equation")
        difference = on.difference(prop)
        y = matrix(on, prop[3], prop[4], rows, "the obstruction")
        affine = all(len(product) < 2 for p in difference for product in p)
        require(affine, FAILS, "the obstruction names an equation that is not affine in the claimed maps")
        share = {}
        for a, b in zip(difference, y):
            share = on.plus(share, on.times(a, b))
        sign = lambda values: next((v > 0 for v in values if v), True)
        turned = sign(share.get(product, 0) for product in [*entries, ()]) != sign(b.get((), 0) for b in y)
        total = on.plus(total, share, -1 if turned else 1)
    return total.keys() == {()}


def statement_of(name, sha256, folder):
    """The statement that is meant: shipped beside this file, or among the inputs."""
    require(re.fullmatch("[A-Za-z0-9_]+", name), FAILS, f"{name} names no statement")
    for place in (THEOREMS, Path(folder)):
        path = place / f"{name}.thm"
        if path.is_file():
            statement = Statement(path.read_bytes().decode("utf-8-sig"))
            if (statement.name, statement.hash) == (name, sha256):
                return statement
    return require(False, FAILS, f"no text of {name} with the hash {sha256} is known here")


def check(folder, top):
    version, statement, problem, claims = fields(top, ["scotoma_certificate", "statement", "problem", "claims"])
    require(index(version) == 1, UNREADABLE, "not a certificate of version 1")
    require(problem == "matrices", DECLINED, "a certificate about captions is checked by verify.py")
    name, sha256 = fields(statement, ["theorem", "sha256"])
    require(isinstance(name, str) and isinstance(sha256, str), UNREADABLE, "a statement is named by two texts")
    bodies = []
    for claim in several(lambda claim: claim)(claims):
        about_captions = isinstance(claim, dict) and len(claim) == 1 and {*claim} <= ABOUT_CAPTIONS
        body, = (None,) if about_captions else fields(claim, ["refutes"])
        about_captions or fields(body, PARTS[:2], PARTS[2:])
        bodies.append(body and {key: READ[key](value) for key, value in body.items()})
    statement = statement_of(name, sha256, folder)
    require(bodies, FAILS, "the certificate makes no claim")
    for body in bodies:
        require(body, FAILS, "a claim about captions without captions")
        check_claim(statement, *map(body.get, PARTS))
    return f"{len(bodies)} counterexamples to {name}"


def verdict_of(path, folder=None):
    try:
        return HOLDS, check(folder or Path(path).parent / "inputs", load(Path(path).read_bytes().decode("utf-8-sig")))
    except Undecided as why:
        return DECLINED, str(why)
    except RecursionError:
        return DECLINED, "nested too deeply"
    except Exception as error:  # whatever else goes wrong, nothing has been shown to hold
        return error.args if isinstance(error, Stop) else (UNREADABLE, f"{type(error).__name__}: {error}")


# Any field: the statement as it stands on random small matrices over a field of p elements.
def instance(s, prime, rng):
    """Random dimensions, members, words and maps. What equations leave of a map that is drawn late is kept to."""
    on = Evaluator({name: rng.choice((0, 1, 1, 2, 2)) for name in s.spaces}, {}, {}, prime)
    for a, b in s.equal:
        on.dims[b] = on.dims[a]
    entry = lambda i, j: number(rng.choice((0, int(i == j), rng.randrange(prime))))
    for name, space in s.families:
        size = on.dimension(space)
        on.families[name] = [Matrix(size, size, entry) for _ in range(rng.randrange(3))]
    for name, dom, cod, role, over in s.maps:
        on.maps[name] = on.unknown(dom, cod)
    free = [m for m in s.maps if m[3] == "Any"]
    rng.shuffle(free)
    plain = [prop for prop in s.assumptions if not isinstance(prop, Sequent) and prop[0] == "="]
    equations, values = [p for prop in plain for p in on.difference(prop)], {}
    for name, dom, cod, *_ in free:
        inside = symbols(on.maps[name])
        here = [p for p in (on.put(p, values) for p in equations) if p and symbols([p]) <= inside]
        solved, _ = on.solve(here, inside)
        for symbol in inside - solved.keys():
            values[symbol] = number(rng.choice((0, 1, rng.randrange(prime))))
        values.update((symbol, on.put(p, values)) for symbol, p in solved.items())
    for name, dom, _, role, over in s.maps:
        if role == "Any":
            on.maps[name] = on.maps[name].like(lambda p: on.put(p, values))
            continue
        letters = on.families[over] if over in on.families else [on.maps[over]]
        if not letters and role == "Member":
            return None
        product = on.identity(on.dimension(dom))
        for _ in range(rng.randrange(4) if role == "Word" and letters else int(role == "Member")):
            product = on.multiplied(product, rng.choice(letters))
        on.maps[name] = product
    return on


def all_instances(s, prime):
    """All instances with spaces of dimension 0 and 1: each set of members, each word by its value."""
    for dims in itertools.product((0, 1), repeat=len(s.spaces)):
        on = Evaluator(dict(zip(s.spaces, dims)), {}, {}, prime)
        if all(on.dims[a] == on.dims[b] for a, b in s.equal):
            yield from all_families(on, s, 0)


def matrices(on, dom, cod):
    rows, cols = on.dimension(cod), on.dimension(dom)
    for entries in itertools.product(range(on.prime), repeat=rows * cols):
        yield Matrix(rows, cols, lambda i, j: number(entries[i * cols + j]))


def all_families(on, s, index):
    if index == len(s.families):
        yield from all_maps(on, s, 0)
        return
    name, space = s.families[index]
    every = list(matrices(on, space, space))
    for chosen in itertools.product((False, True), repeat=len(every)):
        on.families[name] = list(itertools.compress(every, chosen))
        yield from all_families(on, s, index + 1)


def all_maps(on, s, index):
    if index == len(s.maps):
        yield on
        return
    name, dom, cod, role, over = s.maps[index]
    if role == "Any":
        values = matrices(on, dom, cod)
    else:
        values = list(on.families[over] if over in on.families else [on.maps[over]])
    if role == "Word":
        letters, values = values, [on.identity(on.dimension(dom))]
        for word in values:
            longer = [on.multiplied(word, letter) for letter in letters]
            values.extend(new for at, new in enumerate(longer) if new not in values + longer[:at])
    for value in values:
        on.maps[name] = value
        yield from all_maps(on, s, index + 1)


def tried(statement, prime, instances, told):
    """Counts the instances on which the assumptions hold by what the conclusion does there; how many violations there are."""
    counts = {True: 0, False: 0, None: 0}
    for on in instances:
        if decided(on, statement.sequent.assumptions):
            counts[decided(on, statement.sequent)] += 1
    print(f"{statement.name} over F_{prime}: {told}; {sum(counts.values())} meet the assumptions, {counts[True]} the "
          f"conclusion; {counts[False]} violations, {counts[None]} undecided")
    return counts[False]


def over_fields(paths, count, every, seed=1):
    """Evaluates each theorem over any field, all assumptions on, over F_2 and F_3; prints a line a field."""
    worst, rng = 0, random.Random(seed)
    for path in paths:
        statement = Statement(Path(path).read_bytes().decode("utf-8-sig"))
        for prime in (2, 3) if statement.field == "Any" else ():
            if not every:
                drawn = filter(None, (instance(statement.sequent, prime, rng) for _ in range(count)))
                worst |= tried(statement, prime, drawn, f"{count} instances, seed {seed}") > 0
                continue
            size = sum(1 for _ in itertools.islice(all_instances(statement.sequent, prime), count + 1))
            if size <= count:
                all_of_them = all_instances(statement.sequent, prime)
                worst |= tried(statement, prime, all_of_them, f"all {size} instances of dimension 0 and 1") > 0
            else:
                print(f"{statement.name} over F_{prime}: more than {count} instances of dimension 0 and 1, not tried")
    return int(worst)


def main(arguments):
    if arguments[:1] in (["--fields"], ["--every"]):
        every = arguments[0] == "--every"
        count = int(arguments.pop(1)) if arguments[1:] and arguments[1].isdecimal() else 10000 if every else 400
        try:
            return over_fields(arguments[1:] or sorted(THEOREMS.glob("*.thm")), count, every)
        except (Stop, OSError, UnicodeDecodeError) as why:
            print(*(why.args if isinstance(why, Stop) else (UNREADABLE, why)), sep="\n")
            return VERDICTS.index(why.args[0] if isinstance(why, Stop) else UNREADABLE)
    if len(arguments) not in (1, 2) or arguments[0].startswith("-"):
        print(__doc__)
        return 3
    verdict, reason = verdict_of(*arguments)
    print(verdict, reason, sep="\n")
    return VERDICTS.index(verdict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
