// Mini-batch k-means and the exact assignment of rows to centers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// MiniBatchKmeansOptions of index.d.ts; batch and init_size 0 are chosen here.
struct MiniBatchOptions {
  size_t k, batch, init_size, inits, max_iterations, max_no_improvement;
  double reassignment_ratio;
  uint64_t seed;
};

/// MiniBatchKmeansResult of index.d.ts.
struct MiniBatchResult {
  std::shared_ptr<MatrixData> centers;
  std::vector<int32_t> sizes;
  double mean_squared_distance = 0;
  size_t steps = 0, unused = 0, duplicates = 0;
};

/// Throws TOO_FEW_POINTS, NOT_FINITE.
MiniBatchResult mini_batch_kmeans(Job& job, const MatrixData& x, const MiniBatchOptions& options);

struct NearestCenters {
  std::vector<int32_t> labels;
  /// Squared L2.
  std::vector<float> distances;
};

/// The nearest of the centers for each row, of equally near ones the first. Throws DIMENSION, TOO_FEW_POINTS, NOT_FINITE.
NearestCenters nearest_centers(Job& job, const MatrixData& x, const MatrixData& centers);

}  // namespace engine
