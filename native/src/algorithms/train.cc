#include "algorithms/train.h"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPQFastScan.h>

#include <algorithm>
#include <numeric>

#include "algorithms/rows.h"
#include "failure.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Rows added at a time: RVC's own step, so that every assignment is computed in the same blocks as there.
constexpr size_t ADD_STEP = 8192;

/// The flat index that k-means assigns with. It is FAISS's own; it only looks at each assignment as it comes by and
/// reports what FAISS would record in Clustering::iteration_stats at the end.
class ObservedFlat : public faiss::IndexFlat {
 public:
  ObservedFlat(Job* job, int d, faiss::MetricType metric, int iterations)
      : faiss::IndexFlat(d, metric), job_(job), iterations_(iterations) {}

  void search(idx_t n, const float* x, idx_t k, float* distances, idx_t* labels,
              const faiss::SearchParameters* params = nullptr) const override {
    faiss::IndexFlat::search(n, x, k, distances, labels, params);
    if (job_ == nullptr) return;
    std::vector<double> sizes(ntotal, 0);
    float objective = 0;  // summed as FAISS does, in float and in order
    for (idx_t i = 0; i < n; ++i) {
      objective += distances[i];
      if (labels[i] >= 0) sizes[labels[i]] += 1;
    }
    double squares = 0;
    size_t empty = 0;
    for (double size : sizes) {
      squares += size * size;
      empty += size == 0;
    }
    const double imbalance = squares * static_cast<double>(ntotal) / (static_cast<double>(n) * static_cast<double>(n));
    job_->iteration({iteration_++, iterations_, objective, imbalance, empty});
  }

 private:
  Job* job_;
  int iterations_;
  mutable int iteration_ = 0;
};

/// Sets an IVF up for one training and puts its settings back.
class TrainingSetup {
 public:
  TrainingSetup(Job* job, faiss::IndexIVF& ivf)
      : ivf_(ivf), clustering_index_(ivf.clustering_index), min_points_(ivf.cp.min_points_per_centroid) {
    ivf.cp.min_points_per_centroid = 1;
    if (clustering_index_ != nullptr) return;
    const bool flat = dynamic_cast<faiss::IndexFlat*>(ivf.quantizer) != nullptr;
    if (ivf.quantizer_trains_alone == 0 && flat) {
      observer_ = std::make_unique<ObservedFlat>(job, ivf.d, ivf.quantizer->metric_type, ivf.cp.niter);
    } else if (ivf.quantizer_trains_alone == 2) {
      observer_ = std::make_unique<ObservedFlat>(job, ivf.d, faiss::METRIC_L2, ivf.cp.niter);
    }
    ivf.clustering_index = observer_.get();
  }

  ~TrainingSetup() {
    ivf_.clustering_index = clustering_index_;
    ivf_.cp.min_points_per_centroid = min_points_;
  }

 private:
  faiss::IndexIVF& ivf_;
  faiss::Index* clustering_index_;
  int min_points_;
  std::unique_ptr<ObservedFlat> observer_;
};

/// Only a warning on stderr hangs on min_points_per_centroid, and stderr is not ours.
template <class WithQuantizer>
void silence(faiss::Index& index) {
  if (auto* quantized = dynamic_cast<WithQuantizer*>(&index)) quantized->pq.cp.min_points_per_centroid = 1;
}

void silence_quantizers(faiss::Index& index) {
  silence<faiss::IndexPQ>(index);
  silence<faiss::IndexPQFastScan>(index);
  silence<faiss::IndexIVFPQ>(index);
  silence<faiss::IndexIVFPQFastScan>(index);
}

void require_enough(size_t n, size_t groups) {
  if (n < groups) {
    throw Failure("TOO_FEW_POINTS", std::to_string(n) + " vectors cannot make " + std::to_string(groups) + " groups.");
  }
}

// Lists of newer FAISS are not always std::vector; those without reserve grow as they please.
template <class List>
auto reserve_exactly(List& list, size_t size, int) -> decltype(list.reserve(size), void()) {
  list.reserve(size);
}
template <class List>
void reserve_exactly(List&, size_t, long) {}

