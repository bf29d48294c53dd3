#include "algorithms/knn.h"

#include <faiss/utils/Heap.h>
#include <faiss/utils/distances.h>
#include <omp.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "algorithms/kernel.h"
#include "algorithms/rows.h"
#include "algorithms/sketches.h"

namespace engine {

namespace {

/// Queries that go through the base together, laid out as panels that stay in a core's cache.
constexpr size_t TILE = 256;
/// Rows of the base multiplied with them at a time.
constexpr size_t ROWS = 64;
/// Queries, and rows of the base, between two looks at the cancel flag.
constexpr size_t QUERY_STEP = 4096, BASE_STEP = 4096;
/// Rows between two looks at the cancel flag where FAISS searches.
constexpr size_t FAISS_STEP = 1024;
constexpr float FARTHEST = std::numeric_limits<float>::max();
/// Where sketches leave more than this part of the pairs of many rows, they take longer than they save.
constexpr double TOO_NEAR = 0.1;

/// Queries and the nearest rows that they have found so far. Products rule most rows out: those of sketches, where vectors
/// are long and sketches tell enough.
class NearestByDistance {
 public:
  NearestByDistance(const float* x, size_t n, size_t d, size_t k, float* distances, idx_t* labels)
      : x_(x), n_(n), d_(d), k_(k),
        tile_(std::min(TILE, whole_panels((n + omp_get_max_threads() - 1) / omp_get_max_threads()))),
        // Rounding of a product of two rows is at most this share of the sum of their squares, of which the distance is
        // made (Higham, Accuracy and Stability of Numerical Algorithms, 3.1).
        kept_(1 - std::numeric_limits<float>::epsilon() * static_cast<float>(d + 16)),
        beaten_by_(whole_panels(n), FARTHEST),
        squares_(whole_panels(n)),
        distances_(distances),
        labels_(labels),
        rooms_(omp_get_max_threads(), Room(tile_)) {
    std::fill_n(distances, n * k, FARTHEST);
    std::fill_n(labels, n * k, -1);
    if (Sketcher::pays(d)) {
      sketch_queries();
    } else {
      lay_out_queries();
    }
  }

  /// Compares with `count` rows of the base, at most BASE_STEP, which are numbered from `first` on.
  void compare(const float* base, size_t first, size_t count) {
    if (sketcher_) {
      sketch(base, count);
    } else {
      measure(base, count, row_squares_);
    }
    size_t near = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : near)
    for (int64_t query = 0; query < static_cast<int64_t>(n_); query += tile_) {
      Room& room = rooms_[omp_get_thread_num()];
      for (size_t row = 0; row < count; row += ROWS) {
        near += compare_some(query, base, row, std::min(ROWS, count - row), first, room);
      }
    }
    // The first rows are near because there are no others yet.
    if (sketcher_ && first > 0 && static_cast<double>(near) > TOO_NEAR * static_cast<double>(n_ * count)) {
      sketcher_.reset();
      columns_.reset();
      lay_out_queries();
    }
  }

  /// Puts the nearest first.
  void sort() {
#pragma omp parallel
    {
      std::vector<std::pair<float, idx_t>> sorted(k_);
#pragma omp for
      for (int64_t i = 0; i < static_cast<int64_t>(n_); ++i) {
        float* distances = distances_ + i * k_;
        idx_t* labels = labels_ + i * k_;
        // What is missing comes last whatever its label.
        const auto number = [](idx_t label) { return label < 0 ? std::numeric_limits<idx_t>::max() : label; };
        for (size_t j = 0; j < k_; ++j) sorted[j] = {distances[j], number(labels[j])};
        std::sort(sorted.begin(), sorted.end());
        for (size_t j = 0; j < k_; ++j) {
          distances[j] = sorted[j].first;
          labels[j] = sorted[j].second == number(-1) ? -1 : sorted[j].second;
        }
      }
    }
  }

 private:
  /// What one thread works with.
  struct Room {
    explicit Room(size_t width) : products(ROWS * width), rows(ROWS), codes(ROWS), places(width) {}
    std::vector<float> products;
    std::vector<const float*> rows;
    std::vector<const Four*> codes;
    std::vector<uint32_t> places;
  };

  void lay_out_queries() {
    panels_.resize(whole_panels(n_) * d_);
    lay_out_panels(x_, nullptr, n_, d_, panels_.data());
    measure(x_, n_, squares_);
    for (size_t i = 0; i < n_; ++i) set_beaten_by(i);
  }

  void sketch_queries() {
    const auto query = [&](size_t i) { return Scaled{x_ + i * d_, 1}; };
    sketcher_.emplace(middle_of(n_, d_, query));
    columns_.emplace(*sketcher_, n_);
    columns_->put(n_, query);
    codes_.resize(BASE_STEP * sketcher_->fours());
    sketches_.resize(BASE_STEP);
    for (size_t i = 0; i < n_; ++i) {
      squares_[i] = columns_->square(i);
      set_beaten_by(i);
    }
  }

