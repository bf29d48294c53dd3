// k-means lists of the rows of a matrix, to look for neighbors in a few of them.
#pragma once

#include <faiss/IndexFlat.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/blocks.h"
#include "io/structure.h"
#include "job.h"

namespace engine {

/// The centroids of lists over a base.
struct Lists {
  faiss::IndexFlatL2 centroids;

  explicit Lists(size_t d) : centroids(static_cast<idx_t>(d)) {}
  size_t count() const { return static_cast<size_t>(centroids.ntotal); }
};

/// Training compares so many rows with each centroid, as many times.
constexpr size_t POINTS_PER_LIST = 20;
constexpr int ITERATIONS = 4;

/// Lists over some rows of `base`. Throws CANCELLED.
Lists train_lists(Job& job, const UnitRows& base, size_t nlist, int64_t seed);

/// The `width` nearest lists of rows first..first+count-1, nearest first. Throws CANCELLED.
std::vector<int32_t> nearest_lists(Job& job, const Lists& lists, const UnitRows& unit, size_t first, size_t count,
                                   size_t width);

/// Numbers grouped by list: `values[starts[list]]` up to `values[starts[list + 1]]`.
struct Groups {
  std::vector<uint64_t> starts;
  std::vector<int32_t> values;

  /// `lists` holds `width` lists for each of the rows from `first` on.
  Groups(const std::vector<int32_t>& lists, size_t width, size_t first, size_t nlist)
      : starts(nlist + 2, 0), values(lists.size()) {
    for (int32_t list : lists) ++starts[list + 2];
    for (size_t list = 2; list < starts.size(); ++list) starts[list] += starts[list - 1];
    // Filling moves each start to its end, which is the next one's start.
    for (size_t i = 0; i < lists.size(); ++i) {
      values[starts[lists[i] + 1]++] = static_cast<int32_t>(first + i / width);
    }
  }

  const int32_t* of(size_t list) const { return values.data() + starts[list]; }
  size_t size(size_t list) const { return starts[list + 1] - starts[list]; }
};

/// For each of some rows, how many lists must be looked into before each of its neighbors is found, less one.
using Ranks = std::vector<std::vector<size_t>>;

/// The ranks of rows `sample` of `queries`, whose neighbors in `base` are `truth`. With `both` a row is found, too, by a
/// neighbor that looks into its list. Throws CANCELLED.
Ranks ranks_of(Job& job, const Lists& lists, const UnitRows& queries, const std::vector<int32_t>& sample,
               const UnitRows& base, const Nearest& truth, bool both);

struct Recall {
  double mean;
  /// With a confidence of 95 %.
  double at_least;
};

/// The recall that looking into `nprobe` lists has.
Recall recall_at(const Ranks& ranks, size_t nprobe);

}  // namespace engine
