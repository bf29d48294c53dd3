// k-means as FAISS's Clustering does it, without most of the comparisons.
//
// Same start, same rounds, same means in the same order, same handling of empty groups: the result is FAISS's but for
// ties and rounding, where this one compares more exactly (assignment.h).
#pragma once

#include <faiss/Clustering.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

struct Clusters {
  /// k x d
  std::vector<float> centers;
  /// Of the last round, before its centers moved: the sum of squared distances, or of products where FAISS maximizes
  /// them.
  double objective = 0;
  /// Products of rows and centers that were computed, in rounds that compare everything.
  double compared = 0;
  /// The nearest center of each row as they are now; empty unless it was asked for and all rows were used.
  std::vector<int32_t> labels;
};

/// What FAISS assigns by.
enum class Nearness { SQUARED_L2, INNER_PRODUCT };

/// Trains k centers on rows. Of the parameters niter, seed, spherical and max_points_per_centroid count;
/// INNER_PRODUCT needs spherical. Without a job nothing is reported. Throws TOO_FEW_POINTS, CANCELLED.
Clusters kmeans(Job* job, const RowSpan& rows, size_t k, const faiss::ClusteringParameters& parameters,
                Nearness nearness, bool wants_labels = false);

}  // namespace engine
