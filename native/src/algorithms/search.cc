#include "algorithms/search.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexRefine.h>
#include <faiss/impl/DistanceComputer.h>
#include <faiss/impl/FaissException.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "algorithms/fast_scan.h"
#include "algorithms/kernel.h"
#include "algorithms/rows.h"
#include "algorithms/scan.h"
#include "failure.h"
#include "io/scratch_lists.h"

namespace engine {

namespace {

/// Rows searched between two looks at the cancel flag. At least FAISS's 20 for matrix products, small enough that
/// a search over many vectors still reports a few times a second.
constexpr size_t SEARCH_STEP = 1024;

/// Calls `work(first, count)` for steps of `n` rows and reports progress. The last step takes a short rest along.
template <class Work>
void in_steps(Job* job, size_t n, Work work) {
  for (size_t i = 0; i < n;) {
    if (job != nullptr) {
      job->check();
      job->progress(i, n);
    }
    const size_t step = n - i < 2 * SEARCH_STEP ? n - i : SEARCH_STEP;
    work(i, step);
    i += step;
  }
  if (job != nullptr) job->progress(n, n);
}

/// Sets nprobe for one call. The engine lock makes it ours meanwhile.
class ProbeSetting {
 public:
  ProbeSetting(const faiss::Index& index, size_t nprobe) {
    if (nprobe == 0) return;
    ivf_ = require_ivf(index).ivf;
    stored_ = ivf_->nprobe;
    ivf_->nprobe = std::min(nprobe, ivf_->nlist);
  }
  ~ProbeSetting() {
    if (ivf_ != nullptr) ivf_->nprobe = stored_;
  }
  ProbeSetting(const ProbeSetting&) = delete;
  ProbeSetting& operator=(const ProbeSetting&) = delete;

 private:
  faiss::IndexIVF* ivf_ = nullptr;
  size_t stored_ = 0;
};

/// FastScan gathers more than 20 neighbors by partitioning, which ends the process in FAISS 1.7.3 where many distances are
/// equal (partitioning.cpp, `n_eq == 0`). Heaps (implementation 12) do not.
class FastScanSetting {
 public:
  explicit FastScanSetting(const faiss::Index& index) {
    const IvfPath path = find_ivf(index);
    ivf_ = dynamic_cast<faiss::IndexIVFPQFastScan*>(path.ivf);
    if (ivf_ == nullptr) return;
    stored_ = ivf_->implem;
    if (stored_ == 0) ivf_->implem = 12;
  }
  ~FastScanSetting() {
    if (ivf_ != nullptr) ivf_->implem = stored_;
  }
  FastScanSetting(const FastScanSetting&) = delete;
  FastScanSetting& operator=(const FastScanSetting&) = delete;

 private:
  faiss::IndexIVFPQFastScan* ivf_ = nullptr;
  int stored_ = 0;
};

/// Centers that are not numbers are near nothing, and FAISS then leaves its labels as they were: whatever was in memory.
void require_centers(const faiss::IndexIVF& ivf) {
  const auto* flat = dynamic_cast<const faiss::IndexFlat*>(ivf.quantizer);
  if (flat == nullptr) return;
  const size_t count = flat->ntotal;
  if (first_non_finite_row(flat->get_xb(), count, flat->d, LARGEST_CENTER_SQUARE) < count) {
    throw Failure("CORRUPT", "The groups of the index have centers that are not numbers.");
  }
}

/// What a search may be told, whoever told it. Beyond, FAISS allocates where an exception ends the process, or searches
/// without end.
constexpr float MAX_FACTOR = 1024;
constexpr int MAX_WIDTH = 4096;

void require_bounded(const faiss::Index& index) {
  if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    if (!(refine->k_factor >= 1 && refine->k_factor <= MAX_FACTOR)) {
      throw Failure("ARGUMENT", "The k_factor of the index is not from 1 to " + std::to_string(int(MAX_FACTOR)) + ".");
    }
    require_bounded(*refine->base_index);
    require_bounded(*refine->refine_index);
  } else if (const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(&index)) {
    require_bounded(*transform->index);
  } else if (const auto* map = dynamic_cast<const faiss::IndexIDMap*>(&index)) {
    require_bounded(*map->index);
  } else if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(&index)) {
    require_bounded(*ivf->quantizer);
  } else if (const auto* graph = dynamic_cast<const faiss::IndexHNSW*>(&index)) {
    if (graph->hnsw.efSearch < 1 || graph->hnsw.efSearch > MAX_WIDTH) {
      throw Failure("ARGUMENT", "The efSearch of the index is not from 1 to " + std::to_string(MAX_WIDTH) + ".");
    }
  }
}

