#include "algorithms/directions.h"

#include <faiss/utils/random.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "algorithms/kernel.h"

namespace engine {

namespace {

constexpr int ROUNDS = 3;
constexpr int64_t SEED = 1;
/// Rows multiplied at a time on each thread.
constexpr size_t STEP = 32;
/// What is left of a direction that others say already is rounding where it is shorter than this.
constexpr double NOTHING = 1e-6;

std::vector<float> turned(const std::vector<float>& rows, size_t n, size_t d) {
  std::vector<float> columns(n * d);
#pragma omp parallel for
  for (int64_t j = 0; j < static_cast<int64_t>(d); ++j) {
    for (size_t i = 0; i < n; ++i) columns[j * n + i] = rows[i * d + j];
  }
  return columns;
}

/// The products of each of n rows with each of `others`, all of d values: n x others.
std::vector<float> products_of(const std::vector<float>& rows, size_t n, const std::vector<float>& others, size_t count,
                               size_t d) {
  const size_t width = whole_panels(count);
  std::vector<float> panels(width * d), padded(n * width);
  lay_out_panels(others.data(), nullptr, count, d, panels.data());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += STEP) {
    const float* some[STEP];
    const size_t height = std::min(STEP, n - first);
    for (size_t r = 0; r < height; ++r) some[r] = rows.data() + (first + r) * d;
    kernel().products(some, height, panels.data(), width / PANEL, d, padded.data() + first * width, width);
  }
  std::vector<float> products(n * count);
  for (size_t i = 0; i < n; ++i) std::copy_n(padded.data() + i * width, count, products.data() + i * count);
  return products;
}

/// Makes vectors of d values orthonormal, one after the other; one that others say already becomes zero. Twice, because the
/// first time leaves rounding (Björck, BIT 7, 1967).
void make_orthonormal(std::vector<float>& vectors, size_t count, size_t d) {
  std::vector<double> vector(d);
  for (size_t v = 0; v < count; ++v) {
    float* own = vectors.data() + v * d;
    double before = 0;
    for (size_t j = 0; j < d; ++j) before += static_cast<double>(own[j]) * own[j];
    for (size_t j = 0; j < d; ++j) vector[j] = own[j];
    for (int time = 0; time < 2; ++time) {
      for (size_t other = 0; other < v; ++other) {
        const float* fixed = vectors.data() + other * d;
        double product = 0;
        for (size_t j = 0; j < d; ++j) product += vector[j] * fixed[j];
        for (size_t j = 0; j < d; ++j) vector[j] -= product * fixed[j];
      }
    }
    double square = 0;
    for (size_t j = 0; j < d; ++j) square += vector[j] * vector[j];
    const double share = square > NOTHING * NOTHING * before && square > 0 ? 1 / std::sqrt(square) : 0;
    for (size_t j = 0; j < d; ++j) own[j] = static_cast<float>(vector[j] * share);
  }
}

}  // namespace

std::vector<float> leading_directions(const std::vector<float>& rows, size_t n, size_t d, size_t count) {
  std::vector<float> directions(count * d);
  float largest = 0;
  for (float value : rows) largest = std::max(largest, std::abs(value));
  if (largest < std::numeric_limits<float>::min()) return directions;
  // So that no square is too large or too small for a float.
  std::vector<float> scaled(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) scaled[i] = rows[i] / largest;
  const std::vector<float> columns = turned(scaled, n, d);
  faiss::float_randn(directions.data(), directions.size(), SEED);
  for (int round = 0; round < ROUNDS; ++round) {
    const std::vector<float> coordinates = products_of(directions, count, scaled, n, d);
    directions = products_of(coordinates, count, columns, d, n);
    make_orthonormal(directions, count, d);
  }
  return directions;
}

}  // namespace engine
