#include "algorithms/minibatch.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "algorithms/center_search.h"
#include "algorithms/random.h"
#include "algorithms/rows.h"
#include "failure.h"

namespace engine {

namespace {

/// Rows read between two looks at the cancel flag.
constexpr size_t STEP = 4096;
/// Rows assigned between two looks at the cancel flag.
constexpr size_t ASSIGN_STEP = 1024;
/// Rows the principal directions are learned from.
constexpr size_t SAMPLE = 8192;
/// Rows that choose among initializations. The choice hardly matters after some hundred batches, and more rows would
/// cost more than it is worth.
constexpr size_t VALIDATION = 2048;
/// Batches after which it is measured again how far shadows carry: centers come closer to the rows.
constexpr size_t REVIEW = 256;

std::vector<float> copy_rows(const MatrixData& x, const std::vector<uint32_t>& which) {
  std::vector<float> rows(which.size() * x.columns());
  for (size_t i = 0; i < which.size(); ++i) {
    std::copy_n(x.row(which[i]), x.columns(), rows.data() + i * x.columns());
    if ((i + 1) % SCATTERED_STEP == 0) x.release();
  }
  x.release();
  return rows;
}

/// `count` of 0..bound-1, repeats allowed.
std::vector<uint32_t> draw(Random& random, size_t count, size_t bound) {
  std::vector<uint32_t> drawn(count);
  for (uint32_t& value : drawn) value = static_cast<uint32_t>(random.below(bound));
  return drawn;
}

/// `count` of 0..bound-1, each at most once.
std::vector<uint32_t> draw_distinct(Random& random, size_t count, size_t bound) {
  std::vector<uint32_t> order(bound);
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = 0; i < count; ++i) std::swap(order[i], order[i + random.below(bound - i)]);
  order.resize(count);
  return order;
}

/// Assigns all rows, `take(first, count, labels, distances)` for some at a time.
template <class Take>
void assign_all(Job& job, CenterSearch& search, const MatrixData& x, Take take) {
  std::vector<int32_t> labels(ASSIGN_STEP);
  std::vector<float> distances(ASSIGN_STEP);
  for (size_t i = 0; i < x.rows(); i += ASSIGN_STEP) {
    job.check();
    const size_t count = std::min(ASSIGN_STEP, x.rows() - i);
    search.find(x.row(i), count, labels.data(), distances.data());
    take(i, count, labels.data(), distances.data());
    x.release();
  }
}

/// The share of the work that is done, as it is shown: initialization and assignment take their shares of the rows, and
/// fitting, whose end nobody knows, comes ever closer to the end of its own.
class Progress {
 public:
  Progress(Job& job, size_t rows) : job_(job), rows_(static_cast<double>(rows)) {}
  void initialized(double share) { show(INIT * share); }
  void fitted(size_t seen) { show(fit_ = INIT + FIT * (1 - std::exp(-static_cast<double>(seen) / (2 * rows_)))); }
  void assigned(size_t rows) { show(fit_ + (1 - fit_) * static_cast<double>(rows) / rows_); }

 private:
  static constexpr double INIT = 0.1, FIT = 0.8;
  static constexpr size_t WHOLE = 10000;
  void show(double share) { job_.progress(static_cast<size_t>(share * WHOLE), WHOLE); }

  Job& job_;
  double rows_;
  double fit_ = INIT;
};

/// scikit-learn's MiniBatchKMeans with init="random" and tol=0 (sklearn/cluster/_kmeans.py), and at its end one step of
/// Lloyd's: what leaves out unused centers must assign every row anyway.
class MiniBatchKmeans {
 public:
  MiniBatchKmeans(Job& job, const MatrixData& x, const MiniBatchOptions& options)
      : job_(job),
        x_(x),
        n_(x.rows()),
        d_(x.columns()),
        options_(options),
        random_(options.seed),
        search_(copy_rows(x, draw(random_, std::min(SAMPLE, n_), n_)).data(), std::min(SAMPLE, n_), d_),
        progress_(job, n_),
        counts_(options.k, 0) {}

  MiniBatchResult run() {
    initialize();
    MiniBatchResult result;
    result.steps = fit();
    finish(result);
    return result;
  }

 private:
  float* center(size_t i) { return centers_.data() + i * d_; }

  /// The best of some random choices, by how far rows of a sample are from the nearest center.
  void initialize() {
    const size_t judges = std::min(options_.init_size, VALIDATION);
    const std::vector<float> validation = copy_rows(x_, draw(random_, judges, n_));
    std::vector<int32_t> labels(ASSIGN_STEP);
    std::vector<float> distances(ASSIGN_STEP);
    std::vector<float> best;
    double least = 0;
    for (size_t init = 0; init < options_.inits; ++init) {
      const std::vector<uint32_t> pool = draw(random_, options_.init_size, n_);
      std::vector<uint32_t> chosen = draw_distinct(random_, options_.k, pool.size());
      for (uint32_t& row : chosen) row = pool[row];
      centers_ = copy_rows(x_, chosen);
      if (options_.inits == 1) break;
      search_.use(centers_.data(), options_.k);
      double sum = 0;
      for (size_t i = 0; i < judges; i += ASSIGN_STEP) {
        job_.check();
        const size_t count = std::min(ASSIGN_STEP, judges - i);
        search_.find(validation.data() + i * d_, count, labels.data(), distances.data());
        sum = std::accumulate(distances.begin(), distances.begin() + count, sum);
        progress_.initialized((init + static_cast<double>(i) / judges) / options_.inits);
      }
      if (init == 0 || sum < least) {
        least = sum;
        best = std::move(centers_);
      }
    }
    if (!best.empty()) centers_ = std::move(best);
  }

