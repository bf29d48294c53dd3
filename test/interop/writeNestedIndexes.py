"""Writes indexes wrapped in others, and what is beside the point: binary ones, other metrics, ids of other kinds.

usage: writeNestedIndexes.py <folder>
"""

import json
import os
import sys

# So small that threads only wait for each other.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import faiss
import numpy as np

folder = sys.argv[1]
faiss.omp_set_num_threads(1)
dimension, count = 256, 800
vectors = (9 * np.random.RandomState(1).rand(count, dimension)).astype("float32")
ids = np.arange(count, dtype="int64")
names = []


def write(name, index, write_index=faiss.write_index):
    write_index(index, os.path.join(folder, name + ".index"))
    names.append(name)


def made(factory, metric=faiss.METRIC_L2):
    index = faiss.index_factory(dimension, factory, metric)
    index.train(vectors)
    if factory.startswith("IDMap"):
        index.add_with_ids(vectors, ids)
    else:
        index.add(vectors)
    return index


for name, factory in {
    "id map of a transform": "IDMap,PCA64,IVF20,Flat",
    "id map 2 of groups": "IDMap2,IVF20,Flat",
    "refined transform": "PCA64,IVF20,Flat,RFlat",
    "refined product": "PCA64,IVF20,PQ8x4,RFlat",
    "two transforms": "RR128,PCA64,IVF20,Flat",
    "bits behind a rotation": "ITQ64,LSH",
    "two halves of centers": "IMI2x4,Flat",
}.items():
    write(name, made(factory))
write("inner product", made("IVF20,Flat", faiss.METRIC_INNER_PRODUCT))
write("sum of distances", made("IVF20,Flat", faiss.METRIC_L1))

inner = made("IDMap2,Flat")
outer = faiss.IndexIDMap(faiss.IndexIDMap2(faiss.IndexFlatL2(dimension)))
outer.index = inner
outer.ntotal = count
faiss.copy_array_to_vector(ids, outer.id_map)
write("id map of an id map", outer)

unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
normalized = faiss.index_factory(dimension, "IVF20,Flat")
normalized.train(unit)
normalized.add(unit)
write("vectors of length 1", normalized)

bits = faiss.index_binary_factory(dimension, "BIVF8")
packed = np.packbits(vectors > 4.5, axis=1)
bits.train(packed)
bits.add(packed)
write("bits", bits, faiss.write_index_binary)

print(json.dumps(names))
