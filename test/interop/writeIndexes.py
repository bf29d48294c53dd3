"""Writes one index of each type into a folder, with nprobe 3 where there is one.

usage: writeIndexes.py <folder>
"""

import json
import os
import sys

import faiss
import numpy as np

folder = sys.argv[1]
# So small that threads only wait for each other.
faiss.omp_set_num_threads(1)
dimension, count = 256, 800
vectors = np.random.RandomState(1).rand(count, dimension).astype("float32")
factories = {
    "ivf": "IVF20,Flat",
    "flat": "Flat",
    "hnsw": "HNSW32",
    "ivf-hnsw": "IVF20_HNSW32,Flat",
    "sq8": "IVF20,SQ8",
    "fp16": "IVF20,SQfp16",
    "pq": "IVF20,PQ4x4",
    "fast-scan": "IVF20,PQ64x4fs",
    "refine": "IVF20,Flat,RFlat",
    "id-map": "IDMap,Flat",
    "id-map2": "IDMap2,Flat",
    "pca": "PCA64,IVF20,Flat",
    "inner-product": "IVF20,Flat",
    "trained": "IVF20,Flat",
    "removed": "IVF20,Flat",
}


def groups(index):
    """The part with groups; None when there is none or it is not to be got at."""
    try:
        return faiss.extract_index_ivf(index)
    except RuntimeError:
        return None


facts = {}
for name, factory in factories.items():
    metric = faiss.METRIC_INNER_PRODUCT if name == "inner-product" else faiss.METRIC_L2
    index = faiss.index_factory(dimension, factory, metric)
    index.train(vectors)
    ivf = groups(index)
    if ivf is not None:
        ivf.nprobe = 3
    if name == "id-map" or name == "id-map2":
        index.add_with_ids(vectors, np.arange(count, dtype="int64"))
    elif name != "trained":
        index.add(vectors)
    if name == "removed":
        index.remove_ids(np.arange(10, dtype="int64"))
    faiss.write_index(index, os.path.join(folder, name + ".index"))
    facts[name] = {
        "vectors": index.ntotal,
        "dimension": index.d,
        "nlist": None if ivf is None else ivf.nlist,
        "nprobe": None if ivf is None else ivf.nprobe,
        "imbalance": None if ivf is None or index.ntotal == 0 else ivf.invlists.imbalance_factor(),
    }

print(json.dumps(facts))
