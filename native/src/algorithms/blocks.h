// Rows compared by cosine, a block of them with a block at a time: the product of a pair serves both of its rows. Where rows
// are long, their sketches (sketches.h) are multiplied, and few of the rows themselves.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "algorithms/kernel.h"
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

/// Rows on either side of one product. Its 4 MiB stay in the cache for the pass that may follow.
constexpr size_t TILE = 1024;

/// One side of a product: rows next to each other in memory.
struct Block {
  const float* x = nullptr;
  std::vector<float> factors;
  /// Their numbers in the base; -1 for rows that are not in it.
  std::vector<int32_t> rows;
  /// Where their neighbors are kept.
  std::vector<int32_t> places;

  size_t size() const { return factors.size(); }
};

/// Rows that lie next to each other already.
Block range_block(const UnitRows& unit, size_t first, size_t count, bool in_base, size_t first_place);

/// Any rows, copied next to each other into `storage`.
Block gathered_block(const UnitRows& unit, const int32_t* rows, size_t count, bool in_base, size_t first_place,
                     std::vector<float>& storage);

/// Products of rows and columns, blocks of both. Columns are unit vectors, turned around: what is near is small.
class Products {
 public:
  /// Rows that one thread multiplies at a time, and visits while they are at hand.
  static constexpr size_t ROWS = 32;

  /// Without `factors` they are unit vectors already.
  void lay_out(const float* columns, const float* factors, size_t count, size_t d) {
    d_ = d;
    width_ = whole_panels(count);
    panels_.resize(width_ * d);
    std::vector<float> turned(count, -1);
    for (size_t i = 0; factors != nullptr && i < count; ++i) turned[i] = -factors[i];
    lay_out_panels(columns, turned.data(), count, d, panels_.data());
  }

  /// Multiplies rows with all columns and visits each: `visit(row, products)`.
  template <class Visit>
  void multiply(const float* rows, size_t count, Visit visit) {
    values_.resize(count * width_);
#pragma omp parallel for schedule(dynamic)
    for (int64_t first = 0; first < static_cast<int64_t>(count); first += ROWS) {
      const float* some[ROWS];
      const size_t height = std::min(ROWS, count - first);
      for (size_t r = 0; r < height; ++r) some[r] = rows + (first + r) * d_;
      float* target = values_.data() + first * width_;
      kernel().products(some, height, panels_.data(), width_ / PANEL, d_, target, width_);
      for (size_t r = 0; r < height; ++r) visit(first + r, target + r * width_);
    }
  }

  const float* line(size_t row) const { return values_.data() + row * width_; }
  /// Columns, with those that fill up the last panel.
  size_t width() const { return width_; }

 private:
  size_t d_ = 0, width_ = 0;
  std::vector<float> panels_, values_;
};

/// Compares blocks with each other.
class BlockComparison {
 public:
  /// Of the rows of `base` with others, or with each other.
  explicit BlockComparison(const UnitRows& base);
  ~BlockComparison();

  /// Offers rows of two blocks to each other: those of `base` to those of `asking`, and with `both` the other way around.
  void compare(const Block& asking, const Block& base, bool both, Nearest& nearest);

 private:
  class SketchProducts;

  /// By their sketches. Returns whether that took less than comparing the rows.
  bool compare_sketches(const Block& asking, const Block& base, bool both, Nearest& nearest);

  const size_t columns_;
  Products products_;
  /// None where products of the rows themselves are as quick.
  std::unique_ptr<SketchProducts> sketch_products_;
  /// Pairs of blocks that are still compared as they are.
  size_t as_they_are_ = 0;
};

}  // namespace engine
