"""RVC's index training (RVC-WebUI, train_index), reduced to what it computes: the yardstick of the benchmark.

usage: rvcTrain.py <folder of .npy> <output .index>
"""

import os
import sys

import faiss
import numpy as np

folder, output = sys.argv[1:3]

features = np.concatenate([np.load(os.path.join(folder, name)) for name in sorted(os.listdir(folder))], 0)
order = np.arange(features.shape[0])
np.random.shuffle(order)
features = features[order]

nlist = max(1, min(int(16 * np.sqrt(features.shape[0])), features.shape[0] // 39))
index = faiss.index_factory(features.shape[1], "IVF%s,Flat" % nlist)
faiss.extract_index_ivf(index).nprobe = 1
index.train(features)
for start in range(0, features.shape[0], 8192):
    index.add(features[start : start + 8192])
faiss.write_index(index, output)
