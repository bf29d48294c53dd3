"""Compresses rows as RVC does, with scikit-learn's MiniBatchKMeans, for comparison.

usage: miniBatchReference.py ROWS.npy CLUSTERS BATCH PASSES SEED[,SEED...]

Prints one JSON array with, for each seed, the mean squared distance of all rows to their nearest center, by FAISS.
"""

import json
import sys

import faiss
import numpy as np
from sklearn.cluster import MiniBatchKMeans


def main():
    path, clusters, batch, passes = sys.argv[1], *map(int, sys.argv[2:5])
    rows = np.load(path)
    means = []
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
        flat = faiss.IndexFlatL2(rows.shape[1])
        flat.add(model.cluster_centers_)
        distances, _ = flat.search(rows, 1)
        means.append(float(np.maximum(distances, 0).mean(dtype=np.float64)))
    print(json.dumps(means))


if __name__ == "__main__":
    main()
