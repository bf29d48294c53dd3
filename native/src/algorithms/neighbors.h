// The nearest rows by cosine, for many rows at once: exactly, or through the lists of a k-means.
//
// Where a matrix is asked about itself, exact search compares each pair once, and a row of the lists is found by whoever
// looks into its list and by whoever's list it looks into itself, which takes fewer lists for the same recall.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "algorithms/blocks.h"
#include "job.h"

namespace engine {

enum class SearchKind { EXACT, FAST, LISTS };

struct SearchPlan {
  SearchKind kind;
  /// Given with LISTS, chosen with FAST.
  size_t nlist, nprobe;
  /// FAST probes until a sample shows this recall, with 95 % confidence.
  double target_recall;
  int64_t seed;
};

/// How neighbors were found; mirrors ExpansionSearch of index.d.ts.
struct SearchFacts {
  bool exact = true;
  size_t nlist = 0, nprobe = 0;
  double recall = 1;
  size_t sample = 0;
};

/// Finds the k nearest rows of `base` for each row of `queries` and hands them to `use`, from the first row to the last.
/// Where both are one object, no row is its own neighbor. `report` hears the part of the work that is done, 0..1.
/// Throws CANCELLED.
SearchFacts find_nearest(Job& job, const UnitRows& queries, const UnitRows& base, size_t k, const SearchPlan& plan,
                         const std::function<void(double)>& report, const std::function<void(const Nearest&)>& use);

}  // namespace engine
