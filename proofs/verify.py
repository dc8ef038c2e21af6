#!/usr/bin/env python3
"""Checks a Scotoma certificate about captions. Python 3.9 or later, standard library only.

    python3 verify.py certificate.json [--inputs FOLDER] [--json]

Written from the format's page (CERTIFICATES.md) alone, so that it shares no code and no
misunderstanding with the program that builds certificates. Exit status: 0 holds, 1 does not hold,
2 declined (something this checker cannot do), 3 unreadable.
"""
import ast, csv, hashlib, io, json, os, re, struct, sys, unicodedata
from fractions import Fraction
from math import gcd

csv.field_size_limit(1 << 30)
sys.setrecursionlimit(10_000)
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(20_001)


class Verdict(Exception):
    """The end of a check that does not hold: exit status and reason."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status, self.reason = status, reason


def fails(reason):
    return Verdict(1, reason)


def unreadable(reason):
    return Verdict(3, reason)


# --- the file: strict JSON -----------------------------------------------------------------------

def strict_object(pairs):
    out = dict(pairs)
    if len(out) != len(pairs):
        raise unreadable("a key is repeated")
    return out


def refuse(text):
    raise unreadable(f"{text} is not an exact number")


def keys(value, required, optional=()):
    """The object's values in the order of required + optional; nothing unknown, nothing missing."""
    if not isinstance(value, dict) or set(value) - set(required) - set(optional) or set(required) - set(value):
        raise unreadable(f"expected an object with the keys {', '.join(required)}")
    return [value[k] for k in required] + [value.get(k) for k in optional]


def index(value, limit=1 << 32):
    if type(value) is not int or not 0 <= value < limit:
        raise unreadable(f"{value!r} is not an index")
    return value


def text(value):
    if not isinstance(value, str):
        raise unreadable(f"{value!r} is not a text")
    return value


def items(value):
    if not isinstance(value, list):
        raise unreadable("expected a list")
    return value


def exact(value):
    """A number with its one spelling."""
    if type(value) is int and abs(value) < 1 << 53:
        return Fraction(value)
    if isinstance(value, str) and len(value) <= 40_002 and re.fullmatch(r"-?[0-9]{1,20000}(/[0-9]{1,20000})?", value, re.A):
        p, _, q = value.partition("/")
        if int(q or 1) != 0:
            number = Fraction(int(p), int(q or 1))
            if str(number) == value and (number.denominator != 1 or abs(number.numerator) >= 1 << 53):
                return number
    raise unreadable(f"{str(value)[:40]!r} is not a canonical number")


def sparse(value, bound):
    """A sparse vector as a list of (index, Fraction)."""
    out, last = [], -1
    for entry in items(value):
        if len(items(entry)) != 2:
            raise unreadable("an entry of a sparse vector is not a pair")
        i, v = index(entry[0]), exact(entry[1])
        if not last < i < bound or v == 0:
            raise fails(f"a sparse vector has a bad entry at index {i}")
        out.append((i, v))
        last = i
    return out


# --- raw inputs to captions ----------------------------------------------------------------------

def plain_name(name):
    if name in ("", ".", "..") or re.search(r"[/\\\x00-\x1f\x7f-\x9f]", name):
        raise unreadable(f"{name!r} is not a plain file name")
    return name


def decode(raw):
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as e:
        raise unreadable(f"an input is not UTF-8 at byte {e.start}")


def many(value):
    return value if isinstance(value, list) else [value]


def fields(record, columns, train):
    """(captions, negatives) of a record of JSON."""
    if not isinstance(record, dict):
        return many(record), []
    captions = many(record[columns.get("caption", "caption")])
    if train:
        return captions + many(record.get("caption2", [])), []
    known = [columns["negative"]] if "negative" in columns else ["negative", "negative_caption"]
    (name,) = [name for name in known if name in record]
    return captions, many(record[name])


def cell(value):
    """A cell of a table: a text, or a list of texts in Python's notation."""
    return ast.literal_eval(value.strip()) if re.fullmatch(r"\s*\[\s*(['\"].*)?\]\s*", value, re.S) else value


