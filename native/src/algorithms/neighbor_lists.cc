#include "algorithms/neighbor_lists.h"

#include <faiss/utils/random.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "algorithms/kmeans.h"

namespace engine {

namespace {

/// Rows brought to the centroids at a time.
constexpr size_t COARSE_STEP = 4096;
/// One-sided 95 %.
constexpr double CONFIDENCE = 1.645;

void copy_units(const UnitRows& unit, const int32_t* rows, size_t count, float* target) {
  const size_t d = unit.matrix->columns();
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
    const float* row = unit.matrix->row(rows[i]);
    for (size_t j = 0; j < d; ++j) target[i * d + j] = row[j] * unit.factors[rows[i]];
  }
}

/// The centroids, laid out to be compared with many times.
struct Centroids {
  explicit Centroids(const Lists& lists) : halves(lists.count()) {
    const size_t d = lists.centroids.d;
    const float* x = lists.centroids.get_xb();
    products.lay_out(x, nullptr, halves.size(), d);
    for (size_t i = 0; i < halves.size(); ++i) {
      halves[i] = std::inner_product(x + i * d, x + (i + 1) * d, x + i * d, 0.0f) / 2;
    }
  }
  Products products;
  std::vector<float> halves;
};

/// Distances of unit rows to all centroids, short of what they have in common.
class Distances {
 public:
  Distances(Centroids& centroids, const UnitRows& unit, const int32_t* rows, size_t count)
      : nlist_(centroids.halves.size()), values_(count * nlist_) {
    std::vector<float> units(count * unit.matrix->columns());
    copy_units(unit, rows, count, units.data());
    centroids.products.multiply(units.data(), count, [&](size_t row, const float* line) {
      for (size_t list = 0; list < nlist_; ++list) values_[row * nlist_ + list] = centroids.halves[list] + line[list];
    });
  }

  size_t nearest(size_t row) const { return std::min_element(of(row), of(row) + nlist_) - of(row); }
  /// How many lists are nearer than this one.
  size_t rank(size_t row, size_t list) const {
    const float limit = of(row)[list];
    return std::count_if(of(row), of(row) + nlist_, [limit](float value) { return value < limit; });
  }

 private:
  const float* of(size_t row) const { return values_.data() + row * nlist_; }

  size_t nlist_;
  std::vector<float> values_;
};

}  // namespace

Lists train_lists(Job& job, const UnitRows& base, size_t nlist, int64_t seed) {
  const size_t d = base.matrix->columns();
  std::vector<int> order(base.factors.size());
  faiss::rand_perm(order.data(), order.size(), seed);
  order.resize(std::min(order.size(), nlist * POINTS_PER_LIST));
  std::vector<float> points(order.size() * d);
  copy_units(base, order.data(), order.size(), points.data());
  faiss::ClusteringParameters parameters;
  parameters.niter = ITERATIONS;
  parameters.seed = static_cast<int>(seed);
  Lists lists(d);
  const Clusters clusters = kmeans(&job, {points.data(), order.size(), d}, nlist, parameters, Nearness::SQUARED_L2);
  lists.centroids.add(static_cast<idx_t>(nlist), clusters.centers.data());
  return lists;
}

std::vector<int32_t> nearest_lists(Job& job, const Lists& lists, const UnitRows& unit, size_t first, size_t count,
                                   size_t width) {
  std::vector<int32_t> result(count * width);
  std::vector<float> units(COARSE_STEP * unit.matrix->columns()), distances(COARSE_STEP * width);
  std::vector<idx_t> labels(COARSE_STEP * width);
  std::vector<int32_t> rows(COARSE_STEP);
  for (size_t i = 0; i < count; i += COARSE_STEP) {
    job.check();
    const size_t step = std::min(COARSE_STEP, count - i);
    std::iota(rows.begin(), rows.begin() + step, static_cast<int32_t>(first + i));
    copy_units(unit, rows.data(), step, units.data());
    lists.centroids.search(static_cast<idx_t>(step), units.data(), static_cast<idx_t>(width), distances.data(),
                           labels.data());
    std::copy(labels.begin(), labels.begin() + step * width, result.begin() + i * width);
  }
  return result;
}

Ranks ranks_of(Job& job, const Lists& lists, const UnitRows& queries, const std::vector<int32_t>& sample,
               const UnitRows& base, const Nearest& truth, bool both) {
  Centroids centroids(lists);
  const Distances asked_distances(centroids, queries, sample.data(), sample.size());
  Ranks ranks(sample.size());
  for (size_t i = 0; i < sample.size(); ++i) {
    std::vector<int32_t> found;
    std::copy_if(truth.rows(i), truth.rows(i) + truth.k, std::back_inserter(found), [](int32_t row) { return row >= 0; });
    if (found.empty()) continue;
    if (i % 64 == 0) job.check();
    const Distances found_distances(centroids, base, found.data(), found.size());
    const size_t home = asked_distances.nearest(i);
    for (size_t j = 0; j < found.size(); ++j) {
      const size_t rank = asked_distances.rank(i, found_distances.nearest(j));
      ranks[i].push_back(both ? std::min(rank, found_distances.rank(j, home)) : rank);
    }
  }
  return ranks;
}

Recall recall_at(const Ranks& ranks, size_t nprobe) {
  double sum = 0, squares = 0, rows = 0;
  for (const auto& of_row : ranks) {
    if (of_row.empty()) continue;
    const auto hits = std::count_if(of_row.begin(), of_row.end(), [nprobe](size_t rank) { return rank < nprobe; });
    const double recall = static_cast<double>(hits) / static_cast<double>(of_row.size());
    sum += recall;
    squares += recall * recall;
    ++rows;
  }
  if (rows == 0) return {1, 1};
  const double mean = sum / rows;
  const double variance = std::max(0.0, squares / rows - mean * mean);
  return {mean, mean - CONFIDENCE * std::sqrt(variance / rows)};
}

}  // namespace engine
