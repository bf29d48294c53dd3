#include "algorithms/scan.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/invlists/InvertedLists.h>
#include <faiss/utils/Heap.h>
#include <faiss/utils/fp16.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>
#include <typeinfo>
#include <utility>
#include <vector>

#include "algorithms/instructions.h"
#include "algorithms/visits.h"
#include "io/scratch_lists.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#endif

namespace engine {

namespace {

#define KERNEL_SOURCE "algorithms/scan_kernel.inc"
#include "algorithms/targets.inc"

/// Queries and vectors compared at a time: as many sums as fit into the registers.
constexpr size_t QUERIES = 2;
constexpr size_t VECTORS = 4;

struct Kernel {
  using Tile = void (*)(const float* const* queries, const float* vectors, size_t d, float* distances);
  /// By the number of queries - 1.
  Tile several[QUERIES];
  Tile single[QUERIES];
  void (*widen_bytes)(const uint8_t* bytes, const float* start, const float* step, size_t d, float* target);
  void (*widen_halves)(const uint8_t* halves, const float* start, size_t d, float* target);
};

#define KERNEL_OF(set)                                                                                     \
  Kernel {                                                                                                 \
    {set::tile<1, VECTORS>, set::tile<2, VECTORS>}, {set::tile<1, 1>, set::tile<2, 1>}, set::widen_bytes, \
        set::widen_halves                                                                                  \
  }

const Kernel& kernel() {
  static const Kernel chosen = CHOSEN_KERNEL(KERNEL_OF);
  return chosen;
}

/// Vectors of one list, as floats. Where they are rounded, a few at a time are decoded into memory of this thread's own.
class ListReader {
 public:
  /// Vectors that are decoded at a time: small enough to stay in a core's cache until they are compared.
  static constexpr size_t STEP = 64;

  explicit ListReader(const faiss::IndexIVF& index) : index_(index) {
    rounded_ = dynamic_cast<const faiss::IndexIVFScalarQuantizer*>(&index);
    if (rounded_ == nullptr) return;
    const faiss::ScalarQuantizer& sq = rounded_->sq;
    const size_t d = index.d;
    if (rounded_->by_residual) centroids_ = dynamic_cast<const faiss::IndexFlat&>(*index.quantizer).get_xb();
    decoded_.resize(STEP * d);
    lowest_.assign(d, 0);
    if (sq.qtype == faiss::ScalarQuantizer::QT_8bit && sq.trained.size() == 2 * d) {
      step_.resize(d);
      // A byte stands for the middle of its step: (byte + 0.5) / 255 of the way through the range (FAISS, Codec8bit).
      for (size_t i = 0; i < d; ++i) {
        step_[i] = sq.trained[d + i] / 255;
        lowest_[i] = sq.trained[i] + step_[i] / 2;
      }
    } else if (sq.qtype != faiss::ScalarQuantizer::QT_fp16) {
      decoder_.reset(sq.select_quantizer());
    }
    start_ = lowest_;
  }

  /// Calls `visit(vectors, ids, count)` for the whole list, part by part.
  template <class Visit>
  void read(size_t list, Visit visit) {
    const size_t size = index_.invlists->list_size(list), d = index_.d;
    faiss::InvertedLists::ScopedCodes scoped(index_.invlists, list);
    const uint8_t* codes = scoped.get();
    const idx_t* ids = index_.invlists->get_ids(list);
    if (rounded_ == nullptr) {
      visit(reinterpret_cast<const float*>(codes), ids, size);
      return;
    }
    for (size_t j = 0; centroids_ != nullptr && j < d; ++j) start_[j] = lowest_[j] + centroids_[list * d + j];
    for (size_t i = 0; i < size; i += STEP) {
      const size_t count = std::min(STEP, size - i);
      for (size_t v = 0; v < count; ++v) widen(codes + (i + v) * index_.code_size, decoded_.data() + v * d);
      visit(decoded_.data(), ids + i, count);
    }
  }

 private:
  void widen(const uint8_t* code, float* vector) const {
    const size_t d = index_.d;
    if (decoder_ != nullptr) {
      decoder_->decode_vector(code, vector);
      for (size_t j = 0; j < d; ++j) vector[j] += start_[j];
    } else if (!step_.empty()) {
      kernel().widen_bytes(code, start_.data(), step_.data(), d, vector);
    } else {
      kernel().widen_halves(code, start_.data(), d, vector);
    }
  }

