"""What `voronoice measure` does, written with numpy and FAISS: the peer of the benchmark.

usage: measurePeer.py INDEX QUERIES_FOLDER NPROBE[,NPROBE...]

Exact truth, a search at each nprobe second by second of audio with all threads and again with one, recall, closeness,
missing, blend difference and norm ratio. Prints one JSON object.
"""

import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))

import faiss  # noqa: E402
import numpy as np  # noqa: E402
from measureReference import K, exact, limits_of, load, measure, median_step  # noqa: E402

BATCH = 50
ONE_THREAD_BATCHES = 20


def search(index, queries, threads, batches=None):
    faiss.omp_set_num_threads(threads)
    parts, times = [], []
    for start in range(0, len(queries), BATCH)[:batches]:
        begin = time.perf_counter()
        parts.append(index.search(queries[start : start + BATCH], K))
        times.append(time.perf_counter() - begin)
    distances, labels = (np.concatenate(side) for side in zip(*parts))
    return (distances, labels), np.quantile(times, [0.5, 0.95]) * 1000


def main():
    path, folder, nprobes = sys.argv[1], sys.argv[2], [int(value) for value in sys.argv[3].split(",")]
    threads = os.cpu_count()
    clips = load(folder)
    queries = np.concatenate(clips)
    index = faiss.read_index(path)
    vectors = index.reconstruct_n(0, index.ntotal)
    runs = [len(clip) for clip in clips]
    step, limits = median_step(queries, runs), limits_of(queries)
    truth = exact(vectors, queries, K)
    points = {}
    for nprobe in nprobes:
        index.nprobe = nprobe
        found, all_threads = search(index, queries, threads)
        _, one_thread = search(index, queries, 1, ONE_THREAD_BATCHES)
        points[nprobe] = {
            **measure(vectors, vectors, queries, runs, step, truth, found, limits),
            "ms": [*all_threads, *one_thread],
        }
    print(json.dumps({"n": len(queries), "points": points}))


if __name__ == "__main__":
    main()
