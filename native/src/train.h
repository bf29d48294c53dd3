// Training, adding and k-means.
#pragma once

#include <faiss/Index.h>
#include <napi.h>

#include "job.h"

namespace engine {

/// Trains on n rows. k-means iterations of a flat coarse quantizer are reported to `job`; the centroids are exactly
/// those of index.train. Without a job (plain-array API) nothing is reported.
void train(Job* job, faiss::Index& index, const float* x, size_t n);

/// Adds n rows with ids ntotal, ntotal + 1, ... A cancelled or failed call leaves plain IVF indexes unchanged.
void add(Job* job, faiss::Index& index, const float* x, size_t n);

/// kmeans(matrix, k, iterations, seed, spherical, maxPointsPerCentroid, job)
Napi::Value kmeans(const Napi::CallbackInfo& info);

}  // namespace engine
