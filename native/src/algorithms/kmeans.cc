#include "algorithms/kmeans.h"

#include <faiss/utils/distances.h>
#include <faiss/utils/random.h>
#include <omp.h>

#include <algorithm>
#include <string>

#include "algorithms/assignment.h"
#include "failure.h"

namespace engine {

namespace {

/// Rows summed between two looks at the cancel flag.
constexpr size_t STEP = 8192;

class Kmeans {
 public:
  Kmeans(Job* job, const Points& points, size_t k, const faiss::ClusteringParameters& parameters, Nearness nearness)
      : job_(job),
        points_(points),
        n_(points.n),
        d_(points.span.columns),
        k_(k),
        parameters_(parameters),
        nearness_(nearness),
        assignment_(points, k, nearness == Nearness::INNER_PRODUCT ? Likeness::DIRECTION : Likeness::DISTANCE),
        centers_(k * d_),
        sizes_(k),
        stale_(k, true) {}

  Clusters run(bool wants_labels) {
    start();
    Clusters result;
    for (int round = 0; round < parameters_.niter; ++round) {
      const std::vector<int32_t> before = assignment_.labels();
      assignment_.find(job_, centers_.data());
      result.objective = objective();
      move(before);
      const size_t splits = split();
      if (job_ != nullptr) job_->iteration({round, parameters_.niter, result.objective, imbalance(), splits});
      normalize();
    }
    if (wants_labels) {
      assignment_.find(job_, centers_.data());
      result.labels = assignment_.labels();
    }
    result.compared = assignment_.compared();
    result.centers = std::move(centers_);
    return result;
  }

 private:
  float* center(size_t c) { return centers_.data() + c * d_; }

  /// Rows drawn as FAISS draws them (Clustering.cpp, train_encoded).
  void start() {
    std::vector<int> drawn(n_);
    faiss::rand_perm(drawn.data(), n_, parameters_.seed + 1);
    for (size_t c = 0; c < k_; ++c) {
      std::copy_n(points_.row(drawn[c]), d_, center(c));
      if (c % SCATTERED_STEP == 0) points_.span.release();
    }
    normalize();
  }

  void normalize() {
    if (parameters_.spherical) faiss::fvec_renorm_L2(d_, k_, centers_.data());
  }

  double objective() const {
    const std::vector<float>& distances = assignment_.distances();
    double sum = 0;
    if (nearness_ == Nearness::SQUARED_L2) {
      for (float distance : distances) sum += distance;
    } else {
      for (size_t i = 0; i < n_; ++i) sum += assignment_.norms()[i] * (1 - distances[i] / 2.0);
    }
    return sum;
  }

  /// FAISS's imbalance_factor.
  double imbalance() const {
    double squares = 0;
    for (double count : counts_) squares += count * count;
    return squares * static_cast<double>(k_) / (static_cast<double>(n_) * static_cast<double>(n_));
  }

  /// Moves each center to the mean of its rows, summed in their order. Where the rows are the same, so is the mean.
  void move(const std::vector<int32_t>& before) {
    const std::vector<int32_t>& labels = assignment_.labels();
    counts_.assign(k_, 0);
    for (size_t i = 0; i < n_; ++i) {
      ++counts_[labels[i]];
      if (labels[i] == before[i]) continue;
      stale_[labels[i]] = true;
      if (before[i] >= 0) stale_[before[i]] = true;
    }
    for (size_t c = 0; c < k_; ++c) {
      sizes_[c] = static_cast<float>(counts_[c]);
      if (stale_[c]) std::fill_n(center(c), d_, 0.0f);
    }
    for (size_t first = 0; first < n_; first += STEP) {
      if (job_ != nullptr) job_->check();
      add_rows(first, std::min(n_, first + STEP), labels);
      points_.span.release();
    }
    for (size_t c = 0; c < k_; ++c) {
      if (stale_[c] && counts_[c] > 0) {
        const float share = 1 / static_cast<float>(counts_[c]);
        for (size_t j = 0; j < d_; ++j) center(c)[j] *= share;
      }
      stale_[c] = false;
    }
  }

  /// Adds rows to their centers where these are stale. Each thread has centers of its own, so that no sum depends on how
  /// many there are.
  void add_rows(size_t first, size_t end, const std::vector<int32_t>& labels) {
#pragma omp parallel
    {
      const int32_t threads = omp_get_num_threads(), own = omp_get_thread_num();
      for (size_t i = first; i < end; ++i) {
        const int32_t label = labels[i];
        if (label % threads != own || !stale_[label]) continue;
        const float* row = points_.row(i);
        float* sum = center(label);
        for (size_t j = 0; j < d_; ++j) sum[j] += row[j];
      }
    }
  }

  /// Puts each empty center beside one of a large group, as FAISS does (Clustering.cpp, split_clusters). Returns how many.
  size_t split() {
    constexpr float APART = 1 / 1024.0f;
    size_t splits = 0;
    faiss::RandomGenerator random(1234);
    for (size_t c = 0; c < k_; ++c) {
      if (sizes_[c] > 0) continue;
      size_t other = 0;
      while (random.rand_float() >= (sizes_[other] - 1.0) / static_cast<float>(n_ - k_)) other = (other + 1) % k_;
      std::copy_n(center(other), d_, center(c));
      for (size_t j = 0; j < d_; ++j) {
        const float up = j % 2 == 0 ? APART : -APART;
        center(c)[j] *= 1 + up;
        center(other)[j] *= 1 - up;
      }
      sizes_[c] = sizes_[other] / 2;
      sizes_[other] -= sizes_[c];
      stale_[c] = stale_[other] = true;
      ++splits;
    }
    return splits;
  }

  Job* job_;
  const Points& points_;
  const size_t n_, d_, k_;
  const faiss::ClusteringParameters& parameters_;
  const Nearness nearness_;
  Assignment assignment_;
  std::vector<float> centers_;
  std::vector<size_t> counts_;
  /// Rows of each center, as halved by splits; in float, as FAISS counts.
  std::vector<float> sizes_;
  /// Centers that are not, or may no longer be, the mean of the rows they had. Not bits: threads read them.
  std::vector<uint8_t> stale_;
};

}  // namespace

Clusters kmeans(Job* job, const RowSpan& rows, size_t k, const faiss::ClusteringParameters& parameters,
                Nearness nearness, bool wants_labels) {
  const size_t n = rows.count;
  if (n < k) throw Failure("TOO_FEW_POINTS", std::to_string(n) + " vectors cannot make " + std::to_string(k) + " groups.");
  Points points(rows);
  const size_t most = k * static_cast<size_t>(parameters.max_points_per_centroid);
  const bool sampled = n > most;
  if (sampled) {
    std::vector<int> drawn(n);
    faiss::rand_perm(drawn.data(), n, parameters.seed);
    points.which.assign(drawn.begin(), drawn.begin() + most);
    points.n = most;
  }
  if (points.n == k) {
    // Every row is a center; FAISS takes the first ones.
    Clusters result;
    result.centers.assign(rows.x, rows.row(k));
    return result;
  }
  return Kmeans(job, points, k, parameters, nearness).run(wants_labels && !sampled);
}

}  // namespace engine
