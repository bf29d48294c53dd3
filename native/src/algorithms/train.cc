#include "algorithms/train.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRefine.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/utils/random.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>

#include "algorithms/kmeans.h"
#include "algorithms/product.h"
#include "algorithms/rows.h"
#include "failure.h"
#include "io/scratch_lists.h"
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
std::vector<int32_t> train_groups(Job* job, faiss::IndexIVF& ivf, const RowSpan& rows) {
  faiss::Index& quantizer = *ivf.quantizer;
  const bool flat = dynamic_cast<faiss::IndexFlat*>(&quantizer) != nullptr && ivf.quantizer_trains_alone == 0;
  const bool by_product = flat && quantizer.metric_type == faiss::METRIC_INNER_PRODUCT;
  if (by_product && !ivf.cp.spherical) {
    throw Failure("UNSUPPORTED", "Groups by inner product need centers of length 1.");
  }
  const Clusters clusters =
      kmeans(job, rows, ivf.nlist, ivf.cp, by_product ? Nearness::INNER_PRODUCT : Nearness::SQUARED_L2, flat);
  quantizer.reset();
  quantizer.train(static_cast<idx_t>(ivf.nlist), clusters.centers.data());
  quantizer.add(static_cast<idx_t>(ivf.nlist), clusters.centers.data());
  return clusters.labels;
}

/// As IndexIVFScalarQuantizer learns how to round, but for its assignments, which are known.
void train_rounding(faiss::IndexIVFScalarQuantizer& ivf, const RowSpan& rows, const std::vector<int32_t>& groups) {
  /// What ScalarQuantizer::train_residual draws, and by which seed.
  constexpr size_t MOST = 100'000;
  constexpr int64_t SEED = 1234;
  const size_t d = ivf.d, count = std::min(rows.count, MOST);
  std::vector<int> order(rows.count);
  if (count < rows.count) {
    faiss::rand_perm(order.data(), rows.count, SEED);
  } else {
    std::iota(order.begin(), order.end(), 0);
  }
  const float* centers = dynamic_cast<const faiss::IndexFlat&>(*ivf.quantizer).get_xb();
  std::vector<float> values(count * d);
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
    const float* row = rows.row(order[i]);
    const float* center = centers + groups[order[i]] * d;
    for (size_t j = 0; j < d; ++j) values[i * d + j] = ivf.by_residual ? row[j] - center[j] : row[j];
  }
  ivf.sq.train(count, values.data());
  ivf.is_trained = true;
}

std::vector<int32_t> train_ivf(Job* job, faiss::IndexIVF& ivf, const RowSpan& rows) {
  const float* x = rows.x;
  const size_t n = rows.count;
  if (n == 0) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
  std::vector<int32_t> groups;
  const bool has_centers = ivf.quantizer->is_trained && ivf.quantizer->ntotal == static_cast<idx_t>(ivf.nlist);
  const bool ours = !has_centers && ivf.quantizer_trains_alone != 1;
  if (ours) groups = train_groups(job, ivf, rows);
  auto* rounded = dynamic_cast<faiss::IndexIVFScalarQuantizer*>(&ivf);
  if (rounded != nullptr && !groups.empty()) {
    train_rounding(*rounded, rows, groups);
    return groups;
  }
  try {
    // With its centers there, only how to round is left.
    train_rest(ivf, x, n, [&](faiss::ProductQuantizer& product, std::optional<ProductTraining>& training) {
      const ProductRows learned(ivf, product, x, n);
      training.emplace(job, product, learned.values.data(), learned.count);
    });
  } catch (...) {
    if (ours) ivf.quantizer->reset();
    throw;
  }
  return groups;
}

