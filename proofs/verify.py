#!/usr/bin/env python3
"""Checks a Scotoma certificate. Python 3.9 or later, standard library only.

    python3 verify.py certificate.json [FOLDER OF THE INPUTS]

Written from the format's page (CERTIFICATES.md) alone, so that it shares no code and no misunderstanding with
the program that builds certificates. Counterexamples it hands to counterexample.py; it declines the tokenizer
`clip`, which needs a vocabulary. Exit status: 0 holds, 1 does not hold, 2 declined, 3 unreadable.
"""
import csv, hashlib, heapq, importlib, io, json, math, re, struct, sys, unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from functools import lru_cache
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
def within(size, limit, what):  # the limits of the page
    require(size <= limit, DECLINED, f"{what}: {size} is above the limit of {limit}")
WHITE = ("\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
         "\u2028\u2029\u202f\u205f\u3000")

# JSON, in inputs and in the certificate.
def record(pairs):
    return require(len(dict(pairs)) == len(pairs), UNREADABLE, "a key is repeated") and dict(pairs) or {}
def integer(spelled):  # -0 is a number and no integer
    require(len(spelled) <= 20_000, UNREADABLE, "a number of more than 20,000 characters")
    return int(spelled) if spelled != "-0" else 0.0
def number(spelled):
    require(len(spelled) <= 20_000, UNREADABLE, "a number of more than 20,000 characters")
    return float(spelled)
def sound(value, depth=0):  # no half of a surrogate pair, and at most 100 lists and objects around a value
    require(depth <= 100, UNREADABLE, "more than 100 lists and objects stand inside one another")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, (dict, list)):
        for part in value if isinstance(value, list) else [*value, *value.values()]:
            if isinstance(part, (str, dict, list)) or depth == 100:
                sound(part, depth + 1)
def load(text):
    value = json.loads(text, object_pairs_hook=record, parse_constant=exact, parse_int=integer, parse_float=number)
    sound(value)
    return value

# The form of the certificate: objects with their keys, lists, pairs, and exact numbers in their one spelling.
def formed(form, value):
    """The value with its numbers read, if it has the form: a function, [items], (one, after, another), or {keys}."""
    if isinstance(form, list):
        return [formed(form[0], item) for item in require_kind(list, value)]
    if isinstance(form, tuple):
        require(len(require_kind(list, value)) == len(form), UNREADABLE, f"not a list of {len(form)}")
        return tuple(map(formed, form, value))
    if isinstance(form, dict):
        known = {key.rstrip("?"): key for key in form}
        needed = {key for key in form if not key.endswith("?")}
        usual = needed <= require_kind(dict, value).keys() <= known.keys()
        require(usual, UNREADABLE, f"not an object with {', '.join(form)}")
        return {key: formed(form[known[key]], item) for key, item in value.items()}
    return form(value)
def require_kind(kind, value):
    return require(type(value) is kind, UNREADABLE, f"not a {kind.__name__}: {str(value)[:40]}") is True and value
def text(value): return require_kind(str, value)
def one_of(*names):
    return lambda name: require(isinstance(name, str) and name in names, UNREADABLE, f"none of {names}") and name
def whole(limit):
    return lambda value: require(type(value) is int and 0 <= value < limit, UNREADABLE, "not an index") and value
def exact(value):  # an integer or a fraction, in its one spelling
    if type(value) is int and abs(value) < 1 << 53:
        return value
    spelled = isinstance(value, str) and re.fullmatch("-?[0-9]{1,20000}(/[0-9]{1,20000})?", value)
    number = Fraction(value) if spelled else Fraction(0)
    usual = str(number) == value and (number.denominator > 1 or abs(number) >= 1 << 53)
    return require(usual, UNREADABLE, f"{str(value)[:40]} is not a number in its one spelling") and number
def plain(name):
    usual = require_kind(str, name) not in ("", ".", "..") and not re.search(r"[/\\\x00-\x1f\x7f-\x9f]", name)
    return require(usual, UNREADABLE, f"{name!r} is no plain file name") and name
def encoder_form(value):
    kind = require_kind(dict, value).get("kind")
    projection = {"kind": text, "seed": whole(1 << 64), "width": INDEX, "bound": INDEX}
    forms = {"projection": projection, "embeddings": {"kind": text, "width": INDEX}}
    form = require(isinstance(kind, str) and forms.get(kind), UNREADABLE, "no such encoder")
    return formed(form, value)
