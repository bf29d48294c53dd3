// Calls on matrices that belong to no class. Their arguments are checked by lib/work.js.
#pragma once

#include <napi.h>

namespace engine {

/// knn(queries, base, k, metric, baseRows, from, count, job)
Napi::Value knn(const Napi::CallbackInfo& info);

/// kmeans(matrix, k, iterations, seed, spherical, maxPointsPerCentroid, job)
Napi::Value kmeans(const Napi::CallbackInfo& info);

/// miniBatchKmeans(matrix, k, batchSize | 0, initSize | 0, inits, maxIterations, maxNoImprovement, reassignmentRatio,
/// seed, job)
Napi::Value mini_batch_kmeans(const Napi::CallbackInfo& info);

/// nearestCenters(matrix, centers, job)
Napi::Value nearest_centers(const Napi::CallbackInfo& info);

/// expand(x, base | undefined, alpha, neighbors, includeSelf, restoreNorms, repetitions, search, nlist, nprobe,
///        targetRecall, seed, scratch, job)
Napi::Value expand(const Napi::CallbackInfo& info);

}  // namespace engine
