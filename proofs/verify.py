#!/usr/bin/env python3
"""Checks a Scotoma certificate. Python 3.9 or later, standard library only.

    python3 verify.py certificate.json [FOLDER OF THE INPUTS]

Written from the format's page (CERTIFICATES.md) alone, so that it shares no code and no misunderstanding with
the program that builds certificates. Counterexamples it hands to counterexample.py; it declines the tokenizer
`clip`, which needs a vocabulary. Exit status: 0 holds, 1 does not hold, 2 declined, 3 unreadable.
"""
import ast, csv, hashlib, importlib, inspect, io, json, re, struct, sys, unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
VERDICTS = HOLDS, FAILS, DECLINED, UNREADABLE = "holds", "does not hold", "declined", "unreadable"
csv.field_size_limit(1 << 30)
getattr(sys, "set_int_max_str_digits", id)(20_001)
class Stop(Exception): """The end of a check that does not hold: the verdict and the reason."""
def require(condition, verdict, reason):
    if not condition:
        raise Stop(verdict, reason)
    return condition

# The form of the file: strict JSON, exact numbers, sparse vectors as dictionaries of what is not 0.
class Record(dict):  # a JSON object; to go through it as if it were a list is an error
    __iter__ = None
def record(pairs):
    return require(len(dict(pairs)) == len(pairs), UNREADABLE, "a key is repeated") and Record(pairs)
def load(text):
    return json.loads(text, object_pairs_hook=record, parse_constant=exact)
def call(function, record, *first):
    """Calls with an object: its keys are the parameters after `first`; those with a default may be absent."""
    names = list(inspect.signature(function).parameters)[len(first):]
    required = names[:len(names) - len(function.__defaults__ or ())]
    usual = isinstance(record, dict) and {*required} <= record.keys() <= {*names}
    require(usual and None not in record.values(), UNREADABLE, f"not an object with {', '.join(required)}")
    return function(*first, **record)
def index(value, limit=1 << 32):
    return require(type(value) is int and 0 <= value < limit, UNREADABLE, "not an index") is True and value
def exact(value):  # an integer or a fraction, in its one spelling
    if type(value) is int and abs(value) < 1 << 53:
        return value
    spelled = isinstance(value, str) and re.fullmatch("-?[0-9]{1,20000}(/[0-9]{1,20000})?", value)
    number = Fraction(value) if spelled else Fraction(0)
    usual = str(number) == value and (number.denominator > 1 or abs(number) >= 1 << 53)
    return require(usual, UNREADABLE, f"{str(value)[:40]} is not a number in its one spelling") and number
def indexed(pairs, bound, read):  # as a dictionary, if the indices increase below the bound
    pairs = [(index(i), read(value)) for i, value in pairs]
    usual = all(a < b for (a, _), (b, _) in zip(pairs, pairs[1:])) and all(i < bound for i, _ in pairs[-1:])
    return require(usual, FAILS, "indices are out of order or out of range") and dict(pairs)
def sparse(value, bound):
    vector = indexed(value, bound, exact)
    return require(all(vector.values()), FAILS, "a stored zero") and vector
def nonzero(values): return {i: v for i, v in enumerate(values) if v}

# From raw inputs to captions.
def load_input(folder, name, sha256, role, format=None):
    plain = name not in ("", ".", "..") and not re.search(r"[/\\\x00-\x1f\x7f-\x9f]", name) and sha256 + role
    require(plain and Path(folder, name).is_file(), UNREADABLE, f"{name!r} is missing, or no plain file name")
    raw = Path(folder, name).read_bytes()
    require(hashlib.sha256(raw).hexdigest() == sha256, FAILS, f"{name} is not the file that is meant")
    return role, raw, format
def listed(value):
    texts = value if isinstance(value, list) else [value]
    usual = all(isinstance(t, str) and t.strip() and b"\0" not in t.encode() for t in texts)
    return require(usual, UNREADABLE, "a text is missing or empty, or has a NUL character") and texts
def cell(value):  # a text, or a list of texts in Python's notation
    lists = re.fullmatch(r"\s*\[\s*(['\"].*)?\]\s*", value, re.S)
    require(not lists or not re.search(r"['\"]\s+['\"]", value), DECLINED, "a list in unusual notation")
    return ast.literal_eval(value.strip()) if lists else value
