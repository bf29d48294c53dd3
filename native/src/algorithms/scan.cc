#include "algorithms/scan.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/invlists/InvertedLists.h>
#include <faiss/utils/Heap.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <typeinfo>
#include <vector>

#include "algorithms/knn.h"
#include "failure.h"
#include "io/scratch_lists.h"

#if defined(__GNUC__) && defined(__x86_64__)
#define KERNEL avx512
#define KERNEL_TARGET __attribute__((target("avx512f")))
#define KERNEL_LANES 16
#include "algorithms/scan_kernel.inc"

#define KERNEL avx2
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_LANES 8
#include "algorithms/scan_kernel.inc"
#endif

#define KERNEL portable
#define KERNEL_TARGET
#ifdef __GNUC__
#define KERNEL_LANES 4
#else
#define KERNEL_LANES 1
#endif
#include "algorithms/scan_kernel.inc"

namespace engine {

namespace {

/// Queries and vectors compared at a time: as many sums as fit into the registers.
constexpr size_t QUERIES = 2;
constexpr size_t VECTORS = 4;
/// Queries that go through the lists together. Their vectors stay in a core's cache.
constexpr size_t BLOCK = 512;

using Tile = void (*)(const float* const* queries, const float* vectors, size_t d, float* distances);

struct Kernel {
  const char* name;
  bool runs;
  /// By the number of queries - 1.
  Tile several[QUERIES];
  Tile single[QUERIES];
};

#define TILES(set) {set::tile<1, VECTORS>, set::tile<2, VECTORS>}, {set::tile<1, 1>, set::tile<2, 1>}

const Kernel& choose() {
  static const Kernel kernels[] = {
#if defined(__GNUC__) && defined(__x86_64__)
      {"avx512", __builtin_cpu_supports("avx512f") != 0, TILES(avx512)},
      {"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), TILES(avx2)},
#endif
      {"portable", true, TILES(portable)},
  };
  const char* wanted = std::getenv("FAISS_NODE_SCAN");
  const auto is_wanted = [&](const Kernel& it) { return it.runs && wanted != nullptr && it.name == std::string(wanted); };
  const auto end = std::end(kernels);
  const auto found = std::find_if(std::begin(kernels), end, is_wanted);
  return found != end ? *found : *std::find_if(std::begin(kernels), end, [](const Kernel& it) { return it.runs; });
}

const Kernel& kernel() {
  static const Kernel& chosen = choose();
  return chosen;
}

/// The queries of one block that probe each list: `queries[starts[list]]` up to `queries[starts[list + 1]]`.
struct Visits {
  std::vector<uint32_t> starts, queries;

  Visits(const idx_t* probes, size_t count, size_t nprobe, size_t nlist) : starts(nlist + 2, 0) {
    const size_t total = count * nprobe;
    for (size_t i = 0; i < total; ++i) {
      if (probes[i] >= static_cast<idx_t>(nlist)) {
        throw Failure("CORRUPT", "The index names group " + std::to_string(probes[i]) + " and has only " +
                                     std::to_string(nlist) + ".");
      }
      if (probes[i] >= 0) ++starts[probes[i] + 2];
    }
    for (size_t list = 2; list < starts.size(); ++list) starts[list] += starts[list - 1];
    queries.resize(starts.back());
    // Filling moves each start to its end, which is the next one's start.
    for (size_t i = 0; i < total; ++i) {
      if (probes[i] >= 0) queries[starts[probes[i] + 1]++] = static_cast<uint32_t>(i / nprobe);
    }
  }
};

/// Vectors of one list, as floats. Where they are rounded, a few at a time are decoded into memory of this thread's own.
class ListReader {
 public:
  /// Vectors that are decoded at a time: small enough to stay in a core's cache until they are compared.
  static constexpr size_t STEP = 64;

  explicit ListReader(const faiss::IndexIVF& index) : index_(index) {
    const auto* rounded = dynamic_cast<const faiss::IndexIVFScalarQuantizer*>(&index);
    if (rounded == nullptr) return;
    decoder_.reset(rounded->sq.select_quantizer());
    if (rounded->by_residual) centroids_ = dynamic_cast<const faiss::IndexFlat&>(*index.quantizer).get_xb();
    decoded_.resize(STEP * index.d);
  }

  /// Calls `visit(vectors, ids, count)` for the whole list, part by part.
  template <class Visit>
  void read(size_t list, Visit visit) {
    const size_t size = index_.invlists->list_size(list), d = index_.d;
    faiss::InvertedLists::ScopedCodes scoped(index_.invlists, list);
    const uint8_t* codes = scoped.get();
    const idx_t* ids = index_.invlists->get_ids(list);
    if (decoder_ == nullptr) {
      visit(reinterpret_cast<const float*>(codes), ids, size);
      return;
    }
    for (size_t i = 0; i < size; i += STEP) {
      const size_t count = std::min(STEP, size - i);
      for (size_t v = 0; v < count; ++v) {
        float* vector = decoded_.data() + v * d;
        decoder_->decode_vector(codes + (i + v) * index_.code_size, vector);
        if (centroids_ == nullptr) continue;
        for (size_t j = 0; j < d; ++j) vector[j] += centroids_[list * d + j];
      }
      visit(decoded_.data(), ids + i, count);
    }
  }

 private:
  const faiss::IndexIVF& index_;
  std::unique_ptr<faiss::ScalarQuantizer::SQuantizer> decoder_;
  const float* centroids_ = nullptr;
  std::vector<float> decoded_;
};

/// One block of queries and their results, kept as FAISS's heaps until the end.
struct Block {
  const float* x;
  size_t d, k;
  float* distances;
  idx_t* labels;

  void keep(size_t query, float distance, idx_t id) const {
    float* heap = distances + query * k;
    if (distance < heap[0]) faiss::maxheap_replace_top(k, heap, labels + query * k, distance, id);
  }

  void compare(const uint32_t* queries, size_t count, const float* vectors, const idx_t* ids, size_t size) const {
    const Kernel& use = kernel();
    float result[QUERIES * VECTORS];
    for (size_t v = 0; v < size;) {
      const size_t width = size - v >= VECTORS ? VECTORS : 1;
      const Tile* tiles = width == VECTORS ? use.several : use.single;
      for (size_t q = 0; q < count; q += QUERIES) {
        const size_t height = std::min(QUERIES, count - q);
        const float* rows[QUERIES];
        for (size_t i = 0; i < height; ++i) rows[i] = x + queries[q + i] * d;
        tiles[height - 1](rows, vectors + v * d, d, result);
        for (size_t i = 0; i < height; ++i) {
          for (size_t j = 0; j < width; ++j) keep(queries[q + i], result[i * width + j], ids[v + j]);
        }
      }
      v += width;
    }
  }

  void finish(size_t count) const {
    for (size_t i = 0; i < count; ++i) faiss::maxheap_reorder(k, distances + i * k, labels + i * k);
  }
};

/// The lists nearest to each of n rows, nearest first.
std::vector<idx_t> nearest_lists(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t nprobe) {
  std::vector<idx_t> lists(n * nprobe, -1);
  std::vector<float> distances(n * nprobe);
  const auto* flat = dynamic_cast<const faiss::IndexFlat*>(index.quantizer);
  if (flat != nullptr && flat->metric_type == faiss::METRIC_L2) {
    knn_by_distance(job, x, n, flat->get_xb(), flat->ntotal, index.d, nprobe, distances.data(), lists.data());
  } else {
    index.quantizer->search(n, x, nprobe, distances.data(), lists.data());
  }
  return lists;
}

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

void scan(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t k, float* distances,
          idx_t* labels) {
  const size_t nprobe = std::min(index.nprobe, index.nlist);
  const std::vector<idx_t> probes = nearest_lists(job, index, x, n, nprobe);
  const size_t threads = omp_get_max_threads();
  const size_t step = std::min(BLOCK, (n + threads - 1) / threads);
  std::vector<Visits> visits;  // made here: nothing may throw in the parallel part
  for (size_t i = 0; i < n; i += step) {
    visits.emplace_back(probes.data() + i * nprobe, std::min(step, n - i), nprobe, index.nlist);
  }
  const size_t d = index.d;
  std::vector<ListReader> readers;
  readers.reserve(threads);
  while (readers.size() < threads) readers.emplace_back(index);
#pragma omp parallel for schedule(dynamic) if (visits.size() > 1)
  for (int64_t i = 0; i < static_cast<int64_t>(visits.size()); ++i) {
    const size_t first = i * step;
    const Block block{x + first * d, d, k, distances + first * k, labels + first * k};
    const Visits& visit = visits[i];
    for (size_t list = 0; list < index.nlist; ++list) {
      const uint32_t begin = visit.starts[list], end = visit.starts[list + 1];
      if (begin == end || (job != nullptr && job->cancelled())) continue;
      readers[omp_get_thread_num()].read(list, [&](const float* vectors, const idx_t* ids, size_t count) {
        block.compare(visit.queries.data() + begin, end - begin, vectors, ids, count);
      });
    }
    block.finish(std::min(step, n - first));
  }
  if (job != nullptr) job->check();
}

const char* scan_name() { return kernel().name; }

}  // namespace engine
