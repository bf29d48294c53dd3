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
  /// How many lists are nearer to each of these queries.
  const uint32_t* ranks(size_t list) const { return ranks_.data() + starts_[list]; }

 private:
  std::vector<uint32_t> starts_, queries_, ranks_;
};

/// The lists nearest to each of n rows, nearest first; -1 where the quantizer finds fewer. Throws CANCELLED.
std::vector<idx_t> nearest_lists(const Job* job, const faiss::IndexIVF& index, const float* x, size_t n, size_t nprobe);

/// Takes n rows through the `nprobe` lists nearest to each, in blocks of at most Worker::BLOCK rows, on all threads. The Worker
/// of each thread, made of the index, all rows and `given`, takes a block at a time: `begin(first, count)`, then
/// `visit(list, visits)` for every list that any query of the block probes, then `end()`. Nothing may throw there: OpenMP
/// takes no exception out of its threads. Throws CORRUPT, CANCELLED.
template <class Worker, class Ivf, class... Given>
void visit_lists(const Job* job, const Ivf& index, const float* x, size_t n, size_t nprobe, const Given&... given) {
  const size_t threads = omp_get_max_threads();
  const std::vector<idx_t> probes = nearest_lists(job, index, x, n, nprobe);
  const size_t step = std::min(Worker::BLOCK, (n + threads - 1) / threads);
  std::vector<Visits> blocks;  // made here, as the workers are, where they may throw
  for (size_t i = 0; i < n; i += step) {
    blocks.emplace_back(probes.data() + i * nprobe, std::min(step, n - i), nprobe, index.nlist);
  }
  std::vector<Worker> workers;
  workers.reserve(threads);
  while (workers.size() < threads) workers.emplace_back(index, x, given...);
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (blocks.size() > 1)
  for (int64_t i = 0; i < static_cast<int64_t>(blocks.size()); ++i) {
    Worker& worker = workers[omp_get_thread_num()];
    const Visits& block = blocks[i];
    worker.begin(i * step, std::min(step, n - i * step));
    for (size_t list = 0; list < index.nlist; ++list) {
      if (block.count(list) == 0 || (job != nullptr && job->cancelled())) continue;
      worker.visit(list, block);
    }
    worker.end();
  }
  if (job != nullptr) job->check();
}

}  // namespace engine
