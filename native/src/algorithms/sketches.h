// Vectors in a byte for each value, which show in a quarter of the time that most of them are not near.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/kernel.h"

namespace engine {

/// Sketches vectors: their difference from a middle as a code of bytes, how long it is, and how long what the code leaves
/// out. From two sketches follows how near two vectors can be at most (Cauchy and Schwarz, on what is left out).
class Sketcher {
 public:
  /// Whether codes of vectors of d values are multiplied more quickly than the vectors.
  static bool pays(size_t d) { return d >= 64 && kernel().code_products != nullptr; }
  /// The code of a row is of the whole numbers -ROW_NUMBERS..ROW_NUMBERS.
  static constexpr int ROW_NUMBERS = 127;

  /// `middle` is best near the middle of all vectors.
  explicit Sketcher(std::vector<float> middle);

  /// Length of a code.
  size_t fours() const { return whole_panels(middle_.size()) / sizeof(Four); }
  /// Sketches scale * x in the whole numbers -numbers..numbers. `code` has room for `fours`.
  Sketch sketch(const float* x, float scale, int numbers, Four* code) const;

 private:
  friend class SketchedColumns;
  float square(float length) const { return length * length * (1 - 4 * error_); }

  std::vector<float> middle_;
  float middle_length_;
  /// Rounding of a sum of as many products, as a share of the lengths (Higham, Accuracy and Stability of Numerical
  /// Algorithms, 3.1).
  float error_;
};

/// Sketches of vectors that many rows are compared with, as the columns of panels.
class SketchedColumns {
 public:
  /// Room for whole panels of `count` vectors. The sketcher stays where it is.
  SketchedColumns(const Sketcher& sketcher, size_t count);

  /// Sketches scale * x as a column; different threads may put different columns. `room` is for a code.
  void put(size_t column, const float* x, float scale, Four* room);
  /// The square of its length, or less by what rounding may add to squared distances.
  float square(size_t column) const { return sketcher_->square(lengths_[column]); }
  /// How near each of `count` rows is at least to the columns of some panels, squared, where `bases` are the squares of
  /// these; otherwise as much more as they are.
  void bound(const Four* const* codes, const Sketch* rows, size_t count, size_t first_panel, size_t panel_count,
             const float* bases, float* target, size_t stride) const;

 private:
  const Sketcher* sketcher_;
  std::vector<Four> panels_;
  std::vector<float> steps_, lengths_, rests_;
};

}  // namespace engine
