// Searching, assigning and getting vectors back.
#pragma once

#include <faiss/Index.h>
#include <napi.h>

#include <vector>

#include "index.h"
#include "job.h"
#include "matrix.h"

namespace engine {

/// n x k results, row by row; a missing neighbor has label -1.
struct Found {
  std::vector<float> distances;
  std::vector<idx_t> labels;
};

/// The labels as Int32Array; throws UNSUPPORTED when an id needs more bits.
Napi::Value to_int32_array(Napi::Env env, const std::vector<idx_t>& labels);

/// k nearest stored vectors of n rows. nprobe 0 keeps the stored value.
Found search(Job* job, const faiss::Index& index, const float* x, size_t n, size_t k, size_t nprobe);

/// The nprobe nearest inverted lists of n rows, nearest first.
std::vector<idx_t> assign(Job& job, const faiss::Index& index, const float* x, size_t n, size_t nprobe);

/// Coarse centroids of an IVF.
std::shared_ptr<MatrixData> centroids(Job& job, const faiss::Index& index);

/// Stored vectors of ids from..from+count-1.
std::shared_ptr<MatrixData> reconstruct(Job& job, const faiss::Index& index, size_t from, size_t count);

/// knn(queries, base, k, metric, baseRows, from, count, job)
Napi::Value knn(const Napi::CallbackInfo& info);

}  // namespace engine