  const faiss::IndexIVF& index_;
  const faiss::IndexIVFScalarQuantizer* rounded_ = nullptr;
  /// Of roundings that have no kernel here.
  std::unique_ptr<faiss::ScalarQuantizer::SQuantizer> decoder_;
  const float* centroids_ = nullptr;
  /// What the smallest code of each dimension stands for, without and with the centroid of the list.
  std::vector<float> lowest_, start_;
  /// What one more stands for, where codes are bytes.
  std::vector<float> step_;
  std::vector<float> decoded_;
};

/// Blocks of queries on one thread. Results are kept as FAISS's heaps until the end of a block, those of each width without
/// what narrower ones look into.
class Scanner {
 public:
  /// Queries that go through the lists together. Their vectors stay in a core's cache.
  static constexpr size_t BLOCK = 512;

  Scanner(const faiss::IndexIVF& index, const float* x, size_t k, const std::vector<Width>& widths)
      : reader_(index), x_(x), d_(index.d), k_(k), widths_(widths), merged_(k) {
    for (size_t width = 0; width < widths.size(); ++width) width_of_.resize(widths[width].nprobe, width);
  }

  void begin(size_t first, size_t count) {
    first_ = first;
    count_ = count;
  }

  void visit(size_t list, const Visits& visits) {
    reader_.read(list, [&](const float* vectors, const idx_t* ids, size_t size) {
      compare(visits.queries(list), visits.ranks(list), visits.count(list), vectors, ids, size);
    });
  }

  void end() {
    for (size_t width = 0; width < widths_.size(); ++width) {
      for (size_t at = first_ * k_; at < (first_ + count_) * k_; at += k_) {
        const Width& own = widths_[width];
        faiss::maxheap_reorder(k_, own.distances + at, own.labels + at);
        if (width > 0) take_in(widths_[width - 1], own, at);
      }
    }
  }

 private:
  /// Adds what a narrower search found, nearest first, to what a wider one found beyond.
  void take_in(const Width& narrow, const Width& wide, size_t at) {
    size_t a = at, b = at;
    for (auto& [distance, label] : merged_) {
      const bool first = wide.labels[b] < 0 || (narrow.labels[a] >= 0 && narrow.distances[a] <= wide.distances[b]);
      const Width& nearer = first ? narrow : wide;
      size_t& place = first ? a : b;
      distance = nearer.distances[place];
      label = nearer.labels[place++];
    }
    for (size_t j = 0; j < k_; ++j) std::tie(wide.distances[at + j], wide.labels[at + j]) = merged_[j];
  }

  void keep(const Width& width, size_t query, float distance, idx_t id) const {
    float* heap = width.distances + query * k_;
    if (distance < heap[0]) faiss::maxheap_replace_top(k_, heap, width.labels + query * k_, distance, id);
  }

  void compare(const uint32_t* queries, const uint32_t* ranks, size_t count, const float* vectors, const idx_t* ids,
               size_t size) const {
    const Kernel& use = kernel();
    float result[QUERIES * VECTORS];
    for (size_t v = 0; v < size;) {
      const size_t width = size - v >= VECTORS ? VECTORS : 1;
      const Kernel::Tile* tiles = width == VECTORS ? use.several : use.single;
      for (size_t q = 0; q < count; q += QUERIES) {
        const size_t height = std::min(QUERIES, count - q);
        const float* rows[QUERIES];
        for (size_t i = 0; i < height; ++i) rows[i] = x_ + (first_ + queries[q + i]) * d_;
        tiles[height - 1](rows, vectors + v * d_, d_, result);
        for (size_t i = 0; i < height; ++i) {
          const Width& wide = widths_[width_of_[ranks[q + i]]];
          for (size_t j = 0; j < width; ++j) keep(wide, first_ + queries[q + i], result[i * width + j], ids[v + j]);
        }
      }
      v += width;
    }
  }

  ListReader reader_;
  const float* x_;
  size_t d_, k_;
  const std::vector<Width>& widths_;
  /// The narrowest width that looks into the list of each rank.
  std::vector<size_t> width_of_;
  std::vector<std::pair<float, idx_t>> merged_;
  size_t first_ = 0, count_ = 0;
};

}  // namespace

const faiss::IndexIVF* scannable(const faiss::Index& index) {
  const bool rounded = typeid(index) == typeid(faiss::IndexIVFScalarQuantizer);
  if ((typeid(index) != typeid(faiss::IndexIVFFlat) && !rounded) || index.metric_type != faiss::METRIC_L2) return nullptr;
  const auto& ivf = static_cast<const faiss::IndexIVF&>(index);
  // What is rounded is the difference to the centroid, which must be at hand.
  if (rounded && dynamic_cast<const faiss::IndexFlat*>(ivf.quantizer) == nullptr) return nullptr;
  const auto& lists = typeid(*ivf.invlists);
  const bool known = lists == typeid(faiss::ArrayInvertedLists) || lists == typeid(ScratchLists);
  return known && ivf.max_codes == 0 ? &ivf : nullptr;
}

void scan(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t k,
          const std::vector<Width>& widths) {
  visit_lists<Scanner>(job, index, x, n, widths.back().nprobe, k, widths);
}

}  // namespace engine
