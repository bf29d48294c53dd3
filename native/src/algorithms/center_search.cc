#include "algorithms/center_search.h"

#include <omp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "algorithms/kernel.h"
#include "algorithms/knn.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Centers looked at together: their smallest bound stands for all until one is near enough.
constexpr size_t PANELS = 16;
constexpr size_t GROUP = PANELS * PANEL;
/// Rows that go through all centers together, so that each center is read once for all of them.
constexpr size_t BLOCK = 128;
/// Rows of the sample that show how far shadows carry.
constexpr size_t TRIALS = 256;
/// A value compared on its own costs as much as this many in a matrix product (measured).
constexpr double SCATTERED = 8;
constexpr float NEVER = std::numeric_limits<float>::infinity();

/// Few dimensions are compared as quickly, and fewer rows than dimensions do not show the directions. Sketches of long
/// shadows are compared as quickly as shorter shadows themselves.
size_t width_for(size_t n, size_t d) {
  if (d < 128 || n <= d) return 0;
  const size_t half = d / 2 / PANEL * PANEL;
  return Sketcher::pays(half) ? std::min<size_t>(256, half) : std::min<size_t>(64, half);
}

size_t groups_of(size_t centers) { return (centers + GROUP - 1) / GROUP; }

/// The most that the squared distance of two shadows can be. What their coordinates leave out is a difference of norms,
/// which rounding moves by up to a few millionths of these.
float farthest(float distance, float norms) {
  constexpr float MOVED = 4e-6f;
  const float most = std::sqrt(distance) + std::sqrt(norms * MOVED);
  return most * most;
}

}  // namespace

/// What one thread works with.
struct CenterSearch::Room {
  Room(size_t groups, size_t code) : bounds(groups * BLOCK * GROUP), least(groups * BLOCK), codes(BLOCK * code) {}
  /// How near the centers are at least: of each group those of a row together, and the smallest of them.
  std::vector<float> bounds, least;
  std::vector<Four> codes;
  std::array<const Four*, BLOCK> code_rows;
  std::array<const float*, BLOCK> rows;
  std::array<Sketch, BLOCK> sketches;
  std::array<uint32_t, GROUP> places;
};

CenterSearch::CenterSearch(const float* sample, size_t n, size_t d)
    : d_(d),
      width_(width_for(n, d)),
      // Turned at random: where one coordinate is much longer than the others, bytes tell these too coarsely.
      pca_(static_cast<int>(d), static_cast<int>(width_ == 0 ? d : width_ - 1), 0, true) {
  if (width_ == 0) return;
  pca_.train(static_cast<idx_t>(n), sample);
  sample_.assign(sample, sample + std::min(n, TRIALS) * d);
  if (!Sketcher::pays(width_)) return;
  const Shadows shadows = shadows_of(sample_.data(), sample_.size() / d_);
  sketcher_.emplace(middle_of(shadows.norms.size(), width_, [&](size_t i) {
    return Scaled{shadows.values.data() + i * width_, 1};
  }));
}

CenterSearch::~CenterSearch() = default;

CenterSearch::Shadows CenterSearch::shadows_of(const float* x, size_t n) const {
  const size_t coordinates = pca_.d_out;
  std::vector<float> projected(n * coordinates);
  pca_.apply_noalloc(static_cast<idx_t>(n), x, projected.data());
  Shadows shadows{std::vector<float>(n * width_), std::vector<float>(n)};
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
    const float* from = projected.data() + i * coordinates;
    float* shadow = shadows.values.data() + i * width_;
    std::copy_n(from, coordinates, shadow);
    shadows.norms[i] = kernel().distance(x + i * d_, 1, pca_.mean.data(), d_);
    shadow[coordinates] = std::sqrt(std::max(0.0f, shadows.norms[i] - kernel().product(from, from, coordinates)));
  }
  return shadows;
}

