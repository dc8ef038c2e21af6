#!/usr/bin/env python3
"""Checks a Scotoma certificate about captions. Python 3.9 or later, standard library only.

    python3 verify.py certificate.json [--inputs FOLDER] [--merges FILE] [--json]

Two files: reading.py makes the matrices from the raw captions, this one checks the claims. Written from the format's
page (CERTIFICATES.md) alone, so that they share no code and no misunderstanding with the program that builds
certificates. --merges names CLIP's published merges (bpe_simple_vocab_16e6.txt or .txt.gz), which
the tokenizer `clip` needs. Exit status: 0 holds, 1 does not hold, 2 declined (not for this checker), 3 unreadable.
"""
import argparse, json, sys
from collections import defaultdict
from pathlib import Path

from reading import (DECLINED, FAILS, UNREADABLE, Stop, combine, exact, increasing, index, keys, load, multiply, problem,
                     require, sparse, transposed)

THEOREMS = {"composition_nonidentifiability": "ed6ba850e3e2bc380edf048167e42410901e5503f867a34c3eaa878d09e4b020",
            "mining_suffices": "23a8e691bdc9c0ca229afed5ec4a7548b0209fe28ed1a75bb817c0096b6ff53b",
            "depth_blindness": "ccf9c830c72d9737afb99e822366919fc4d5aa67eeb8d3b0f097c5e9f3ebab38"}

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
    dropped, texts, edits, change, alone, own = keys(body, ["dropped", "p", "q", "change", "alone"], ["n"])
    dropped, meaning = increasing(dropped, len(p.D)), p.meaning()
    increasing([i for i, _ in texts], len(p.S)), increasing([i for i, _ in edits], len(p.D))
    used = [(p.S[i], row) for i, row in texts] + [(p.D[i], row) for i, row in edits if i not in dropped]
    require(len(used) == len(texts) + len(edits), FAILS, "the change uses a dropped edit")
    dual = defaultdict(lambda: [0] * p.width)
    for row, weights in used:
        weights = [exact(v) for v in weights]
        require(len(weights) == p.width, FAILS, "a row of weights has the wrong width")
        for j, v in row.items():
            dual[j] = [a + v * b for a, b in zip(dual[j], weights)]
    n = dual if own is None else {j: [exact(v) for v in row] for j, row in own}
    increasing([j for j, _ in own or []], p.features)
    require(all(len(row) == p.width for row in n.values()), FAILS, "a row of the change has the wrong width")
    require(not any(any(multiply(row, n, p.width)) for row in p.S), FAILS, "the change shows on a training caption")
    for edit, row in enumerate(p.D):
        moved = [-v for v in multiply(row, n, p.width)]
        require(edit in dropped or moved == meaning[edit], FAILS, f"the changed encoder sees edit {edit}")
    flat = lambda table: {(j, e): v for j, row in table.items() for e, v in enumerate(row) if v}
    dot = lambda a, b: sum(v * b.get(i, 0) for i, v in a.items())
    # Whatever the change, its product with the dual is that of n, which bounds it: by Cauchy and Schwarz, or entry by entry.
    top, length = lambda v: max(map(abs, v.values()), default=0), lambda v: sum(map(abs, v.values()))
    n, dual = flat(n), flat(dual)
    tight = own is None or dot(dual, n) == length(dual) * top(n) and (dual or not n)
    require(tight and exact(change) == (dot(n, n) if own is None else top(n)), FAILS, "the change is not the least")
    alone = [keys(entry, ["edit", "c", "change"], ["y"]) for entry in alone]
    increasing([edit for edit, _, _, _ in alone], len(p.D))
    for edit, c, size, y in alone:
        require((y is None) == (own is None), FAILS, "two norms in one claim")
        k, meant = combine([p.D[edit], combine(p.S, sparse(c, len(p.S)))], {0: 1, 1: -1}), dict(enumerate(meaning[edit]))
        y = k if y is None else sparse(y, p.features)
        silent = k and y and not any(dot(row, y) for row in p.S)
        tight = own is None or dot(k, y) == length(k) * top(y)
        least = dot(meant, meant) == exact(size) * dot(k, k) if own is None else top(meant) == exact(size) * length(k)
        require(silent and tight and least, FAILS, f"edit {edit} needs another change")
    norm = "in the Frobenius norm" if own is None else "in the largest entry"
    return f"nearest: the least change {norm} blind to {len(p.D) - len(dropped)} edits, and to {len(alone)} single edits"

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
