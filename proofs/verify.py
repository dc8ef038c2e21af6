#!/usr/bin/env python3
"""Checks a Scotoma certificate about captions. Python 3.9 or later, standard library only.

    python3 verify.py certificate.json [--inputs FOLDER] [--merges FILE] [--json]

Written from the format's page (CERTIFICATES.md) alone, so that it shares no code and no misunderstanding with the
program that builds certificates. --merges names CLIP's published merges (bpe_simple_vocab_16e6.txt or .txt.gz), which
the tokenizer `clip` needs. Exit status: 0 holds, 1 does not hold, 2 declined (not for this checker), 3 unreadable.
"""
import argparse, ast, csv, gzip, hashlib, io, json, re, struct, sys, unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

THEOREMS = {"composition_nonidentifiability": "ed6ba850e3e2bc380edf048167e42410901e5503f867a34c3eaa878d09e4b020",
            "mining_suffices": "23a8e691bdc9c0ca229afed5ec4a7548b0209fe28ed1a75bb817c0096b6ff53b",
            "depth_blindness": "ccf9c830c72d9737afb99e822366919fc4d5aa67eeb8d3b0f097c5e9f3ebab38"}
FAILS, DECLINED, UNREADABLE = 1, 2, 3
csv.field_size_limit(1 << 30)
getattr(sys, "set_int_max_str_digits", id)(20_001)

class Stop(Exception):
    """The end of a check that does not hold: exit status and reason."""

def require(condition, status, reason):
    if not condition:
        raise Stop(status, reason)
    return condition

# The form of the file: strict JSON, exact numbers.
class Record(dict):
    """A JSON object without repeated keys; going through it as if it were a list is an error."""
    __iter__ = None

    def __init__(self, pairs):
        super().__init__(pairs)
        require(len(self) == len(pairs), UNREADABLE, "a key is repeated")

def load(content, **more):
    return json.loads(content, object_pairs_hook=Record, parse_constant=exact, **more)

def keys(value, required, optional=()):
    """The object's values in the order of required + optional; nothing unknown, nothing missing, nothing null."""
    known = isinstance(value, dict) and {*required} <= value.keys() <= {*required, *optional}
    require(known and None not in value.values(), UNREADABLE, f"expected an object with {', '.join(required)}")
    return [value.get(key) for key in (*required, *optional)]

def index(value, limit=1 << 32):
    return value if type(value) is int and 0 <= value < limit else require(False, UNREADABLE, "expected an index")

def exact(value):
    """A number in its one spelling, as an int or a Fraction."""
    if type(value) is int and abs(value) < 1 << 53:
        return value
    spelled = isinstance(value, str) and re.fullmatch("-?[0-9]{1,20000}(/[0-9]{1,20000})?", value)
    number = Fraction(value) if spelled else Fraction(0)
    usual = str(number) == value and (number.denominator > 1 or abs(number) >= 1 << 53)
    return require(usual, UNREADABLE, f"{str(value)[:40]} is not a number in its one spelling") and number

def increasing(numbers, bound):
    numbers = [index(n) for n in numbers]
    usual = all(a < b for a, b in zip(numbers, numbers[1:])) and all(n < bound for n in numbers[-1:])
    require(usual, FAILS, "indices are out of order or out of range")
    return numbers

def sparse(value, bound):
    """A list of [index, value] as a dictionary."""
    vector = {index(i): exact(v) for i, v in value}
    require(increasing([i for i, _ in value], bound) == [i for i in vector if vector[i]], FAILS, "a stored zero")
    return vector

# From raw inputs to captions.
def listed(value):
    texts = value if isinstance(value, list) else [value]
    require(all(isinstance(t, str) and t.strip() for t in texts), UNREADABLE, "a text is missing or empty")
    require("\0" not in "".join(texts).encode().decode(), UNREADABLE, "a text has a NUL character")
    return texts