def records(format, content, columns, train):
    """(captions, negatives) of every record of an input, in order."""
    load = lambda t: json.loads(t, object_pairs_hook=strict_object)
    if format == "json":
        top = load(content)
        return [fields(r, columns, train) for r in (top.values() if isinstance(top, dict) else top)]
    if format == "jsonl":
        return [fields(load(line), columns, train) for line in content.split("\n") if line.strip()]
    if format in ("csv", "tsv"):
        head, *rows = [row for row in csv.reader(io.StringIO(content, newline=""),
                                                 delimiter="," if format == "csv" else "\t") if row]
        named = [dict(zip([name.strip() for name in head], map(cell, row), strict=True)) for row in rows]
        return [fields(record, columns, train) for record in named]
    if format == "text" and train:
        return [([line.rstrip("\r")], []) for line in content.split("\n") if line.strip()]
    raise Verdict(2, f"this checker does not read the format {format!r}")


def words(caption):
    """Maximal runs of letters, marks and numbers, joined by single inner apostrophes."""
    run, out, held = [], [], ""
    for c in caption.lower() + " ":
        if unicodedata.category(c)[0] in "LMN":
            run += held + c
            held = ""
        elif c in "'\u2019" and run and not held:
            held = c
        else:
            if run:
                out.append("".join(run))
            run, held = [], ""
    return out


def features(name, t):
    """The features of a text in the order in which they are numbered, with multiplicity."""
    n = range(len(t))
    if name == "bag-of-words":
        return [()] + t
    if name == "positions":
        return list(enumerate(t))
    if name == "bigrams":
        return list(zip([None] + t, t + [None]))
    if name == "ordered-pairs":
        return [()] + [(t[i], t[j]) for i in n for j in n[i + 1:]]
    if name == "positional-pairs":
        return [()] + [(i, t[i], j, t[j]) for i in n for j in n[i + 1:]]
    if name == "whole-caption":
        return [tuple(t)]
    raise Verdict(2, f"this checker does not know the feature map {name!r}")


def npy(raw):
    """A two-dimensional .npy file as rows of exact Fractions."""
    if raw[:6] != b"\x93NUMPY" or raw[6] not in (1, 2, 3):
        raise unreadable("an input is not a .npy file")
    size, start = (struct.unpack_from("<H", raw, 8)[0], 10) if raw[6] == 1 else (struct.unpack_from("<I", raw, 8)[0], 12)
    header = ast.literal_eval(raw[start:start + size].decode("utf-8").strip())
    code = {"<f2": "e", "<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q"}.get(header["descr"])
    if code is None or len(header["shape"]) != 2:
        raise Verdict(2, f"this checker does not read .npy arrays of type {header['descr']} and shape {header['shape']}")
    rows, cols = header["shape"]
    values = [Fraction(v) for v in struct.unpack_from(f"<{rows * cols}{code}", raw, start + size)]
    step = (lambda i, j: j * rows + i) if header["fortran_order"] else (lambda i, j: i * cols + j)
    return [[values[step(i, j)] for j in range(cols)] for i in range(rows)]


def row_texts(raw):
    content = decode(raw)
    return json.loads(content) if content.lstrip().startswith("[") else content.splitlines()


def named_rows(inputs, matrix_role, texts_role):
    matrix, names = npy(one(inputs, matrix_role)), row_texts(one(inputs, texts_role))
    if len(matrix) != len(names):
        raise unreadable("a matrix and its list of texts differ in length")
    exact_names = dict(reversed(list(zip(names, matrix))))
    return {**{n.strip(): row for n, row in reversed(list(zip(names, matrix)))}, **exact_names}


def row_of(named, t):
    row = named.get(t, named.get(t.strip()))
    if row is None:
        raise unreadable(f"no row for {t!r}")
    return row


def one(inputs, role):
    found = [raw for r, _, raw in inputs if r == role]
    if len(found) != 1:
        raise unreadable(f"expected one input of role {role}")
    return found[0]


# --- the problem: S, D and the targets -----------------------------------------------------------

def splitmix(state):
    m = (1 << 64) - 1
    z = (state + 0x9E3779B97F4A7C15) & m
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & m
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & m
    return z ^ z >> 31


def projection(seed, bound, feature, dimension):
    return splitmix(splitmix(splitmix(seed) ^ feature) ^ dimension) % (2 * bound + 1) - bound


