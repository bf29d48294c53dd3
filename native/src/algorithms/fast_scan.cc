#include "algorithms/fast_scan.h"

#include <faiss/invlists/BlockInvertedLists.h>
#include <faiss/utils/Heap.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <typeinfo>
#include <vector>

#include "algorithms/instructions.h"
#include "algorithms/kernel.h"
#include "algorithms/visits.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#endif

namespace engine {

namespace {

/// Vectors in a block, and values in the table of one part: 4 bits name one.
constexpr size_t VECTORS = 32;
constexpr size_t VALUES = 16;
/// Queries whose sums fit into the registers.
constexpr size_t QUERIES = 4;

#define KERNEL_SOURCE "algorithms/fast_scan_kernel.inc"
#include "algorithms/targets.inc"

static_assert(VALUES == PANEL, "The centroids of a part are one panel.");

struct CodeKernel {
  void (*tabulate)(const float* x, const float* panels, size_t parts, size_t part_size, float* table, float* least,
                   float* most);
  void (*round_table)(const float* table, const float* least, size_t parts, float scale, uint8_t* rounded);
  /// By the number of queries - 1.
  void (*add_up[QUERIES])(const uint8_t* const* tables, const uint8_t* block, size_t size, uint16_t* sums);
};

#define KERNEL_OF(set)                                                                                   \
  CodeKernel {                                                                                           \
    set::tabulate, set::round_table, { set::add_up<1>, set::add_up<2>, set::add_up<3>, set::add_up<4> }  \
  }

const CodeKernel& code_kernel() {
  static const CodeKernel chosen = CHOSEN_KERNEL(KERNEL_OF);
  return chosen;
}

/// The bytes of one block, and of a query's table.
size_t block_size(const faiss::IndexIVFPQFastScan& index) { return index.M2 * VALUES; }

/// How sums of rounded table entries become distances: `offset + sum / scale`.
struct Rounding {
  float offset, scale;
};

/// As FAISS rounds tables (quantize_lut.cpp): each part from its smallest value, all by one scale, which keeps sums below
/// 2^16.
Rounding rounding_of(const std::vector<float>& least, const std::vector<float>& most) {
  float offset = 0, largest = 0, sum = 0;
  for (size_t part = 0; part < least.size(); ++part) {
    const float span = most[part] - least[part];
    offset += least[part];
    largest = std::max(largest, span);
    sum += span;
  }
  return {offset, largest > 0 ? std::min(255 / largest, 65535 / sum) : 1};
}

/// Blocks of queries on one thread. Nearest sums are kept as FAISS's heaps until the end of a block.
class FastScanner {
 public:
  /// Queries that go through the lists together. Their tables stay in a core's cache.
  static constexpr size_t BLOCK = 128;

  FastScanner(const faiss::IndexIVFPQFastScan& index, const float* x, size_t k, float* distances, idx_t* labels)
      : index_(index),
        x_(x),
        k_(k),
        distances_(distances),
        labels_(labels),
        panels_(index.pq.centroids.size()),
        table_(index.M * VALUES),
        least_(index.M),
        most_(index.M),
        tables_(BLOCK * block_size(index), 0),
        roundings_(BLOCK),
        sums_(BLOCK * k) {
    lay_out_panels(index.pq.centroids.data(), nullptr, index.M * VALUES, index.pq.dsub, panels_.data());
  }

  void begin(size_t first, size_t count) {
    first_ = first;
    count_ = count;
    std::fill_n(sums_.begin(), count * k_, std::numeric_limits<uint16_t>::max());
    for (size_t i = 0; i < count; ++i) {
      code_kernel().tabulate(x_ + (first + i) * index_.d, panels_.data(), index_.M, index_.pq.dsub, table_.data(),
                        least_.data(), most_.data());
      roundings_[i] = rounding_of(least_, most_);
      code_kernel().round_table(table_.data(), least_.data(), index_.M, roundings_[i].scale,
                           tables_.data() + i * block_size(index_));
    }
  }

