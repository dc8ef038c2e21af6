"""Loads the two encoders that `scotoma build` wrote and embeds a caption and its hard negative.

    python3 embed.py FOLDER "a caption" "its hard negative"

Needs NumPy and the safetensors package. Reads words and the feature map `positions`.
"""
import json, re, sys

import numpy as np
from safetensors.numpy import load_file

folder, *texts = sys.argv[1:]
tensors = load_file(f"{folder}/encoders.safetensors")
encoder = json.load(open(f"{folder}/encoder.json"))
assert (encoder["tokenizer"], encoder["feature_map"]) == ("words", "positions")
row = {name: number for number, name in enumerate(encoder["features"])}


def embed(matrix, text):
    words = re.findall(r"\w+(?:['’]\w+)*", text.lower())
    return sum(matrix[row[f"{word}@{i}"]] for i, word in enumerate(words))


for name in ("g", "h"):
    for text in texts:
        print(name, embed(tensors[name], text) / encoder["scale"], text)
    same = np.array_equal(embed(tensors[name], texts[0]), embed(tensors[name], texts[1]))
    print(name, "gives both the same vector" if same else "tells them apart")
