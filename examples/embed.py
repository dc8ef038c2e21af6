"""Loads the two encoders that `scotoma build` wrote and embeds a caption and its hard negative.

    python3 embed.py FOLDER "a caption" "its hard negative"

Needs NumPy and the safetensors package. Reads words and the feature map `positions`.
"""
import json, re, sys, unicodedata

import numpy as np
from safetensors.numpy import load_file

folder, *texts = sys.argv[1:]
tensors = load_file(f"{folder}/encoders.safetensors")
encoder = json.load(open(f"{folder}/encoder.json", encoding="utf-8"))
if (encoder["tokenizer"], encoder["feature_map"]) != ("words", "positions") or len(texts) != 2:
    sys.exit("a caption and its hard negative are needed, and an encoder over words and positions")
row = {name: number for number, name in enumerate(encoder["features"])}


def words(text):
    """Runs of letters, marks and numbers, with single apostrophes inside (proofs/CERTIFICATES.md, "Tokens")."""
    text = text.lower().replace("ς", "σ")
    kinds = ["w" if unicodedata.category(c)[0] in "LMN" else "'" if c in "'’" else " " for c in text]
    return [text[word.start():word.end()] for word in re.finditer("w+(?:'w+)*", "".join(kinds))]


def embed(name, text):
    features = [f"{word}@{i}" for i, word in enumerate(words(text))]
    unknown = [feature for feature in features if feature not in row]
    if unknown:
        sys.exit(f"no caption of the encoder has {', '.join(unknown)} (word@position, from 0)")
    return sum(tensors[name][row[feature]] for feature in features)


for name in ("g", "h"):
    if name not in tensors:
        print(name, "is known on its own texts alone: embeddings, not a matrix")
        continue
    for text in texts:
        print(name, embed(name, text) / encoder["scale"], text)
    same = np.array_equal(embed(name, texts[0]), embed(name, texts[1]))
    print(name, "gives both the same vector" if same else "tells them apart")
