"""Measures an index the straightforward way, with numpy and FAISS, for comparison.

usage: measureReference.py INDEX QUERIES_FOLDER NPROBE[,NPROBE...] [FEATURES_FOLDER]

Every frame of the folder asks. Prints one JSON object: the measures at each nprobe, by the definitions in
docs/guide/is-it-good.md, and, with the features, those at the stored nprobe against them. It shares no code with
Voronoice.
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
    """RVC's kernel, with missing neighbors at weight 0. At distance 0, where RVC gets NaN, a vector takes all of it."""
    distances = distances.astype(np.float64)
    found = labels >= 0
    same = found & (distances <= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(found, np.square(1.0 / distances), 0.0)
        weights = np.where(same.any(axis=1, keepdims=True), same, weights)
        weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("nk,nkd->nd", weights, vectors[np.maximum(labels, 0)].astype(np.float64))


def closeness_of(truth, found):
    valid = found[1] >= 0
    count = valid.sum(axis=1)
    true_sums = np.cumsum(np.maximum(truth[0], 0), axis=1)
    found_sum = np.where(valid, np.maximum(found[0], 0), 0).sum(axis=1)
    reached = true_sums[np.arange(len(count)), np.maximum(count, 1) - 1]
    ratio = np.where(found_sum > 0, np.minimum(1, reached / np.maximum(found_sum, 1e-30)), 1)
    return np.where(count > 0, count / K * ratio, 0)


def near_enough(truth, found):
    """Found vectors that are as near as the true 8th."""
    return (found[1] >= 0) & (found[0] <= truth[0][:, -1:] * (1 + 1e-4) + 1e-6)


def median_step(queries, runs):
    steps = []
    first = 0
    for run in runs:
        part = queries[first : first + run].astype(np.float64)
        steps.append(np.linalg.norm(np.diff(part, axis=0), axis=1))
        first += run
    return np.median(np.concatenate(steps))


def bands(difference):
    known = ~np.isnan(difference)
    return {
        "median": float(np.quantile(difference[known], 0.5)),
        "p95": float(np.quantile(difference[known], 0.95)),
        "same": float((difference < 0.25).sum() / len(difference)),
        "slight": float(((difference >= 0.25) & (difference <= 1)).sum() / len(difference)),
        "different": float((~(difference <= 1)).sum() / len(difference)),
    }


def measure(vectors, queries, runs, truth, found):
    true_distances, true_labels = truth
    distances, labels = found
    hit = near_enough(truth, found) | ((labels >= 0) & (labels[:, :, None] == true_labels[:, None, :]).any(axis=2))

    missing = (labels >= 0).sum(axis=1) < K
    windows = dropped = 0
    first = 0
    for run in runs:
        for start in range(first, first + run - 19):
            windows += 1
            dropped += bool(missing[start : start + 20].any())
        first += run

    ours = blend(vectors, distances, labels)
    theirs = blend(vectors, true_distances, true_labels)
    difference = np.linalg.norm(ours - theirs, axis=1) / median_step(queries, runs)
    known = ~np.isnan(difference)
    return {
        "recall": float(np.minimum(1, hit.sum(axis=1) / K).mean()),
        "closeness": float(closeness_of(truth, found).mean()),
        "missing": float(missing.mean()),
        "droppedBlocks": dropped / windows if windows else None,
        "blend": bands(difference),
        "normRatio": float(
            np.linalg.norm(ours[known], axis=1).mean() / np.linalg.norm(queries[known].astype(np.float64), axis=1).mean()
        ),
    }


def own_rows(vectors, queries):
    """For each frame the vector that is itself, to rounding, or -1."""
    flat = faiss.IndexFlatL2(vectors.shape[1])
    flat.add(vectors)
    distances, labels = flat.search(queries, 1)
    own = distances[:, 0] <= 5e-4 * np.square(queries.astype(np.float64)).sum(axis=1)
    return np.where(own, labels[:, 0], -1)


def without_self(found, own):
    """The first 8 of 9 neighbors without the frame itself."""
    distances, labels = found
    order = np.argsort((labels == own[:, None]) & (labels >= 0), axis=1, kind="stable")[:, :K]
    return np.take_along_axis(distances, order, axis=1), np.take_along_axis(labels, order, axis=1)


def measure_against(frames, index, vectors, queries, runs):
    """The same at the stored nprobe, held against the original frames, and how far these lie from what is kept."""
    flat = faiss.IndexFlatL2(frames.shape[1])
    flat.add(frames)
    truth = without_self(flat.search(queries, K + 1), own_rows(frames, queries))
    found = without_self(index.search(queries, K + 1), own_rows(vectors, queries))
    difference = blend(vectors, *found) - blend(frames, *truth)
    kept = faiss.IndexFlatL2(vectors.shape[1])
    kept.add(vectors)
    return {
        "recall": float(np.minimum(1, near_enough(truth, found).sum(axis=1) / K).mean()),
        "closeness": float(closeness_of(truth, found).mean()),
        "blend": bands(np.linalg.norm(difference, axis=1) / median_step(queries, runs)),
        "distance": {"value": float(kept.search(frames, 1)[0].mean()), "n": len(frames)},
    }


def main():
    path, folder, nprobes = sys.argv[1], sys.argv[2], [int(value) for value in sys.argv[3].split(",")]
    clips = load(folder)
    queries = np.concatenate(clips)
    runs = [len(clip) for clip in clips]
    index = faiss.read_index(path)
    vectors = index.reconstruct_n(0, index.ntotal)
    truth = exact(vectors, queries)
    original = None
    if len(sys.argv) > 4:
        frames = np.concatenate(load(sys.argv[4]))
        original = measure_against(frames, index, vectors, queries, runs)
    result = {}
    for nprobe in nprobes:
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", nprobe)
        result[nprobe] = measure(vectors, queries, runs, truth, index.search(queries, K))
    print(json.dumps({"n": len(queries), "points": result, "original": original}))


if __name__ == "__main__":
    main()
