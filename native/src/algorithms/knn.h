// The nearest rows of a matrix, by comparing with all of them.
#pragma once

#include <faiss/MetricType.h>

#include <cstddef>

#include "algorithms/search.h"
#include "job.h"

namespace engine {

/// The k nearest of `rows` rows of `base` for each of n rows by squared L2, nearest first, as n x k values; -1 where there
/// are fewer. All are finite. Products of many rows only rule out what cannot be near, and what is left is compared by
/// differences, so that rounding never decides; of equally near rows the first comes first. Throws CANCELLED.
void knn_by_distance(const Job* job, const float* x, size_t n, const float* base, size_t rows, size_t d, size_t k,
                     float* distances, idx_t* labels);

/// The same of any rows, with METRIC_L2 or METRIC_INNER_PRODUCT. Throws NOT_FINITE, CANCELLED.
Found knn(Job& job, const float* x, size_t n, const float* base, size_t rows, size_t d, size_t k,
          faiss::MetricType metric);

}  // namespace engine