  size_t fit() {
    const size_t batch = options_.batch;
    const size_t steps = options_.max_iterations * n_ / batch;
    std::vector<int32_t> labels(batch);
    std::vector<float> distances(batch);
    size_t since_reassigned = 0;
    for (size_t step = 0; step < steps; ++step) {
      job_.check();
      if (step % REVIEW == 0) search_.use(centers_.data(), options_.k);
      const std::vector<float> rows = copy_rows(x_, draw(random_, batch, n_));
      search_.find(rows.data(), batch, labels.data(), distances.data());
      since_reassigned += batch;
      const bool unseen = std::find(counts_.begin(), counts_.end(), 0.0f) != counts_.end();
      const bool reassigns = unseen || since_reassigned >= 10 * options_.k;
      if (reassigns) since_reassigned = 0;
      std::vector<uint32_t> changed = update(rows, labels);
      const std::vector<uint32_t> reassigned = reassigns ? reassign(rows) : std::vector<uint32_t>();
      changed.insert(changed.end(), reassigned.begin(), reassigned.end());
      search_.refresh(changed);
      const double sum = std::accumulate(distances.begin(), distances.end(), 0.0);
      const bool converged = has_converged(step, sum / batch);
      report(step, steps, sum / batch, reassigned.size());
      progress_.fitted((step + 1) * batch);
      if (converged) return step + 1;
    }
    return steps;
  }

  /// Moves each center to the mean of all rows it has been given. Returns the centers that moved.
  std::vector<uint32_t> update(const std::vector<float>& rows, const std::vector<int32_t>& labels) {
    std::vector<uint32_t> order(labels.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return labels[a] < labels[b]; });
    std::vector<uint32_t> moved;
    for (size_t begin = 0, end; begin < order.size(); begin = end) {
      const uint32_t label = labels[order[begin]];
      float* target = center(label);
      for (size_t j = 0; j < d_; ++j) target[j] *= counts_[label];
      for (end = begin; end < order.size() && static_cast<uint32_t>(labels[order[end]]) == label; ++end) {
        const float* row = rows.data() + order[end] * d_;
        for (size_t j = 0; j < d_; ++j) target[j] += row[j];
      }
      counts_[label] += static_cast<float>(end - begin);
      for (size_t j = 0; j < d_; ++j) target[j] /= counts_[label];
      moved.push_back(label);
    }
    return moved;
  }

  /// Puts centers that were hardly ever the nearest on rows of the batch, at most half as many as it has. Returns them.
  std::vector<uint32_t> reassign(const std::vector<float>& rows) {
    if (options_.reassignment_ratio <= 0) return {};
    const double limit = options_.reassignment_ratio * *std::max_element(counts_.begin(), counts_.end());
    std::vector<uint32_t> order(options_.k);
    std::iota(order.begin(), order.end(), 0);
    const auto rare_end =
        std::stable_partition(order.begin(), order.end(), [&](uint32_t i) { return counts_[i] < limit; });
    const auto most = static_cast<std::ptrdiff_t>(options_.batch / 2);
    auto end = rare_end;
    if (rare_end - order.begin() > most) {
      std::stable_sort(order.begin(), rare_end, [&](uint32_t a, uint32_t b) { return counts_[a] < counts_[b]; });
      end = order.begin() + most;
    }
    std::vector<uint32_t> rare(order.begin(), end);
    if (rare.empty()) return rare;
    float least = counts_[*end];
    for (auto it = end; it != order.end(); ++it) least = std::min(least, counts_[*it]);
    const std::vector<uint32_t> chosen = draw_distinct(random_, rare.size(), options_.batch);
    for (size_t i = 0; i < rare.size(); ++i) {
      std::copy_n(rows.data() + chosen[i] * d_, d_, center(rare[i]));
      counts_[rare[i]] = least;
    }
    return rare;
  }

  /// The smoothed distance has not become smaller for some steps. The first says more about the initialization.
  bool has_converged(size_t step, double mean) {
    if (step == 0) return false;
    const double weight = std::min(1.0, 2.0 * options_.batch / (n_ + 1.0));
    smoothed_ = step == 1 ? mean : smoothed_ * (1 - weight) + mean * weight;
    if (step == 1 || smoothed_ < least_) {
      least_ = smoothed_;
      without_improvement_ = 0;
    } else {
      ++without_improvement_;
    }
    return without_improvement_ >= options_.max_no_improvement;
  }

