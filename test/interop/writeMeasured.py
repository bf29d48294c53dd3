"""Writes indexes of several kinds from a folder of features, to be measured by two hands.

usage: writeMeasured.py FEATURES_FOLDER OUT_FOLDER

Prints one JSON object: the path of each by its kind.
"""

import json
import os
import sys

import faiss
import numpy as np

NPROBE = 2


def load(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".npy"))
    return np.concatenate([np.load(os.path.join(folder, name)) for name in names]).astype(np.float32)


def expanded(vectors, alpha=3.0, neighbors=10):
    """Alpha query expansion of the stored vectors, brought back to their own length."""
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    unit = vectors / norms
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(unit)
    similar, labels = flat.search(unit, neighbors)
    weights = np.maximum(similar, 0) ** alpha
    mixed = np.einsum("nk,nkd->nd", weights, unit[labels])
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True) * norms).astype(np.float32)


def compressed(vectors, clusters=600):
    kmeans = faiss.Kmeans(vectors.shape[1], clusters, niter=8, seed=1)
    kmeans.train(vectors)
    return kmeans.centroids


def main():
    features, out = sys.argv[1], sys.argv[2]
    os.makedirs(out, exist_ok=True)
    vectors = load(features)
    dimension = vectors.shape[1]
    lists = len(vectors) // 39
    kinds = {
        "flat": (f"IVF{lists},Flat", vectors),
        "hnsw": (f"IVF{lists}_HNSW32,Flat", vectors),
        "sq8": (f"IVF{lists},SQ8", vectors),
        "refined": (f"IVF{lists},PQ{dimension // 4}x4fs,RFlat", vectors),
        "compressed": ("IVF15,Flat", compressed(vectors)),
        "expanded": (f"IVF{lists},Flat", expanded(vectors)),
    }
    paths = {}
    for kind, (factory, stored) in kinds.items():
        index = faiss.index_factory(dimension, factory)
        index.train(stored)
        index.add(stored)
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", NPROBE)
        paths[kind] = os.path.join(out, f"{kind}.index")
        faiss.write_index(index, paths[kind])
    print(json.dumps(paths))


if __name__ == "__main__":
    main()
