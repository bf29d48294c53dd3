// Uses one index after another as the app would, and tells of each what the engine took it for and whether it went where none
// went before. Built with sanitizers, which end the process where something is wrong.
//
//   in:  u32 length, that many bytes of an index; as often as one likes
//   out: a line, "<places in the code that were reached for the first time>", and
//        "used <dimension> <vectors> <nlist> <nprobe>", both of the latter -1 without groups, or "refused <why>"
#include <faiss/IndexIVF.h>
#include <faiss/utils/distances.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "algorithms/search.h"
#include "algorithms/train.h"
#include "failure.h"
#include "fuzz/coverage.h"
#include "io/index_file.h"
#include "io/structure.h"
#include "job.h"

namespace {

struct QuietJob : engine::Job {
  void post(const Event&) override {}
};

/// FAISS's own blocks are 16 MB at each search, which the sanitizer is busy with for most of the time.
constexpr int BLOCK = 32;
/// Several blocks.
constexpr size_t QUERIES = 40, NEIGHBORS = 9;

std::vector<float> queries_of(size_t d) {
  std::vector<float> queries(QUERIES * d);
  for (size_t i = 0; i < queries.size(); ++i) queries[i] = std::sin(static_cast<float>(i));
  return queries;
}

/// Every neighbor is one that there is, or none.
void require_labels(const faiss::Index& index, const std::vector<engine::idx_t>& labels, bool rows) {
  for (engine::idx_t label : labels) {
    if (label < -1 || (rows && label >= index.ntotal)) std::abort();
  }
}

void use(faiss::Index& index) {
  QuietJob job;
  const std::vector<float> queries = queries_of(index.d);
  if (faiss::IndexIVF* ivf = engine::find_ivf(index).ivf) {
    ivf->nprobe = std::clamp<size_t>(ivf->nprobe, 1, ivf->nlist);
    if (ivf->is_trained) {
      engine::centroids(job, index);
      require_labels(*ivf->quantizer, engine::assign(job, index, queries.data(), QUERIES, ivf->nprobe), true);
    }
  }
  engine::search(&job, index, queries.data(), QUERIES, NEIGHBORS, 0);
  std::vector<engine::idx_t> ids(index.ntotal);
  std::iota(ids.begin(), ids.end(), 0);
  engine::reconstruct(job, index, ids);
}

/// What the engine takes it for.
std::string description(const faiss::Index& index) {
  const faiss::IndexIVF* ivf = engine::find_ivf(index).ivf;
  const std::string groups =
      ivf == nullptr ? "-1 -1" : std::to_string(ivf->nlist) + " " + std::to_string(ivf->nprobe);
  return std::to_string(index.d) + " " + std::to_string(index.ntotal) + " " + groups;
}

std::string take(const std::vector<uint8_t>& bytes) {
  try {
    const std::unique_ptr<faiss::Index> index = engine::read_index(bytes.data(), bytes.size());
    const std::string said = description(*index);
    use(*index);
    return "used " + said;
  } catch (...) {
    const engine::Failure failure = engine::current_failure();
    return std::string("refused ") + failure.code + ": " + failure.what();
  }
}

}  // namespace

int main() {
  omp_set_num_threads(1);
  faiss::distance_compute_blas_query_bs = BLOCK;
  faiss::distance_compute_blas_database_bs = BLOCK;
  std::vector<uint8_t> bytes;
  for (uint32_t length; fread(&length, sizeof length, 1, stdin) == 1;) {
    bytes.resize(length);
    if (fread(bytes.data(), 1, length, stdin) != length) return 2;
    coverage_begin();
    std::string outcome = take(bytes);
    const uint32_t fresh = coverage_end();
    std::replace(outcome.begin(), outcome.end(), '\n', ' ');
    printf("%u %s\n", fresh, outcome.c_str());
    fflush(stdout);
  }
}
