// The nearest of many centers, exactly, without comparing with all of them in full.
//
// The shadow of a vector is its first principal coordinates and, as one more, the norm of what they leave out. Shadows
// are never farther apart than their vectors (the triangle inequality on the rest), and are sketched: most centers are
// ruled out by a few bytes, and only the last ones are compared in full. Where the coordinates explain too little for
// that, as in pure noise, everything is compared (knn.h).
#pragma once

#include <faiss/VectorTransform.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "algorithms/sketches.h"

namespace engine {

class CenterSearch {
 public:
  /// Learns the principal directions from `n` rows of `d` values, which also show later how far shadows carry.
  CenterSearch(const float* sample, size_t n, size_t d);
  ~CenterSearch();

  /// Takes k centers, which stay where they are.
  void use(const float* centers, size_t k);
  /// The given centers have changed.
  void refresh(const std::vector<uint32_t>& changed);
  /// For each of n rows the nearest center, of equally near ones the first, and its squared distance.
  void find(const float* x, size_t n, int32_t* labels, float* distances);

 private:
  struct Shadows {
    std::vector<float> values;
    /// Squared norms, which are those of the vectors about the mean.
    std::vector<float> norms;
  };
  /// Rows searched by one thread.
  struct Block {
    const float *x, *shadows, *norms;
    int32_t* labels;
    float* distances;
    size_t rows;
  };
  struct Room;

  Shadows shadows_of(const float* x, size_t n) const;
  /// The shadows become those of some centers, `center(i)` for each.
  template <class Center>
  void put(const Shadows& shadows, Center center);
  /// Returns how often it compared in full.
  size_t search(const float* x, size_t n, int32_t* labels, float* distances);
  size_t search_block(const Block& block, Room& room) const;
  void bound(const Block& block, Room& room) const;
  void compare_all(const float* x, size_t n, int32_t* labels, float* distances) const;

  const size_t d_;
  /// Values in a shadow; 0 where shadows would not pay.
  const size_t width_;
  faiss::PCAMatrix pca_;
  std::vector<float> sample_;

  const float* centers_ = nullptr;
  size_t k_ = 0;
  bool by_shadows_ = false;
  float largest_norm_ = 0;
  /// None where products of the shadows themselves are as quick.
  std::optional<Sketcher> sketcher_;
  std::optional<SketchedColumns> columns_;
  std::vector<float> panels_;
  /// Squares of the shadows of centers, or of their sketches.
  std::vector<float> squares_;
  std::vector<Room> rooms_;
};

}  // namespace engine
