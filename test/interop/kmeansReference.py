"""k-means by FAISS. usage: kmeansReference.py <rows.npy> <clusters> <spherical 0|1> <rounds> <centroids.npy>

Writes the centroids after one round; prints the objective of every round of a whole run, and the empty groups it split.
"""
import json
import sys

import faiss
import numpy

rows, clusters, spherical, rounds, target = sys.argv[1:]
x = numpy.load(rows)


def train(count):
    kmeans = faiss.Clustering(x.shape[1], int(clusters))
    kmeans.niter = count
    kmeans.seed = 1234
    kmeans.spherical = spherical == "1"
    kmeans.min_points_per_centroid = 1
    kmeans.train(x, (faiss.IndexFlatIP if kmeans.spherical else faiss.IndexFlatL2)(x.shape[1]))
    stats = [kmeans.iteration_stats.at(i) for i in range(kmeans.iteration_stats.size())]
    return faiss.vector_to_array(kmeans.centroids).reshape(int(clusters), -1), stats


numpy.save(target, train(1)[0])
_, stats = train(int(rounds))
print(json.dumps([{"objective": one.obj, "imbalance": one.imbalance_factor, "splits": one.nsplit} for one in stats]))
