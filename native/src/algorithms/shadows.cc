#include "algorithms/shadows.h"

#include <faiss/utils/random.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "algorithms/directions.h"
#include "algorithms/kernel.h"

namespace engine {

namespace {

/// A shadow has this part of the coordinates (measured: a sixth and a third take longer).
constexpr size_t SHARE = 4;
/// Few rows are multiplied before directions are found.
constexpr size_t LEAST_ROWS = 8192;
/// Rows whose directions are those of all.
constexpr size_t SAMPLE = 4096;
constexpr int64_t SEED = 1;

}  // namespace

ShadowCaster::ShadowCaster(const std::vector<float>& differences, size_t n, size_t d, size_t size,
                           std::vector<float> middle)
    : d_(d),
      size_(size),
      panels_(size * d),
      middle_(std::move(middle)),
      middle_length_(std::sqrt(kernel().product(middle_.data(), middle_.data(), d))),
      error_(std::sqrt(static_cast<float>(size)) * ROUNDING * static_cast<float>(d + 16)) {
  lay_out_panels(leading_directions(differences, n, d, size - 1).data(), nullptr, size - 1, d, panels_.data());
}

void ShadowCaster::cast(const float* const* rows, size_t count, const float* factors, const float* squares,
                        float* shadows, float* room) const {
  const float* differences[STEP];
  for (size_t first = 0; first < count; first += STEP) {
    const size_t height = std::min(STEP, count - first);
    float* target = shadows + first * size_;
    for (size_t r = 0; r < height; ++r) {
      const float factor = factors == nullptr ? 1 : factors[first + r];
      float* difference = room + r * d_;
      for (size_t j = 0; j < d_; ++j) difference[j] = rows[first + r][j] * factor - middle_[j];
      differences[r] = difference;
    }
    kernel().products(differences, height, panels_.data(), size_ / PANEL, d_, target, size_);
    for (size_t r = 0; r < height; ++r) {
      float* shadow = target + r * size_;
      const float square = squares[first + r], length = std::sqrt(square);
      // What rounding may have added to the coordinates must not be missing in what they leave.
      double left = square + 2 * length * coordinate_error(length);
      for (size_t j = 0; j + 1 < size_; ++j) left -= static_cast<double>(shadow[j]) * shadow[j];
      shadow[size_ - 1] = static_cast<float>(std::sqrt(std::max(0.0, left)));
    }
  }
}

float ShadowCaster::coordinate_error(float length) const {
  return error_ * length + 2 * ROUNDING * (length + 2 * middle_length_);
}

float ShadowCaster::slack(float length, float other) const {
  return coordinate_error(length) * other + coordinate_error(other) * length +
         ROUNDING * static_cast<float>(size_ + 8) * length * other;
}

std::optional<Shadows> Shadows::of(Job& job, const UnitRows& rows, size_t most) {
  const size_t n = rows.factors.size(), d = rows.matrix->columns(), size = whole_panels(d / SHARE);
  if (d < ShadowCaster::LEAST_COLUMNS || n < LEAST_ROWS || n * size * sizeof(float) > most) return std::nullopt;
  return Shadows(job, rows, size);
}

Shadows::Shadows(Job& job, const UnitRows& rows, size_t size) : size_(size), values_(rows.factors.size() * size) {
  const size_t n = rows.factors.size(), d = rows.matrix->columns();
  std::vector<int> drawn(n);
  faiss::rand_perm(drawn.data(), n, SEED);
  drawn.resize(std::min(n, SAMPLE));
  std::vector<float> sample(drawn.size() * d);
  for (size_t i = 0; i < drawn.size(); ++i) {
    for (size_t j = 0; j < d; ++j) sample[i * d + j] = rows.matrix->row(drawn[i])[j] * rows.factors[drawn[i]];
  }
  job.check();
  const ShadowCaster caster(sample, drawn.size(), d, size, std::vector<float>(d));
  slack_ = caster.slack(1, 1);
  job.check();
  constexpr size_t STEP = ShadowCaster::STEP;
  const std::vector<float> ones(STEP, 1);
  std::vector<float> rooms(omp_get_max_threads() * caster.room());
#pragma omp parallel for schedule(dynamic)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += STEP) {
    const size_t count = std::min(STEP, n - first);
    const float* some[STEP];
    for (size_t i = 0; i < count; ++i) some[i] = rows.matrix->row(first + i);
    caster.cast(some, count, rows.factors.data() + first, ones.data(), values_.data() + first * size,
                rooms.data() + omp_get_thread_num() * caster.room());
  }
}

}  // namespace engine
