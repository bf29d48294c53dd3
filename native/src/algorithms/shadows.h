// Short stand-ins for unit vectors, which show that most of them are not near.
#pragma once

#include <optional>
#include <vector>

#include "algorithms/neighbors.h"
#include "job.h"

namespace engine {

/// For each of many unit vectors its leading coordinates in a turned space, and as the last one the length of what they
/// leave. The product of two shadows is at least the cosine of their vectors (Cauchy and Schwarz), and close to it where
/// few directions say most.
class Shadows {
 public:
  /// What rounding may take from a product of shadows.
  static constexpr float SLACK = 1e-4f;

  /// Those of all rows; none where they would save nothing or take more than `most` bytes. Throws CANCELLED.
  static std::optional<Shadows> of(Job& job, const UnitRows& rows, size_t most);

  size_t size() const { return size_; }
  const float* row(size_t i) const { return values_.data() + i * size_; }

 private:
  Shadows(Job& job, const UnitRows& rows, size_t size);

  size_t size_;
  std::vector<float> values_;
};

}  // namespace engine
