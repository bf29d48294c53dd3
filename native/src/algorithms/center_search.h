// The nearest of many centers, exactly, without comparing with all of them in full.
//
// The shadow of a vector is its first principal coordinates and, as one more, the norm of what they leave out. Shadows
// are never farther apart than their vectors (the triangle inequality on the rest). So the distance between shadows of
// some 64 values rules out most centers, of some 256 values most of those left, and only the last few are compared in
// full. Where the coordinates explain too little for that, as in pure noise, everything is compared by matrix products.
#pragma once

#include <faiss/VectorTransform.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

class CenterSearch {
 public:
  /// Learns the principal directions from `n` rows of `d` values, which also show later how far shadows carry.
  CenterSearch(const float* sample, size_t n, size_t d);

  /// Takes k centers, which stay where they are.
  void use(const float* centers, size_t k);
  /// The given centers have changed.
  void refresh(const std::vector<uint32_t>& changed);
  /// For each of n rows the nearest center, of equally near ones the first, and its squared distance.
  void find(const float* x, size_t n, int32_t* labels, float* distances);

 private:
  /// Vectors as they are searched: coordinates about the mean, and the squared norm of all of them.
  struct Projected {
    std::vector<float> coordinates, norms;
  };
  /// Comparisons made after the first.
  struct Comparisons {
    uint64_t fine = 0, full = 0;
  };

  /// Rows searched by one thread, their shadows, and room for the products with all centers: of each row, and the
  /// smallest of some.
  struct Block {
    const float *x, *norms;
    float *coarse, *fine, *products, *least;
    int32_t* labels;
    float* distances;
    size_t rows;
  };

  Projected project(const float* x, size_t n) const;
  /// The norm of what the first `count` coordinates of a projected vector leave out.
  float rest(const Projected& vectors, size_t i, size_t count) const;
  void lay_out(const Projected& vectors, size_t i, uint32_t center);
  void lay_out_all(const Projected& vectors, size_t coarse);
  Comparisons search(const float* x, size_t n, int32_t* labels, float* distances);
  Comparisons search_block(const Block& block) const;
  void compare_all(const float* x, size_t n, int32_t* labels, float* distances) const;

  const size_t d_;
  /// Values in a fine shadow; 0 where the dimension is too small for shadows.
  const size_t fine_;
  /// Values in a coarse shadow; 0 where everything is compared.
  size_t coarse_ = 0;
  faiss::PCAMatrix pca_;
  std::vector<float> sample_;

  const float* centers_ = nullptr;
  size_t k_ = 0;
  float largest_norm_ = 0;
  /// Coarse shadows of the centers, a panel of them together, and fine shadows one by one.
  std::vector<float> panels_, fine_shadows_;
  /// Room for each thread's products, kept from search to search.
  std::vector<float> products_, least_;
  /// Squared norms of the centers, for full comparisons.
  std::vector<float> squares_;
};

}  // namespace engine
