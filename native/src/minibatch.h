// Mini-batch k-means and the exact assignment of rows to centers.
#pragma once

#include <napi.h>

namespace engine {

/// miniBatchKmeans(matrix, k, batchSize | 0, initSize | 0, inits, maxIterations, maxNoImprovement, reassignmentRatio,
/// seed, job)
Napi::Value mini_batch_kmeans(const Napi::CallbackInfo& info);

/// nearestCenters(matrix, centers, job)
Napi::Value nearest_centers(const Napi::CallbackInfo& info);

}  // namespace engine
