// Searching the inverted lists of an IndexIVFPQFastScan, faster than FAISS does it where it was built for any processor.
//
// There FAISS emulates the instructions that its blocks of codes were made for. Here they are used where the processor has
// them, and a list is read once for all queries that probe it (visits.h). Distances are FAISS's, rounded as there.
#pragma once

#include <faiss/Index.h>
#include <faiss/IndexIVFPQFastScan.h>

#include "io/structure.h"
#include "job.h"

namespace engine {

/// The index when `fast_scan` can search it: squared L2, blocks of 32 vectors, codes of the vectors themselves and not of
/// what their centroids leave. Else null.
const faiss::IndexIVFPQFastScan* fast_scannable(const faiss::Index& index);

/// k vectors of n rows, nearest by their codes, in the nprobe lists nearest to each. `distances` and `labels` (n x k) come
/// filled with the largest float and -1, and keep that where fewer vectors are found. Throws CORRUPT, CANCELLED.
void fast_scan(const Job* job, const faiss::IndexIVFPQFastScan& index, const float* x, size_t n, size_t k,
               float* distances, idx_t* labels);

}  // namespace engine