class Problem:
    def __init__(self, body, folder):
        inputs, tokenizer, feature_map, encoder, size, selected, columns = keys(
            body, ["inputs", "tokenizer", "features", "encoder", "size"], ["selected", "columns"])
        if tokenizer != "words":
            raise Verdict(2, f"this checker has no tokenizer {tokenizer!r}")
        self.inputs = [self.load(i, folder) for i in items(inputs)]
        pairs = self.pairs(selected, columns or {})
        captions = [c for c, _ in pairs]
        further = list(dict.fromkeys(c for role, f, raw in self.inputs if role == "train"
                                     for some, _ in records(f, decode(raw), columns or {}, True) for c in some))
        self.training = list(dict.fromkeys(captions + further))
        rows = self.rows(feature_map, captions + [n for _, n in pairs] + further)
        self.S = [rows[c] for c in self.training]
        self.D = [subtract(rows[n], rows[c]) for c, n in pairs]
        n, m, x = (index(v) for v in keys(size, ["training", "edits", "features"]))
        if (n, m, x) != (len(self.S), len(self.D), self.features):
            raise fails(f"the sizes are {len(self.S)}, {len(self.D)}, {self.features}, not {n}, {m}, {x}")
        self.columns = {}
        for i, row in enumerate(self.S):
            for j, v in row.items():
                self.columns.setdefault(j, []).append((i, v))
        self.targets = self.optimal(encoder)

    @staticmethod
    def load(entry, folder):
        name, digest, role, format = keys(entry, ["name", "sha256", "role"], ["format"])
        try:
            with open(os.path.join(folder, plain_name(text(name))), "rb") as file:
                raw = file.read()
        except OSError as e:
            raise unreadable(f"input {name}: {e.strerror}")
        if hashlib.sha256(raw).hexdigest() != digest:
            raise fails(f"input {name} is not the file that the certificate was made from")
        return role, format, raw

    def pairs(self, selected, columns):
        seen = {}
        for role, format, raw in self.inputs:
            if role == "pairs":
                for (caption,), negatives in records(format, decode(raw), columns, False):
                    seen.update(((caption, text(negative)), None) for negative in negatives)
        pairs = list(seen)
        if selected is None:
            return pairs
        if any(a >= b for a, b in zip(selected, selected[1:])) or not all(index(i) < len(pairs) for i in items(selected)):
            raise unreadable("the selection is not increasing or names pairs that do not exist")
        return [pairs[i] for i in selected]

    def rows(self, feature_map, texts):
        """The sparse integer (or exact) feature row of each text."""
        out = {}
        if feature_map == "matrix":
            named = named_rows(self.inputs, "features", "feature-texts")
            self.features = len(next(iter(named.values()), []))
            for t in texts:
                out[t] = {j: v for j, v in enumerate(row_of(named, t)) if v}
            return out
        numbers = {}
        for t in texts:
            if t not in out:
                row = out[t] = {}
                for f in features(feature_map, words(t)):
                    j = numbers.setdefault(f, len(numbers))
                    row[j] = row.get(j, 0) + 1
        self.features = len(numbers)
        return out

    def optimal(self, encoder):
        kind = encoder.get("kind") if isinstance(encoder, dict) else None
        if kind == "projection":
            _, seed, width, bound = (v if k == 0 else index(v, 1 << 64) for k, v in
                                     enumerate(keys(encoder, ["kind", "seed", "width", "bound"])))
            table = {j: [projection(seed, bound, j, e) for e in range(width)] for j in self.columns}
            self.width = width
            return [[sum(v * table[j][e] for j, v in row.items()) for e in range(width)] for row in self.S]
        if kind == "embeddings":
            _, self.width = keys(encoder, ["kind", "width"])
            named = named_rows(self.inputs, "embeddings", "embedding-texts")
            rows = [row_of(named, t)[:index(self.width)] for t in self.training]
            if self.width == 0 or any(len(row) != self.width for row in rows):
                raise unreadable("the embeddings have fewer dimensions")
            return rows
        raise unreadable("the true-optimal encoder is of no known kind")


def subtract(a, b):
    out = dict(a)
    for j, v in b.items():
        out[j] = out.get(j, 0) - v
    return {j: v for j, v in out.items() if v}


def combine(rows, vector):
    out = {}
    for i, weight in vector:
        for j, v in rows[i].items():
            out[j] = out.get(j, 0) + weight * v
    return {j: v for j, v in out.items() if v}


# --- the claims ----------------------------------------------------------------------------------

def increasing(numbers, bound):
    if any(a >= b for a, b in zip(numbers, numbers[1:])) or any(not 0 <= n < bound for n in numbers):
        raise fails("a list is not increasing, or out of range")