  /// Sketches rows of the base.
  void sketch(const float* base, size_t count) {
    const size_t fours = sketcher_->fours();
#pragma omp parallel for
    for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
      sketches_[i] = sketcher_->row({base + i * d_, 1}, codes_.data() + i * fours);
    }
  }

  /// Squares, or less by what rounding may add to distances.
  void measure(const float* x, size_t n, std::vector<float>& squares) const {
    const std::vector<float> zero(d_);
#pragma omp parallel for
    for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
      squares[i] = kernel().distance(x + i * d_, 1, zero.data(), d_) * kept_;
    }
  }

  /// Offers the queries of a tile `count` rows of the base, from `row` on, where they can be near. Returns how many can.
  size_t compare_some(size_t query, const float* base, size_t row, size_t count, size_t first, Room& room) {
    const Kernel& use = kernel();
    const size_t width = whole_panels(std::min(tile_, n_ - query));
    if (sketcher_) {
      for (size_t r = 0; r < count; ++r) room.codes[r] = codes_.data() + (row + r) * sketcher_->fours();
      columns_->bound(room.codes.data(), sketches_.data() + row, count, query / PANEL, width / PANEL,
                      beaten_by_.data() + query, room.products.data(), width);
    } else {
      for (size_t r = 0; r < count; ++r) room.rows[r] = base + (row + r) * d_;
      use.products(room.rows.data(), count, panels_.data() + query * d_, width / PANEL, d_, room.products.data(), width);
      for (size_t r = 0; r < count; ++r) {
        use.complete(room.products.data() + r * width, beaten_by_.data() + query, -2, width);
      }
    }
    size_t offered = 0;
    for (size_t r = 0; r < count; ++r) {
      const float limit = sketcher_ ? 0 : -row_squares_[row + r];
      const size_t near = use.within(room.products.data() + r * width, width, limit, room.places.data());
      for (size_t p = 0; p < near; ++p) {
        const size_t i = query + room.places[p];
        if (i < n_) offer(i, base + (row + r) * d_, static_cast<idx_t>(first + row + r));
      }
      offered += near;
    }
    return offered;
  }

  void offer(size_t i, const float* row, idx_t label) {
    float* distances = distances_ + i * k_;
    const float distance = kernel().distance(x_ + i * d_, 1, row, d_);
    if (!(distance < distances[0])) return;
    faiss::maxheap_replace_top(k_, distances, labels_ + i * k_, distance, label);
    set_beaten_by(i);
  }

  void set_beaten_by(size_t i) { beaten_by_[i] = squares_[i] - distances_[i * k_]; }

  const float* x_;
  const size_t n_, d_, k_, tile_;
  /// Share of the squares that rounding leaves for sure.
  const float kept_;
  std::vector<float> panels_;
  /// None where products of the vectors themselves are as quick.
  std::optional<Sketcher> sketcher_;
  std::optional<SketchedColumns> columns_;
  /// Of each query: its square less the distance that a row must beat. With -2 times a product and the square of that row,
  /// it is above zero where the row is too far.
  std::vector<float> beaten_by_;
  /// Of the queries, and of the rows of the base that are compared.
  std::vector<float> squares_, row_squares_ = std::vector<float>(BASE_STEP);
  std::vector<Four> codes_;
  std::vector<Sketch> sketches_;
  /// n x k, FAISS's heaps until they are sorted.
  float* const distances_;
  idx_t* const labels_;
  std::vector<Room> rooms_;
};

Found by_product(Job& job, const float* x, size_t n, const float* base, size_t rows, size_t d, size_t k) {
  Found found{std::vector<float>(n * k), std::vector<idx_t>(n * k)};
  for (size_t i = 0; i < n; i += FAISS_STEP) {
    job.check();
    job.progress(i, n);
    const size_t step = std::min(FAISS_STEP, n - i);
    faiss::knn_inner_product(x + i * d, base, d, step, rows, k, found.distances.data() + i * k,
                             found.labels.data() + i * k);
  }
  job.progress(n, n);
  return found;
}

}  // namespace

void knn_by_distance(const Job* job, const float* x, size_t n, const float* base, size_t rows, size_t d, size_t k,
                     float* distances, idx_t* labels) {
  NearestByDistance nearest(x, n, d, k, distances, labels);
  for (size_t first = 0; first < rows; first += BASE_STEP) {
    if (job != nullptr) job->check();
    nearest.compare(base + first * d, first, std::min(BASE_STEP, rows - first));
  }
  nearest.sort();
}

Found knn(Job& job, const float* x, size_t n, const float* base, size_t rows, size_t d, size_t k,
          faiss::MetricType metric) {
  require_finite(x, n, d);
  require_finite(base, rows, d);
  if (metric == faiss::METRIC_INNER_PRODUCT) return by_product(job, x, n, base, rows, d, k);
  Found found{std::vector<float>(n * k), std::vector<idx_t>(n * k)};
  for (size_t i = 0; i < n; i += QUERY_STEP) {
    job.progress(i, n);
    knn_by_distance(&job, x + i * d, std::min(QUERY_STEP, n - i), base, rows, d, k, found.distances.data() + i * k,
                    found.labels.data() + i * k);
  }
  job.progress(n, n);
  return found;
}

}  // namespace engine
