#include "algorithms/center_search.h"

#include <faiss/utils/distances.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "algorithms/instructions.h"
#include "algorithms/kernel.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Centers laid out together, coordinate by coordinate.
constexpr size_t COLUMNS = 32;
/// Panels in a group, whose smallest products are kept: one value stands for this many until one is near enough.
constexpr size_t PANELS = 8;
constexpr size_t GROUP = COLUMNS * PANELS;
/// Rows multiplied with a panel together.
constexpr size_t ROWS = 8;
/// Rows that go through all centers together, so that each center is read once for all of them.
constexpr size_t BLOCK = 256;

#define KERNEL_SOURCE "algorithms/center_search_kernel.inc"
#include "algorithms/targets.inc"

#define PRODUCTS_OF(set) set::products

/// The squared L2 distance of two vectors.
float distance_of(const float* x, const float* y, size_t d) { return kernel().distance(x, 1, y, d); }

/// Shadows nearest to a row that are looked at more closely before the rest.
constexpr size_t GUESSES = 12;
/// Rows of the sample that show how far shadows carry.
constexpr size_t TRIALS = 256;
/// Coarse shadows tried.
constexpr size_t COARSE[] = {32, 64, 96, 128};
/// A value compared on its own costs as much as this many in a matrix product (measured).
constexpr double SCATTERED = 8;

/// Few dimensions are compared as quickly, and fewer rows than dimensions do not show the directions.
size_t fine_for(size_t n, size_t d) { return d < 128 || n <= d ? 0 : std::min<size_t>(256, d / 2 / 16 * 16); }

/// A center and what is known of how far it is.
struct Candidate {
  uint32_t center;
  float value;
};

size_t whole(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }

/// Rounding allowance on a bound: relative to the distance and to the squared norms it is a difference of.
float with_slack(float distance, float norms) { return distance * (1 + 1e-4f) + norms * 1e-5f; }

}  // namespace

CenterSearch::CenterSearch(const float* sample, size_t n, size_t d)
    : d_(d), fine_(fine_for(n, d)), pca_(static_cast<int>(d), static_cast<int>(fine_ == 0 ? d : fine_ - 1)) {
  if (fine_ == 0) return;
  pca_.train(static_cast<idx_t>(n), sample);
  sample_.assign(sample, sample + std::min(n, TRIALS) * d);
}

CenterSearch::Projected CenterSearch::project(const float* x, size_t n) const {
  Projected result{std::vector<float>(n * pca_.d_out), std::vector<float>(n)};
  pca_.apply_noalloc(static_cast<idx_t>(n), x, result.coordinates.data());
  for (size_t i = 0; i < n; ++i) result.norms[i] = distance_of(x + i * d_, pca_.mean.data(), d_);
  return result;
}

float CenterSearch::rest(const Projected& vectors, size_t i, size_t count) const {
  const float* coordinates = vectors.coordinates.data() + i * pca_.d_out;
  double sum = vectors.norms[i];
  for (size_t j = 0; j < count; ++j) sum -= static_cast<double>(coordinates[j]) * coordinates[j];
  return static_cast<float>(std::sqrt(std::max(0.0, sum)));
}

void CenterSearch::lay_out(const Projected& vectors, size_t i, uint32_t center) {
  const float* coordinates = vectors.coordinates.data() + i * pca_.d_out;
  float* panel = panels_.data() + center / COLUMNS * COLUMNS * coarse_ + center % COLUMNS;
  // Scaled so that one product gives the squared distance of two shadows, but for the norm of the row.
  for (size_t j = 0; j + 2 < coarse_; ++j) panel[j * COLUMNS] = -2 * coordinates[j];
  panel[(coarse_ - 2) * COLUMNS] = -2 * rest(vectors, i, coarse_ - 2);
  panel[(coarse_ - 1) * COLUMNS] = vectors.norms[i];
  float* fine = fine_shadows_.data() + center * fine_;
  std::copy(coordinates, coordinates + fine_ - 1, fine);
  fine[fine_ - 1] = rest(vectors, i, fine_ - 1);
  largest_norm_ = std::max(largest_norm_, vectors.norms[i]);
}