def records(format, content):
    if format == "json":
        found = load(content)
        return found.values() if isinstance(found, dict) else found + []
    if format in ("jsonl", "text"):
        lines = [line.rstrip("\r") for line in content.split("\n") if line.strip()]
        return map(load, lines) if format == "jsonl" else lines
    delimiter, file = {"csv": ",", "tsv": "\t"}[format], io.StringIO(content, newline="")
    head, *rows = filter(None, csv.reader(file, delimiter=delimiter, strict=True))
    require({len(head)} >= {len(row) for row in rows}, UNREADABLE, "a record has too few or too many cells")
    return [record(list(zip(map(str.strip, head), map(cell, row)))) for row in rows]
def texts_of(role, raw, format, columns={}):  # the pairs (caption, negative), or the texts of another role
    content, out = raw.decode("utf-8-sig"), []
    require("\0" not in content, UNREADABLE, "an input has a NUL character")
    for found in records(format, content):
        found = found if isinstance(found, dict) else {"caption": found}
        name = columns.get("caption", "caption")
        captions = listed(found[name if role == "pairs" or name in found.keys() else "caption"])
        if role != "pairs":
            out += captions + listed(found.get("caption2", []))
            continue
        usual = {"negative", "negative_caption"} & found.keys()
        (caption,), (negative,) = captions, [columns["negative"]] if "negative" in columns else usual
        negatives = require(listed(found[negative]), UNREADABLE, "a list of negatives is empty")
        apart = caption.strip() not in map(str.strip, negatives) and {*columns.values()} <= found.keys()
        require(apart, UNREADABLE, "a negative is its caption, or a column is missing")
        out += [(caption, n) for n in negatives]
    return require(out, UNREADABLE, "an input holds no captions")

# From captions to tokens, features, and the true-optimal encoder (its width, and its value on a text).
def words(caption):  # runs of letters, marks and numbers, joined by single inner apostrophes
    text = caption.lower()
    kinds = ["w" if unicodedata.category(c)[0] in "LMN" else "'" if c in "'\u2019" else " " for c in text]
    return [text[word.start():word.end()] for word in re.finditer("w+(?:'w+)*", "".join(kinds))]
FEATURES = {  # of the tokens t, in the order in which they are numbered, with multiplicity
    "bag-of-words": lambda t: [(), *t], "positions": enumerate,
    "bigrams": lambda t: zip([None, *t], [*t, None]), "ordered-pairs": lambda t: [(), *combinations(t, 2)],
    "positional-pairs": lambda t: [(), *combinations(enumerate(t), 2)],
    "whole-caption": lambda t: [tuple(t)]}
def named_rows(raw, names):  # the exact rows of a .npy file by their texts, white space at the ends left out
    require(raw[:6] == b"\x93NUMPY" and raw[6] in (1, 2, 3), UNREADABLE, "an input is not a .npy file")
    start = 10 if raw[6] == 1 else 12
    body = start + int.from_bytes(raw[8:start], "little")
    header, named = ast.literal_eval(raw[start:body].decode().strip()), {}
    code = {"<f2": "e", "<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q"}[header["descr"]]
    rows, cols = header["shape"]
    values = [Fraction(v) for v in struct.unpack(f"<{rows * cols}{code}", raw[body:])]
    names = texts_of("names", names, "json" if names.lstrip()[:1] == b"[" else "text")
    require(len(names) == rows and cols, UNREADABLE, "a matrix has no columns, or not a row for each text")
    for i, name in enumerate(names):
        row = values[i::rows] if header["fortran_order"] else values[i * cols:(i + 1) * cols]
        require(named.setdefault(name.strip(), row) == row, UNREADABLE, "one text has two different rows")
    return named
def mixed(state):
    z = (state + 0x9E3779B97F4A7C15) % (1 << 64)
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % (1 << 64)
    z = (z ^ z >> 27) * 0x94D049BB133111EB % (1 << 64)
    return z ^ z >> 31
