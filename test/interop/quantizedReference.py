"""Indexes of rounded vectors by FAISS, and what it finds in them.

usage: quantizedReference.py search <folder with x.npy and queries.npy> <k> <nprobe,...> <name=factory ...>
       quantizedReference.py ranges <index file> <x.npy>

The first writes an index of each name and prints the answers by name, each of n x k for every nprobe. The second trains
again how an IVF,SQ rounds, with the centroids that are there, and prints by how much the file differs.
"""

import json
import sys
from pathlib import Path

import faiss
import numpy as np


def search(folder, k, probes, *factories):
    folder, k, probes = Path(folder), int(k), list(map(int, probes.split(",")))
    x, queries = np.load(folder / "x.npy"), np.load(folder / "queries.npy")
    answers = {}
    for name, factory in (it.split("=") for it in factories):
        index = faiss.index_factory(x.shape[1], factory)
        index.train(x)
        index.add(x)
        if "RFlat" in factory:
            faiss.downcast_index(index).k_factor = 2
        faiss.write_index(index, str(folder / f"{name}.index"))
        answers[name] = []
        for nprobe in probes:
            faiss.ParameterSpace().set_index_parameter(index, "nprobe", nprobe)
            distances, labels = index.search(queries, k)
            answers[name].append({"distances": distances.ravel().tolist(), "labels": labels.ravel().tolist()})
    return answers


def ranges(file, rows):
    owner = faiss.read_index(file)
    index = faiss.downcast_index(owner)
    x = np.load(rows)
    again = faiss.IndexIVFScalarQuantizer(index.quantizer, index.d, index.nlist, faiss.ScalarQuantizer.QT_8bit)
    again.train(x)
    learned, wanted = (faiss.vector_to_array(it.sq.trained) for it in (index, again))
    return {"numbers": len(wanted), "apart": float(np.abs(wanted - learned).max() / np.abs(wanted).max())}


print(json.dumps({"search": search, "ranges": ranges}[sys.argv[1]](*sys.argv[2:])))
