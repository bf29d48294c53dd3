// Taking many queries through the inverted lists together, so that each list is read once for all that probe it.
#pragma once

#include <faiss/IndexIVF.h>
#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "io/structure.h"
#include "job.h"

namespace engine {

/// The queries of one block that probe each list.
class Visits {
 public:
  /// `probes` are `count` x `nprobe` lists, -1 for none. Throws CORRUPT where one is not among `nlist`.
  Visits(const idx_t* probes, size_t count, size_t nprobe, size_t nlist);

  size_t count(size_t list) const { return starts_[list + 1] - starts_[list]; }
  /// Numbers of queries within their block.
  const uint32_t* queries(size_t list) const { return queries_.data() + starts_[list]; }

 private:
  std::vector<uint32_t> starts_, queries_;
};

/// The lists nearest to each of n rows, nearest first; -1 where the quantizer finds fewer. Throws CANCELLED.
std::vector<idx_t> nearest_lists(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t nprobe);

/// Takes n rows through the lists nearest to each, in blocks of at most `most` rows, on all threads. A worker of each
/// thread takes a block at a time: `begin(first, count)`, then `visit(list, queries, count)` for every list that any
/// query of the block probes, then `end()`. Nothing may throw in a worker: OpenMP takes no exception out of its threads.
/// Throws CORRUPT, CANCELLED.
template <class Worker>
void visit_lists(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t most,
                 std::vector<Worker>& workers) {
  const size_t nprobe = std::min(index.nprobe, index.nlist);
  const std::vector<idx_t> probes = nearest_lists(job, index, x, n, nprobe);
  const size_t step = std::min(most, (n + workers.size() - 1) / workers.size());
  std::vector<Visits> blocks;  // made here, where they may throw
  for (size_t i = 0; i < n; i += step) {
    blocks.emplace_back(probes.data() + i * nprobe, std::min(step, n - i), nprobe, index.nlist);
  }
#pragma omp parallel for schedule(dynamic) num_threads(workers.size()) if (blocks.size() > 1)
  for (int64_t i = 0; i < static_cast<int64_t>(blocks.size()); ++i) {
    Worker& worker = workers[omp_get_thread_num()];
    const Visits& block = blocks[i];
    worker.begin(i * step, std::min(step, n - i * step));
    for (size_t list = 0; list < index.nlist; ++list) {
      if (block.count(list) == 0 || (job != nullptr && job->cancelled())) continue;
      worker.visit(list, block.queries(list), block.count(list));
    }
    worker.end();
  }
  if (job != nullptr) job->check();
}

}  // namespace engine