def projection(m, kind, seed, width, bound):
    first, bound = mixed(index(seed, 1 << 64)), index(bound)
    entry = lambda j, e: mixed(mixed(first ^ j) ^ e) % (2 * bound + 1) - bound
    g = [nonzero(entry(j, e) for e in range(index(width))) for j in range(m.features)]
    return width, lambda text, unknown: times(m.rows[text], g)
def embeddings(m, kind, width):
    named = named_rows(m.raws["embeddings"], m.raws["embedding-texts"])
    require(index(width) <= min(map(len, named.values())), UNREADABLE, "the embeddings are less wide")
    row = lambda text, unknown: require(named.get(text.strip()), unknown, "a text has no embedding")
    return width, lambda text, unknown: nonzero(row(text, unknown)[:width])

# The problem: S and D as sparse rows, and the values of the true-optimal encoder, from the raw inputs.
def matrices(folder, inputs, tokenizer, features, encoder, size, selected=None, columns={}):
    require(columns.keys() <= {"caption", "negative", "operator", "id"}, UNREADABLE, "a column of no use")
    inputs = [call(load_input, entry, folder) for entry in inputs]
    m = SimpleNamespace(raws={role: raw for role, raw, _ in inputs}, rows={})
    roles = ["embedding-texts", "embeddings"] * (encoder["kind"] == "embeddings")
    roles += ["feature-texts", "features"] * (features == "matrix")
    others = sorted((role, form) for role, _, form in inputs if role not in ("pairs", "train"))
    require(others == [(role, None) for role in roles], UNREADABLE, "the inputs do not play the needed roles")
    texts = lambda role: [t for r, *file in inputs if r == role for t in texts_of(role, *file, columns)]
    pairs, further = require(list(dict.fromkeys(texts("pairs"))), UNREADABLE, "no pairs"), texts("train")
    if selected is not None:
        pairs = [pairs[i] for i in require(edits(selected, len(pairs)), FAILS, "nothing is selected")]
    captions, negatives = zip(*pairs)
    require(tokenizer != "clip", DECLINED, "this checker does not have CLIP's tokenizer")
    matrix = named_rows(m.raws["features"], m.raws["feature-texts"]) if features == "matrix" else {}
    numbers = defaultdict(lambda: len(numbers))
    for t in dict.fromkeys([*captions, *negatives, *further]):
        tokens = require({"words": words}[tokenizer](t), UNREADABLE, "a caption has no token")
        m.rows[t] = (nonzero(matrix[t.strip()]) if matrix else
                     Counter(numbers[feature] for feature in FEATURES[features](tokens)))
    m.features = len(next(iter(matrix.values()), numbers))
    m.width, value = call({"embeddings": embeddings, "projection": projection}[encoder["kind"]], encoder, m)
    require(m.width, UNREADABLE, "the embeddings have no dimension")
    training = list(dict.fromkeys([*captions, *further]))
    m.S, m.targets = [m.rows[t] for t in training], [value(t, UNREADABLE) for t in training]
    m.D = [minus(m.rows[n], m.rows[c]) for c, n in pairs]
    m.meanings = lambda: [minus(value(n, FAILS), value(c, FAILS)) for c, n in pairs]
    sizes = call(lambda training, edits, features: [index(training), index(edits), index(features)], size)
    require(sizes == [len(m.S), len(m.D), m.features], FAILS, "the sizes are not those of the inputs")
    return m

# Multiplication: all that a claim needs.
def times(vector, rows):
    out = defaultdict(int)
    for i, weight in vector.items():
        for j, v in rows[i].items():
            out[j] += weight * v
    return {j: v for j, v in out.items() if v}
def minus(a, b): return times({0: 1, 1: -1}, [a, b])
def dot(a, b): return sum(v * b.get(i, 0) for i, v in a.items())
def combination(m, c, d=()):  # c S + d D
    return times({0: 1, 1: 1}, [times(sparse(c, len(m.S)), m.S), times(sparse(d, len(m.D)), m.D)])
def edits(numbers, bound): return list(indexed([(n, None) for n in numbers], bound, id))
def by_edit(m, form, entries):
    return indexed([call(form, entry) for entry in entries], len(m.D), lambda value: value)
def table(m, value, bound):  # a list of [index, [width values]] as rows; those that are not listed are 0
    require(all(len([*row]) == m.width for _, row in value), FAILS, "a row has not the width of the targets")
    return defaultdict(dict, indexed(value, bound, lambda row: nonzero(map(exact, row))))
