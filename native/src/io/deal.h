// Rows brought into another order where they are more than memory holds, in two passes from end to end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "io/scratch.h"
#include "job.h"

namespace engine {

/// Writes rows first..first+count-1, one after the other, to `bytes`.
using RowSource = std::function<void(size_t first, size_t count, char* bytes)>;

/// Row i of `target` becomes row `order[i]` of a source of as many rows of `width` bytes each; `order` is a permutation.
///
/// Moving rows one by one would bring a page of the file in and out for each. Instead, rows are dealt to stretches of the
/// target as they are read, each stretch filled from its start (first pass), then every stretch is put in order in memory
/// (second pass). Each byte is written twice. Takes some 200 MB. Throws CANCELLED.
void deal(Job& job, const std::vector<int32_t>& order, size_t width, const RowSource& source, Scratch& target);

}  // namespace engine