/// FAISS makes its scanners inside OpenMP regions, where an exception ends the process. Makes one here first, so that
/// what FAISS does not support throws where it can be caught.
void require_searchable(const faiss::Index& index) {
  require_bounded(index);
  const IvfPath path = find_ivf(index);
  if (path.ivf != nullptr) {
    if (path.ivf->nprobe == 0) throw Failure("ARGUMENT", "The index searches no groups: its nprobe is 0.");
    require_centers(*path.ivf);
    if (!has_blocked_lists(*path.ivf)) {
      std::unique_ptr<faiss::InvertedListScanner> scanner(path.ivf->get_InvertedListScanner(false));
    }
  }
  const faiss::Index* graph = path.ivf == nullptr ? &index : path.ivf->quantizer;
  if (const auto* hnsw = dynamic_cast<const faiss::IndexHNSW*>(graph)) {
    std::unique_ptr<faiss::DistanceComputer> computer(hnsw->storage->get_distance_computer());
  }
}

void search_step(const Job* job, const faiss::Index& index, const float* x, size_t n, size_t k, float* distances,
                 idx_t* labels);

/// Finds more by the codes, and of these the nearest by the vectors as they are (IndexRefineFlat).
void search_refined(const Job* job, const faiss::IndexRefine& index, const faiss::IndexFlat& vectors, const float* x,
                    size_t n, size_t k, float* distances, idx_t* labels) {
  const size_t d = index.d, wanted = static_cast<size_t>(static_cast<float>(k) * index.k_factor);
  const size_t more = std::max(k, std::min(wanted, static_cast<size_t>(index.ntotal)));
  std::vector<float> rough(n * more, std::numeric_limits<float>::max());
  std::vector<idx_t> found(n * more, -1);
  search_step(job, *index.base_index, x, n, more, rough.data(), found.data());
  for (idx_t id : found) {
    if (id >= vectors.ntotal) throw Failure("CORRUPT", "The index names vector " + std::to_string(id) + " and has fewer.");
  }
  std::vector<std::pair<float, idx_t>> all(n * more);
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
    const auto first = all.begin() + i * more;
    auto last = first;
    for (size_t j = i * more; j < (i + 1) * more; ++j) {
      if (found[j] < 0) continue;
      *last++ = {kernel().distance(x + i * d, 1, vectors.get_xb() + found[j] * d, d), found[j]};
    }
    const auto end = first + std::min<size_t>(k, last - first);
    std::partial_sort(first, end, last);
    for (auto it = first; it != end; ++it) {
      distances[i * k + (it - first)] = it->first;
      labels[i * k + (it - first)] = it->second;
    }
  }
}

/// Some rows, by our own searches where they know the index.
void search_step(const Job* job, const faiss::Index& index, const float* x, size_t n, size_t k, float* distances,
                 idx_t* labels) {
  if (const faiss::IndexIVF* plain = scannable(index)) {
    return scan(job, *plain, x, n, k, {{std::min(plain->nprobe, plain->nlist), distances, labels}});
  }
  if (const auto* packed = fast_scannable(index)) return fast_scan(job, *packed, x, n, k, distances, labels);
  if (const auto* refined = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    const auto* vectors = dynamic_cast<const faiss::IndexFlat*>(refined->refine_index);
    if (vectors != nullptr && vectors->metric_type == faiss::METRIC_L2) {
      return search_refined(job, *refined, *vectors, x, n, k, distances, labels);
    }
  }
  index.search(n, x, k, distances, labels);
}