def cell(value):
    """A cell of a table: a text, or a list of texts in Python's notation."""
    if not re.fullmatch(r"\s*\[\s*(['\"].*)?\]\s*", value, re.S):
        return value
    require(not re.search(r"['\"]\s+['\"]", value), DECLINED, "a list in a cell is written in an unusual way")
    return ast.literal_eval(value.strip())

def records(format, content):
    if format == "json":
        found = load(content)
        return list(found.values() if isinstance(found, dict) else found)
    lines = [line.rstrip("\r") for line in content.split("\n") if line.strip()]
    if format in ("jsonl", "text"):
        return [load(line) for line in lines] if format == "jsonl" else lines
    delimiter = {"csv": ",", "tsv": "\t"}[format]
    head, *rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True) if row]
    head = [name.strip() for name in head]
    require(all(len(row) == len(head) for row in rows), UNREADABLE, "a record has too few or too many cells")
    require(len(set(head)) == len(head), DECLINED, "two columns have one name")
    return [dict(zip(head, map(cell, row))) for row in rows]

def texts_of(role, raw, format, columns):
    """The pairs (caption, negative) of an input with the role `pairs`, and the texts of any other, in order."""
    content, out = raw.decode("utf-8-sig"), []
    require("\0" not in content, UNREADABLE, "an input has a NUL character")
    for record in records(format, content):
        if not isinstance(record, dict):  # for training, a text or a list of texts is a record too
            record = {"caption": record}
        name = columns.get("caption", "caption")
        captions = listed(record[name if role == "pairs" or name in record.keys() else "caption"])
        if role == "pairs":
            require({*columns.values()} <= record.keys(), UNREADABLE, "a named column is missing")
            usual = {"negative", "negative_caption"} & record.keys()
            (caption,), (negative,) = captions, [columns["negative"]] if "negative" in columns else usual
            negatives = require(listed(record[negative]), UNREADABLE, "a list of negatives is empty")
            require(caption.strip() not in [n.strip() for n in negatives], UNREADABLE, "a negative is its caption")
            out += [(caption, negative) for negative in negatives]
        else:
            out += captions + listed(record.get("caption2", []))
    return require(out, UNREADABLE, "an input holds no captions")

# From captions to tokens, features and embeddings.
def words(caption):
    """Runs of letters, marks and numbers, joined by single inner apostrophes."""
    caption = caption.lower()
    kinds = ["w" if unicodedata.category(c)[0] in "LMN" else "'" if c in "'\u2019" else " " for c in caption]
    return [caption[m.start():m.end()] for m in re.finditer("w+(?:'w+)*", "".join(kinds))]

def clip(merges):
    """CLIP's byte-pair encoding as a function; a token is its spelling in the published merges."""
    with (gzip.open if merges.endswith(".gz") else open)(merges, "rt", encoding="utf-8") as file:
        rank = {tuple(line.split()): n for n, line in enumerate(file.read().split("\n")[1:48895])}
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    spelled = dict(zip([*plain, *range(33), *range(127, 161), 173], map(chr, [*plain, *range(256, 324)])))
    kind = lambda c: "s" if c.isspace() else {"L": "l", "N": "n"}.get(unicodedata.category(c)[0], "x")
    # Matched against the text with the letter of its kind before each character.
    piece = re.compile("x'(?:ls|lt|lrle|lvle|lm|llll|ld)|(?:l.)+|n.|(?:x.)+", re.S)

    def merged(word):
        parts = [spelled[b] for b in word.encode()]
        parts[-1] += "</w>"
        while pair := min(rank.keys() & set(zip(parts, parts[1:])), key=rank.get, default=None):
            for at in range(len(parts)):
                if tuple(parts[at:at + 2]) == pair:
                    parts[at:at + 2] = ["".join(pair)]
        return parts

    marked = lambda caption: "".join(kind(c) + c for c in caption.lower())
    return lambda caption: [token for found in piece.finditer(marked(caption)) for token in merged(found[0][1::2])]

