// Searching the inverted lists of an IndexIVFFlat or an IndexIVFScalarQuantizer, faster than FAISS does it.
//
// FAISS takes the queries one by one and reads every probed list from memory for each. Here a block of queries goes
// through the lists together (visits.h): a list stays in the cache for all queries that probe it, two queries and four
// vectors at a time, with the widest instructions of the processor. Rounded vectors are decoded once for all of them.
#pragma once

#include <faiss/Index.h>
#include <faiss/IndexIVF.h>

#include <vector>

#include "io/structure.h"
#include "job.h"

namespace engine {

/// The index when `scan` can search it: a plain IVF in memory of vectors as they are or each number rounded, with squared
/// L2. Else null.
const faiss::IndexIVF* scannable(const faiss::Index& index);

/// A search of so many lists, and where its results go (n x k), which come filled with the largest float and -1 and keep
/// that where fewer vectors are found.
struct Width {
  size_t nprobe;
  float* distances;
  idx_t* labels;
};

/// k nearest vectors of n rows in the lists nearest to each, for each of several widths, which ascend: what a narrow search
/// looks into, a wide one does too, and nothing is compared twice. Throws CORRUPT, CANCELLED.
void scan(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t k,
          const std::vector<Width>& widths);

}  // namespace engine
