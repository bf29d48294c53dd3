// Training and adding.
#pragma once

#include <faiss/Index.h>

#include <cstdint>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// Trains on rows. k-means rounds of the groups are reported to `job`; without one (plain-array API) nothing is.
/// Returns the group of each row where `add` would find the same, else nothing.
std::vector<int32_t> train(Job* job, faiss::Index& index, const RowSpan& rows);

/// Adds rows with ids ntotal, ntotal + 1, ... A cancelled or failed call leaves plain IVF indexes unchanged. `groups`:
/// the group of each row as `train` returned it, null to find it. The first rows from a scratch file go into lists in
/// another one. `spent`: the matrix of the rows, of which nobody needs them any more: their memory goes back while the lists
/// take as much.
void add(Job* job, faiss::Index& index, const RowSpan& rows, const int32_t* groups = nullptr,
         MatrixData* spent = nullptr);

}  // namespace engine