def features(name, t):
    """The features of a tokenized text in the order in which they are numbered, with multiplicity."""
    n = range(len(t))
    return {"bag-of-words": lambda: [(), *t],
            "positions": lambda: list(enumerate(t)),
            "bigrams": lambda: list(zip([None, *t], [*t, None])),
            "ordered-pairs": lambda: [(), *((t[i], t[j]) for i in n for j in n[i + 1:])],
            "positional-pairs": lambda: [(), *((i, t[i], j, t[j]) for i in n for j in n[i + 1:])],
            "whole-caption": lambda: [tuple(t)]}[name]()

def named_rows(raw, names):
    """The exact rows of a two-dimensional .npy file by their texts, white space at either end left out."""
    require(raw[:6] == b"\x93NUMPY" and raw[6] in (1, 2, 3), UNREADABLE, "an input is not a .npy file")
    start = 10 if raw[6] == 1 else 12
    body = start + int.from_bytes(raw[8:start], "little")
    header = ast.literal_eval(raw[start:body].decode().strip())
    descr, fortran, (rows, cols) = keys(header, ["descr", "fortran_order", "shape"])
    code = {"<f2": "e", "<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q"}[descr]
    values = [Fraction(v) for v in struct.unpack(f"<{rows * cols}{code}", raw[body:])]
    names = texts_of("names", names, "json" if names.lstrip()[:1] == b"[" else "text", {})
    require(len(names) == rows and cols, UNREADABLE, "a matrix has no columns, or not a row for each text")
    named = {}
    for i, name in enumerate(names):
        row = values[i::rows] if fortran else values[i * cols:(i + 1) * cols]
        require(named.setdefault(name.strip(), row) == row, UNREADABLE, "one text has two different rows")
    return named

def splitmix(state):
    z = (state + 0x9E3779B97F4A7C15) % (1 << 64)
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % (1 << 64)
    z = (z ^ z >> 27) * 0x94D049BB133111EB % (1 << 64)
    return z ^ z >> 31

def load_input(entry, folder):
    name, digest, role, format = keys(entry, ["name", "sha256", "role"], ["format"])
    require({type(name), type(digest), type(role)} == {str}, UNREADABLE, "an input is described by texts")
    plain = name not in ("", ".", "..") and not re.search(r"[/\\\x00-\x1f\x7f-\x9f]", name)
    require(plain and Path(folder, name).is_file(), UNREADABLE, f"{name!r} is not there, or not a plain file name")
    raw = Path(folder, name).read_bytes()
    require(hashlib.sha256(raw).hexdigest() == digest, FAILS, f"{name} is not the file that the certificate is about")
    return role, raw, format

