// Vectors in a byte for each value, which show in a quarter of the time that most of them are not near.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "algorithms/kernel.h"

namespace engine {

/// A vector: `factor` times what lies at `x`.
struct Scaled {
  const float* x;
  float factor;
};

/// About where n vectors of d values, `at(i)`, have their middle, by some of them.
template <class At>
std::vector<float> middle_of(size_t n, size_t d, At at) {
  constexpr size_t SAMPLE = 1024;
  const size_t count = std::min(n, SAMPLE);
  std::vector<double> sums(d);
  for (size_t s = 0; s < count; ++s) {
    const Scaled vector = at(s * n / count);
    for (size_t j = 0; j < d; ++j) sums[j] += static_cast<double>(vector.x[j]) * vector.factor;
  }
  std::vector<float> middle(d);
  for (size_t j = 0; j < d; ++j) middle[j] = static_cast<float>(sums[j] / static_cast<double>(std::max<size_t>(1, count)));
  return middle;
}

/// Sketches vectors: their difference from a middle as a code of bytes, how long it is, and how long what the code leaves
/// out. From two sketches follows how near two vectors can be at most (Cauchy and Schwarz, on what is left out).
class Sketcher {
 public:
  /// Whether codes of vectors of d values are multiplied more quickly than the vectors.
  static bool pays(size_t d) { return d >= 64 && kernel().code_products != nullptr; }

  /// `middle` is best near the middle of all vectors.
  explicit Sketcher(std::vector<float> middle);

  /// Length of a code.
  size_t fours() const { return whole_panels(middle_.size()) / sizeof(Four); }
  /// Sketches a row, which is compared with columns. `code` has room for `fours`.
  Sketch row(const Scaled& vector, Four* code) const { return sketch(vector, ROW_NUMBERS, code); }

 private:
  friend class SketchedColumns;
  static constexpr int ROW_NUMBERS = 127;

  /// In the whole numbers -numbers..numbers.
  Sketch sketch(const Scaled& vector, int numbers, Four* code) const;
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

  /// Sketches `count` vectors, `at(i)`, as the columns `column(i)`, side by side.
  template <class Column, class At>
  void put(size_t count, Column column, At at) {
    // Made here: nothing may throw in the parallel part.
    std::vector<Four> rooms(omp_get_max_threads() * sketcher_->fours());
#pragma omp parallel for
    for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
      put_one(column(i), at(i), rooms.data() + omp_get_thread_num() * sketcher_->fours());
    }
  }
  /// As the first columns.
  template <class At>
  void put(size_t count, At at) {
    put(count, [](size_t i) { return i; }, at);
  }
  /// The square of its length, or less by what rounding may add to squared distances.
  float square(size_t column) const { return sketcher_->square(lengths_[column]); }
  /// How near each of `count` rows is at least to the columns of some panels, squared, where `bases` are the squares of
  /// these; otherwise as much more as they are.
  void bound(const Four* const* codes, const Sketch* rows, size_t count, size_t first_panel, size_t panel_count,
             const float* bases, float* target, size_t stride) const;

 private:
  void put_one(size_t column, const Scaled& vector, Four* room);

  const Sketcher* sketcher_;
  std::vector<Four> panels_;
  std::vector<float> steps_, lengths_, rests_;
};

}  // namespace engine