  void report(size_t step, size_t steps, double mean, size_t reassigned) {
    double sum = 0, squares = 0;
    for (double count : counts_) {
      sum += count;
      squares += count * count;
    }
    job_.iteration({static_cast<int>(step), static_cast<int>(steps), (step == 0 ? mean : smoothed_) * n_,
                    sum > 0 ? squares * options_.k / (sum * sum) : 1, reassigned});
  }

  /// Assigns every row, moves each center to the mean of the rows it got and leaves out the centers that got none.
  void finish(MiniBatchResult& result) {
    search_.use(centers_.data(), options_.k);
    auto means = std::make_shared<MatrixData>(options_.k, d_);
    std::vector<int32_t> sizes(options_.k, 0);
    double sum = 0;
    assign_all(job_, search_, x_, [&](size_t first, size_t count, const int32_t* labels, const float* distances) {
      for (size_t i = 0; i < count; ++i) {
        const float* row = x_.row(first + i);
        float* mean = means->row(labels[i]);
        for (size_t j = 0; j < d_; ++j) mean[j] += row[j];
        ++sizes[labels[i]];
        sum += distances[i];
      }
      progress_.assigned(first + count);
    });
    count_unused(sizes, result);
    for (size_t i = 0; i < options_.k; ++i) {
      if (sizes[i] == 0) continue;
      float* mean = means->row(result.sizes.size());
      const float* total = means->row(i);
      double moved = 0;
      for (size_t j = 0; j < d_; ++j) {
        mean[j] = total[j] / sizes[i];
        moved += std::pow(mean[j] - center(i)[j], 2.0);
      }
      // What rows gain in all when their center moves to their mean (the parallel axis theorem).
      sum -= moved * sizes[i];
      result.sizes.push_back(sizes[i]);
    }
    means->truncate(result.sizes.size());
    result.centers = std::move(means);
    result.mean_squared_distance = std::max(sum, 0.0) / n_;
  }

  /// Of the centers that are no row's nearest, those that are copies of another are counted apart.
  void count_unused(const std::vector<int32_t>& sizes, MiniBatchResult& result) {
    const auto before = [&](uint32_t a, uint32_t b) {
      const int order = std::memcmp(center(a), center(b), d_ * sizeof(float));
      return order != 0 ? order < 0 : sizes[a] > sizes[b];
    };
    std::vector<uint32_t> order(options_.k);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), before);
    for (size_t i = 0; i < order.size(); ++i) {
      if (sizes[order[i]] > 0) continue;
      const bool same = i > 0 && std::memcmp(center(order[i - 1]), center(order[i]), d_ * sizeof(float)) == 0;
      ++(same ? result.duplicates : result.unused);
    }
  }

  Job& job_;
  const MatrixData& x_;
  const size_t n_, d_;
  const MiniBatchOptions options_;
  Random random_;
  CenterSearch search_;
  Progress progress_;
  std::vector<float> centers_;
  /// Rows each center is the mean of; scikit-learn counts in the type of the rows, too.
  std::vector<float> counts_;
  double smoothed_ = 0, least_ = 0;
  size_t without_improvement_ = 0;
};

/// scikit-learn's sizes for what was left open (MiniBatchKMeans._check_params_vs_input).
MiniBatchOptions resolved(MiniBatchOptions options, size_t n) {
  options.batch = std::min(options.batch != 0 ? options.batch : 256 * static_cast<size_t>(omp_get_max_threads()), n);
  if (options.init_size == 0) options.init_size = 3 * options.batch;
  if (options.init_size < options.k) options.init_size = 3 * options.k;
  options.init_size = std::min(options.init_size, n);
  return options;
}

}  // namespace

MiniBatchResult mini_batch_kmeans(Job& job, const MatrixData& x, const MiniBatchOptions& options) {
  if (options.k >= x.rows()) {
    throw Failure("TOO_FEW_POINTS", std::to_string(x.rows()) + " vectors cannot be compressed to " +
                                        std::to_string(options.k) + " centers.");
  }
  require_finite(&job, x.span());
  return MiniBatchKmeans(job, x, resolved(options, x.rows())).run();
}

NearestCenters nearest_centers(Job& job, const MatrixData& x, const MatrixData& centers) {
  const size_t n = x.rows(), d = x.columns();
  if (centers.columns() != d) {
    throw Failure("DIMENSION", "The rows have " + std::to_string(d) + " columns and the centers have " +
                                   std::to_string(centers.columns()) + ".");
  }
  if (centers.rows() == 0) throw Failure("TOO_FEW_POINTS", "There are no centers.");
  require_finite(&job, x.span());
  require_finite(&job, centers.span());
  NearestCenters result{std::vector<int32_t>(n), std::vector<float>(n)};
  if (n == 0) return result;
  Random random(0);
  const std::vector<uint32_t> sample = draw(random, std::min(SAMPLE, n), n);
  CenterSearch search(copy_rows(x, sample).data(), sample.size(), d);
  search.use(centers.row(0), centers.rows());
  assign_all(job, search, x, [&](size_t first, size_t count, const int32_t* found, const float* distance) {
    std::copy_n(found, count, result.labels.data() + first);
    std::copy_n(distance, count, result.distances.data() + first);
    job.progress(first + count, n);
  });
  return result;
}

}  // namespace engine
