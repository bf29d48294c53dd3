"""Measures an index the straightforward way, with numpy and FAISS, for comparison.

usage: measureReference.py INDEX QUERIES_FOLDER NPROBE[,NPROBE...]

Every frame of the folder asks. Prints one JSON object: the measures at each nprobe, by the definitions in
docs/guide/is-it-good.md. It shares no code with Voronoice.
"""

import json
import os
import sys

import faiss
import numpy as np

K = 8


def load(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".npy"))
    return [np.load(os.path.join(folder, name)).astype(np.float32) for name in names]


def exact(vectors, queries):
    flat = faiss.IndexFlatL2(vectors.shape[1])
    flat.add(vectors)
    return flat.search(queries, K)


def blend(vectors, distances, labels):
    """RVC's kernel, with missing neighbors at weight 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(labels >= 0, np.square(1.0 / distances.astype(np.float64)), 0.0)
        weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("nk,nkd->nd", weights, vectors[np.maximum(labels, 0)].astype(np.float64))


def measure(vectors, queries, runs, truth, found):
    true_distances, true_labels = truth
    distances, labels = found
    valid = labels >= 0
    limit = true_distances[:, -1:] * (1 + 1e-4) + 1e-6
    hit = valid & ((distances <= limit) | (labels[:, :, None] == true_labels[:, None, :]).any(axis=2))
    count = valid.sum(axis=1)

    true_sums = np.cumsum(np.maximum(true_distances, 0), axis=1)
    found_sum = np.where(valid, np.maximum(distances, 0), 0).sum(axis=1)
    reached = true_sums[np.arange(len(queries)), np.maximum(count, 1) - 1]
    ratio = np.where(found_sum > 0, np.minimum(1, reached / np.maximum(found_sum, 1e-30)), 1)
    closeness = np.where(count > 0, count / K * ratio, 0)

    missing = count < K
    windows = dropped = 0
    first = 0
    for run in runs:
        for start in range(first, first + run - 19):
            windows += 1
            dropped += bool(missing[start : start + 20].any())
        first += run

    ours = blend(vectors, distances, labels)
    theirs = blend(vectors, true_distances, true_labels)
    steps = []
    first = 0
    for run in runs:
        part = queries[first : first + run].astype(np.float64)
        steps.append(np.linalg.norm(np.diff(part, axis=0), axis=1))
        first += run
    difference = np.linalg.norm(ours - theirs, axis=1) / np.median(np.concatenate(steps))
    known = ~np.isnan(difference)
    return {
        "recall": float(np.minimum(1, hit.sum(axis=1) / K).mean()),
        "closeness": float(closeness.mean()),
        "missing": float(missing.mean()),
        "droppedBlocks": dropped / windows if windows else None,
        "blend": {
            "median": float(np.quantile(difference[known], 0.5)),
            "p95": float(np.quantile(difference[known], 0.95)),
            "same": float((difference < 0.25).sum() / len(difference)),
        },
        "normRatio": float(
            np.linalg.norm(ours[known], axis=1).mean() / np.linalg.norm(queries[known].astype(np.float64), axis=1).mean()
        ),
    }


def main():
    path, folder, nprobes = sys.argv[1], sys.argv[2], [int(value) for value in sys.argv[3].split(",")]
    clips = load(folder)
    queries = np.concatenate(clips)
    runs = [len(clip) for clip in clips]
    index = faiss.read_index(path)
    vectors = index.reconstruct_n(0, index.ntotal)
    truth = exact(vectors, queries)
    result = {}
    for nprobe in nprobes:
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", nprobe)
        result[nprobe] = measure(vectors, queries, runs, truth, index.search(queries, K))
    print(json.dumps({"n": len(queries), "points": result}))


if __name__ == "__main__":
    main()
