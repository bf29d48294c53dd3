// Alpha query expansion: each row moves towards its nearest rows.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "algorithms/neighbors.h"
#include "io/matrix.h"
#include "job.h"

namespace engine {

/// ExpandOptions of index.d.ts.
struct ExpandSettings {
  double alpha;
  size_t neighbors;
  bool include_self, restore_norms;
  size_t repetitions;
  SearchPlan search;
  /// Empty: in memory.
  std::string scratch;
};

/// What a whole call answers.
struct Expansion {
  std::vector<float> cosines;
  SearchFacts search;
};

/// Expands x in place towards `base`, which may be x itself. Throws ARGUMENT, DIMENSION, TOO_FEW_POINTS, NOT_FINITE, IO.
Expansion expand(Job& job, std::shared_ptr<MatrixData> x, std::shared_ptr<MatrixData> base,
                 const ExpandSettings& settings);

}  // namespace engine
