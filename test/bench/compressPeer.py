"""How RVC compresses a large voice (train_index): the peer of the benchmark.

usage: compressPeer.py FOLDER CLUSTERS SEED

scikit-learn's MiniBatchKMeans with RVC's arguments. The time is that of the fit alone; the mean squared distance of all
rows to their nearest center is computed afterwards, by FAISS. Prints one JSON object.
"""

import json
import os
import sys
import time

import faiss
import numpy as np
from sklearn.cluster import MiniBatchKMeans


def main():
    folder, clusters, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rows = np.concatenate([np.load(os.path.join(folder, name)) for name in sorted(os.listdir(folder))])
    model = MiniBatchKMeans(
        n_clusters=clusters,
        init="random",
        n_init=3,
        batch_size=256 * os.cpu_count(),
        compute_labels=False,
        random_state=seed,
    )
    begin = time.perf_counter()
    model.fit(rows)
    seconds = time.perf_counter() - begin
    flat = faiss.IndexFlatL2(rows.shape[1])
    flat.add(model.cluster_centers_)
    distances, _ = flat.search(rows, 1)
    mean = float(np.maximum(distances, 0).mean(dtype=np.float64))
    print(json.dumps({"seconds": seconds, "meanSquaredDistance": mean, "steps": model.n_steps_}))


if __name__ == "__main__":
    main()
