#include "algorithms/assignment.h"

#include <omp.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "algorithms/kernel.h"

namespace engine {

namespace {

/// Rows that go through the groups together: enough to fill a tile from those that need a group.
constexpr size_t BLOCK = 512;
/// Rows gone through between two releases.
constexpr size_t STEP = 8192;
/// Bytes of bounds for each byte of a row, at most.
constexpr double BOUNDS = 0.3;
/// The same where the rows are in a scratch file, because memory is short.
constexpr double SCRATCH_BOUNDS = 1.0 / 16;
/// Where sketches leave more than this part of what they are asked about, they take longer than they save.
constexpr double TOO_NEAR = 0.7;
constexpr float NEVER = std::numeric_limits<float>::infinity();
constexpr float MOST = 65535;

size_t parts(size_t count, size_t size) { return (count + size - 1) / size; }

/// Orders order[first..end) so that neighbors stand in the same panel: halves it again and again, along the line between
/// the middles of two clusters.
class Halving {
 public:
  Halving(const float* centers, size_t d, std::vector<uint32_t>& order) : centers_(centers), d_(d), order_(order) {}

  void run(size_t first, size_t end) {
    if (end - first <= PANEL) return;
    const std::vector<float> line = line_between(first, end);
    std::vector<std::pair<float, uint32_t>> along;
    for (size_t i = first; i < end; ++i) {
      const float* center = at(i);
      along.emplace_back(std::inner_product(line.begin(), line.end(), center, 0.0f), order_[i]);
    }
    std::sort(along.begin(), along.end());
    for (size_t i = first; i < end; ++i) order_[i] = along[i - first].second;
    const size_t half = first + parts(end - first, PANEL) / 2 * PANEL;
    run(first, half);
    run(half, end);
  }

 private:
  static constexpr int ROUNDS = 4;

  const float* at(size_t i) const { return centers_ + order_[i] * d_; }
  float apart(const float* a, const float* b) const { return kernel().distance(a, 1, b, d_); }

  const float* farthest(const float* from, size_t first, size_t end) const {
    const float* result = at(first);
    float most = -1;
    for (size_t i = first; i < end; ++i) {
      const float distance = apart(from, at(i));
      if (distance <= most) continue;
      most = distance;
      result = at(i);
    }
    return result;
  }

  std::vector<float> line_between(size_t first, size_t end) const {
    const float* one = farthest(at(first), first, end);
    const float* other = farthest(one, first, end);
    std::vector<float> left(one, one + d_), right(other, other + d_);
    for (int round = 0; round < ROUNDS; ++round) {
      std::vector<double> sums[2] = {std::vector<double>(d_), std::vector<double>(d_)};
      size_t counts[2] = {0, 0};
      for (size_t i = first; i < end; ++i) {
        const size_t side = apart(at(i), left.data()) <= apart(at(i), right.data()) ? 0 : 1;
        ++counts[side];
        for (size_t j = 0; j < d_; ++j) sums[side][j] += at(i)[j];
      }
      if (counts[0] == 0 || counts[1] == 0) break;
      for (size_t j = 0; j < d_; ++j) {
        left[j] = static_cast<float>(sums[0][j] / static_cast<double>(counts[0]));
        right[j] = static_cast<float>(sums[1][j] / static_cast<double>(counts[1]));
      }
    }
    for (size_t j = 0; j < d_; ++j) left[j] -= right[j];
    return left;
  }

