"""Indexes of the features of a folder in a random order, as RVC makes them. Prints the old row of each id, and of each
row a number that only equal rows share.

usage: writeShuffled.py <features> <out>
"""

import json
import os
import sys

import faiss
import numpy as np

features, out = sys.argv[1:]
faiss.omp_set_num_threads(1)
frames = np.concatenate([np.load(os.path.join(features, name)) for name in sorted(os.listdir(features))])
order = np.arange(len(frames))
np.random.RandomState(3).shuffle(order)
for name, factory in {"exact": "IVF64,Flat", "rounded": "IVF64,SQ8", "graph": "HNSW16"}.items():
    index = faiss.index_factory(frames.shape[1], factory)
    index.train(frames[order])
    index.add(frames[order])
    faiss.write_index(index, os.path.join(out, name + ".index"))

# A download of which ten vectors never arrived.
holed = frames[order].copy()
holed[100:110] = 0
index = faiss.index_factory(frames.shape[1], "IVF64,Flat")
index.train(holed)
index.add(holed)
faiss.write_index(index, os.path.join(out, "holed.index"))

same = np.unique(frames, axis=0, return_inverse=True)[1].ravel()
print(json.dumps({"order": order.tolist(), "same": same.tolist()}))