/// Adds to an IVF whose lists are plain arrays: assigns everything first, makes room once, then copies.
void add_to_lists(Job* job, faiss::IndexIVF& ivf, faiss::ArrayInvertedLists& lists, const float* x, size_t n) {
  std::vector<idx_t> assignment(n);
  for (size_t i = 0; i < n; i += ADD_STEP) {
    if (job != nullptr) {
      job->check();
      job->progress(i, n);
    }
    const size_t step = std::min(ADD_STEP, n - i);
    ivf.quantizer->assign(step, x + i * ivf.d, assignment.data() + i);
  }
  std::vector<size_t> added(ivf.nlist, 0);
  for (idx_t list : assignment) {
    if (list >= 0) ++added[list];
  }
  for (size_t list = 0; list < ivf.nlist; ++list) {
    if (added[list] == 0) continue;
    const size_t size = lists.list_size(list) + added[list];
    reserve_exactly(lists.codes[list], size * lists.code_size, 0);
    reserve_exactly(lists.ids[list], size, 0);
  }
  // From here on only copying is left: quick, and not cancelled halfway.
  for (size_t i = 0; i < n; i += ADD_STEP) {
    const size_t step = std::min(ADD_STEP, n - i);
    ivf.add_core(step, x + i * ivf.d, nullptr, assignment.data() + i);
  }
  if (job != nullptr) job->progress(n, n);
}

}  // namespace

void train(Job* job, faiss::Index& index, const float* x, size_t n) {
  require_finite(x, n, index.d);
  const IvfPath path = find_ivf(index);
  if (path.ivf == nullptr) {
    if (n == 0 && !index.is_trained) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
    silence_quantizers(index);
    index.train(n, x);
    return;
  }
  faiss::IndexIVF& ivf = *path.ivf;
  const bool quantizer_ready = ivf.quantizer->is_trained && ivf.quantizer->ntotal == static_cast<idx_t>(ivf.nlist);
  if (!quantizer_ready && ivf.quantizer_trains_alone != 1) require_enough(n, ivf.nlist);
  if (n == 0) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
  silence_quantizers(ivf);
  TrainingSetup setup(job, ivf);
  index.train(n, x);
}

void add(Job* job, faiss::Index& index, const float* x, size_t n) {
  if (!index.is_trained) throw Failure("NOT_TRAINED", "The index must be trained before vectors are added.");
  require_finite(x, n, index.d);
  auto* ivf = dynamic_cast<faiss::IndexIVF*>(&index);
  auto* lists = ivf == nullptr ? nullptr : dynamic_cast<faiss::ArrayInvertedLists*>(ivf->invlists);
  if (lists != nullptr && dynamic_cast<faiss::IndexIVFFlatDedup*>(ivf) == nullptr) {
    add_to_lists(job, *ivf, *lists, x, n);
    return;
  }
  const bool needs_ids = dynamic_cast<faiss::IndexIDMap*>(&index) != nullptr;
  std::vector<idx_t> ids;
  for (size_t i = 0; i < n; i += ADD_STEP) {
    if (job != nullptr) {
      job->check();
      job->progress(i, n);
    }
    const size_t step = std::min(ADD_STEP, n - i);
    if (needs_ids) {
      ids.resize(step);
      std::iota(ids.begin(), ids.end(), index.ntotal);
      index.add_with_ids(step, x + i * index.d, ids.data());
    } else {
      index.add(step, x + i * index.d);
    }
  }
  if (job != nullptr) job->progress(n, n);
}

Clusters kmeans(Job& job, const MatrixData& x, size_t k, const faiss::ClusteringParameters& given) {
  require_enough(x.rows(), k);
  require_finite(x.row(0), x.rows(), x.columns());
  faiss::ClusteringParameters parameters = given;
  parameters.min_points_per_centroid = 1;
  const int d = static_cast<int>(x.columns());
  faiss::Clustering clustering(d, static_cast<int>(k), parameters);
  ObservedFlat assigner(&job, d, parameters.spherical ? faiss::METRIC_INNER_PRODUCT : faiss::METRIC_L2,
                        parameters.niter);
  clustering.train(x.rows(), x.row(0), assigner);
  auto centroids = std::make_shared<MatrixData>(k, x.columns());
  std::copy(clustering.centroids.begin(), clustering.centroids.end(), centroids->row(0));
  return {centroids, clustering.iteration_stats.empty() ? 0 : clustering.iteration_stats.back().obj};
}

}  // namespace engine
