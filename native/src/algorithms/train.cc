#include "algorithms/train.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRefine.h>

#include <algorithm>
#include <numeric>
#include <optional>

#include "algorithms/kmeans.h"
#include "algorithms/product.h"
#include "algorithms/rows.h"
#include "failure.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Rows added at a time: RVC's own step, so that every assignment is computed in the same blocks as there.
constexpr size_t ADD_STEP = 8192;

/// Lets FAISS train an index, with our k-means for its product quantizer if it has one; `input` starts that with what it
/// learns from.
template <class ProductInput>
void train_rest(faiss::Index& index, const float* x, size_t n, ProductInput input) {
  faiss::ProductQuantizer* product = product_of(index);
  std::optional<ProductTraining> training;
  if (product != nullptr) {
    // Only a warning on stderr hangs on it, and stderr is not ours.
    product->cp.min_points_per_centroid = 1;
    if (ProductTraining::knows(*product)) input(*product, training);
  }
  index.train(static_cast<idx_t>(n), x);
}

/// Finds the groups of an IVF whose centers are kept as they are or in a graph. Returns the group of each row where
/// that is what `add` would find.
std::vector<int32_t> train_groups(Job* job, faiss::IndexIVF& ivf, const float* x, size_t n) {
  faiss::Index& quantizer = *ivf.quantizer;
  const bool flat = dynamic_cast<faiss::IndexFlat*>(&quantizer) != nullptr && ivf.quantizer_trains_alone == 0;
  const bool by_product = flat && quantizer.metric_type == faiss::METRIC_INNER_PRODUCT;
  if (by_product && !ivf.cp.spherical) {
    throw Failure("UNSUPPORTED", "Groups by inner product need centers of length 1.");
  }
  const Clusters clusters = kmeans(job, x, n, ivf.d, ivf.nlist, ivf.cp,
                                   by_product ? Nearness::INNER_PRODUCT : Nearness::SQUARED_L2, flat);
  quantizer.reset();
  quantizer.train(static_cast<idx_t>(ivf.nlist), clusters.centers.data());
  quantizer.add(static_cast<idx_t>(ivf.nlist), clusters.centers.data());
  return clusters.labels;
}

std::vector<int32_t> train_ivf(Job* job, faiss::IndexIVF& ivf, const float* x, size_t n) {
  if (n == 0) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
  std::vector<int32_t> groups;
  const bool has_centers = ivf.quantizer->is_trained && ivf.quantizer->ntotal == static_cast<idx_t>(ivf.nlist);
  const bool ours = !has_centers && ivf.quantizer_trains_alone != 1;
  if (ours) groups = train_groups(job, ivf, x, n);
  try {
    // With its centers there, only how to round is left.
    train_rest(ivf, x, n, [&](faiss::ProductQuantizer& product, std::optional<ProductTraining>& training) {
      const ProductRows rows(ivf, product, x, n);
      training.emplace(job, product, rows.values.data(), rows.count);
    });
  } catch (...) {
    if (ours) ivf.quantizer->reset();
    throw;
  }
  return groups;
}

/// As FAISS trains them, layer by layer, but with our k-means for the groups.
std::vector<int32_t> train_any(Job* job, faiss::Index& index, const float* x, size_t n) {
  if (auto* ivf = dynamic_cast<faiss::IndexIVF*>(&index)) return train_ivf(job, *ivf, x, n);
  if (auto* transform = dynamic_cast<faiss::IndexPreTransform*>(&index)) {
    std::unique_ptr<const float[]> owned;
    for (faiss::VectorTransform* step : transform->chain) {
      if (!step->is_trained) step->train(static_cast<idx_t>(n), x);
      const float* next = step->apply(static_cast<idx_t>(n), x);
      if (next != x) owned.reset(next);
      x = next;
    }
    if (!transform->index->is_trained) train_any(job, *transform->index, x, n);
    transform->is_trained = true;
  } else if (auto* refine = dynamic_cast<faiss::IndexRefine*>(&index)) {
    train_any(job, *refine->base_index, x, n);
    train_any(job, *refine->refine_index, x, n);
    refine->is_trained = true;
  } else if (auto* map = dynamic_cast<faiss::IndexIDMap*>(&index)) {
    train_any(job, *map->index, x, n);
    map->is_trained = map->index->is_trained;
  } else {
    train_rest(index, x, n, [&](faiss::ProductQuantizer& product, std::optional<ProductTraining>& training) {
      training.emplace(job, product, x, n);
    });
  }
  return {};
}

// Lists of newer FAISS are not always std::vector; those without reserve grow as they please.
template <class List>
auto reserve_exactly(List& list, size_t size, int) -> decltype(list.reserve(size), void()) {
  list.reserve(size);
}
template <class List>
void reserve_exactly(List&, size_t, long) {}

/// Adds to an IVF whose lists are plain arrays: assigns everything first, makes room once, then copies.
void add_to_lists(Job* job, faiss::IndexIVF& ivf, faiss::ArrayInvertedLists& lists, const float* x, size_t n,
                  const int32_t* groups) {
  // FAISS writes no label where no distance is a number.
  std::vector<idx_t> assignment(n, -1);
  if (groups != nullptr) std::copy_n(groups, n, assignment.begin());
  for (size_t i = 0; groups == nullptr && i < n; i += ADD_STEP) {
    if (job != nullptr) {
      job->check();
      job->progress(i, n);
    }
    const size_t step = std::min(ADD_STEP, n - i);
    ivf.quantizer->assign(step, x + i * ivf.d, assignment.data() + i);
  }
  std::vector<size_t> added(ivf.nlist, 0);
  for (idx_t list : assignment) {
    if (list < 0 || list >= static_cast<idx_t>(ivf.nlist)) {
      throw Failure("CORRUPT", "The groups of the index have centers that are not numbers.");
    }
    ++added[list];
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

std::vector<int32_t> train(Job* job, faiss::Index& index, const float* x, size_t n) {
  require_finite(x, n, index.d);
  if (n == 0 && !index.is_trained) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
  return train_any(job, index, x, n);
}

void add(Job* job, faiss::Index& index, const float* x, size_t n, const int32_t* groups) {
  if (!index.is_trained) throw Failure("NOT_TRAINED", "The index must be trained before vectors are added.");
  require_finite(x, n, index.d);
  auto* ivf = dynamic_cast<faiss::IndexIVF*>(&index);
  auto* lists = ivf == nullptr ? nullptr : dynamic_cast<faiss::ArrayInvertedLists*>(ivf->invlists);
  if (lists != nullptr && dynamic_cast<faiss::IndexIVFFlatDedup*>(ivf) == nullptr) {
    add_to_lists(job, *ivf, *lists, x, n, groups);
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

}  // namespace engine
