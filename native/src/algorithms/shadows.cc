#include "algorithms/shadows.h"

#include <faiss/utils/random.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "algorithms/directions.h"
#include "algorithms/kernel.h"

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
constexpr float ROUNDING = std::numeric_limits<float>::epsilon() / 2;

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
                        float* shadows, std::vector<float>& room) const {
  room.resize(count * d_);
  std::vector<const float*> differences(count);
  for (size_t i = 0; i < count; ++i) {
    const float factor = factors == nullptr ? 1 : factors[i];
    float* difference = room.data() + i * d_;
    for (size_t j = 0; j < d_; ++j) difference[j] = rows[i][j] * factor - middle_[j];
    differences[i] = difference;
  }
  kernel().products(differences.data(), count, panels_.data(), size_ / PANEL, d_, shadows, size_);
  for (size_t i = 0; i < count; ++i) {
    float* shadow = shadows + i * size_;
    const float length = std::sqrt(squares[i]);
    // What rounding may have added to the coordinates must not be missing in what they leave.
    double left = squares[i] + 2 * length * coordinate_error(length);
    for (size_t j = 0; j + 1 < size_; ++j) left -= static_cast<double>(shadow[j]) * shadow[j];
    shadow[size_ - 1] = static_cast<float>(std::sqrt(std::max(0.0, left)));
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
  if (d < LEAST_COLUMNS || n < LEAST_ROWS || n * size * sizeof(float) > most) return std::nullopt;
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
  const std::vector<float> ones(STEP, 1);
#pragma omp parallel
  {
    std::vector<float> room;
#pragma omp for schedule(dynamic)
    for (int64_t first = 0; first < static_cast<int64_t>(n); first += STEP) {
      const size_t count = std::min(STEP, n - first);
      const float* some[STEP];
      for (size_t i = 0; i < count; ++i) some[i] = rows.matrix->row(first + i);
      caster.cast(some, count, rows.factors.data() + first, ones.data(), values_.data() + first * size, room);
    }
  }
}

}  // namespace engine
