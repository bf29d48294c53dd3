#include "algorithms/blocks.h"

#include <faiss/utils/Heap.h>

#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "algorithms/sketches.h"

namespace engine {

namespace {

/// Products compared at a time: few enough to vectorize, many enough to skip at once.
constexpr size_t LANES = 16;
/// Columns one thread looks after at a time.
constexpr size_t STRIPE = 64;

/// A value multiplied on its own takes as long as this many in a product of blocks (measured).
constexpr double SCATTERED = 3;
/// Pairs of blocks compared as they are after sketches took longer: neighbors become nearer meanwhile.
constexpr size_t PAUSE = 8;

/// What products say of cosines: that they are products times the factor of the asking row, exactly.
class Cosines {
 public:
  explicit Cosines(const Block& asking) : asking_(asking) {}

  /// A cosine is at most a value, turned around, times this, and the slack.
  float factor(size_t i) const { return asking_.factors[i]; }
  static constexpr float slack() { return 0; }
  float operator()(size_t, size_t, float at_most) const { return at_most; }

 private:
  const Block& asking_;
};

/// What products of sketches say of cosines: how large they can be, from how near the unit vectors are at least. Those that
/// can be large enough are computed.
class SketchCosines {
 public:
  SketchCosines(const Block& asking, const Block& base, size_t d) : asking_(asking), base_(base), d_(d) {}

  static constexpr float factor(size_t) { return 0.5; }
  /// With what rounding makes of the length of a unit vector.
  static constexpr float slack() { return 1 + 16 * ROUNDING; }

  float operator()(size_t i, size_t j, float) const {
    ++computed_;
    return kernel().product(asking_.x + i * d_, base_.x + j * d_, d_) * asking_.factors[i] * base_.factors[j];
  }

  size_t computed() const { return computed_; }

 private:
  const Block &asking_, &base_;
  const size_t d_;
  /// Away from what all threads read.
  alignas(64) mutable std::atomic<size_t> computed_ = 0;
};

/// Offers row i of `asking` all rows of `base`.
template <class Cosine>
void offer_row(size_t i, const float* line, size_t width, const Block& asking, const Block& base, const Cosine& cosine,
               Nearest& nearest) {
  const size_t place = asking.places[i];
  const float factor = cosine.factor(i);
  uint32_t near[TILE];
  const size_t count = kernel().within(line, width, (cosine.slack() - nearest.least(place)) / factor, near);
  for (size_t n = 0; n < count && near[n] < base.size(); ++n) {
    const size_t j = near[n];
    const float at_most = -line[j] * factor + cosine.slack();
    if (base.rows[j] == asking.rows[i] || at_most <= nearest.least(place)) continue;
    nearest.offer(place, cosine(i, j, at_most), base.rows[j]);
  }
}

/// Whether any of LANES values, times -`factor`, exceeds its limit. Without a branch, so that it vectorizes.
bool any_above(const float* values, float factor, const float* limits) {
  int found = 0;
  for (size_t i = 0; i < LANES; ++i) found |= -values[i] * factor > limits[i];
  return found != 0;
}

/// Offers each row of `base` all rows of `asking`, from the same products.
template <class Products, class Cosine>
void offer_columns(const Products& products, const Block& asking, const Block& base, const Cosine& cosine,
                   Nearest& nearest) {
  const size_t n = base.size();
#pragma omp parallel for schedule(dynamic, 1)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += STRIPE) {
    const size_t columns = std::min(STRIPE, n - first);
    float limits[STRIPE];
    for (size_t j = 0; j < columns; ++j) limits[j] = nearest.least(base.places[first + j]) - cosine.slack();
    for (size_t i = 0; i < asking.size(); ++i) {
      const float* line = products.line(i) + first;
      const float factor = cosine.factor(i);
      for (size_t j = 0; j < columns; j += LANES) {
        const size_t width = std::min(LANES, columns - j);
        if (width == LANES && !any_above(line + j, factor, limits + j)) continue;
        for (size_t t = j; t < j + width; ++t) {
          const size_t column = first + t;
          if (base.rows[column] == asking.rows[i] || !(-line[t] * factor > limits[t])) continue;
          nearest.offer(base.places[column], cosine(i, column, -line[t] * factor), asking.rows[i]);
          limits[t] = nearest.least(base.places[column]) - cosine.slack();
        }
      }
    }
  }
}

}  // namespace

UnitRows::UnitRows(Job& job, std::shared_ptr<const MatrixData> data)
    : matrix(std::move(data)), norms(matrix->rows()), factors(matrix->rows()) {
  job.check();
  const size_t d = matrix->columns();
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(norms.size()); ++i) {
    const float* row = matrix->row(i);
    double sum = 0;
    for (size_t j = 0; j < d; ++j) sum += static_cast<double>(row[j]) * row[j];
    norms[i] = static_cast<float>(std::sqrt(sum));
    factors[i] = 1 / std::max(1e-9f, norms[i]);
  }
}

void Nearest::offer(size_t place, float cosine, int32_t row) {
  float* cosines = cosines_.data() + place * k;
  int32_t* rows = rows_.data() + place * k;
  // The negation also turns NaN away.
  if (!(cosine > cosines[0]) || std::find(rows, rows + k, row) != rows + k) return;
  faiss::heap_replace_top<faiss::CMin<float, int32_t>>(k, cosines, rows, cosine, row);
}

