#include "algorithms/product.h"

#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPQFastScan.h>
#include <faiss/utils/utils.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "algorithms/kmeans.h"
#include "io/structure.h"

namespace engine {

namespace {

template <class WithProduct>
faiss::ProductQuantizer* product_in(faiss::Index& index) {
  auto* quantized = dynamic_cast<WithProduct*>(&index);
  return quantized == nullptr ? nullptr : &quantized->pq;
}

void train_part(const Job* job, faiss::ProductQuantizer& product, size_t part, const float* x, size_t n) {
  if (job != nullptr) job->check();
  std::vector<float> values(n * product.dsub);
  for (size_t i = 0; i < n; ++i) {
    std::copy_n(x + i * product.d + part * product.dsub, product.dsub, values.data() + i * product.dsub);
  }
  const Clusters clusters =
      kmeans(nullptr, {values.data(), n, product.dsub}, product.ksub, product.cp, Nearness::SQUARED_L2);
  product.set_params(clusters.centers.data(), static_cast<int>(part));
}

}  // namespace

faiss::ProductQuantizer* product_of(faiss::Index& index) {
  for (auto* find : {product_in<faiss::IndexPQ>, product_in<faiss::IndexPQFastScan>, product_in<faiss::IndexIVFPQ>,
                     product_in<faiss::IndexIVFPQFastScan>}) {
    if (auto* product = find(index)) return product;
  }
  return nullptr;
}

ProductRows::ProductRows(const faiss::IndexIVF& ivf, const faiss::ProductQuantizer& product, const float* x, size_t n)
    : count(n) {
  const size_t d = ivf.d, most = static_cast<size_t>(product.cp.max_points_per_centroid) * product.ksub;
  const float* drawn = faiss::fvecs_maybe_subsample(d, &count, most, x, false, product.cp.seed);
  std::unique_ptr<const float[]> owned(drawn == x ? nullptr : drawn);
  values.assign(drawn, drawn + count * d);
  const auto* residual = dynamic_cast<const faiss::IndexIVFPQ*>(&ivf);
  const auto* scanned = dynamic_cast<const faiss::IndexIVFPQFastScan*>(&ivf);
  if (residual != nullptr ? !residual->by_residual : scanned == nullptr || !scanned->by_residual) return;
  std::vector<idx_t> groups(count, -1);
  ivf.quantizer->assign(static_cast<idx_t>(count), drawn, groups.data());
  for (size_t i = 0; i < count; ++i) ivf.quantizer->compute_residual(drawn + i * d, values.data() + i * d, groups[i]);
}

bool ProductTraining::knows(const faiss::ProductQuantizer& product) {
  const faiss::ClusteringParameters& cp = product.cp;
  return product.train_type == faiss::ProductQuantizer::Train_default && product.assign_index == nullptr &&
         cp.nredo == 1 && !cp.spherical && !cp.int_centroids;
}

ProductTraining::ProductTraining(Job* job, faiss::ProductQuantizer& product, const float* x, size_t n)
    : product_(product), rounds_(product.cp.niter) {
  std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic)
  for (int64_t part = 0; part < static_cast<int64_t>(product.M); ++part) {
    // Nothing may leave a parallel part.
    try {
      train_part(job, product, part, x, n);
    } catch (...) {
#pragma omp critical(product_training)
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  product.train_type = faiss::ProductQuantizer::Train_hot_start;
  product.cp.niter = 0;
}

ProductTraining::~ProductTraining() {
  product_.train_type = faiss::ProductQuantizer::Train_default;
  product_.cp.niter = rounds_;
}

}  // namespace engine
