"""One measurement of FLINT for the bench `exact`: reads a problem as JSON from a file, prints seconds and answer as JSON.

A problem has rows, cols, entries (row, column, value), width and b (row by row). `rref` is the dense route of a system
that need not be square: the reduced row echelon form of [M | B] over the integers. `fmpz_mat` and `fmpq_mat` solve a
square system. Only the call itself is timed.
"""
import json
import sys
import time

import flint


def main(path, route):
    with open(path) as file:
        problem = json.load(file)
    rows, cols, width = problem["rows"], problem["cols"], problem["width"]
    b = flint.fmpz_mat(rows, width, problem["b"])
    if route == "rref":
        m = flint.fmpz_mat(rows, cols + width)
        for row in range(rows):
            for k in range(width):
                m[row, cols + k] = b[row, k]
    else:
        m = flint.fmpz_mat(rows, cols)
    for row, column, value in problem["entries"]:
        m[row, column] = value
    if route == "fmpq_mat":
        m, b = flint.fmpq_mat(m), flint.fmpq_mat(b)
    start = time.perf_counter()
    found = m.rref() if route == "rref" else m.solve(b)
    seconds = time.perf_counter() - start
    answer = []
    if route != "rref":
        entries = [found[i, k] for i in range(cols) for k in range(width)]
        answer = [f"{int(x.p):x}/{int(x.q):x}" for x in entries]
    json.dump({"seconds": seconds, "version": flint.__version__, "answer": answer}, sys.stdout)


main(sys.argv[1], sys.argv[2])
