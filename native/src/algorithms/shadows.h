// Short stand-ins for vectors, which show that most of them are not near.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "algorithms/neighbors.h"
#include "job.h"

namespace engine {

/// Casts shadows: of a vector, as its difference from a middle, the coordinates along a few directions, and as the last one
/// the length of what they leave. The product of two shadows is at least that of the differences (Cauchy and Schwarz), and
/// close to it where few directions say most.
class ShadowCaster {
 public:
  /// Shorter vectors are multiplied as quickly as their shadows.
  static constexpr size_t LEAST_COLUMNS = 192;
  /// Rows cast at a time.
  static constexpr size_t STEP = 32;

  /// Finds the directions of n differences (n x d) from the middle. `size` is the number of values in a shadow, a multiple
  /// of PANEL below d.
  ShadowCaster(const std::vector<float>& differences, size_t n, size_t d, size_t size, std::vector<float> middle);

  size_t size() const { return size_; }
  /// Values of room that casting takes.
  size_t room() const { return STEP * d_; }
  /// Casts those of `count` rows, each times its factor (null: 1); `squares` are the squared lengths of their differences
  /// from the middle. On this thread, which has `room` of its own: nothing is allocated.
  void cast(const float* const* rows, size_t count, const float* factors, const float* squares, float* shadows,
            float* room) const;
  /// What rounding may take from a product of shadows of differences of these lengths, at most.
  float slack(float length, float other) const;

 private:
  float coordinate_error(float length) const;

  size_t d_, size_;
  std::vector<float> panels_, middle_;
  float middle_length_;
  /// Rounding of all coordinates together, as a share of the length of the difference (Higham, Accuracy and Stability of
  /// Numerical Algorithms, 3.1).
  float error_;
};

/// Those of many unit vectors about the origin, whose products are at least the cosines.
class Shadows {
 public:
  /// What rounding may take from a product of shadows.
  float slack() const { return slack_; }

  /// Those of all rows; none where they would save nothing or take more than `most` bytes. Throws CANCELLED.
  static std::optional<Shadows> of(Job& job, const UnitRows& rows, size_t most);

  size_t size() const { return size_; }
  const float* row(size_t i) const { return values_.data() + i * size_; }

 private:
  Shadows(Job& job, const UnitRows& rows, size_t size);

  size_t size_;
  float slack_ = 0;
  std::vector<float> values_;
};

}  // namespace engine
