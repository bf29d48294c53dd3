// Searching, assigning and getting vectors back.
#pragma once

#include <faiss/Index.h>

#include <memory>
#include <vector>

#include "io/matrix.h"
#include "io/structure.h"
#include "job.h"

namespace engine {

/// n x k results, row by row; a missing neighbor has label -1.
struct Found {
  std::vector<float> distances;
  std::vector<idx_t> labels;
};

/// k nearest stored vectors of n rows. nprobe 0 keeps the stored value.
Found search(Job* job, const faiss::Index& index, const float* x, size_t n, size_t k, size_t nprobe);

/// The same at each of several nprobe, which ascend; in one pass where the index allows it.
std::vector<Found> search_widths(Job* job, const faiss::Index& index, const float* x, size_t n, size_t k,
                                 const std::vector<size_t>& nprobes);

/// The nprobe nearest inverted lists of n rows, nearest first.
std::vector<idx_t> assign(Job& job, const faiss::Index& index, const float* x, size_t n, size_t nprobe);

/// Coarse centroids of an IVF.
std::shared_ptr<MatrixData> centroids(Job& job, const faiss::Index& index);

/// Stored vectors of ids, which ascend without repeats. Throws ARGUMENT, UNSUPPORTED.
std::shared_ptr<MatrixData> reconstruct(Job& job, const faiss::Index& index, const std::vector<idx_t>& ids);

}  // namespace engine
