"""Reads an index as RVC does and says what RVC would get.

usage: readByHost.py <index> <folder of the indexed .npy> <folder of .npy that ask> [<total_fea.npy>]
"""

import json
import os
import sys

import faiss
import numpy as np


def load(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".npy"))
    return np.concatenate([np.load(os.path.join(folder, name)) for name in names], 0)


def by_row(matrix):
    return matrix[np.lexsort(matrix.T[::-1])]


index_path, features_path, queries_path = sys.argv[1:4]
index = faiss.read_index(index_path)
ivf = faiss.extract_index_ivf(index)
features, queries = load(features_path), load(queries_path)

# RVC's kernel (infer/vc/pipeline.py): all vectors back by number, 8 neighbors, weights of one over distance squared.
vectors = index.reconstruct_n(0, index.ntotal)
score, found = index.search(queries, k=8)
weight = np.square(1 / score)
weight /= weight.sum(axis=1, keepdims=True)
blend = np.sum(vectors[found] * np.expand_dims(weight, axis=2), axis=1)

lists = ivf.invlists
ids = np.concatenate([faiss.rev_swig_ptr(lists.get_ids(l), lists.list_size(l)) for l in range(ivf.nlist) if lists.list_size(l)])
sizes = sorted(lists.list_size(l) for l in range(ivf.nlist))
first = found[:, 0]

answer = {
    "ntotal": index.ntotal,
    "dimension": index.d,
    "nlist": ivf.nlist,
    "nprobe": ivf.nprobe,
    "metric": index.metric_type,
    "idsAreRows": bool(np.array_equal(np.sort(ids), np.arange(index.ntotal))),
    "sameVectors": bool(np.array_equal(by_row(vectors), by_row(features))),
    "missing": float((found < 0).any(1).mean()),
    "notFinite": float(np.isnan(blend).any(1).mean()),
    "distanceError": float(np.abs(((queries - vectors[first]) ** 2).sum(1) - score[:, 0]).max()),
    "normRatio": float(np.linalg.norm(blend, axis=1).mean() / np.linalg.norm(queries, axis=1).mean()),
}

if len(sys.argv) > 4:
    # The same training by Python's own FAISS, on the same rows in the same order.
    shuffled = np.load(sys.argv[4])
    own = faiss.index_factory(shuffled.shape[1], "IVF%d,Flat" % ivf.nlist)
    own.train(shuffled)
    for start in range(0, shuffled.shape[0], 8192):
        own.add(shuffled[start : start + 8192])
    ours = ivf.quantizer.reconstruct_n(0, ivf.nlist)
    theirs = own.quantizer.reconstruct_n(0, ivf.nlist)
    own_lists = own.invlists
    own_sizes = sorted(own_lists.list_size(l) for l in range(own.nlist))
    answer["orderIsTotalFea"] = bool(np.array_equal(vectors, shuffled))
    answer["centroidsMoved"] = float((np.abs(ours - theirs).max(axis=1) > 1e-3).mean())
    answer["sizesMoved"] = float(np.abs(np.array(sizes) - np.array(own_sizes)).sum() / index.ntotal)

print(json.dumps(answer))
