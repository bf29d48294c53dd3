"""Compresses rows as RVC does, with scikit-learn's MiniBatchKMeans, for comparison.

usage: miniBatchReference.py ROWS.npy CLUSTERS BATCH PASSES SEED[,SEED...]

Prints one JSON array with, for each seed, the mean squared distance of all rows to their nearest center, by FAISS:
`plain`, and `stepped` after each center has become the mean of the rows it is nearest to.
"""

import json
import sys

import faiss
import numpy as np
from sklearn.cluster import MiniBatchKMeans


def main():
    path, clusters, batch, passes = sys.argv[1], *map(int, sys.argv[2:5])
    rows = np.load(path)
    results = []
    for seed in map(int, sys.argv[5].split(",")):
        model = MiniBatchKMeans(
            n_clusters=clusters,
            init="random",
            n_init=3,
            batch_size=batch,
            max_iter=passes,
            max_no_improvement=None,
            compute_labels=False,
            random_state=seed,
        ).fit(rows)
        centers = model.cluster_centers_
        plain, labels = assign(rows, centers)
        totals, sizes = np.zeros(centers.shape), np.bincount(labels, minlength=clusters)
        np.add.at(totals, labels, rows)
        stepped, _ = assign(rows, (totals[sizes > 0] / sizes[sizes > 0, None]).astype(np.float32))
        results.append({"plain": plain, "stepped": stepped})
    print(json.dumps(results))


def assign(rows, centers):
    flat = faiss.IndexFlatL2(rows.shape[1])
    flat.add(centers)
    distances, labels = flat.search(rows, 1)
    return float(np.maximum(distances, 0).mean(dtype=np.float64)), labels[:, 0]


if __name__ == "__main__":
    main()
