"""What a certificate speaks of, from the raw captions: the first half of verify.py. Standard library only.

Strict JSON with exact numbers; the raw inputs; tokens and features; S, D and the embeddings; sparse products.
"""
import ast, csv, gzip, hashlib, io, json, math, re, struct, sys, unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

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
