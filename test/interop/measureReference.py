"""Measures an index the straightforward way, with numpy and FAISS, for comparison.

usage: measureReference.py INDEX QUERIES_FOLDER NPROBE[,NPROBE...] [FEATURES_FOLDER]

Every frame of the folder asks, each once; all leave themselves and their copies out. What is found is held against exact
search over the features, or, without them, over what the index stores. Prints one JSON object: the measures at each
nprobe, by the definitions in docs/guide/is-it-good.md, the same if all of the index were searched, and the mean squared
distance from what it is held against to the nearest stored vector. It shares no code with Voronoice.
"""

import json
import os
import sys

import faiss
import numpy as np

K = 8

# What is repeated more often than that is silence, and does not ask.
COPIES = 8


def load(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".npy"))
    return [np.load(os.path.join(folder, name)).astype(np.float32) for name in names]


def exact(vectors, queries, k):
    flat = faiss.IndexFlatL2(vectors.shape[1])
    flat.add(vectors)
    return flat.search(queries, k)


def limits_of(queries):
    """Squared distance up to which a vector is the frame itself."""
    return 5e-4 * np.square(queries.astype(np.float64)).sum(axis=1)


def without_copies(found, limits):
    """The first 8 neighbors without the frame itself and every copy of it, and how many copies there were."""
    distances, labels = found
    copy = (labels >= 0) & (distances <= limits[:, None])
    order = np.argsort(copy, axis=1, kind="stable")[:, :K]
    return (np.take_along_axis(distances, order, axis=1), np.take_along_axis(labels, order, axis=1)), copy.sum(axis=1)


def once(clips):
    """Which frames are the first of their bytes."""
    seen = set()
    return np.array([not (row.tobytes() in seen or seen.add(row.tobytes())) for clip in clips for row in clip])


def stretches(clips, kept):
    """Lengths of what is left of each clip between the frames that were dropped."""
    lengths = []
    first = 0
    for clip in clips:
        run = 0
        for keep in kept[first : first + len(clip)]:
            if keep:
                run += 1
            elif run:
                lengths.append(run)
                run = 0
        if run:
            lengths.append(run)
        first += len(clip)
    return lengths


def blend(vectors, distances, labels):
    """RVC's kernel, with missing neighbors at weight 0. At distance 0, where RVC gets NaN, a vector takes all of it."""
    distances = distances.astype(np.float64)
    found = labels >= 0
    same = found & (distances <= 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(found, np.square(1.0 / distances), 0.0)
        weights = np.where(same.any(axis=1, keepdims=True), same, weights)
        weights /= weights.sum(axis=1, keepdims=True)
    return np.array([weights[n] @ vectors[np.maximum(labels[n], 0)].astype(np.float64) for n in range(len(labels))])


def closeness_of(truth, found):
    valid = found[1] >= 0
    count = valid.sum(axis=1)
    true_sums = np.cumsum(np.maximum(truth[0], 0), axis=1)
    found_sum = np.where(valid, np.maximum(found[0], 0), 0).sum(axis=1)
    reached = true_sums[np.arange(len(count)), np.maximum(count, 1) - 1]
    ratio = np.where(found_sum > 0, np.minimum(1, reached / np.maximum(found_sum, 1e-30)), 1)
    return np.where(count > 0, count / K * ratio, 0)


def hits(reference, vectors, truth, found, limits):
    """Found vectors that are true neighbors, to rounding, or as near as the true 8th."""
    near = (found[1] >= 0) & (found[0] <= truth[0][:, -1:] * (1 + 1e-4) + 1e-6)
    same = np.zeros_like(near)
    for frame in range(len(near)):
        ours = vectors[np.maximum(found[1][frame], 0)].astype(np.float64)
        theirs = reference[truth[1][frame]].astype(np.float64)
        squares = np.square(ours).sum(axis=1)[:, None] + np.square(theirs).sum(axis=1)
        apart = squares - 2 * (ours @ theirs.T)
        same[frame] = (apart <= limits[frame]).any(axis=1) & (found[1][frame] >= 0)
    return near | same


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


def measure(reference, vectors, queries, runs, step, truth, found, limits):
    labels = found[1]
    hit = hits(reference, vectors, truth, found, limits)

    missing = (labels >= 0).sum(axis=1) < K
    windows = dropped = 0
    first = 0
    for run in runs:
        for start in range(first, first + run - 19):
            windows += 1
            dropped += bool(missing[start : start + 20].any())
        first += run

    ours = blend(vectors, *found)
    theirs = blend(reference, *truth)
    difference = np.linalg.norm(ours - theirs, axis=1) / step
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


def main():
    path, folder, nprobes = sys.argv[1], sys.argv[2], [int(value) for value in sys.argv[3].split(",")]
    clips = load(folder)
    queries = np.concatenate(clips)
    step = median_step(queries, [len(clip) for clip in clips])
    index = faiss.read_index(path)
    vectors = index.reconstruct_n(0, index.ntotal)
    reference = np.concatenate(load(sys.argv[4])) if len(sys.argv) > 4 else vectors

    truth, copies = without_copies(exact(reference, queries, K + COPIES), limits_of(queries))
    kept = once(clips) & (copies <= COPIES)
    queries, runs, limits = queries[kept], stretches(clips, kept), limits_of(queries)[kept]
    truth = tuple(part[kept] for part in truth)
    contents, own = without_copies(exact(vectors, queries, K + COPIES), limits)

    def held(found):
        return measure(reference, vectors, queries, runs, step, truth, found, limits)

    points = {}
    for nprobe in nprobes:
        faiss.ParameterSpace().set_index_parameter(index, "nprobe", nprobe)
        points[nprobe] = held(without_copies(index.search(queries, K + int(own.max())), limits)[0])
    print(
        json.dumps(
            {
                "n": len(queries),
                "points": points,
                "contents": held(contents),
                "distance": float(exact(vectors, reference, 1)[0].mean()),
            }
        )
    )


if __name__ == "__main__":
    main()