void CenterSearch::lay_out_all(const Projected& vectors, size_t coarse) {
  coarse_ = coarse;
  largest_norm_ = 0;
  const size_t columns = whole(k_, GROUP);
  panels_.assign(columns * coarse, 0);
  fine_shadows_.resize(k_ * fine_);
  for (size_t i = 0; i < k_; ++i) lay_out(vectors, i, static_cast<uint32_t>(i));
  // Columns that are no centers are infinitely far away.
  for (size_t i = k_; i < columns; ++i) {
    panels_[i / COLUMNS * COLUMNS * coarse + (coarse - 1) * COLUMNS + i % COLUMNS] = std::numeric_limits<float>::max();
  }
}

void CenterSearch::use(const float* centers, size_t k) {
  centers_ = centers;
  k_ = k;
  coarse_ = 0;
  size_t best = 0;
  double least = static_cast<double>(k) * static_cast<double>(d_);
  if (fine_ > 0) {
    const Projected projected = project(centers, k);
    const size_t n = sample_.size() / d_;
    std::vector<int32_t> labels(n);
    std::vector<float> distances(n);
    for (size_t coarse : COARSE) {
      if (coarse >= fine_) break;
      lay_out_all(projected, coarse);
      const Comparisons made = search(sample_.data(), n, labels.data(), distances.data());
      const double scattered = static_cast<double>(made.fine * fine_ + made.full * d_) / static_cast<double>(n);
      const double cost = static_cast<double>(k * coarse) + SCATTERED * scattered;
      if (cost < least) {
        least = cost;
        best = coarse;
      }
    }
    if (best != 0 && best != coarse_) lay_out_all(projected, best);
  }
  coarse_ = best;
  if (best != 0) return;
  squares_.resize(k);
  faiss::fvec_norms_L2sqr(squares_.data(), centers, d_, k);
}

void CenterSearch::refresh(const std::vector<uint32_t>& changed) {
  if (coarse_ == 0) {
    for (uint32_t center : changed) squares_[center] = faiss::fvec_norm_L2sqr(centers_ + center * d_, d_);
    return;
  }
  std::vector<float> gathered(changed.size() * d_);
  for (size_t i = 0; i < changed.size(); ++i) {
    std::copy_n(centers_ + changed[i] * d_, d_, gathered.data() + i * d_);
  }
  const Projected projected = project(gathered.data(), changed.size());
  for (size_t i = 0; i < changed.size(); ++i) lay_out(projected, i, changed[i]);
}

void CenterSearch::find(const float* x, size_t n, int32_t* labels, float* distances) {
  if (coarse_ == 0) {
    compare_all(x, n, labels, distances);
  } else {
    search(x, n, labels, distances);
  }
}

void CenterSearch::compare_all(const float* x, size_t n, int32_t* labels, float* distances) const {
  // FAISS writes no label where no distance is a number.
  std::vector<idx_t> found(n, 0);
  faiss::knn_L2sqr(x, centers_, d_, n, k_, 1, distances, found.data(), squares_.data());
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
    labels[i] = static_cast<int32_t>(std::max<idx_t>(0, found[i]));
    distances[i] = distance_of(x + i * d_, centers_ + labels[i] * d_, d_);
  }
}

CenterSearch::Comparisons CenterSearch::search(const float* x, size_t n, int32_t* labels, float* distances) {
  const Projected rows = project(x, n);
  const size_t columns = whole(k_, GROUP), minima = columns / PANELS;
  const size_t threads = omp_get_max_threads();
  const size_t block = std::min(BLOCK, whole((n + threads - 1) / threads, ROWS));
  // Made here: nothing may throw in the parallel part.
  products_.resize(std::max(products_.size(), threads * block * columns));
  least_.resize(std::max(least_.size(), threads * block * minima));
  std::vector<float> coarse_shadows(whole(n, block) * coarse_, 0), fine_shadows(n * fine_);
  uint64_t fine_count = 0, full_count = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : fine_count, full_count)
  for (int64_t i = 0; i < static_cast<int64_t>((n + block - 1) / block); ++i) {
    const size_t first = i * block, thread = omp_get_thread_num();
    const Block work{
        x + first * d_,
        rows.norms.data() + first,
        coarse_shadows.data() + first * coarse_,
        fine_shadows.data() + first * fine_,
        products_.data() + thread * block * columns,
        least_.data() + thread * block * minima,
        labels + first,
        distances + first,
        std::min(block, n - first),
    };
    for (size_t r = 0; r < work.rows; ++r) {
      const float* coordinates = rows.coordinates.data() + (first + r) * pca_.d_out;
      float* coarse = work.coarse + r * coarse_;
      std::copy_n(coordinates, coarse_ - 2, coarse);
      coarse[coarse_ - 2] = rest(rows, first + r, coarse_ - 2);
      coarse[coarse_ - 1] = 1;
      float* fine = work.fine + r * fine_;
      std::copy_n(coordinates, fine_ - 1, fine);
      fine[fine_ - 1] = rest(rows, first + r, fine_ - 1);
    }
    const Comparisons made = search_block(work);
    fine_count += made.fine;
    full_count += made.full;
  }
  return {fine_count, full_count};
}