void require_rows(const faiss::Index& index, const float* x, size_t n) {
  if (!index.is_trained) throw Failure("NOT_TRAINED", "The index must be trained before it is searched.");
  require_finite(x, n, index.d);
}

/// n x k results with nothing found.
Found nothing(const faiss::Index& index, size_t n, size_t k) {
  const bool largest = index.metric_type == faiss::METRIC_INNER_PRODUCT;
  const float none = largest ? -std::numeric_limits<float>::max() : std::numeric_limits<float>::max();
  return {std::vector<float>(n * k, none), std::vector<idx_t>(n * k, -1)};
}

}  // namespace

Found search(Job* job, const faiss::Index& index, const float* x, size_t n, size_t k, size_t nprobe) {
  require_rows(index, x, n);
  Found found = nothing(index, n, k);
  if (n == 0 || index.ntotal == 0) return found;
  ProbeSetting setting(index, nprobe);
  FastScanSetting fast_scan(index);
  require_searchable(index);
  in_steps(job, n, [&](size_t i, size_t step) {
    search_step(job, index, x + i * index.d, step, k, found.distances.data() + i * k, found.labels.data() + i * k);
  });
  return found;
}

std::vector<Found> search_widths(Job* job, const faiss::Index& index, const float* x, size_t n, size_t k,
                                 const std::vector<size_t>& nprobes) {
  require_rows(index, x, n);
  const faiss::IndexIVF* plain = scannable(index);
  // A graph of centers finds other lists where it is asked for more.
  const bool nested = plain != nullptr && dynamic_cast<const faiss::IndexFlat*>(plain->quantizer) != nullptr;
  std::vector<Found> found;
  if (!nested || n == 0 || index.ntotal == 0) {
    for (size_t nprobe : nprobes) found.push_back(search(job, index, x, n, k, nprobe));
    return found;
  }
  for (size_t i = 0; i < nprobes.size(); ++i) found.push_back(nothing(index, n, k));
  ProbeSetting setting(index, nprobes.back());
  require_searchable(index);
  in_steps(job, n, [&](size_t i, size_t step) {
    std::vector<Width> widths;
    for (size_t w = 0; w < nprobes.size(); ++w) {
      widths.push_back(
          {std::min(nprobes[w], plain->nlist), found[w].distances.data() + i * k, found[w].labels.data() + i * k});
    }
    scan(job, *plain, x + i * index.d, step, k, widths);
  });
  return found;
}

std::vector<idx_t> assign(Job& job, const faiss::Index& index, const float* x, size_t n, size_t nprobe) {
  const IvfPath path = require_ivf(index);
  if (!index.is_trained) throw Failure("NOT_TRAINED", "The index must be trained before vectors are assigned.");
  if (nprobe > path.ivf->nlist) {
    throw Failure("ARGUMENT", "The index has only " + std::to_string(path.ivf->nlist) + " groups.");
  }
  require_finite(x, n, index.d);
  require_bounded(index);
  require_centers(*path.ivf);
  std::vector<idx_t> lists(n * nprobe, -1);
  in_steps(&job, n, [&](size_t i, size_t step) {
    std::unique_ptr<const float[]> owned;
    const float* seen = path.apply(x + i * index.d, step, owned);
    std::vector<float> distances(step * nprobe);
    path.ivf->quantizer->search(step, seen, nprobe, distances.data(), lists.data() + i * nprobe);
  });
  return lists;
}

