#include "algorithms/shadows.h"

#include <faiss/VectorTransform.h>
#include <faiss/utils/random.h>

#include <algorithm>
#include <cmath>

#include "algorithms/kernel.h"
#include "io/structure.h"

namespace engine {

namespace {

/// A shadow has this part of the coordinates (measured: a sixth and a third take longer).
constexpr size_t SHARE = 4;
/// Fewer coordinates are multiplied as quickly as they are, and few rows before directions are found.
constexpr size_t LEAST_COLUMNS = 192;
constexpr size_t LEAST_ROWS = 8192;
/// Rows whose directions are those of all.
constexpr size_t SAMPLE = 4096;
constexpr int64_t SEED = 1;
/// Rows turned at a time on each thread.
constexpr size_t STEP = 32;
/// What rounding may take from the square of what is left.
constexpr double LEFT = 1e-5;

}  // namespace

std::optional<Shadows> Shadows::of(Job& job, const UnitRows& rows, size_t most) {
  const size_t n = rows.factors.size(), d = rows.matrix->columns(), size = whole_panels(d / SHARE);
  if (d < LEAST_COLUMNS || n < LEAST_ROWS || n * size * sizeof(float) > most) return std::nullopt;
  return Shadows(job, rows, size);
}

Shadows::Shadows(Job& job, const UnitRows& rows, size_t size) : size_(size), values_(rows.factors.size() * size) {
  const size_t n = rows.factors.size(), d = rows.matrix->columns();
  std::vector<int> drawn(n);
  faiss::rand_perm(drawn.data(), n, SEED);
  drawn.resize(std::min(n, SAMPLE));
  // Each with its opposite: directions from the origin, not from the mean, keep what vectors have in common.
  std::vector<float> sample(2 * drawn.size() * d);
  for (size_t i = 0; i < drawn.size(); ++i) {
    for (size_t j = 0; j < d; ++j) {
      const float value = rows.matrix->row(drawn[i])[j] * rows.factors[drawn[i]];
      sample[2 * i * d + j] = value;
      sample[(2 * i + 1) * d + j] = -value;
    }
  }
  job.check();
  faiss::PCAMatrix turning(static_cast<int>(d), static_cast<int>(size - 1));
  turning.train(static_cast<idx_t>(2 * drawn.size()), sample.data());
  sample = {};
  job.check();
  std::vector<float> panels(size * d);
  lay_out_panels(turning.A.data(), nullptr, size - 1, d, panels.data());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += STEP) {
    const size_t count = std::min(STEP, n - first);
    const float* some[STEP];
    for (size_t i = 0; i < count; ++i) some[i] = rows.matrix->row(first + i);
    float* target = values_.data() + first * size;
    kernel().products(some, count, panels.data(), size / PANEL, d, target, size);
    for (size_t i = 0; i < count; ++i) {
      float* shadow = target + i * size;
      double left = 1 + LEFT;
      for (size_t j = 0; j + 1 < size; ++j) {
        shadow[j] *= rows.factors[first + i];
        left -= static_cast<double>(shadow[j]) * shadow[j];
      }
      shadow[size - 1] = static_cast<float>(std::sqrt(std::max(LEFT, left)));
    }
  }
}

}  // namespace engine