INDEX = whole(1 << 32)
ROLES = "pairs", "train", "embeddings", "embedding-texts", "features", "feature-texts"
SPARSE, TABLE = [(INDEX, exact)], [(INDEX, [exact])]
OBSTRUCTION = {"s?": SPARSE, "d": SPARSE}
CLAIM_FORMS = {
    "fates": {"collapsed": [INDEX], "identified": [{"edit": INDEX, "c": SPARSE}],
              "free": [{"edit": INDEX, "readout": INDEX}], "readouts": [SPARSE]},
    "kernel": {"modulus": INDEX, "basis": [(INDEX, INDEX)], "readouts": [SPARSE], "collapsed": [INDEX],
               "identified": [INDEX], "free": [INDEX], "mined": [(INDEX, INDEX)],
               "settled": [{"edit": INDEX, "b": SPARSE}]},
    "blind": {"dropped": [{"edit": INDEX, **OBSTRUCTION}], "h": TABLE},
    "obstructed": {"by": OBSTRUCTION},
    "selective": {"blind": [INDEX], "seen": [INDEX], "h": TABLE},
    "settles": {"mined": [{"edit": INDEX, "readout?": SPARSE, "pivot?": INDEX}],
                "settled": [{"edit": INDEX, "c": SPARSE, "b": SPARSE}], "costs?": [exact],
                "basis?": {"modulus": INDEX, "rows": [(INDEX, INDEX)], "others": [{"caption": INDEX, "c": SPARSE}]},
                "budget?": {"limit": exact, "chosen": [INDEX], "settled": INDEX}},
    "margins": {"margin": exact, "scorer": SPARSE},
    "farkas": {"margin": exact, "z": SPARSE, "c": SPARSE},
    "nearest": {"dropped": [INDEX], "p": TABLE, "q": TABLE, "n?": TABLE, "change": exact,
                "alone": [{"edit": INDEX, "c": SPARSE, "y?": SPARSE, "change": exact}]},
    "refutes": lambda value: require_kind(dict, value)}  # the business of counterexample.py
def claim_form(value):
    (kind, body), = require_kind(dict, value).items()
    return kind, formed(CLAIM_FORMS[kind], body)
def version_of(claims):  # the least that has them
    obstructions = [o for kind, body in claims for o in {"blind": body.get("dropped"),
                                                         "obstructed": [body.get("by")]}.get(kind, [])]
    newer = any(kind == "kernel" or kind == "settles" and "basis" in body for kind, body in claims)
    return 2 if newer or any("s" not in o for o in obstructions) else 1
CAPTIONS = {
    "inputs": [{"name": plain, "sha256": text, "role": one_of(*ROLES),
                "format?": one_of("json", "jsonl", "csv", "tsv", "text")}],
    "columns?": lambda value: formed({f"{part}?": text for part in ("caption", "negative", "operator", "id")}, value),
    "selected?": [INDEX], "tokenizer": one_of("words", "clip", "spaces"), "encoder": encoder_form,
    "features": one_of("bag-of-words", "positions", "bigrams", "ordered-pairs", "positional-pairs", "whole-caption",
                       "matrix"),
    "size": {"training": INDEX, "edits": INDEX, "features": INDEX}}
CERTIFICATE = {"scotoma_certificate": INDEX, "statement": {"theorem": text, "sha256": text},
               "problem": {"captions": CAPTIONS}, "claims": [claim_form]}

# From raw inputs to captions.
def load_input(folder, name, sha256, role, format=None):
    require(Path(folder, name).is_file(), UNREADABLE, f"{name!r} is missing")
    within(Path(folder, name).stat().st_size, 1 << 30, "bytes of a file")
    raw = Path(folder, name).read_bytes()
    require(hashlib.sha256(raw).hexdigest() == sha256, FAILS, f"{name} is not the file that is meant")
    return role, raw, format
def listed(value):
    texts = value if isinstance(value, list) else [value]
    usual = all(isinstance(t, str) and t.strip(WHITE) and "\0" not in t for t in texts)
    return require(usual, UNREADABLE, "a text is missing or empty, or has a NUL character") and texts