def readers(m, readouts):  # features by readouts
    seen_by = defaultdict(dict)
    for k, readout in enumerate(readouts):
        for j, v in sparse(readout, m.features).items():
            seen_by[j][k] = v
    return seen_by

# The claims, as on the page: the parameters after the problem m are the keys, the value is whether it holds.
def fates(m, collapsed, identified, free, readouts):
    collapsed, identified = edits(collapsed, len(m.D)), by_edit(m, lambda edit, c: (edit, c), identified)
    free, seen_by = by_edit(m, lambda edit, readout: (edit, index(readout)), free), readers(m, readouts)
    return (sorted([*collapsed, *identified, *free]) == [*range(len(m.D))]
            and not any(m.D[edit] for edit in collapsed)
            and all(combination(m, c) == m.D[edit] for edit, c in identified.items())
            and not any(times(row, seen_by) for row in m.S)
            and all(readout in times(m.D[edit], seen_by) for edit, readout in free.items()))
def obstruction(m, s, d):
    return combination(m, s) == combination(m, [], d) and bool(times(sparse(s, len(m.S)), m.targets))
def obstructed(m, by): return call(obstruction, by, m)
def aligned(m, h, blind):
    return [times(row, h) for row in m.S] == m.targets and not any(times(m.D[edit], h) for edit in blind)
def blind(m, dropped, h):
    dropped, h = by_edit(m, lambda edit, s, d: (edit, (s, d)), dropped), table(m, h, m.features)
    return (all(obstruction(m, s, d) and {i for i, _ in d} & dropped.keys() == {edit}
                for edit, (s, d) in dropped.items())
            and aligned(m, h, {*range(len(m.D))} - dropped.keys()))
def selective(m, blind, seen, h):
    seen, h = edits(seen, len(m.D)), table(m, h, m.features)
    changes = {frozenset(times(m.D[edit], h).items()) for edit in seen}
    return aligned(m, h, edits(blind, len(m.D))) and len(changes) == len(seen) and all(changes)
def settles(m, mined, settled, costs=None, budget=None):
    mined = [call(lambda edit, readout: (index(edit), readout), entry) for entry in mined]
    settled = by_edit(m, lambda edit, c, b: (edit, (c, b)), settled)
    basis, seen_by = [edit for edit, _ in mined], readers(m, [readout for _, readout in mined])
    costs = [1] * len(m.D) if costs is None else [exact(v) for v in costs]
    return (sorted([*basis, *settled]) == [*range(len(m.D))] and len(costs) == len(m.D) and min(costs) >= 0
            and not any(times(row, seen_by) for row in m.S)
            # A readout sees its own edit and none before it.
            and all(max(times(m.D[edit], seen_by), default=-1) == at for at, edit in enumerate(basis))
            and all(combination(m, c, b) == m.D[edit] for edit, (c, b) in settled.items())
            and all(i in basis and costs[i] <= costs[edit] for edit, (_, b) in settled.items() for i, _ in b)
            and (budget is None or call(bought, budget, m, {edit: costs[edit] for edit in basis},
                                        [{i for i, _ in b} for _, b in settled.values()])))
def bought(m, prices, circuits, limit, chosen, settled):
    limit, chosen, cheapest = exact(limit), {*edits(chosen, len(m.D))}, sorted(prices.values())
    return (chosen <= prices.keys() and sum(prices[edit] for edit in chosen) <= limit
            and (len(chosen) == len(prices) or sum(cheapest[:len(chosen) + 1]) > limit)
            and index(settled) == len(chosen) + sum(circuit <= chosen for circuit in circuits))
def margins(m, margin, scorer):
    margin, w = exact(margin), sparse(scorer, m.features)
    return (margin > 0 and all(dot(row, w) == target.get(0, 0) for row, target in zip(m.S, m.targets))
            and all(dot(row, w) <= -margin for row in m.D))
def farkas(m, margin, z, c):
    margin, weights, texts = exact(margin), sparse(z, len(m.D)), sparse(c, len(m.S))
    return (margin > 0 and min(weights.values(), default=1) > 0 and combination(m, c) == combination(m, [], z)
            and times(texts, m.targets).get(0, 0) + margin * sum(weights.values()) > 0)