def problem(body, folder, merges):
    """S and D as sparse rows, and the embeddings of the training captions, from the raw inputs."""
    inputs, tokenizer, map_name, encoder, size, selected, columns = keys(
        body, ["inputs", "tokenizer", "features", "encoder", "size"], ["selected", "columns"])
    columns = {} if columns is None else columns
    require(columns.keys() <= {"caption", "negative", "operator", "id"}, UNREADABLE, "a column for an unknown part")
    inputs = [load_input(entry, folder) for entry in inputs]
    raws, embedded = {role: raw for role, raw, _ in inputs}, encoder["kind"] == "embeddings"
    roles = ["embedding-texts", "embeddings"] * embedded + ["feature-texts", "features"] * (map_name == "matrix")
    others = sorted((role, form) for role, _, form in inputs if role not in ("pairs", "train"))
    require(others == [(role, None) for role in roles], UNREADABLE, "the inputs do not play the roles that are needed")
    pairs, further = ([t for role, raw, form in inputs if role == wanted for t in texts_of(role, raw, form, columns)]
                      for wanted in ("pairs", "train"))
    pairs = require(list(dict.fromkeys(pairs)), UNREADABLE, "there are no pairs")
    if selected is not None:
        pairs = [pairs[i] for i in require(increasing(selected, len(pairs)), FAILS, "nothing is selected")]

    captions, negatives = [c for c, _ in pairs], [n for _, n in pairs]
    training = list(dict.fromkeys(captions + further))
    require(tokenizer in ("words", "clip"), UNREADABLE, f"no tokenizer is called {tokenizer!r}")
    require(tokenizer == "words" or merges, DECLINED, "the tokenizer clip needs CLIP's merges: --merges FILE")
    cut, numbers, rows = words if tokenizer == "words" else clip(merges), {}, {}
    matrix = named_rows(raws["features"], raws["feature-texts"]) if map_name == "matrix" else {}
    for t in dict.fromkeys(captions + negatives + further):
        tokens = require(cut(t), UNREADABLE, "a caption has no token")
        rows[t] = ({j: v for j, v in enumerate(matrix[t.strip()]) if v} if matrix else
                   Counter(numbers.setdefault(f, len(numbers)) for f in features(map_name, tokens)))
    p = SimpleNamespace(S=[rows[t] for t in training], D=[combine([rows[n], rows[c]], {0: 1, 1: -1}) for c, n in pairs])
    p.features = len(next(iter(matrix.values()), numbers))
    sizes = [len(p.S), len(p.D), p.features]
    require([index(n) for n in keys(size, ["training", "edits", "features"])] == sizes, FAILS, f"the sizes are {sizes}")

    if embedded:
        p.width = index(keys(encoder, ["width", "kind"])[0])
        named = named_rows(raws["embeddings"], raws["embedding-texts"])
        p.targets = [named[t.strip()][:p.width] for t in training]
        values = lambda t: named.get(t.strip(), [math.nan] * p.width)[:p.width]  # not known: equal to nothing
        p.meaning = lambda: [[a - b for a, b in zip(values(n), values(c))] for c, n in pairs]
    else:
        kind, seed, p.width, bound = keys(encoder, ["kind", "seed", "width", "bound"])
        require(kind == "projection", UNREADABLE, "the true-optimal encoder is of no known kind")
        first, bound = splitmix(index(seed, 1 << 64)), index(bound)
        entry = lambda j, e: splitmix(splitmix(first ^ j) ^ e) % (2 * bound + 1) - bound
        g = {j: [entry(j, e) for e in range(index(p.width))] for j in range(p.features)}
        p.targets, p.meaning = [multiply(row, g, p.width) for row in p.S], lambda: [multiply(row, g, p.width) for row in p.D]
    require(0 < p.width == len(p.targets[0]), UNREADABLE, "the embeddings have no dimension, or fewer")
    return p

# Multiplication: all that a claim needs.
def combine(rows, vector):
    """The sum of weight * row over a sparse vector of weights, as a sparse row."""
    out = defaultdict(int)
    for i, weight in vector.items():
        for j, v in rows[i].items():
            out[j] += weight * v
    return {j: v for j, v in out.items() if v}

def multiply(row, table, width):
    """A sparse row times a table of dense rows; rows that are not in the table are zero."""
    used = [(count, table[j]) for j, count in row.items() if j in table]
    return [sum(count * values[e] for count, values in used) for e in range(width)]

def transposed(rows):
    out = defaultdict(dict)
    for i, row in enumerate(rows):
        for j, v in row.items():
            out[j][i] = v
    return out

