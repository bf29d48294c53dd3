"""How far the product quantizer of a trained index is from the one that FAISS trains on the same rows.

usage: productReference.py <rows.npy> <description> <index>
"""
import json
import sys

import faiss
import numpy

rows, description, path = sys.argv[1:]
x = numpy.load(rows)
theirs = faiss.index_factory(x.shape[1], description)
theirs.train(x)


def centroids(index):
    return faiss.vector_to_array(faiss.downcast_index(index).pq.centroids)


error = numpy.abs(centroids(faiss.read_index(path)) - centroids(theirs))
print(json.dumps({"largest": float(error.max()), "moved": float((error > 1e-4).mean())}))
