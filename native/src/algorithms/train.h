// Training, adding and k-means.
#pragma once

#include <faiss/Clustering.h>
#include <faiss/Index.h>

#include <memory>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// Trains on n rows. k-means iterations of a flat coarse quantizer are reported to `job`; the centroids are exactly
/// those of index.train. Without a job (plain-array API) nothing is reported.
void train(Job* job, faiss::Index& index, const float* x, size_t n);

/// Adds n rows with ids ntotal, ntotal + 1, ... A cancelled or failed call leaves plain IVF indexes unchanged.
void add(Job* job, faiss::Index& index, const float* x, size_t n);

struct Clusters {
  std::shared_ptr<MatrixData> centroids;
  /// Of the last iteration.
  double objective;
};

/// k-means of all rows. Of the parameters those count that KmeansOptions of index.d.ts names.
Clusters kmeans(Job& job, const MatrixData& x, size_t k, const faiss::ClusteringParameters& parameters);

}  // namespace engine