# The claims: a check takes the problem and the body of the claim, and says what holds.
def check_fates(p, body):
    collapsed, identified, free, readouts = keys(body, ["collapsed", "identified", "free", "readouts"])
    identified = [keys(entry, ["edit", "c"]) for entry in identified]
    free = [keys(entry, ["edit", "readout"]) for entry in free]
    fates = [increasing(some, len(p.D)) for some in (collapsed, [e for e, _ in identified], [e for e, _ in free])]
    require(sorted(sum(fates, [])) == list(range(len(p.D))), FAILS, "the fates do not cover every edit exactly once")
    require(not any(p.D[edit] for edit in collapsed), FAILS, "an edit said to be collapsed is not")
    for edit, c in identified:
        require(combine(p.S, sparse(c, len(p.S))) == p.D[edit], FAILS, f"edit {edit} is not the stated combination")
    seen_by = transposed([sparse(k, p.features) for k in readouts])
    require(not any(combine(seen_by, row) for row in p.S), FAILS, "a readout is not silent on training")
    for edit, readout in free:
        require(index(readout) in combine(seen_by, p.D[edit]), FAILS, f"readout {readout} does not see edit {edit}")
    return "fates: {} collapsed, {} identified, {} free".format(*map(len, fates))

def relation(p, s, d):
    """s S = d D, although s has a meaning; returns the edits of d."""
    s, d = sparse(s, len(p.S)), sparse(d, len(p.D))
    require(combine(p.S, s) == combine(p.D, d), FAILS, "in an obstruction, s S and d D differ")
    require(any(multiply(s, dict(enumerate(p.targets)), p.width)), FAILS, "an obstruction carries no meaning")
    return set(d)

def encoder(p, h, out):
    """h as a table, if it is aligned and blind to the edits outside `out`."""
    h = dict(zip(increasing([j for j, _ in h], p.features), [[exact(v) for v in row] for _, row in h]))
    require(all(len(row) == p.width for row in h.values()), FAILS, "a row of the encoder has the wrong width")
    for i, row in enumerate(p.S):
        aligned = multiply(row, h, p.width) == p.targets[i]
        require(aligned, FAILS, f"the encoder differs from the true-optimal one on training caption {i}")
    for edit, row in enumerate(p.D):
        require(edit in out or not any(multiply(row, h, p.width)), FAILS, f"the encoder sees edit {edit}")
    return h

def check_blind(p, body):
    dropped, h = keys(body, ["dropped", "h"])
    dropped = [keys(entry, ["edit", "s", "d"]) for entry in dropped]
    out = set(increasing([edit for edit, _, _ in dropped], len(p.D)))
    for edit, s, d in dropped:
        require(relation(p, s, d) & out == {edit}, FAILS, f"the obstruction of edit {edit} uses other dropped edits")
    encoder(p, h, out)
    return f"encoder: aligned on {len(p.S)} captions, blind to {len(p.D) - len(out)} edits, {len(out)} dropped"

def check_selective(p, body):
    blind, seen, h = keys(body, ["blind", "seen", "h"])
    blind, seen = increasing(blind, len(p.D)), increasing(seen, len(p.D))
    h = encoder(p, h, set(range(len(p.D))) - set(blind))
    changes = {tuple(multiply(p.D[edit], h, p.width)) for edit in seen}
    require(len(changes) == len(seen) and all(map(any, changes)), FAILS, "an edit is not seen, or two are not told apart")
    return f"encoder: aligned on {len(p.S)} captions, blind to {len(blind)} edits, {len(seen)} others told apart"

def check_obstructed(p, body):
    (by,) = keys(body, ["by"])
    return f"obstructed: by a relation with {len(relation(p, *keys(by, ['s', 'd'])))} edits"

