"""Trains an index with FAISS on the first rows of a folder of features.

usage: buildPeer.py <folder of .npy> <rows> <factory>

A product quantizer of many parts takes FAISS minutes, as much for each: with more than PARTS of them, the groups are
trained in full, then a quantizer of PARTS parts on its first values, and its time is multiplied.
"""

import json
import re
import sys
import time
from pathlib import Path

import faiss
import numpy as np

PARTS = 8


def timed(index, x):
    begin = time.perf_counter()
    index.train(x)
    return time.perf_counter() - begin


def main():
    folder, rows, factory = sys.argv[1:]
    x = np.concatenate([np.load(path) for path in sorted(Path(folder).iterdir())])[: int(rows)]
    d = x.shape[1]
    product = re.search(r"^(IVF\d+),PQ(\d+)x4fs", factory)
    if product is None or int(product[2]) <= PARTS:
        seconds = timed(faiss.index_factory(d, factory), x)
    else:
        parts = int(product[2])
        groups = timed(faiss.index_factory(d, f"{product[1]},Flat"), x)
        few = np.ascontiguousarray(x[:, : d // parts * PARTS])
        quantizer = faiss.index_factory(few.shape[1], f"PQ{PARTS}x4")
        seconds = groups + timed(quantizer, few) * parts / PARTS
    print(json.dumps({"train": seconds}))


if __name__ == "__main__":
    main()