ESCAPES = {"\\": "\\", "'": "'", '"': '"', "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
PAIR = r"u([dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
ESCAPE = re.compile(r"""\\(?:([\\'"/bfnrt])|x([0-9a-fA-F]{2})|%s|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))""" % PAIR)
ITEM = re.compile(rf"""[{WHITE}]*(?:'((?:[^'\\]|{ESCAPE.pattern})*)'|"((?:[^"\\]|{ESCAPE.pattern})*)")"""
                  rf"""[{WHITE}]*(,|\Z)""", re.S)
def unescaped(match):
    letter, *codes = match.groups()
    code = "".join(c for c in codes if c)
    if letter:
        return ESCAPES[letter]
    if "u" in code:
        high, low = (int(half, 16) for half in code.split("\\u"))
        return chr(0x10000 + (high - 0xD800 << 10) + low - 0xDC00)
    require(not 0xD800 <= int(code, 16) < 0xE000, UNREADABLE, "half of a surrogate pair in a list")
    return chr(int(code, 16))
def cell(value):  # a text, or a list of texts
    inside = re.fullmatch(rf"\[[{WHITE}]*((?:[ub]?['\"].*)?)\]", value.strip(WHITE), re.S)
    if not inside:
        return value
    rest, texts, more = inside[1].rstrip(WHITE), [], inside[1] != ""
    while more:
        item = require(ITEM.match(rest), UNREADABLE, f"no list of texts: {value[:40]}")
        texts.append(ESCAPE.sub(unescaped, next(t for t in (item[1], item[7]) if t is not None)))
        rest = rest[item.end():]
        more = item[13] and rest
    return texts
def records(format, content):
    if format == "json":
        found = load(content)
        return found.values() if isinstance(found, dict) else found + []
    lines = re.split("\r\n|\r|\n", content)
    if format in ("jsonl", "text"):
        blank = {"jsonl": " \t", "text": WHITE}[format]
        lines = [line for line in lines if line.strip(blank)]
        return map(load, lines) if format == "jsonl" else lines
    delimiter, file = {"csv": ",", "tsv": "\t"}[format], io.StringIO(content, newline="")
    head, *rows = filter(None, csv.reader(file, delimiter=delimiter, strict=True))
    require({len(head)} >= {len(row) for row in rows}, UNREADABLE, "a record has too few or too many cells")
    names = Counter(name.strip(WHITE) for name in head)
    return [Row(zip((name.strip(WHITE) for name in head), row), names=names) for row in rows]
class Row(dict):  # of a table: a column that is read occurs once, and its cell may be a list
    def __init__(self, cells, names):
        super().__init__(cells)
        self.names = names
    def __getitem__(self, name):
        require(self.names[name] == 1, UNREADABLE, f"not one column is called {name}")
        return cell(super().__getitem__(name))
def texts_of(role, raw, format, columns={}):  # the pairs (caption, negative), or the texts of another role
    content, out = raw.decode("utf-8-sig"), []
    require("\0" not in content, UNREADABLE, "an input has a NUL character")
    name, operator, id = (columns.get(part, part) for part in ("caption", "operator", "id"))
    for found in records(format, content):
        found = found if isinstance(found, dict) or role == "pairs" else {"caption": found}
        captions = listed(found[name if role == "pairs" or name in found else "caption"])
        once = [operator, id] if role == "pairs" else ["operator", "id"]
        require(all(getattr(found, "names", {}).get(n, 1) == 1 for n in once), UNREADABLE, "a column twice")
        if role != "pairs":
            out += captions + (listed(found["caption2"]) if "caption2" in found else [])
            continue
        usual = {"negative", "negative_caption"} & found.keys()
        (caption,), (negative,) = captions, [columns["negative"]] if "negative" in columns else usual
        negatives = require(listed(found[negative]), UNREADABLE, "a list of negatives is empty")
        require({*columns.values()} <= found.keys(), UNREADABLE, "a column is missing")
        out += [(caption, n) for n in negatives]
    return require(out, UNREADABLE, "an input holds no captions")

# From captions to tokens, features, and the true-optimal encoder (its width, and its value on a text).
def later_characters():  # those that Unicode 13.0 does not have
    lines = Path(__file__).with_name("unicode-13.txt").read_text("ascii").splitlines()
    ranges = " ".join(line for line in lines if not line.startswith("#")).split()
    return re.compile("[%s]" % "".join("-".join(f"\\U{int(end, 16):08x}" for end in r.split("-")) for r in ranges))
LATER = later_characters()
def words(caption):  # runs of letters, marks and numbers, joined by single inner apostrophes
    text = LATER.sub(" ", caption).lower().replace("\u03c2", "\u03c3")
    kinds = ["w" if unicodedata.category(c)[0] in "LMN" else "'" if c in "'\u2019" else " " for c in text]
    return [text[word.start():word.end()] for word in re.finditer("w+(?:'w+)*", "".join(kinds))]
TOKENS = {"words": words, "spaces": lambda caption: re.findall(r"[^ \t\n\r]+", caption)}
FEATURES = {  # of the tokens t, in the order in which they are numbered, with multiplicity
    "bag-of-words": lambda t: [(), *t], "positions": enumerate,
    "bigrams": lambda t: zip([None, *t], [*t, None]), "ordered-pairs": lambda t: [(), *combinations(t, 2)],
    "positional-pairs": lambda t: [(), *combinations(enumerate(t), 2)],
    "whole-caption": lambda t: [tuple(t)]}
COUNTS = {"bag-of-words": lambda n: n + 1, "positions": lambda n: n, "bigrams": lambda n: n + 1,
          "ordered-pairs": lambda n: n * (n - 1) // 2 + 1, "positional-pairs": lambda n: n * (n - 1) // 2 + 1,
          "whole-caption": lambda n: 1}
PART = re.compile(r"""_(['"])(?:(descr)\1_:_(?:'([^'"\\]*)'|"([^'"\\]*)")|(fortran#order)\1_:_(True|False)"""
                  r"""|(shape)\1_:_\(([0-9, \t\r\n]*)\))_(,|\Z)""".replace("_", r"[ \t\r\n]*").replace("#", "_"))
def npy_header(text):  # its descr, fortran_order and shape
    inside = require(re.fullmatch(r"\{(.*)\}", text.strip(" \t\r\n"), re.S), UNREADABLE, "no .npy header")[1]
    found = []
    rest = inside.rstrip(" \t\r\n")
    while rest:
        part = require(PART.match(rest), UNREADABLE, "no .npy header")
        values = {"descr": part[3] or part[4], "fortran_order": part[6] == "True", "shape": part[8]}
        key = part[2] or part[5] or part[7]
        found.append((key, values[key]))
        rest = rest[part.end():]
    header = record(found)
    axes = [axis.strip(" \t\r\n") for axis in header["shape"].split(",")]
    axes = axes[:-1] if axes[-1] == "" else axes
    usual = all(re.fullmatch("0|[1-9][0-9]*", axis) for axis in axes)
    return header["descr"], header["fortran_order"], require(usual, UNREADABLE, "no shape") and [*map(int, axes)]
def named_rows(raw, names, bits):  # the exact rows of a .npy file by their texts, white space at the ends left out
    require(raw[:6] == b"\x93NUMPY" and raw[6] in (1, 2, 3), UNREADABLE, "an input is not a .npy file")
    start = 10 if raw[6] == 1 else 12
    body = start + int.from_bytes(raw[8:start], "little")
    require(len(raw) >= body, UNREADABLE, "a .npy file ends in its header")
    descr, fortran, (rows, cols) = npy_header(raw[start:body].decode())
    code, size = {"<f2": "e2", "<f4": "f4", "<f8": "d8", "<i4": "i4", "<i8": "q8"}[descr]
    require(len(raw) - body == rows * cols * int(size), UNREADABLE, "a .npy file has not the size of its shape")
    numbers = struct.unpack(f"<{rows * cols}{code}", raw[body:])
    require(code in "efd" or all(float(v) == v for v in numbers), DECLINED, "an integer that is no float")
    values = [*map(Fraction, numbers)]
    try:
        found = load(names.decode("utf-8-sig"))
    except Exception:
        found = None
    names, named = texts_of("names", names, "json" if isinstance(found, list) else "text"), {}
    require(len(names) == rows and cols, UNREADABLE, "a matrix has no columns, or not a row for each text")
    wide = max(map(abs, values)) * max(v.denominator for v in values)
    require(wide < 1 << bits, DECLINED, f"entries of a matrix are not integers below 2^{bits} over a power of two")
    for i, name in enumerate(names):
        row = values[i::rows] if fortran else values[i * cols:(i + 1) * cols]
        require(named.setdefault(name.strip(WHITE), row) == row, UNREADABLE, "one text has two different rows")
    return named
def mixed(state):
    z = (state + 0x9E3779B97F4A7C15) % (1 << 64)
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % (1 << 64)
    z = (z ^ z >> 27) * 0x94D049BB133111EB % (1 << 64)
    return z ^ z >> 31
def projection(m, kind, seed, width, bound):
    within(width * max(m.features, len(m.S), len(m.D)), 1 << 28, "entries of a table")
    entry = lambda j, e: mixed(mixed(mixed(seed) ^ j) ^ e) % (2 * bound + 1) - bound
    g = [nonzero(entry(j, e) for e in range(width)) for j in range(m.features)]
    return lambda text, unknown: times(m.rows[text], g)
def embeddings(m, kind, width):
    named = named_rows(m.raws["embeddings"], m.raws["embedding-texts"], 126)
    require(width <= min(map(len, named.values())), UNREADABLE, "the embeddings are less wide")
    row = lambda text, unknown: require(named.get(text.strip(WHITE)), unknown, "a text has no embedding")
    return lambda text, unknown: nonzero(row(text, unknown)[:width])

# The problem: S and D as sparse rows, and the values of the true-optimal encoder, from the raw inputs.
def check_roles(inputs, features, encoder, **_):
    roles = ["embedding-texts", "embeddings"] * (encoder["kind"] == "embeddings")
    roles += ["feature-texts", "features"] * (features == "matrix")
    captions = [i for i in inputs if i["role"] in ("pairs", "train")]
    others = sorted(i["role"] for i in inputs if i["role"] not in ("pairs", "train"))
    usual = all(("format" in i) == (i in captions) for i in inputs) and others == roles
    usual = usual and any(i["role"] == "pairs" for i in inputs) and encoder["width"] > 0
    require(usual, UNREADABLE, "the inputs do not play the needed roles")
def matrices(folder, inputs, tokenizer, features, encoder, size, selected=None, columns={}):
    inputs = [load_input(folder, **entry) for entry in inputs]
    m = SimpleNamespace(raws={role: raw for role, raw, _ in inputs}, rows={}, scale=1)
    texts = lambda role: [t for r, *file in inputs if r == role for t in texts_of(role, *file, columns)]
    pairs = dict.fromkeys(pair for pair in texts("pairs") if pair[0].strip(WHITE) != pair[1].strip(WHITE))
    pairs, further = require([*pairs], UNREADABLE, "no pair says anything"), [*dict.fromkeys(texts("train"))]
    m.selection = "" if selected is None else f", {len(selected)} of {len(pairs)} pairs"
    if selected is not None:
        pairs = [pairs[i] for i in require(edits(selected, len(pairs)), FAILS, "nothing is selected")]
    captions, negatives = zip(*pairs)
    require(tokenizer != "clip", DECLINED, "this checker does not have CLIP's tokenizer")
    everything = [*captions, *negatives, *further]
    tokens = {}
    for t in dict.fromkeys(everything):
        tokens[t] = require(TOKENS[tokenizer](t), UNREADABLE, "a caption has no token")
        within(len(tokens[t]), 100_000, "tokens of a text")
    numbers = defaultdict(lambda: len(numbers))
    if features == "matrix":
        matrix = named_rows(m.raws["features"], m.raws["feature-texts"], 62)
        m.features = len(next(iter(matrix.values())))
        m.scale = max(v.denominator for row in matrix.values() for v in row)
        within(len(everything) * m.features, 1 << 25, "entries")
        m.rows = {t: nonzero(matrix[t.strip(WHITE)]) for t in tokens}
    else:
        within(sum(COUNTS[features](len(tokens[t])) for t in everything), 1 << 25, "entries")
        for t in tokens:
            within(COUNTS[features](len(tokens[t])), 1 << 20, "features of a text")
            m.rows[t] = Counter(numbers[feature] for feature in FEATURES[features](tokens[t]))
            within(len(numbers), 1 << 22, "features")
        m.features = len(numbers)
    training = [*dict.fromkeys([*captions, *further])]
    m.S, m.D = [m.rows[t] for t in training], [minus(m.rows[n], m.rows[c]) for c, n in pairs]
    m.width = encoder["width"]
    value = {"embeddings": embeddings, "projection": projection}[encoder["kind"]](m, **encoder)
    m.targets = [value(t, UNREADABLE) for t in training]
    m.meanings = lru_cache(lambda: [minus(value(n, FAILS), value(c, FAILS)) for c, n in pairs])
    m.linear, m.seen = encoder["kind"] == "projection", None
    sizes = dict(training=len(m.S), edits=len(m.D), features=m.features)
    require(sizes == size, FAILS, "the sizes are not those of the inputs")
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
def indexed(pairs, bound):  # as a dictionary, if the indices increase below the bound
    usual = all(a < b for (a, _), (b, _) in zip(pairs, pairs[1:])) and all(i < bound for i, _ in pairs[-1:])
    return require(usual, FAILS, "indices are out of order or out of range") and dict(pairs)
def sparse(value, bound):
    vector = indexed(value, bound)
    return require(all(vector.values()), FAILS, "a stored zero") and vector
def nonzero(values): return {i: v for i, v in enumerate(values) if v}
def edits(numbers, bound): return list(indexed([(n, None) for n in numbers], bound))
def by_edit(m, entries, *keys):
    values = [e[keys[0]] if len(keys) == 1 else tuple(e.get(key) for key in keys) for e in entries]
    return indexed([(e["edit"], value) for e, value in zip(entries, values)], len(m.D))
def table(m, value, bound):  # a list of [index, [width values]] as rows; those that are not listed are 0
    require(all(len(row) == m.width for _, row in value), FAILS, "a row has not the width of the targets")
    return defaultdict(dict, {i: nonzero(row) for i, row in indexed(value, bound).items()})
def readers(m, readouts):  # features by readouts
    seen_by = defaultdict(dict)
    for k, readout in enumerate(readouts):
        for j, v in sparse(readout, m.features).items():
            seen_by[j][k] = v
    return seen_by

# The claims, as on the page: the parameters after the problem m are the keys, the value is whether it holds.
def fates(m, collapsed, identified, free, readouts):
    collapsed, identified = edits(collapsed, len(m.D)), by_edit(m, identified, "c")
    free, seen_by = by_edit(m, free, "readout"), readers(m, readouts)
    return (sorted([*collapsed, *identified, *free]) == [*range(len(m.D))]
            and not any(m.D[edit] for edit in collapsed)
            and all(combination(m, c) == m.D[edit] for edit, c in identified.items())
            and not any(times(row, seen_by) for row in m.S)
            and all(readout in times(m.D[edit], seen_by) for edit, readout in free.items()))
def staircase(modulus, columns, rows, scale):  # the pivots, if the rows, made integers, are independent by them
    require(2 <= modulus < 1 << 31, FAILS, "the modulus is not from 2 and below 2^31")
    stairs, turn, entries = [], {}, 0
    for row, column in rows:
        require(column < columns and column not in turn, FAILS, "a pivot is out of range or given twice")
        row = {j: int(v * scale) % modulus for j, v in row.items() if int(v * scale) % modulus}
        waiting = [turn[j] for j in row if j in turn]
        heapq.heapify(waiting)
        while waiting:
            pivot, others = stairs[heapq.heappop(waiting)]
            value = row.pop(pivot, 0)
            for j, v in others.items() if value else ():
                if j not in row and j in turn:
                    heapq.heappush(waiting, turn[j])
                row[j] = (row.get(j, 0) - value * v) % modulus
        value = row.pop(column, 0)
        require(math.gcd(value, modulus) == 1, FAILS, "rows are not independent")
        inverse = pow(value, -1, modulus)
        stairs.append((column, {j: v * inverse % modulus for j, v in row.items() if v}))
        turn[column] = len(turn)
        entries += len(stairs[-1][1])
        within(entries, 1 << 27, "entries of reduced rows")
    return turn.keys()
def kernel(m, modulus, basis, readouts, collapsed, identified, free, mined, settled):
    captions_of(m, basis)
    pinned = staircase(modulus, m.features, [(m.S[row], column) for row, column in basis], m.scale)
    open_features = [j for j in range(m.features) if j not in pinned]
    vectors = [sparse(readout, m.features) for readout in readouts]
    require(len(vectors) == len(open_features), FAILS, "there is not a readout for each feature without a pivot")
    usual = all([j for j in vector if j not in pinned] == [own] and all(Fraction(v).denominator == 1 for v in
                vector.values()) for own, vector in zip(open_features, vectors))
    seen_by = readers(m, readouts)
    require(usual and not any(times(row, seen_by) for row in m.S), FAILS, "the readouts are no kernel of training")
    m.seen = [times(row, seen_by) for row in m.D]
    fates = [[], [], []]
    for edit, (row, seen) in enumerate(zip(m.D, m.seen)):
        fates[2 if seen else 1 if row else 0].append(edit)
    basis = [edit for edit, _ in mined]
    require(all(edit < len(m.D) for edit in basis), FAILS, "a mined edit is out of range")
    staircase(modulus, len(vectors), [(m.seen[edit], readout) for edit, readout in mined], m.scale)
    settled = by_edit(m, settled, "b")
    return (fates == [collapsed, identified, free] and [*settled] == sorted({*free} - {*basis})
            and all({i for i, _ in b} <= {*basis} and times(sparse(b, len(m.D)), m.seen) == m.seen[edit]
                    for edit, b in settled.items()))
def obstruction(m, d, s=None):
    if s is None:  # a claim before this one shows that there is one
        weights = sparse(d, len(m.D))
        return (m.linear and m.seen is not None and not times(weights, m.seen)
                and bool(times(weights, m.meanings())))
    return combination(m, s) == combination(m, [], d) and bool(times(sparse(s, len(m.S)), m.targets))
def obstructed(m, by): return obstruction(m, **by)
def aligned(m, h, blind):
    return [times(row, h) for row in m.S] == m.targets and not any(times(m.D[edit], h) for edit in blind)
def blind(m, dropped, h):
    dropped, h = by_edit(m, dropped, "s", "d"), table(m, h, m.features)
    return (all(obstruction(m, d, s) and {i for i, _ in d} & dropped.keys() == {edit}
                for edit, (s, d) in dropped.items())
            and aligned(m, h, {*range(len(m.D))} - dropped.keys()))
def selective(m, blind, seen, h):
    seen, h = edits(seen, len(m.D)), table(m, h, m.features)
    changes = {frozenset(times(m.D[edit], h).items()) for edit in seen}
    return aligned(m, h, edits(blind, len(m.D))) and len(changes) == len(seen) and all(changes)
def by_readouts(m, mined):  # each sees its own edit and none before it
    seen_by = readers(m, [entry["readout"] for entry in mined])
    return (not any(times(row, seen_by) for row in m.S)
            and all(max(times(m.D[e["edit"]], seen_by), default=-1) == at for at, e in enumerate(mined)))
def by_pivots(m, mined, modulus, rows, others):  # independent behind a basis of training
    captions, pivots = captions_of(m, rows), [(m.D[entry["edit"]], entry["pivot"]) for entry in mined]
    staircase(modulus, m.features, [*((m.S[row], column) for row, column in rows), *pivots], m.scale)
    others = indexed([(entry["caption"], entry["c"]) for entry in others], len(m.S))
    return ([*others] == [i for i in range(len(m.S)) if i not in captions]
            and all({i for i, _ in c} <= captions and combination(m, c) == m.S[i] for i, c in others.items()))
def captions_of(m, rows):  # of a basis, each once
    usual = all(row < len(m.S) for row, _ in rows) and len({row for row, _ in rows}) == len(rows)
    return require(usual, FAILS, "a training caption is out of range or given twice") and {row for row, _ in rows}
def settles(m, mined, settled, basis=None, costs=None, budget=None):
    settled, rows = by_edit(m, settled, "c", "b"), basis
    basis = [entry["edit"] for entry in mined]
    costs = [1] * len(m.D) if costs is None else costs
    return (sorted([*basis, *settled]) == [*range(len(m.D))] and len(costs) == len(m.D) and min(costs) >= 0
            and (by_readouts(m, mined) if rows is None else by_pivots(m, mined, **rows))
            and all(combination(m, c, b) == m.D[edit] for edit, (c, b) in settled.items())
            and all(i in basis and costs[i] <= costs[edit] for edit, (_, b) in settled.items() for i, _ in b)
            and (budget is None or bought(m, {edit: costs[edit] for edit in basis},
                                          [{i for i, _ in b} for _, b in settled.values()], **budget)))
def bought(m, prices, circuits, limit, chosen, settled):
    chosen, cheapest = {*edits(chosen, len(m.D))}, sorted(prices.values())
    return (chosen <= prices.keys() and sum(prices[edit] for edit in chosen) <= limit
            and (len(chosen) == len(prices) or sum(cheapest[:len(chosen) + 1]) > limit)
            and settled == len(chosen) + sum(circuit <= chosen for circuit in circuits))
def margins(m, margin, scorer):
    w = sparse(scorer, m.features)
    return (margin > 0 and all(dot(row, w) == target.get(0, 0) for row, target in zip(m.S, m.targets))
            and all(dot(row, w) <= -margin for row in m.D))
def farkas(m, margin, z, c):
    weights, texts = sparse(z, len(m.D)), sparse(c, len(m.S))
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
                and size(meaning) == change * dual_size(k))
    return (q.keys().isdisjoint(dropped) and not any(times(row, new) for row in m.S)
            and all(minus({}, times(m.D[e], new)) == meanings[e] for e in range(len(m.D)) if e not in dropped)
            and change == size(flat(new)) and (not flat(new) or bool(tight(flat(dual), flat(new))))
            and len(edits([entry["edit"] for entry in alone], len(m.D))) == len(alone)
            and all(blinded(**entry) for entry in alone))