  void visit(size_t list, const Visits& visits) {
    const uint32_t* queries = visits.queries(list);
    const size_t count = visits.count(list);
    const size_t size = index_.invlists->list_size(list), bytes = block_size(index_);
    faiss::InvertedLists::ScopedCodes codes(index_.invlists, list);
    faiss::InvertedLists::ScopedIds ids(index_.invlists, list);
    for (size_t v = 0; v < size; v += VECTORS) {
      for (size_t q = 0; q < count; q += QUERIES) {
        const size_t height = std::min(QUERIES, count - q);
        const uint8_t* tables[QUERIES];
        for (size_t i = 0; i < height; ++i) tables[i] = tables_.data() + queries[q + i] * bytes;
        uint16_t sums[QUERIES * VECTORS];
        code_kernel().add_up[height - 1](tables, codes.get() + v / VECTORS * bytes, bytes, sums);
        for (size_t i = 0; i < height; ++i) {
          keep(queries[q + i], sums + i * VECTORS, ids.get() + v, std::min(VECTORS, size - v));
        }
      }
    }
  }

  void end() {
    for (size_t i = 0; i < count_; ++i) {
      idx_t* labels = labels_ + (first_ + i) * k_;
      uint16_t* sums = sums_.data() + i * k_;
      faiss::heap_reorder<Heap>(k_, sums, labels);
      for (size_t j = 0; j < k_ && labels[j] >= 0; ++j) {
        distances_[(first_ + i) * k_ + j] = roundings_[i].offset + static_cast<float>(sums[j]) / roundings_[i].scale;
      }
    }
  }

 private:
  using Heap = faiss::CMax<uint16_t, idx_t>;

  void keep(size_t query, const uint16_t* found, const idx_t* ids, size_t count) {
    uint16_t* heap = sums_.data() + query * k_;
    idx_t* labels = labels_ + (first_ + query) * k_;
    for (size_t i = 0; i < count; ++i) {
      if (found[i] < heap[0]) faiss::heap_replace_top<Heap>(k_, heap, labels, found[i], ids[i]);
    }
  }

  const faiss::IndexIVFPQFastScan& index_;
  const float* x_;
  size_t k_;
  float* distances_;
  idx_t* labels_;
  /// The centroids of each part, value by value.
  std::vector<float> panels_;
  std::vector<float> table_, least_, most_;
  std::vector<uint8_t> tables_;
  std::vector<Rounding> roundings_;
  std::vector<uint16_t> sums_;
  size_t first_ = 0, count_ = 0;
};

}  // namespace

const faiss::IndexIVFPQFastScan* fast_scannable(const faiss::Index& index) {
  if (typeid(index) != typeid(faiss::IndexIVFPQFastScan) || index.metric_type != faiss::METRIC_L2) return nullptr;
  const auto& scanned = static_cast<const faiss::IndexIVFPQFastScan&>(index);
  if (typeid(*scanned.invlists) != typeid(faiss::BlockInvertedLists) || scanned.by_residual) return nullptr;
  const auto& lists = static_cast<const faiss::BlockInvertedLists&>(*scanned.invlists);
  const faiss::ProductQuantizer& pq = scanned.pq;
  const size_t d = index.d;
  const bool packed = lists.n_per_block == VECTORS && lists.block_size == block_size(scanned);
  const bool whole = pq.M == scanned.M && pq.ksub == VALUES && pq.M * pq.dsub == d && pq.centroids.size() == d * VALUES;
  return packed && whole ? &scanned : nullptr;
}

void fast_scan(const Job* job, const faiss::IndexIVFPQFastScan& index, const float* x, size_t n, size_t k,
               float* distances, idx_t* labels) {
  visit_lists<FastScanner>(job, index, x, n, std::min(index.nprobe, index.nlist), k, distances, labels);
}

}  // namespace engine