template <class Center>
void CenterSearch::put(const Shadows& shadows, Center center) {
  const size_t n = shadows.norms.size();
  const auto shadow = [&](size_t i) { return shadows.values.data() + i * width_; };
  if (sketcher_) {
    columns_->put(n, center, [&](size_t i) { return Scaled{shadow(i), 1}; });
  } else {
    for (size_t i = 0; i < n; ++i) {
      float* panel = panels_.data() + center(i) / PANEL * PANEL * width_ + center(i) % PANEL;
      for (size_t j = 0; j < width_; ++j) panel[j * PANEL] = shadow(i)[j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    squares_[center(i)] = sketcher_ ? columns_->square(center(i)) : shadows.norms[i];
    largest_norm_ = std::max(largest_norm_, shadows.norms[i]);
  }
}

void CenterSearch::use(const float* centers, size_t k) {
  centers_ = centers;
  k_ = k;
  by_shadows_ = width_ > 0;
  if (by_shadows_) {
    const size_t columns = groups_of(k) * GROUP;
    if (sketcher_) {
      columns_.emplace(*sketcher_, columns);
    } else {
      panels_.assign(columns * width_, 0);
    }
    squares_.assign(columns, NEVER);
    largest_norm_ = 0;
    rooms_.assign(omp_get_max_threads(), Room(groups_of(k), sketcher_ ? sketcher_->fours() : 0));
    put(shadows_of(centers, k), [](size_t i) { return i; });

    const size_t n = sample_.size() / d_;
    std::vector<int32_t> labels(n);
    std::vector<float> distances(n);
    const double full = static_cast<double>(search(sample_.data(), n, labels.data(), distances.data()));
    const double scattered = full / static_cast<double>(n) * static_cast<double>(d_);
    by_shadows_ = static_cast<double>(k * width_) + SCATTERED * scattered < static_cast<double>(k * d_);
  }
}

void CenterSearch::refresh(const std::vector<uint32_t>& changed) {
  if (!by_shadows_) return;
  std::vector<float> gathered(changed.size() * d_);
  for (size_t i = 0; i < changed.size(); ++i) {
    std::copy_n(centers_ + changed[i] * d_, d_, gathered.data() + i * d_);
  }
  put(shadows_of(gathered.data(), changed.size()), [&](size_t i) { return changed[i]; });
}

void CenterSearch::find(const float* x, size_t n, int32_t* labels, float* distances) {
  if (by_shadows_) {
    search(x, n, labels, distances);
  } else {
    compare_all(x, n, labels, distances);
  }
}

void CenterSearch::compare_all(const float* x, size_t n, int32_t* labels, float* distances) const {
  std::vector<idx_t> found(n);
  knn_by_distance(nullptr, x, n, centers_, k_, d_, 1, distances, found.data());
  // There is none where no distance is a number.
  for (size_t i = 0; i < n; ++i) labels[i] = static_cast<int32_t>(std::max<idx_t>(0, found[i]));
}

size_t CenterSearch::search(const float* x, size_t n, int32_t* labels, float* distances) {
  const Shadows shadows = shadows_of(x, n);
  size_t full = 0;
#pragma omp parallel for schedule(dynamic) reduction(+ : full)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += BLOCK) {
    const Block block{
        x + first * d_,
        shadows.values.data() + first * width_,
        shadows.norms.data() + first,
        labels + first,
        distances + first,
        std::min(BLOCK, n - first),
    };
    full += search_block(block, rooms_[omp_get_thread_num()]);
  }
  return full;
}

/// Bounds of all centers for all rows, and the smallest of each group.
void CenterSearch::bound(const Block& block, Room& room) const {
  for (size_t r = 0; r < block.rows; ++r) {
    room.rows[r] = block.shadows + r * width_;
    if (!sketcher_) continue;
    Four* code = room.codes.data() + r * sketcher_->fours();
    room.sketches[r] = sketcher_->row({room.rows[r], 1}, code);
    room.code_rows[r] = code;
  }
  for (size_t group = 0; group < groups_of(k_); ++group) {
    float* bounds = room.bounds.data() + group * BLOCK * GROUP;
    const float* squares = squares_.data() + group * GROUP;
    if (sketcher_) {
      columns_->bound(room.code_rows.data(), room.sketches.data(), block.rows, group * PANELS, PANELS, squares, bounds,
                      GROUP);
    } else {
      const float* panels = panels_.data() + group * GROUP * width_;
      kernel().products(room.rows.data(), block.rows, panels, PANELS, width_, bounds, GROUP);
    }
    for (size_t r = 0; r < block.rows; ++r) {
      if (!sketcher_) kernel().complete(bounds + r * GROUP, squares, -2, GROUP);
      room.least[group * BLOCK + r] = kernel().least(bounds + r * GROUP, GROUP);
    }
  }
}

size_t CenterSearch::search_block(const Block& block, Room& room) const {
  bound(block, room);
  size_t full = 0;
  const size_t groups = groups_of(k_);
  const auto bounds = [&](size_t group, size_t r) { return room.bounds.data() + (group * BLOCK + r) * GROUP; };
  const auto least = [&](size_t group, size_t r) { return room.least[group * BLOCK + r]; };
  const auto limit = [&](size_t r) {
    return farthest(block.distances[r], block.norms[r] + largest_norm_) - (sketcher_ ? 0 : block.norms[r]);
  };
  const auto compare = [&](size_t r, size_t center) {
    ++full;
    const float distance = kernel().distance(block.x + r * d_, 1, centers_ + center * d_, d_);
    const auto label = static_cast<int32_t>(center);
    if (distance > block.distances[r] || (distance == block.distances[r] && label > block.labels[r])) return;
    block.distances[r] = distance;
    block.labels[r] = label;
  };

  // What seems nearest gives a first distance that is hard to beat.
  for (size_t r = 0; r < block.rows; ++r) {
    size_t group = 0;
    for (size_t other = 1; other < groups; ++other) {
      if (least(other, r) < least(group, r)) group = other;
    }
    block.distances[r] = NEVER;
    block.labels[r] = 0;
    const float* those = bounds(group, r);
    // Columns that are no centers are never near, unless nothing is a number.
    compare(r, std::min(group * GROUP + (std::min_element(those, those + GROUP) - those), k_ - 1));
  }
  // Group by group, so that its centers stay in the cache for all rows.
  for (size_t group = 0; group < groups; ++group) {
    for (size_t r = 0; r < block.rows; ++r) {
      if (least(group, r) > limit(r)) continue;
      const float* those = bounds(group, r);
      const size_t near = kernel().within(those, GROUP, limit(r), room.places.data());
      for (size_t p = 0; p < near; ++p) {
        if (those[room.places[p]] <= limit(r)) compare(r, group * GROUP + room.places[p]);
      }
    }
  }
  return full;
}

}  // namespace engine
