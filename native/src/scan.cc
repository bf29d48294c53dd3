#include "scan.h"

#include <faiss/invlists/InvertedLists.h>
#include <faiss/utils/Heap.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <typeinfo>
#include <vector>

#if defined(__GNUC__) && defined(__x86_64__)
#define KERNEL avx512
#define KERNEL_TARGET __attribute__((target("avx512f")))
#define KERNEL_LANES 16
#include "scan_kernel.inc"

#define KERNEL avx2
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_LANES 8
#include "scan_kernel.inc"
#endif

#define KERNEL portable
#define KERNEL_TARGET
#ifdef __GNUC__
#define KERNEL_LANES 4
#else
#define KERNEL_LANES 1
#endif
#include "scan_kernel.inc"

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

}  // namespace

const faiss::IndexIVFFlat* scannable(const faiss::Index& index) {
  if (typeid(index) != typeid(faiss::IndexIVFFlat) || index.metric_type != faiss::METRIC_L2) return nullptr;
  const auto& ivf = static_cast<const faiss::IndexIVFFlat&>(index);
  const bool plain = ivf.max_codes == 0 && typeid(*ivf.invlists) == typeid(faiss::ArrayInvertedLists);
  return plain ? &ivf : nullptr;
}

void scan(const Job* job, const faiss::IndexIVFFlat& index, const float* x, size_t n, size_t k, float* distances,
          idx_t* labels) {
  const size_t nprobe = std::min(index.nprobe, index.nlist);
  std::vector<idx_t> probes(n * nprobe);
  {
    std::vector<float> unused(n * nprobe);
    index.quantizer->search(n, x, nprobe, unused.data(), probes.data());
  }
  const size_t threads = omp_get_max_threads();
  const size_t step = std::min(BLOCK, (n + threads - 1) / threads);
  std::vector<Visits> visits;  // made here: nothing may throw in the parallel part
  for (size_t i = 0; i < n; i += step) {
    visits.emplace_back(probes.data() + i * nprobe, std::min(step, n - i), nprobe, index.nlist);
  }
  const size_t d = index.d;
  const auto& lists = *index.invlists;
#pragma omp parallel for schedule(dynamic) if (visits.size() > 1)
  for (int64_t i = 0; i < static_cast<int64_t>(visits.size()); ++i) {
    const size_t first = i * step;
    const Block block{x + first * d, d, k, distances + first * k, labels + first * k};
    const Visits& visit = visits[i];
    for (size_t list = 0; list < index.nlist; ++list) {
      const uint32_t begin = visit.starts[list], end = visit.starts[list + 1];
      if (begin == end || (job != nullptr && job->cancelled())) continue;
      block.compare(visit.queries.data() + begin, end - begin, reinterpret_cast<const float*>(lists.get_codes(list)),
                    lists.get_ids(list), lists.list_size(list));
    }
    block.finish(std::min(step, n - first));
  }
  if (job != nullptr) job->check();
}

const char* scan_name() { return kernel().name; }

}  // namespace engine