/// As FAISS trains them, layer by layer, but with our k-means for the groups.
std::vector<int32_t> train_any(Job* job, faiss::Index& index, const RowSpan& rows) {
  if (auto* ivf = dynamic_cast<faiss::IndexIVF*>(&index)) return train_ivf(job, *ivf, rows);
  const float* x = rows.x;
  const size_t n = rows.count;
  if (auto* transform = dynamic_cast<faiss::IndexPreTransform*>(&index)) {
    std::unique_ptr<const float[]> owned;
    for (faiss::VectorTransform* step : transform->chain) {
      if (!step->is_trained) step->train(static_cast<idx_t>(n), x);
      const float* next = step->apply(static_cast<idx_t>(n), x);
      if (next != x) owned.reset(next);
      x = next;
    }
    if (!transform->index->is_trained) {
      train_any(job, *transform->index, x == rows.x ? rows : RowSpan{x, n, static_cast<size_t>(transform->index->d)});
    }
    transform->is_trained = true;
  } else if (auto* refine = dynamic_cast<faiss::IndexRefine*>(&index)) {
    train_any(job, *refine->base_index, rows);
    train_any(job, *refine->refine_index, rows);
    refine->is_trained = true;
  } else if (auto* map = dynamic_cast<faiss::IndexIDMap*>(&index)) {
    train_any(job, *map->index, rows);
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

/// The group of each row, found where it is not known.
std::vector<idx_t> groups_of(Job* job, const faiss::IndexIVF& ivf, const RowSpan& rows, const int32_t* known) {
  // FAISS writes no label where no distance is a number.
  std::vector<idx_t> groups(rows.count, -1);
  if (known != nullptr) std::copy_n(known, rows.count, groups.begin());
  for (size_t i = 0; known == nullptr && i < rows.count; i += ADD_STEP) {
    if (job != nullptr) {
      job->check();
      job->progress(i, rows.count);
    }
    ivf.quantizer->assign(std::min(ADD_STEP, rows.count - i), rows.row(i), groups.data() + i);
    rows.release();
  }
  for (idx_t group : groups) {
    if (group < 0 || group >= static_cast<idx_t>(ivf.nlist)) {
      throw Failure("CORRUPT", "The groups of the index have centers that are not numbers.");
    }
  }
  return groups;
}

void make_room(faiss::ArrayInvertedLists& lists, const std::vector<idx_t>& groups) {
  std::vector<size_t> added(lists.nlist, 0);
  for (idx_t group : groups) ++added[group];
  for (size_t list = 0; list < lists.nlist; ++list) {
    if (added[list] == 0) continue;
    const size_t size = lists.list_size(list) + added[list];
    reserve_exactly(lists.codes[list], size * lists.code_size, 0);
    reserve_exactly(lists.ids[list], size, 0);
  }
}

/// Fills an empty IVF with rows that are in a scratch file.
void fill_from_scratch(Job& job, faiss::IndexIVF& ivf, const RowSpan& rows, const std::vector<idx_t>& groups) {
  const auto encode = [&](size_t first, size_t count, char* codes) {
    ivf.encode_vectors(count, rows.row(first), groups.data() + first, reinterpret_cast<uint8_t*>(codes));
    rows.release();
  };
  auto lists = std::make_unique<ScratchLists>(job, ivf.nlist, ivf.code_size, groups, encode, *rows.scratch());
  ivf.replace_invlists(lists.release(), true);
  ivf.ntotal = static_cast<idx_t>(rows.count);
}

/// Whether vectors can be put into the lists one by one.
bool takes_codes(const faiss::IndexIVF& ivf) {
  const bool known = dynamic_cast<const faiss::ArrayInvertedLists*>(ivf.invlists) != nullptr ||
                     dynamic_cast<const ScratchLists*>(ivf.invlists) != nullptr;
  return known && dynamic_cast<const faiss::IndexIVFFlatDedup*>(&ivf) == nullptr;
}

/// Told which rows, counted from the first, were taken.
using Spend = std::function<void(size_t first, size_t count)>;

/// Assigns everything first, makes room once, then copies.
void add_to_lists(Job* job, faiss::IndexIVF& ivf, const RowSpan& rows, const int32_t* known, const Spend& spend) {
  const std::vector<idx_t> groups = groups_of(job, ivf, rows, known);
  if (job != nullptr && rows.scratch() != nullptr && ivf.ntotal == 0) {
    fill_from_scratch(*job, ivf, rows, groups);
    return;
  }
  if (auto* lists = dynamic_cast<faiss::ArrayInvertedLists*>(ivf.invlists)) make_room(*lists, groups);
  // From here on only copying is left: quick, and not cancelled halfway.
  for (size_t i = 0; i < rows.count; i += ADD_STEP) {
    const size_t step = std::min(ADD_STEP, rows.count - i);
    ivf.add_core(step, rows.row(i), nullptr, groups.data() + i);
    rows.release();
    spend(i, step);
  }
  if (job != nullptr) job->progress(rows.count, rows.count);
}

}  // namespace

std::vector<int32_t> train(Job* job, faiss::Index& index, const RowSpan& rows) {
  require_finite(job, rows);
  if (rows.count == 0 && !index.is_trained) throw Failure("TOO_FEW_POINTS", "There are no vectors to train on.");
  return train_any(job, index, rows);
}

void add(Job* job, faiss::Index& index, const RowSpan& rows, const int32_t* groups, MatrixData* spent) {
  if (!index.is_trained) throw Failure("NOT_TRAINED", "The index must be trained before vectors are added.");
  require_finite(job, rows);
  const Spend spend = [&](size_t first, size_t count) {
    if (spent != nullptr) spent->discard((rows.x - spent->row(0)) / rows.columns + first, count);
  };
  auto* ivf = dynamic_cast<faiss::IndexIVF*>(&index);
  if (ivf != nullptr && takes_codes(*ivf)) {
    add_to_lists(job, *ivf, rows, groups, spend);
    return;
  }
  const bool needs_ids = dynamic_cast<faiss::IndexIDMap*>(&index) != nullptr;
  std::vector<idx_t> ids;
  for (size_t i = 0; i < rows.count; i += ADD_STEP) {
    if (job != nullptr) {
      job->check();
      job->progress(i, rows.count);
    }
    const size_t step = std::min(ADD_STEP, rows.count - i);
    if (needs_ids) {
      ids.resize(step);
      std::iota(ids.begin(), ids.end(), index.ntotal);
      index.add_with_ids(step, rows.row(i), ids.data());
    } else {
      index.add(step, rows.row(i));
    }
    rows.release();
    spend(i, step);
  }
  if (job != nullptr) job->progress(rows.count, rows.count);
}

}  // namespace engine