CenterSearch::Comparisons CenterSearch::search_block(const Block& block) const {
  Comparisons made;

  // Panel by panel the products of all rows, those of a row with a group together, and group by group their smallest.
  const size_t height = whole(block.rows, ROWS), groups = whole(k_, GROUP) / GROUP;
  static const auto multiply = CHOSEN_KERNEL(PRODUCTS_OF);
  const auto products = [&](size_t group, size_t r) { return block.products + (group * height + r) * GROUP; };
  const auto least = [&](size_t group, size_t r) { return block.least + (group * height + r) * COLUMNS; };
  std::fill_n(block.least, groups * height * COLUMNS, std::numeric_limits<float>::max());
  for (size_t panel = 0; panel < groups * PANELS; ++panel) {
    const size_t group = panel / PANELS, column = panel % PANELS * COLUMNS;
    for (size_t r = 0; r < height; r += ROWS) {
      multiply(block.coarse + r * coarse_, panels_.data() + panel * COLUMNS * coarse_, coarse_,
                   products(group, r) + column, least(group, r));
    }
  }
  /// Visits the centers of a group whose products with the row are at most `limit`.
  const auto each_within = [&](size_t group, size_t r, float limit, auto visit) {
    const float *smallest = least(group, r), *row = products(group, r);
    for (size_t place = 0; place < COLUMNS; ++place) {
      if (smallest[place] > limit) continue;
      for (size_t column = place; column < GROUP; column += COLUMNS) {
        if (row[column] <= limit) visit(static_cast<uint32_t>(group * GROUP + column), row[column]);
      }
    }
  };

  const auto bound = [&](size_t r, uint32_t center) {
    ++made.fine;
    return distance_of(block.fine + r * fine_, fine_shadows_.data() + center * fine_, fine_);
  };
  const auto limit = [&](size_t r) { return with_slack(block.distances[r], block.norms[r] + largest_norm_); };
  const auto compare = [&](size_t r, uint32_t center) {
    ++made.full;
    const float distance = distance_of(block.x + r * d_, centers_ + center * d_, d_);
    const int32_t label = static_cast<int32_t>(center);
    if (distance > block.distances[r] || (distance == block.distances[r] && label > block.labels[r])) return;
    block.distances[r] = distance;
    block.labels[r] = label;
  };

  // The finer shadows of the centers whose shadows are nearest give a first distance hard to beat.
  for (size_t r = 0; r < block.rows; ++r) {
    std::array<Candidate, GUESSES> nearest;
    nearest.fill({0, std::numeric_limits<float>::max()});
    for (size_t group = 0; group < groups; ++group) {
      each_within(group, r, nearest.back().value, [&](uint32_t center, float product) {
        size_t at = GUESSES - 1;
        if (product >= nearest[at].value) return;
        for (; at > 0 && nearest[at - 1].value > product; --at) nearest[at] = nearest[at - 1];
        nearest[at] = {center, product};
      });
    }
    Candidate guess{nearest[0].center, std::numeric_limits<float>::max()};
    for (const Candidate& candidate : nearest) {
      const float found = bound(r, candidate.center);
      if (found < guess.value) guess = {candidate.center, found};
    }
    block.distances[r] = std::numeric_limits<float>::max();
    block.labels[r] = 0;
    compare(r, guess.center);
  }

  // Group by group, so that its centers stay in the cache for all rows.
  for (size_t group = 0; group < groups; ++group) {
    for (size_t r = 0; r < block.rows; ++r) {
      each_within(group, r, limit(r) - block.norms[r], [&](uint32_t center, float) {
        if (bound(r, center) <= limit(r)) compare(r, center);
      });
    }
  }
  return made;
}

}  // namespace engine