# The certificate.
THEOREMS = {
    "composition_nonidentifiability": "ed6ba850e3e2bc380edf048167e42410901e5503f867a34c3eaa878d09e4b020",
    "depth_blindness": "ccf9c830c72d9737afb99e822366919fc4d5aa67eeb8d3b0f097c5e9f3ebab38",
    "deficit_is_least": "e134cb749b778c4650e57f85aa00244e5011c48aed123b37ad55a30f70013c2b",
    "least_blinding_change": "4b6723ece74c3a9fc2639738dfb1cf41608e68a8a2912969e152999d43009475",
    "margins_contradict": "f6ee989ac5e70085884ac058ca8d3b0483400f3c5c2e3c8fe19e2d124260dcee",
    "silent_readouts_decide": "a460886bc488962e001790554ff1d09236d179f99926fa4313a185f6b45095bf",
    "mining_suffices": "23a8e691bdc9c0ca229afed5ec4a7548b0209fe28ed1a75bb817c0096b6ff53b"}
FIRST = "composition_nonidentifiability"
CLAIMS = {  # the check, and the theorems one of which the certificate names
    "fates": (fates, FIRST), "kernel": (kernel, "silent_readouts_decide"),
    "blind": (blind, FIRST, "silent_readouts_decide"), "obstructed": (obstructed, FIRST, "silent_readouts_decide"),
    "selective": (selective, "depth_blindness"), "settles": (settles, "deficit_is_least", "mining_suffices"),
    "margins": (margins, "margins_contradict", FIRST), "farkas": (farkas, "margins_contradict", FIRST),
    "nearest": (nearest, "least_blinding_change", FIRST)}
