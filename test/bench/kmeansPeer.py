"""k-means of the first rows of a folder of features by FAISS, timed without reading.

usage: kmeansPeer.py <folder of .npy> <rows> <clusters> <rounds>
"""
import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np

folder, rows, clusters, rounds = sys.argv[1:]
x = np.concatenate([np.load(path) for path in sorted(Path(folder).iterdir())])[: int(rows)]
kmeans = faiss.Kmeans(x.shape[1], int(clusters), niter=int(rounds), seed=1234, min_points_per_centroid=1)
wall, cpu = time.perf_counter(), time.process_time()
kmeans.train(x)
seconds, used = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpu": used, "objective": float(kmeans.obj[-1])}))
