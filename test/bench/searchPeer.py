"""Searches an index with rows of a folder of features that are not in it, by FAISS.

usage: searchPeer.py <index file> <folder of .npy> <rows in the index> <queries> <nprobe,...>
"""

import json
import sys
import time
from pathlib import Path

import faiss
import numpy as np

NEIGHBORS = 8
RUNS = 3
# Seconds after which nothing is gained by doing it again.
LONG = 2


def sets_nprobe(index, nprobe):
    """Whether the index has groups, wherever inside; then so many of them are searched."""
    try:
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", nprobe)
    except RuntimeError:
        return False
    return True


def main():
    file, folder, rows, count, probes = sys.argv[1:]
    index = faiss.read_index(file)
    x = np.concatenate([np.load(path) for path in sorted(Path(folder).iterdir())])
    queries = np.ascontiguousarray(x[int(rows) : int(rows) + int(count)])
    has_groups = sets_nprobe(index, 1)
    seconds = {}
    for nprobe in map(int, probes.split(",") if has_groups else ["1"]):
        if has_groups:
            sets_nprobe(index, nprobe)
        times = []
        while len(times) < RUNS and (not times or times[-1][0] < LONG):
            wall, cpu = time.perf_counter(), time.process_time()
            index.search(queries, NEIGHBORS)
            times.append((time.perf_counter() - wall, time.process_time() - cpu))
        seconds[nprobe], seconds[f"cpu{nprobe}"] = map(min, zip(*times))
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
