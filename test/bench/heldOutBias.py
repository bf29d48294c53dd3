"""How much do figures flatter when the groups were learned from the frames that ask, too?

usage: heldOutBias.py FEATURES_FOLDER [ROUNDS]

For the same held-out files, lists hold the other 95 % of the frames; the k-means learns once from those only and once
from all frames, as RVC's own rule does. Prints recall@8 and the share of frames with a missing neighbor at nprobe 1.
"""

import os
import sys

import faiss
import numpy as np

K = 8


def main():
    folder, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    clips = [np.load(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".npy")]
    total = sum(len(clip) for clip in clips)
    dimension = clips[0].shape[1]
    rows = []
    for seed in range(rounds):
        order = np.random.RandomState(seed).permutation(len(clips))
        apart, count = [], 0
        for place in order:
            if count >= 0.05 * total:
                break
            apart.append(place)
            count += len(clips[place])
        queries = np.concatenate([clips[place] for place in apart])
        kept = np.concatenate([clip for place, clip in enumerate(clips) if place not in set(apart)])
        flat = faiss.IndexFlatL2(dimension)
        flat.add(kept)
        _, truth = flat.search(queries, K)
        row = []
        for learned in (kept, np.concatenate([kept, queries])):
            index = faiss.index_factory(dimension, f"IVF{total // 39},Flat")
            index.train(learned)
            index.add(kept)
            _, found = index.search(queries, K)
            recall = np.mean([(np.isin(f, t) & (f >= 0)).sum() / K for f, t in zip(found, truth)])
            row += [recall, (found < 0).any(axis=1).mean()]
        rows.append(row)
        print("seed %d: kept only recall %.3f missing %.4f | all frames recall %.3f missing %.4f" % (seed, *row))
    print("mean:   kept only recall %.3f missing %.4f | all frames recall %.3f missing %.4f" % tuple(np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