def nearest(m, dropped, p, q, change, alone, n=None):
    dropped, p, q = edits(dropped, len(m.D)), table(m, p, len(m.S)), table(m, q, len(m.D))
    meanings, dual = m.meanings(), defaultdict(dict)
    for row, weights in [*((m.S[i], p[i]) for i in [*p]), *((m.D[i], q[i]) for i in [*q])]:
        for j, v in row.items():
            dual[j] = times({0: 1, 1: v}, [dual[j], weights])
    new = dual if n is None else table(m, n, m.features)
    # The product with the dual is the same for every such change, and bounds its size.
    square, largest = lambda v: dot(v, v), lambda v: max(map(abs, v.values()), default=0)
    size, dual_size = (square, square) if n is None else (largest, lambda v: sum(map(abs, v.values())))
    tight = lambda k, y: k and y and (n is None or dot(k, y) == dual_size(k) * largest(y))
    flat = lambda rows: {(j, e): v for j, row in rows.items() for e, v in row.items()}
    def blinded(edit, c, change, y=None):
        k, meaning = minus(m.D[edit], combination(m, c)), meanings[edit]
        usual, y = (y is None) == (n is None), k if y is None else sparse(y, m.features)
        return (usual and tight(k, y) and not any(dot(row, y) for row in m.S)
                and size(meaning) == exact(change) * dual_size(k))
    return (q.keys().isdisjoint(dropped) and not any(times(row, new) for row in m.S)
            and all(minus({}, times(m.D[e], new)) == meanings[e] for e in range(len(m.D)) if e not in dropped)
            and exact(change) == size(flat(new)) and (not flat(new) or bool(tight(flat(dual), flat(new))))
            and len(edits([entry["edit"] for entry in alone], len(m.D))) == len(alone)
            and all(call(blinded, entry) for entry in alone))

# The certificate.
THEOREMS = {
    "composition_nonidentifiability": "ed6ba850e3e2bc380edf048167e42410901e5503f867a34c3eaa878d09e4b020",
    "mining_suffices": "23a8e691bdc9c0ca229afed5ec4a7548b0209fe28ed1a75bb817c0096b6ff53b",
    "depth_blindness": "ccf9c830c72d9737afb99e822366919fc4d5aa67eeb8d3b0f097c5e9f3ebab38"}
CLAIMS = {check.__name__: ("composition_nonidentifiability", check)
          for check in (fates, blind, obstructed, margins, farkas, nearest)}
CLAIMS |= {"settles": ("mining_suffices", settles), "selective": ("depth_blindness", selective),
           "refutes": (None, None)}
def check(folder, scotoma_certificate, statement, problem, claims):
    require(index(scotoma_certificate) == 1, UNREADABLE, "not a certificate of version 1")
    theorem, sha256 = call(lambda theorem, sha256: (theorem + "", sha256 + ""), statement)
    require(THEOREMS.get(theorem) == sha256, FAILS, "the statement is not one that this checker knows")
    m = call(lambda captions: call(matrices, captions, folder), problem)
    for (kind, body), in map(Record.items, require([*claims], FAILS, "the certificate makes no claim")):
        require(CLAIMS[kind][0] == theorem, FAILS, f"the claim {kind} is about another theorem")
        require(call(CLAIMS[kind][1], body, m), FAILS, f"the claim {kind} does not hold")
    return f"{len(claims)} claims about {len(m.S)} training captions, {len(m.D)} edits, {m.features} features"
def verdict_of(path, folder=None):
    try:
        if (top := load(Path(path).read_bytes().decode("utf-8-sig")))["problem"] == "matrices":
            return importlib.import_module("counterexample").verdict_of(path, folder)
        return HOLDS, call(check, top, folder or Path(path).parent / "inputs")
    except Exception as error:  # whatever else goes wrong, nothing has been shown to hold
        return error.args if isinstance(error, Stop) else (UNREADABLE, f"{type(error).__name__}: {error}")
if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(print(__doc__) or 3)
    verdict, reason = verdict_of(*sys.argv[1:])
    print(verdict, reason, sep="\n")
    sys.exit(VERDICTS.index(verdict))