  const float* centers_;
  const size_t d_;
  std::vector<uint32_t>& order_;
};

}  // namespace

/// What one thread works with.
struct Assignment::Room {
  Room(size_t groups, size_t width, size_t fours)
      : places(groups * BLOCK),
        counts(groups),
        within(groups + 1),
        rows(BLOCK),
        products(BLOCK * width),
        least(fours == 0 ? 0 : groups * BLOCK),
        nearest(fours == 0 ? 0 : BLOCK),
        codes(BLOCK * fours),
        needed_codes(BLOCK),
        sketches(BLOCK),
        needed_sketches(BLOCK) {}
  /// Of each group the rows that need it, counted from the first of the block.
  std::vector<uint16_t> places;
  std::vector<size_t> counts;
  std::vector<uint32_t> within;
  std::vector<const float*> rows;
  std::vector<float> products;
  /// How near the nearest of each group can be to each of those rows, by their sketches, and the smallest for each row.
  std::vector<float> least, nearest;
  /// Sketches of the rows of a block, and of those that need a group.
  std::vector<Four> codes;
  std::vector<const Four*> needed_codes;
  std::vector<Sketch> sketches, needed_sketches;
  /// Rows and groups that were multiplied, and whose sketches were.
  size_t compared = 0, by_sketch = 0;
};

Assignment::Assignment(const Points& points, size_t k, Likeness likeness)
    : points_(points),
      n_(points.n),
      d_(points.span.columns),
      k_(k),
      middle_(d_),
      from_middle_(n_),
      lengths_(n_),
      lift_(k, 0),
      labels_(n_, -1),
      distances_(n_, NEVER) {
  const double share = points.span.scratch() != nullptr ? SCRATCH_BOUNDS : BOUNDS;
  const size_t most = std::max<size_t>(1, static_cast<size_t>(share * static_cast<double>(d_ * sizeof(float)) / sizeof(uint16_t)));
  panels_per_group_ = parts(parts(k, PANEL), most);
  groups_ = parts(parts(k, PANEL), panels_per_group_);
  measure_rows(likeness);
  // A few rows far from all others must not make the steps of all bounds coarse.
  std::vector<float> sorted = from_middle_;
  std::nth_element(sorted.begin(), sorted.begin() + n_ / 2, sorted.end());
  const float median = std::sqrt(sorted[n_ / 2]);
  if (median > 0) step_ = std::max(std::numeric_limits<float>::min(), 6 * median / MOST);
  if (Sketcher::pays(d_)) sketcher_.emplace(middle_);
}

/// Calls `visit(row number, row)` for all points, side by side, and lets go of them.
template <class Visit>
void Assignment::for_each_row(Visit visit) const {
  for (size_t first = 0; first < n_; first += STEP) {
    const int64_t end = static_cast<int64_t>(std::min(n_, first + STEP));
#pragma omp parallel for
    for (int64_t i = static_cast<int64_t>(first); i < end; ++i) visit(static_cast<size_t>(i), points_.row(i));
    points_.span.release();
  }
}

void Assignment::measure_rows(Likeness likeness) {
  const std::vector<float> zero(d_);
  for_each_row([&](size_t i, const float* row) {
    lengths_[i] = std::sqrt(kernel().distance(row, 1, zero.data(), d_));
  });
  if (likeness == Likeness::DIRECTION) {
    norms_ = lengths_;
    scales_.resize(n_);
    for (size_t i = 0; i < n_; ++i) {
      scales_[i] = norms_[i] > 0 ? 1 / norms_[i] : 0;
      lengths_[i] = norms_[i] > 0 ? 1 : 0;
    }
  }
  size_t looked = 0;
  middle_ = middle_of(n_, d_, [&](size_t i) {
    if (looked++ % SCATTERED_STEP == 0) points_.span.release();
    return Scaled{points_.row(i), scale(i)};
  });
  for_each_row([&](size_t i, const float* row) {
    from_middle_[i] = kernel().distance(row, scale(i), middle_.data(), d_);
  });
}

uint16_t Assignment::floor_of(float distance) const {
  return static_cast<uint16_t>(std::min(MOST, std::max(0.0f, distance * (1 - 1e-5f) / step_)));
}

uint16_t Assignment::ceiling_of(float distance) const {
  return static_cast<uint16_t>(std::min(MOST, distance * (1 + 1e-5f) / step_ + 1));
}

float Assignment::distance(size_t i, size_t center, const float* centers) const {
  return kernel().distance(points_.row(i), scale(i), centers + center * d_, d_) + lift_[center];
}

void Assignment::arrange(const float* centers) {
  order_.resize(k_);
  std::iota(order_.begin(), order_.end(), 0);
  Halving(centers, d_, order_).run(0, k_);
  places_.resize(k_);
  for (size_t place = 0; place < k_; ++place) places_[order_[place]] = static_cast<uint32_t>(place);
  const size_t columns = groups_ * panels_per_group_ * PANEL;
  panels_.assign(columns * d_, 0);
  squares_.assign(columns, NEVER);
  if (sketcher_) {
    sketches_.emplace(*sketcher_, columns);
    sketch_squares_.assign(columns, NEVER);
  }
  moved_.assign(groups_, 0);
  bounds_.assign(n_ * groups_, 0);
}

void Assignment::measure_moves(const float* centers) {
  std::vector<float> moves(k_);
#pragma omp parallel for
  for (int64_t c = 0; c < static_cast<int64_t>(k_); ++c) {
    const float lifted = lift_[c] - previous_lift_[c];
    moves[c] = std::sqrt(kernel().distance(previous_.data() + c * d_, 1, centers + c * d_, d_) + lifted * lifted);
  }
  const size_t width = panels_per_group_ * PANEL;
  for (size_t group = 0; group < groups_; ++group) {
    float most = 0;
    for (size_t place = group * width; place < std::min(k_, (group + 1) * width); ++place) {
      most = std::max(most, moves[order_[place]]);
    }
    moved_[group] = most > 0 ? ceiling_of(most) : 0;
  }
}

void Assignment::lay_out(const float* centers) {
#pragma omp parallel for
  for (int64_t place = 0; place < static_cast<int64_t>(k_); ++place) {
    const size_t center = order_[place];
    float* panel = panels_.data() + place / PANEL * PANEL * d_ + place % PANEL;
    double square = 0, product = 0;
    for (size_t j = 0; j < d_; ++j) {
      const float difference = centers[center * d_ + j] - middle_[j];
      panel[j * PANEL] = difference;
      square += static_cast<double>(difference) * difference;
      product += static_cast<double>(difference) * middle_[j];
    }
    squares_[place] = static_cast<float>(square + 2 * product + lift_[center]);
  }
  if (sketcher_) sketch_centers(centers);
  largest_ = largest_square_ = 0;
  for (size_t center = 0; center < k_; ++center) {
    largest_ = std::max(largest_, std::sqrt(kernel().distance(centers + center * d_, 1, middle_.data(), d_)));
    largest_square_ = std::max(largest_square_, std::abs(squares_[places_[center]]));
  }
}

void Assignment::sketch_centers(const float* centers) {
  sketches_->put(k_, [&](size_t place) { return Scaled{centers + order_[place] * d_, 1}; });
  for (size_t place = 0; place < k_; ++place) sketch_squares_[place] = sketches_->square(place) + lift_[order_[place]];
}

void Assignment::find(const Job* job, const float* centers) {
  if (!scales_.empty()) {
    const std::vector<float> zero(d_);
    for (size_t c = 0; c < k_; ++c) lift_[c] = kernel().distance(centers + c * d_, 1, zero.data(), d_) > 0 ? 0 : 1;
  }
  if (order_.empty()) {
    arrange(centers);
  } else {
    measure_moves(centers);
  }
  lay_out(centers);
  const size_t blocks = parts(n_, BLOCK);
  // Made here: nothing may throw in the parallel part.
  std::vector<Room> rooms;
  while (rooms.size() < static_cast<size_t>(omp_get_max_threads())) {
    rooms.emplace_back(groups_, panels_per_group_ * PANEL, sketcher_ ? sketcher_->fours() : 0);
  }
#pragma omp parallel for schedule(dynamic)
  for (int64_t block = 0; block < static_cast<int64_t>(blocks); ++block) {
    if (job != nullptr && job->cancelled()) continue;
    find_block(block * BLOCK, std::min(BLOCK, n_ - block * BLOCK), centers, rooms[omp_get_thread_num()]);
    points_.span.release();
  }
  if (job != nullptr) job->check();
  double compared = 0, by_sketch = 0;
  for (const Room& room : rooms) {
    compared += static_cast<double>(room.compared);
    by_sketch += static_cast<double>(room.by_sketch);
  }
  compared_ += compared / static_cast<double>(n_ * groups_);
  if (sketcher_) {
    compared_ += by_sketch * static_cast<double>(sketcher_->fours()) / static_cast<double>(d_ * n_ * groups_);
    if (compared > TOO_NEAR * by_sketch) {
      sketcher_.reset();
      sketches_.reset();
    }
  }
  previous_.assign(centers, centers + k_ * d_);
  previous_lift_ = lift_;
}

void Assignment::find_block(size_t first, size_t count, const float* centers, Room& room) {
  const Kernel& use = kernel();
  std::fill(room.counts.begin(), room.counts.end(), 0);
  for (size_t r = 0; r < count; ++r) {
    const size_t i = first + r;
    if (labels_[i] >= 0) distances_[i] = distance(i, labels_[i], centers);
    const uint16_t limit = ceiling_of(std::sqrt(distances_[i]));
    const size_t found = use.lower(bounds_.data() + i * groups_, moved_.data(), groups_, limit, room.within.data());
    for (size_t g = 0; g < found; ++g) {
      const size_t group = room.within[g];
      room.places[group * BLOCK + room.counts[group]++] = static_cast<uint16_t>(r);
    }
  }
  if (sketcher_) compare_sketches(first, count, centers, room);
  for (size_t group = 0; group < groups_; ++group) {
    // Asked only now, because a nearer center may have been found meanwhile.
    const size_t needed = sketcher_ ? near_enough(first, group, room) : room.counts[group];
    multiply(first, group, room.places.data() + group * BLOCK, needed, centers, room);
  }
}

/// Multiplies rows of a block with a group of centers.
void Assignment::multiply(size_t first, size_t group, const uint16_t* places, size_t count, const float* centers,
                          Room& room) {
  if (count == 0) return;
  room.compared += count;
  const size_t width = panels_per_group_ * PANEL;
  for (size_t r = 0; r < count; ++r) room.rows[r] = points_.row(first + places[r]);
  kernel().products(room.rows.data(), count, panels_.data() + group * width * d_, panels_per_group_, d_,
                    room.products.data(), width);
  for (size_t r = 0; r < count; ++r) settle(first + places[r], group, room.products.data() + r * width, centers);
}

/// Of the groups that rows of a block need, leaves those that can be near enough by their sketches.
void Assignment::compare_sketches(size_t first, size_t count, const float* centers, Room& room) {
  const Kernel& use = kernel();
  const size_t fours = sketcher_->fours(), width = panels_per_group_ * PANEL;
  for (size_t r = 0; r < count; ++r) {
    room.sketches[r] = sketcher_->row({points_.row(first + r), scale(first + r)}, room.codes.data() + r * fours);
  }
  std::vector<float>& nearest = room.nearest;
  std::fill(nearest.begin(), nearest.end(), NEVER);
  for (size_t group = 0; group < groups_; ++group) {
    const size_t needed = room.counts[group];
    room.by_sketch += needed;
    const uint16_t* places = room.places.data() + group * BLOCK;
    for (size_t r = 0; r < needed; ++r) {
      room.needed_codes[r] = room.codes.data() + places[r] * fours;
      room.needed_sketches[r] = room.sketches[places[r]];
    }
    sketches_->bound(room.needed_codes.data(), room.needed_sketches.data(), needed, group * panels_per_group_,
                     panels_per_group_, sketch_squares_.data() + group * width, room.products.data(), width);
    for (size_t r = 0; r < needed; ++r) {
      const size_t i = first + places[r];
      float* values = room.products.data() + r * width;
      if (labels_[i] >= 0 && places_[labels_[i]] / width == group) values[places_[labels_[i]] - group * width] = NEVER;
      const float least = use.least(values, width);
      room.least[group * BLOCK + r] = least;
      bounds_[i * groups_ + group] = floor_of(std::sqrt(std::max(0.0f, least)));
      nearest[places[r]] = std::min(nearest[places[r]], least);
    }
  }
  // Rows without a center look at the group that seems nearest first, so that the others have a distance to beat.
  if (labels_[first] >= 0) return;
  uint16_t chosen[BLOCK];
  for (size_t group = 0; group < groups_; ++group) {
    size_t kept = 0, begun = 0;
    uint16_t* places = room.places.data() + group * BLOCK;
    float* least = room.least.data() + group * BLOCK;
    for (size_t r = 0; r < room.counts[group]; ++r) {
      if (labels_[first + places[r]] < 0 && least[r] <= nearest[places[r]]) {
        chosen[begun++] = places[r];
      } else {
        places[kept] = places[r];
        least[kept++] = least[r];
      }
    }
    room.counts[group] = kept;
    multiply(first, group, chosen, begun, centers, room);
  }
}

/// Of the rows that need a group, leaves those to which it can be near enough by their sketches. Returns how many.
size_t Assignment::near_enough(size_t first, size_t group, Room& room) {
  size_t kept = 0;
  uint16_t* places = room.places.data() + group * BLOCK;
  const float* least = room.least.data() + group * BLOCK;
  for (size_t r = 0; r < room.counts[group]; ++r) {
    if (!(least[r] > distances_[first + places[r]])) places[kept++] = places[r];
  }
  return kept;
}

/// Takes the products of a row with a group: its center may be here, and its bound is known anew.
void Assignment::settle(size_t i, size_t group, float* values, const float* centers) {
  const Kernel& use = kernel();
  const size_t width = panels_per_group_ * PANEL, begin = group * width;
  use.complete(values, squares_.data() + begin, -2 * scale(i), width);
  if (labels_[i] >= 0 && places_[labels_[i]] / width == group) values[places_[labels_[i]] - begin] = NEVER;
  float smallest = use.least(values, width);
  // Rounding of the products is at most this (Higham, Accuracy and Stability of Numerical Algorithms, 3.1), twice over
  // for the factor 2, and that of the sums.
  const float slack = 2 * ROUNDING * static_cast<float>(d_ + 8) * lengths_[i] * largest_ +
                      8 * ROUNDING * (from_middle_[i] + largest_square_);
  uint16_t* bounds = bounds_.data() + i * groups_;
  if (smallest + from_middle_[i] - slack <= distances_[i]) {
    const auto consider = [&](size_t column) {
      const size_t center = order_[begin + column];
      const float found = distance(i, center, centers);
      const int32_t before = labels_[i];
      if (found > distances_[i] || (found == distances_[i] && static_cast<int32_t>(center) > before)) return;
      if (before >= 0) {
        const size_t place = places_[before];
        if (place / width == group) {
          values[place - begin] = distances_[i] - from_middle_[i];
        } else {
          bounds[place / width] = std::min(bounds[place / width], floor_of(std::sqrt(distances_[i])));
        }
      }
      labels_[i] = static_cast<int32_t>(center);
      distances_[i] = found;
      values[column] = NEVER;
    };
    // The nearest first: it rules out most others.
    const size_t first = std::find(values, values + width, smallest) - values;
    if (first < width) consider(first);
    for (size_t column = 0; column < width; ++column) {
      if (column != first && values[column] + from_middle_[i] - slack <= distances_[i] && values[column] < NEVER) {
        consider(column);
      }
    }
    smallest = use.least(values, width);
  }
  bounds[group] = floor_of(std::sqrt(std::max(0.0f, smallest + from_middle_[i] - slack)));
}

}  // namespace engine