def check(folder, scotoma_certificate, statement, problem, claims):
    require(scotoma_certificate == version_of(claims), UNREADABLE, "the version is not that of the claims")
    for body in (body for kind, body in claims if kind == "settles"):
        keys = {"edit", "pivot"} if "basis" in body else {"edit", "readout"}
        require(all(m.keys() == keys for m in body["mined"]), UNREADABLE, "a mined edit has not the form of its claim")
    check_roles(**problem["captions"])
    theorem = statement["theorem"]
    for kind, _ in claims:
        require(theorem in CLAIMS.get(kind, [theorem]), FAILS, f"the claim {kind} is about another theorem")
    require(THEOREMS.get(theorem) == statement["sha256"], FAILS, "the statement is not one that this checker knows")
    m = matrices(folder, **problem["captions"])
    for kind, body in require(claims, FAILS, "the certificate makes no claim"):
        require(kind in CLAIMS and CLAIMS[kind][0](m, **body), FAILS, f"the claim {kind} does not hold")
    return (f"{len(claims)} claims about {len(m.S)} training captions, {len(m.D)} edits, {m.features} features"
            + m.selection)
def verdict_of(path, folder=None):
    try:
        within(Path(path).stat().st_size, 1 << 30, "bytes of a file")
        top = load(Path(path).read_bytes().decode("utf-8-sig"))
        version = require_kind(dict, top).get("scotoma_certificate")
        require(type(version) is int and version in (1, 2), UNREADABLE, "not a certificate of version 1 or 2")
        if top.get("problem") == "matrices":
            return importlib.import_module("counterexample").verdict_of(path, folder)
        return HOLDS, check(folder or Path(path).parent / "inputs", **formed(CERTIFICATE, top))
    except Exception as error:  # whatever else goes wrong, nothing has been shown to hold
        return error.args if isinstance(error, Stop) else (UNREADABLE, f"{type(error).__name__}: {error}")
if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(print(__doc__) or 3)
    verdict, reason = verdict_of(*sys.argv[1:])
    print(verdict, reason, sep="\n")
    sys.exit(VERDICTS.index(verdict))