std::shared_ptr<MatrixData> centroids(Job& job, const faiss::Index& index) {
  const IvfPath path = require_ivf(index);
  const faiss::Index& quantizer = *path.ivf->quantizer;
  if (!quantizer.is_trained || quantizer.ntotal != static_cast<idx_t>(path.ivf->nlist)) {
    throw Failure("NOT_TRAINED", "The index has no centroids before it is trained.");
  }
  auto result = std::make_shared<MatrixData>(path.ivf->nlist, quantizer.d);
  // One by one: reconstruct_n throws inside an OpenMP region, which nothing can catch.
  for (size_t i = 0; i < path.ivf->nlist; ++i) {
    if (i % SEARCH_STEP == 0) job.check();
    quantizer.reconstruct(i, result->row(i));
  }
  return result;
}

namespace {

/// Where an id stands among ascending ones; their number where it does not.
size_t place_of(const std::vector<idx_t>& ids, idx_t id) {
  const auto found = std::lower_bound(ids.begin(), ids.end(), id);
  return found != ids.end() && *found == id ? found - ids.begin() : ids.size();
}

void reconstruct_ivf(Job& job, const faiss::IndexIVF& ivf, const std::vector<idx_t>& ids, float* target) {
  if (has_blocked_lists(ivf)) throw Failure("UNSUPPORTED", "This index type does not give its vectors back.");
  const auto* scratch = dynamic_cast<const ScratchLists*>(ivf.invlists);
  std::vector<bool> got(ids.size(), false);
  for (size_t list = 0; list < ivf.nlist; ++list) {
    if (list % 64 == 0) job.check();
    const size_t size = ivf.invlists->list_size(list);
    faiss::InvertedLists::ScopedIds stored(ivf.invlists, list);
    for (size_t offset = 0; offset < size; ++offset) {
      const size_t place = place_of(ids, stored[offset]);
      if (place == ids.size()) continue;
      ivf.reconstruct_from_offset(list, offset, target + place * ivf.d);
      got[place] = true;
    }
    if (scratch != nullptr) scratch->let_go(list);
  }
  const auto missing = std::find(got.begin(), got.end(), false);
  if (missing != got.end()) {
    throw Failure("UNSUPPORTED", "The index holds no vector with id " + std::to_string(ids[missing - got.begin()]) + ".");
  }
}

void reconstruct_into(Job& job, const faiss::Index& index, const std::vector<idx_t>& ids, float* target) {
  if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    reconstruct_into(job, *refine->refine_index, ids, target);
  } else if (const auto* transformed = dynamic_cast<const faiss::IndexPreTransform*>(&index)) {
    std::vector<float> inner(ids.size() * transformed->index->d);
    reconstruct_into(job, *transformed->index, ids, inner.data());
    transformed->reverse_chain(static_cast<idx_t>(ids.size()), inner.data(), target);
  } else if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(&index)) {
    reconstruct_ivf(job, *ivf, ids, target);
  } else {
    for (size_t i = 0; i < ids.size(); ++i) {
      if (i % SEARCH_STEP == 0) {
        job.check();
        job.progress(i, ids.size());
      }
      index.reconstruct(ids[i], target + i * index.d);
    }
  }
}

}  // namespace

std::shared_ptr<MatrixData> reconstruct(Job& job, const faiss::Index& index, const std::vector<idx_t>& ids) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < 0 || ids[i] >= index.ntotal || (i > 0 && ids[i] <= ids[i - 1])) {
      throw Failure("ARGUMENT", "Ids must ascend from 0 to below " + std::to_string(index.ntotal) + ", each once.");
    }
  }
  auto result = std::make_shared<MatrixData>(ids.size(), index.d);
  if (!ids.empty()) {
    try {
      reconstruct_into(job, index, ids, result->row(0));
    } catch (const faiss::FaissException& exception) {
      throw Failure("UNSUPPORTED", faiss_message(exception));
    }
  }
  job.progress(ids.size(), ids.size());
  return result;
}

}  // namespace engine