def check_fates(p, body):
    collapsed, identified, free, readouts = map(items, keys(body, ["collapsed", "identified", "free", "readouts"]))
    identified = [keys(entry, ["edit", "c"]) for entry in identified]
    free = [keys(entry, ["edit", "readout"]) for entry in free]
    lists = [[index(e) for e in collapsed], [index(e) for e, _ in identified], [index(e) for e, _ in free]]
    for numbers in lists:
        increasing(numbers, len(p.D))
    if sorted(sum(lists, [])) != list(range(len(p.D))):
        raise fails("the fates do not cover every edit exactly once")
    for edit in lists[0]:
        if p.D[edit]:
            raise fails(f"edit {edit} is not collapsed")
    for edit, c in identified:
        if combine(p.S, sparse(c, len(p.S))) != p.D[edit]:
            raise fails(f"edit {edit} is not the stated combination")
    vectors = [sparse(k, p.features) for k in readouts]
    for number, k in enumerate(vectors):
        sums = {}
        for j, v in k:
            for i, entry in p.columns.get(j, []):
                sums[i] = sums.get(i, 0) + entry * v
        if any(sums.values()):
            raise fails(f"readout {number} is not silent on training")
    for edit, readout in free:
        if not index(readout) < len(vectors):
            raise fails(f"edit {edit} names a readout that is not there")
        if sum(p.D[edit].get(j, 0) * v for j, v in vectors[readout]) == 0:
            raise fails(f"readout {readout} does not see edit {edit}")
    return f"fates: {len(lists[0])} collapsed, {len(lists[1])} identified, {len(lists[2])} free"


def check_obstruction(p, s, d):
    s, d = sparse(s, len(p.S)), sparse(d, len(p.D))
    if combine(p.S, s) != combine(p.D, d):
        raise fails("in an obstruction, s S and d D differ")
    if not any(sum(v * p.targets[i][e] for i, v in s) for e in range(p.width)):
        raise fails("an obstruction carries no meaning")
    return d


