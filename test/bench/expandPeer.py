"""Alpha query expansion of a voice with numpy and FAISS: the peer of the benchmark.

usage: expandPeer.py FOLDER exact|NLIST,NPROBE

Prints the seconds that expanding takes, without reading the files.
"""

import glob
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "interop"))

import numpy as np  # noqa: E402
from expandReference import exact_index, expand, ivf_index  # noqa: E402


def main():
    folder, search = sys.argv[1:3]
    rows = np.concatenate([np.load(path) for path in sorted(glob.glob(os.path.join(folder, "*.npy")))])
    make_index = exact_index
    if search != "exact":
        nlist, nprobe = map(int, search.split(","))
        make_index = lambda base: ivf_index(base, nlist, nprobe)  # noqa: E731
    begin = time.perf_counter()
    expand(rows, make_index=make_index)
    print(json.dumps({"rows": len(rows), "seconds": time.perf_counter() - begin}))


if __name__ == "__main__":
    main()
