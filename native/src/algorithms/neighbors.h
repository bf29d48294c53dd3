// The nearest rows by cosine, for many rows at once: exactly, or through the lists of a k-means.
//
// Both ways multiply blocks of rows and use what a block says about all of its rows. Where a matrix is asked about itself,
// the product of a pair serves both: exact search multiplies each pair once, and a row of the lists is found by whoever
// looks into its list and by whoever's list it looks into itself, which takes fewer lists for the same recall. Where rows
// are long, their sketches (sketches.h) are multiplied, and few of the rows themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// The rows of a matrix as unit vectors, without a copy of them: row i is `factors[i]` times what the matrix holds.
struct UnitRows {
  UnitRows(Job& job, std::shared_ptr<const MatrixData> matrix);

  std::shared_ptr<const MatrixData> matrix;
  std::vector<float> norms;
  /// 1 / max(1e-9, norm)
  std::vector<float> factors;
};

/// The k nearest of each of several rows, in no order. Only positive cosines count: a free place has cosine 0 and row -1.
class Nearest {
 public:
  Nearest(size_t first, size_t count, size_t k) : first(first), count(count), k(k), cosines_(count * k, 0), rows_(count * k, -1) {}

  /// The rows these neighbors belong to: first..first+count-1. `place` below counts from `first`.
  const size_t first, count, k;

  const float* cosines(size_t place) const { return cosines_.data() + place * k; }
  const int32_t* rows(size_t place) const { return rows_.data() + place * k; }
  /// What a cosine must exceed to be kept.
  float least(size_t place) const { return cosines_[place * k]; }
  /// Keeps a neighbor that is nearer than the least near so far and not among them.
  void offer(size_t place, float cosine, int32_t row);

 private:
  std::vector<float> cosines_;
  std::vector<int32_t> rows_;
};

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