def check_blind(p, body):
    dropped, h = map(items, keys(body, ["dropped", "h"]))
    dropped = [keys(entry, ["edit", "s", "d"]) for entry in dropped]
    out = [index(edit) for edit, _, _ in dropped]
    increasing(out, len(p.D))
    out = set(out)
    for edit, s, d in dropped:
        used = {i for i, _ in check_obstruction(p, s, d)}
        if edit not in used or used & out != {edit}:
            raise fails(f"the obstruction of edit {edit} uses other dropped edits, or not the edit itself")
    if any(len(items(row)) != 2 or len(items(row[1])) != p.width for row in h):
        raise fails("a row of the encoder has the wrong width")
    increasing([index(j) for j, _ in h], p.features)
    table = {j: [exact(v) for v in row] for j, row in h}
    lcm = 1
    for row in table.values():
        for v in row:
            lcm = lcm * v.denominator // gcd(lcm, v.denominator)
    table = {j: [v.numerator * (lcm // v.denominator) for v in row] for j, row in table.items()}

    def embed(row):
        total = [0] * p.width
        for j, count in row.items():
            for e, v in enumerate(table.get(j, ())):
                total[e] += count * v
        return total

    for i, row in enumerate(p.S):
        if embed(row) != [lcm * t for t in p.targets[i]]:
            raise fails(f"the encoder differs from the true-optimal one on training caption {i}")
    for edit, row in enumerate(p.D):
        if edit not in out and any(embed(row)):
            raise fails(f"the encoder sees edit {edit}")
    return f"encoder: aligned on {len(p.S)} captions, blind to {len(p.D) - len(out)} edits; {len(out)} dropped, each obstructed"


def check_obstructed(p, body):
    s, d = keys(keys(body, ["by"])[0], ["s", "d"])
    return f"obstructed: by a relation over {len(s)} captions and {len(check_obstruction(p, s, d))} edits"


def check_settles(p, body):
    mined, settled, costs, budget = keys(body, ["mined", "settled"], ["costs", "budget"])
    mined, settled = ([keys(entry, names) for entry in items(list)] for list, names in
                      ((mined, ["edit", "readout"]), (settled, ["edit", "c", "b"])))
    costs = [Fraction(1)] * len(p.D) if costs is None else [exact(v) for v in items(costs)]
    basis, others = [index(e) for e, _ in mined], [index(e) for e, _, _ in settled]
    increasing(others, len(p.D))
    if sorted(basis + others) != list(range(len(p.D))) or len(costs) != len(p.D) or min(costs) < 0:
        raise fails("the edits are not mined or settled once each, at a cost that is not negative")
    columns = {}
    for i, row in enumerate(p.S + [p.D[e] for e in basis]):
        for j, v in row.items():
            columns.setdefault(j, []).append((i, v))
    for at, (edit, k) in enumerate(mined):
        sums = {}
        for j, weight in sparse(k, p.features):
            for i, v in columns.get(j, []):
                sums[i] = sums.get(i, 0) + weight * v
        if min((i for i, v in sums.items() if v), default=None) != len(p.S) + at:
            raise fails(f"the readout does not show that mined edit {edit} is independent")
    circuits, both = {}, p.S + p.D
    for edit, c, b in settled:
        b = sparse(b, len(p.D))
        circuits[edit] = {i for i, _ in b}
        if combine(both, sparse(c, len(p.S)) + [(len(p.S) + i, v) for i, v in b]) != p.D[edit]:
            raise fails(f"edit {edit} is not the stated combination")
        if not circuits[edit] <= set(basis) or any(costs[i] > costs[edit] for i in circuits[edit]):
            raise fails(f"edit {edit} uses an edit that is not mined, or dearer")
    line = f"settled: {len(basis)} mined edits, all needed, at cost {sum(costs[e] for e in basis)}, determine the other {len(others)}"
    if budget is not None:
        limit, chosen, count = keys(budget, ["limit", "chosen", "settled"])
        increasing([index(e) for e in chosen], len(p.D))
        prices, chosen = sorted(costs[e] for e in basis), set(chosen)
        dearer = len(chosen) < len(prices) and sum(prices[:len(chosen) + 1]) <= exact(limit)
        if not chosen <= set(basis) or sum(costs[e] for e in chosen) > exact(limit) or dearer:
            raise fails("the budget is not kept, or buys more")
        if len(chosen) + sum(circuit <= chosen for circuit in circuits.values()) != index(count):
            raise fails("the budget settles another number of edits")
        line += f"; the budget buys {len(chosen)}, which settle {count} edits"
    return line


CLAIMS = {"fates": check_fates, "blind": check_blind, "obstructed": check_obstructed, "settles": check_settles}
THEOREMS = {"settles": "mining_suffices"}  # the others are instances of composition_nonidentifiability


def check(path, folder):
    try:
        with open(path, "rb") as file:
            raw = file.read()
        top = json.loads(raw.decode("utf-8"), object_pairs_hook=strict_object, parse_float=refuse, parse_constant=refuse)
    except OSError as e:
        raise unreadable(f"{path}: {e.strerror}")
    except (ValueError, RecursionError) as e:
        raise unreadable(f"{path} is not JSON: {e}")
    if not isinstance(top, dict) or top.get("scotoma_certificate") != 1:
        raise unreadable("not a certificate of version 1")
    _, statement, problem, claims = keys(top, ["scotoma_certificate", "statement", "problem", "claims"])
    theorem, digest = map(text, keys(statement, ["theorem", "sha256"]))
    if theorem not in ("composition_nonidentifiability", *THEOREMS.values()) or not re.fullmatch("[0-9a-f]{64}", digest):
        raise Verdict(2, f"this checker does not know the theorem {theorem!r}")
    p = Problem(keys(problem, ["captions"])[0], folder)
    if not items(claims):
        raise fails("the certificate makes no claim")
    lines = [f"S is {len(p.S)} x {p.features}, D is {len(p.D)} x {p.features}, embeddings have {p.width} dimensions"]
    for claim in claims:
        if not isinstance(claim, dict) or len(claim) != 1 or next(iter(claim)) not in CLAIMS:
            raise unreadable("a claim is of no known kind")
        (kind, body), = claim.items()
        if THEOREMS.get(kind, "composition_nonidentifiability") != theorem:
            raise fails(f"a claim of kind {kind} in a certificate of {theorem}")
        lines.append(CLAIMS[kind](p, body))
    return lines


def main(arguments):
    as_json = "--json" in arguments
    arguments = [a for a in arguments if a != "--json"]
    folder = None
    if "--inputs" in arguments[:-1]:
        at = arguments.index("--inputs")
        folder = arguments[at + 1]
        del arguments[at:at + 2]
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 3
    folder = folder or os.path.join(os.path.dirname(arguments[0]), "inputs")
    try:
        lines, status = check(arguments[0], folder), 0
    except Verdict as verdict:
        lines, status = [verdict.reason], verdict.status
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, struct.error, csv.Error, SyntaxError) as e:
        lines, status = [f"an input cannot be read: {type(e).__name__}: {e}"], 3
    word = ["holds", "does not hold", "declined", "unreadable"][status]
    print(json.dumps({"verdict": word, "lines": lines}) if as_json else "\n".join([word] + lines))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