Block range_block(const UnitRows& unit, size_t first, size_t count, bool in_base, size_t first_place) {
  Block block;
  block.x = unit.matrix->row(first);
  block.factors.assign(unit.factors.begin() + first, unit.factors.begin() + first + count);
  block.rows.assign(count, -1);
  if (in_base) std::iota(block.rows.begin(), block.rows.end(), static_cast<int32_t>(first));
  block.places.resize(count);
  std::iota(block.places.begin(), block.places.end(), static_cast<int32_t>(first - first_place));
  return block;
}

Block gathered_block(const UnitRows& unit, const int32_t* rows, size_t count, bool in_base, size_t first_place,
                     std::vector<float>& storage) {
  const size_t d = unit.matrix->columns();
  storage.resize(TILE * d);
  Block block;
  block.x = storage.data();
  block.factors.resize(count);
  block.rows.assign(count, -1);
  block.places.resize(count);
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
    const float* row = unit.matrix->row(rows[i]);
    std::copy(row, row + d, storage.data() + i * d);
    block.factors[i] = unit.factors[rows[i]];
    if (in_base) block.rows[i] = rows[i];
    block.places[i] = static_cast<int32_t>(rows[i] - first_place);
  }
  return block;
}

/// Products of sketches: how near rows and columns are at least, squared.
class BlockComparison::SketchProducts {
 public:
  explicit SketchProducts(std::vector<float> middle)
      : d_(middle.size()),
        sketcher_(std::move(middle)),
        columns_(sketcher_, TILE),
        squares_(TILE),
        codes_(TILE * sketcher_.fours()),
        sketches_(TILE) {}

  /// How much shorter a sketch is than its row.
  size_t saved() const { return d_ - sketcher_.fours(); }

  void lay_out(const Block& columns) {
    const size_t count = columns.size();
    width_ = whole_panels(count);
    columns_.put(count, [&](size_t i) { return Scaled{columns.x + i * d_, columns.factors[i]}; });
    for (size_t i = 0; i < count; ++i) squares_[i] = columns_.square(i);
    std::fill(squares_.begin() + count, squares_.begin() + width_, std::numeric_limits<float>::infinity());
  }

  template <class Visit>
  void multiply(const Block& rows, Visit visit) {
    const size_t count = rows.size();
    values_.resize(count * width_);
#pragma omp parallel for schedule(dynamic)
    for (int64_t first = 0; first < static_cast<int64_t>(count); first += Products::ROWS) {
      const Four* some[Products::ROWS];
      const size_t height = std::min(Products::ROWS, count - first);
      for (size_t r = 0; r < height; ++r) {
        Four* code = codes_.data() + (first + r) * sketcher_.fours();
        some[r] = code;
        sketches_[first + r] = sketcher_.row({rows.x + (first + r) * d_, rows.factors[first + r]}, code);
      }
      float* target = values_.data() + first * width_;
      columns_.bound(some, sketches_.data() + first, height, 0, width_ / PANEL, squares_.data(), target, width_);
      for (size_t r = 0; r < height; ++r) visit(first + r, target + r * width_);
    }
  }

  const float* line(size_t row) const { return values_.data() + row * width_; }
  size_t width() const { return width_; }

 private:
  const size_t d_;
  const Sketcher sketcher_;
  size_t width_ = 0;
  SketchedColumns columns_;
  std::vector<float> squares_, values_;
  std::vector<Four> codes_;
  std::vector<Sketch> sketches_;
};

BlockComparison::BlockComparison(const UnitRows& base) : columns_(base.matrix->columns()) {
  const size_t count = base.factors.size();
  if (!Sketcher::pays(columns_) || count == 0) return;
  sketch_products_ = std::make_unique<SketchProducts>(
      middle_of(count, columns_, [&](size_t i) { return Scaled{base.matrix->row(i), base.factors[i]}; }));
}

BlockComparison::~BlockComparison() = default;

void BlockComparison::compare(const Block& asking, const Block& base, bool both, Nearest& nearest) {
  if (sketch_products_ && as_they_are_ == 0) {
    if (!compare_sketches(asking, base, both, nearest)) as_they_are_ = PAUSE;
    return;
  }
  if (as_they_are_ > 0) --as_they_are_;
  const Cosines cosine(asking);
  products_.lay_out(base.x, base.factors.data(), base.size(), columns_);
  products_.multiply(asking.x, asking.size(), [&](size_t i, const float* line) {
    offer_row(i, line, products_.width(), asking, base, cosine, nearest);
  });
  if (both) offer_columns(products_, asking, base, cosine, nearest);
}

bool BlockComparison::compare_sketches(const Block& asking, const Block& base, bool both, Nearest& nearest) {
  const SketchCosines cosine(asking, base, columns_);
  sketch_products_->lay_out(base);
  sketch_products_->multiply(asking, [&](size_t i, const float* line) {
    offer_row(i, line, sketch_products_->width(), asking, base, cosine, nearest);
  });
  if (both) offer_columns(*sketch_products_, asking, base, cosine, nearest);
  const double saved = static_cast<double>(asking.size()) * static_cast<double>(base.size()) *
                       static_cast<double>(sketch_products_->saved());
  return static_cast<double>(cosine.computed()) * static_cast<double>(columns_) * SCATTERED < saved;
}

}  // namespace engine
