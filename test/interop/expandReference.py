"""Alpha query expansion with numpy and FAISS, the plain way.

usage: expandReference.py CASES.json

The file names a folder and lists cases; each names .npy files and settings. Writes the expanded rows of each case to
`<name>.expanded.npy` beside them and prints, for each case, the rows whose last neighbor is a matter of rounding.
"""

import json
import os
import sys

import faiss
import numpy as np

BATCH = 4096


def units(x):
    return x / np.maximum(1e-9, np.linalg.norm(x, axis=1, keepdims=True))


def exact_index(base):
    index = faiss.IndexFlatIP(base.shape[1])
    index.add(base)
    return index


def ivf_index(base, nlist, nprobe):
    index = faiss.index_factory(base.shape[1], f"IVF{nlist},Flat")
    index.train(base)
    index.add(base)
    index.nprobe = nprobe
    return index


def expand(x, base=None, make_index=exact_index, alpha=3.0, neighbors=10, include_self=True, restore_norms=True):
    """One repetition. `base` None: the rows themselves, and a row is recognized among its neighbors by its number."""
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    rows = units(x)
    others = rows if base is None else units(base)
    index = make_index(others)
    own = base is None
    # Among its own neighbors a row is one of those found; without it, or to keep it out, one more is asked for.
    wanted = neighbors - 1 if own and include_self else neighbors
    expanded = np.empty_like(x)
    for start in range(0, len(x), BATCH):
        batch = rows[start : start + BATCH]
        # Duplicates of a row may hide it from the first places.
        _, found = index.search(batch, wanted + own)
        known = found >= 0
        gathered = others[found]
        cosines = np.einsum("nd,nmd->nm", batch, gathered)
        weights = np.where(known & (cosines > 0), np.maximum(cosines, 0).astype(np.float32) ** np.float32(alpha), 0)
        if own:
            itself = found == np.arange(start, start + len(batch))[:, None]
            weights[itself] = 0
            # A row that its duplicates hid: the last one found is one too many.
            weights[~itself.any(axis=1), -1] = 0
        summed = np.einsum("nm,nmd->nd", weights, gathered)
        if include_self:
            summed += batch
        length = np.linalg.norm(summed, axis=1, keepdims=True)
        expanded[start : start + BATCH] = np.where(length > 0, summed / np.maximum(length, 1e-30), batch)
    return expanded * norms if restore_norms else expanded


def tied(x, base, neighbors, include_self):
    """Rows whose last neighbor and the next one differ by no more than float32 can tell."""
    rows = units(x)
    last = neighbors if base is not None or include_self else neighbors + 1
    cosines, _ = exact_index(rows if base is None else units(base)).search(rows, last + 1)
    return np.flatnonzero(cosines[:, last - 1] - cosines[:, last] < 1e-6)


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        wanted = json.load(file)
    read = lambda name: np.load(os.path.join(wanted["folder"], name)).astype(np.float32)  # noqa: E731
    ties = {}
    for case in wanted["cases"]:
        base = read(case["base"]) if case["base"] else None
        rows = read(case["rows"])
        close = set()
        for _ in range(case["repetitions"]):
            close.update(tied(rows, base, case["neighbors"], case["includeSelf"]).tolist())
            rows = expand(
                rows,
                base,
                alpha=case["alpha"],
                neighbors=case["neighbors"],
                include_self=case["includeSelf"],
                restore_norms=case["restoreNorms"],
            )
        ties[case["name"]] = sorted(close)
        np.save(os.path.join(wanted["folder"], case["name"] + ".expanded.npy"), rows)
    print(json.dumps(ties))


if __name__ == "__main__":
    main()
