// Training of product quantizers: one k-means for each part of the vectors, all of them side by side.
#pragma once

#include <faiss/IndexIVF.h>
#include <faiss/impl/ProductQuantizer.h>

#include <cstddef>
#include <vector>

#include "job.h"

namespace engine {

/// The product quantizer of an index that has one, else null.
faiss::ProductQuantizer* product_of(faiss::Index& index);

/// What the product quantizer of an IVF learns from, for rows x: as many as FAISS draws, less their centroids where it
/// rounds only what is left.
struct ProductRows {
  ProductRows(const faiss::IndexIVF& ivf, const faiss::ProductQuantizer& product, const float* x, size_t n);
  std::vector<float> values;
  size_t count;
};

/// While it lives, FAISS takes the centroids of the product quantizer as they are when it trains. They are found here, by
/// FAISS's rules for each part (ProductQuantizer.cpp, train). Where those are special, everything is left to FAISS.
class ProductTraining {
 public:
  /// Throws TOO_FEW_POINTS, CANCELLED.
  ProductTraining(Job* job, faiss::ProductQuantizer& product, const float* x, size_t n);
  ~ProductTraining();
  ProductTraining(const ProductTraining&) = delete;
  ProductTraining& operator=(const ProductTraining&) = delete;

  /// Whether the rules are those that are known here.
  static bool knows(const faiss::ProductQuantizer& product);

 private:
  faiss::ProductQuantizer& product_;
  const int rounds_;
};

}  // namespace engine