def check_settles(p, body):
    mined, settled, costs, budget = keys(body, ["mined", "settled"], ["costs", "budget"])
    mined = [keys(entry, ["edit", "readout"]) for entry in mined]
    settled = [keys(entry, ["edit", "c", "b"]) for entry in settled]
    basis, others = [index(edit) for edit, _ in mined], increasing([edit for edit, _, _ in settled], len(p.D))
    costs = [1] * len(p.D) if costs is None else [exact(v) for v in costs]
    usual = sorted(basis + others) == list(range(len(p.D))) and len(costs) == len(p.D) and min(costs) >= 0
    require(usual, FAILS, "the edits are not mined or settled once each, at a cost that is not negative")
    seen_by = transposed([sparse(k, p.features) for _, k in mined])
    require(not any(combine(seen_by, row) for row in p.S), FAILS, "a readout is not silent on training")
    for at, edit in enumerate(basis):  # a readout sees its own edit and none before it
        require(max(combine(seen_by, p.D[edit]), default=-1) == at, FAILS, f"mined edit {edit} may depend on others")
    circuits = {edit: sparse(b, len(p.D)) for edit, _, b in settled}
    for edit, c, _ in settled:
        sums = combine([combine(p.S, sparse(c, len(p.S))), combine(p.D, circuits[edit])], {0: 1, 1: 1})
        require(sums == p.D[edit], FAILS, f"edit {edit} is not the stated combination")
        dearer = [i for i in circuits[edit] if i not in basis or costs[i] > costs[edit]]
        require(not dearer, FAILS, f"edit {edit} uses an edit that is not mined, or dearer: {dearer}")
    line = f"settled: {len(basis)} mined edits, all needed, at cost {sum(costs[e] for e in basis)}, determine the rest"
    if budget is not None:
        limit, chosen, count = keys(budget, ["limit", "chosen", "settled"])
        limit, chosen, prices = exact(limit), set(increasing(chosen, len(p.D))), sorted(costs[e] for e in basis)
        more = len(chosen) < len(prices) and sum(prices[:len(chosen) + 1]) <= limit
        kept = chosen <= set(basis) and sum(costs[e] for e in chosen) <= limit and not more
        require(kept, FAILS, "the budget is not kept, or buys more")
        found = len(chosen) + sum(circuit.keys() <= chosen for circuit in circuits.values())
        require(found == index(count), FAILS, "the budget settles another number of edits")
        line += f"; the budget buys {len(chosen)}, which settle {count} edits"
    return line

def check_margins(p, body):
    margin, scorer = keys(body, ["margin", "scorer"])
    w = {j: [v] for j, v in sparse(scorer, p.features).items()}
    aligned = all(multiply(row, w, 1)[0] == t[0] for row, t in zip(p.S, p.targets))
    apart = exact(margin) > 0 and all(multiply(row, w, 1)[0] <= -exact(margin) for row in p.D)
    require(aligned and apart, FAILS, "the scorer is not aligned, or does not keep the margin")
    return f"margins: all {len(p.D)} negatives are below their captions by {margin} or more"

def check_farkas(p, body):
    margin, z, c = keys(body, ["margin", "z", "c"])
    margin, z, c = exact(margin), sparse(z, len(p.D)), sparse(c, len(p.S))
    related = min(z.values(), default=1) > 0 and combine(p.D, z) == combine(p.S, c)
    require(margin > 0 and related, FAILS, "z D and c S differ")
    total = sum(v * p.targets[i][0] for i, v in c.items()) + margin * sum(z.values())
    require(total > 0, FAILS, "a scorer could satisfy the stated sum")
    return f"contradiction: {len(z)} edits and {len(c)} training captions leave no scorer the margin {margin}"

