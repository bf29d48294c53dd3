#include "algorithms/visits.h"

#include <faiss/IndexFlat.h>

#include <string>

#include "algorithms/knn.h"
#include "failure.h"

namespace engine {

Visits::Visits(const idx_t* probes, size_t count, size_t nprobe, size_t nlist) : starts_(nlist + 2, 0) {
  const size_t total = count * nprobe;
  for (size_t i = 0; i < total; ++i) {
    if (probes[i] >= static_cast<idx_t>(nlist)) {
      throw Failure("CORRUPT", "The index names group " + std::to_string(probes[i]) + " and has only " +
                                   std::to_string(nlist) + ".");
    }
    if (probes[i] >= 0) ++starts_[probes[i] + 2];
  }
  for (size_t list = 2; list < starts_.size(); ++list) starts_[list] += starts_[list - 1];
  queries_.resize(starts_.back());
  ranks_.resize(starts_.back());
  // Filling moves each start to its end, which is the next one's start.
  for (size_t i = 0; i < total; ++i) {
    if (probes[i] < 0) continue;
    const uint32_t place = starts_[probes[i] + 1]++;
    queries_[place] = static_cast<uint32_t>(i / nprobe);
    ranks_[place] = static_cast<uint32_t>(i % nprobe);
  }
}

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

}  // namespace engine