def check_nearest(p, body):
    dropped, texts, edits, change, alone = keys(body, ["dropped", "p", "q", "change", "alone"])
    dropped, meaning = increasing(dropped, len(p.D)), p.meaning()
    increasing([i for i, _ in texts], len(p.S)), increasing([i for i, _ in edits], len(p.D))
    used = [(p.S[i], row) for i, row in texts] + [(p.D[i], row) for i, row in edits if i not in dropped]
    require(len(used) == len(texts) + len(edits), FAILS, "the change uses a dropped edit")
    n = defaultdict(lambda: [0] * p.width)
    for row, weights in used:
        weights = [exact(v) for v in weights]
        require(len(weights) == p.width, FAILS, "a row of weights has the wrong width")
        for j, v in row.items():
            n[j] = [a + v * b for a, b in zip(n[j], weights)]
    require(not any(any(multiply(row, n, p.width)) for row in p.S), FAILS, "the change shows on a training caption")
    for edit, row in enumerate(p.D):
        moved = [-v for v in multiply(row, n, p.width)]
        require(edit in dropped or moved == meaning[edit], FAILS, f"the changed encoder sees edit {edit}")
    require(sum(v * v for row in n.values() for v in row) == exact(change), FAILS, "the change has another norm")
    alone = [keys(entry, ["edit", "c", "change"]) for entry in alone]
    increasing([edit for edit, _, _ in alone], len(p.D))
    for edit, c, size in alone:
        k = combine([p.D[edit], combine(p.S, sparse(c, len(p.S)))], {0: 1, 1: -1})
        silent = k and not any(sum(v * k.get(j, 0) for j, v in row.items()) for row in p.S)
        least = sum(v * v for v in meaning[edit]) == exact(size) * sum(v * v for v in k.values())
        require(silent and least, FAILS, f"edit {edit} needs another change")
    return f"nearest: the least change blind to {len(p.D) - len(dropped)} edits, and to {len(alone)} single edits"

CLAIMS = {"fates": check_fates, "blind": check_blind, "obstructed": check_obstructed, "settles": check_settles,
          "margins": check_margins, "farkas": check_farkas, "selective": check_selective, "nearest": check_nearest}
THEOREM_OF = {**dict.fromkeys(CLAIMS, "composition_nonidentifiability"), "refutes": None, "settles": "mining_suffices",
              "selective": "depth_blindness"}

def check(path, folder, merges):
    require(path.is_file(), UNREADABLE, f"{path} is not there, or not a file")
    top = load(path.read_bytes().decode("utf-8-sig"), parse_float=exact)
    require(top.get("scotoma_certificate") == 1, UNREADABLE, "not a certificate of version 1")
    _, statement, body, claims = keys(top, ["scotoma_certificate", "statement", "problem", "claims"])
    theorem, digest = keys(statement, ["theorem", "sha256"])
    require("matrices" not in body, DECLINED, "counterexamples are about any statement: only `scotoma verify` evaluates those")
    require(isinstance(theorem, str) and isinstance(digest, str), UNREADABLE, "expected a theorem and its hash")
    require(THEOREMS.get(theorem) == digest, FAILS, "the statement is not one that this checker knows")
    foreign = [kind for claim in claims for kind in claim.keys() if THEOREM_OF[kind] != theorem]
    require(not foreign, FAILS, f"a claim about another theorem: {foreign}")
    p = problem(*keys(body, ["captions"]), folder, merges)
    require(claims, FAILS, "the certificate makes no claim")
    lines = [f"S is {len(p.S)} x {p.features}, D is {len(p.D)} x {p.features}, embeddings have {p.width} dimensions"]
    return lines + [CLAIMS[kind](p, body) for claim in claims for (kind, body), in [claim.items()]]

def verdict_of(path, folder=None, merges=None):
    """The exit status, and what holds or why it does not."""
    try:
        return 0, check(Path(path), folder or Path(path).parent / "inputs", merges)
    except Stop as stop:
        return stop.args[0], [stop.args[1]]
    except Exception as error:  # whatever else goes wrong, nothing has been shown to hold
        return UNREADABLE, [f"{type(error).__name__}: {error}"]

def main():
    parser = argparse.ArgumentParser(description="Checks a Scotoma certificate about captions.")
    for name in ("certificate", "--inputs", "--merges"):
        parser.add_argument(name)
    parser.add_argument("--json", action="store_true")
    parser.error = lambda message: sys.exit(print(message, file=sys.stderr) or UNREADABLE)
    args = parser.parse_args()
    status, lines = verdict_of(args.certificate, args.inputs, args.merges)
    verdict = ["holds", "does not hold", "declined", "unreadable"][status]
    print(json.dumps({"verdict": verdict, "lines": lines}) if args.json else "\n".join([verdict, *lines]))
    return status

if __name__ == "__main__":
    sys.exit(main())
