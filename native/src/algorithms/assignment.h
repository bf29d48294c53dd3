// The nearest center of each of many rows, again and again while the centers move, without comparing what cannot have
// changed.
//
// Of each row it is known how far its center is, and of each group of neighboring centers how far the nearest of them is
// at least. When centers move, that bound sinks by as much as any center of the group has moved (the triangle inequality).
// A group whose bound still exceeds the distance to the row's center is left out: the result is that of comparing
// everything (Yinyang k-means: Ding et al., ICML 2015; before it Elkan, ICML 2003, and Hamerly, SDM 2010). What is left
// is multiplied densely, a panel of centers with all rows of a block that need it, and what comes near is compared again
// by differences, so that products of large numbers never decide.
//
// Sketches of long rows and centers (sketches.h) tell for a quarter of the work how near a center can be at most. What cannot
// be near enough by them is not multiplied either.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "algorithms/sketches.h"
#include "io/matrix.h"
#include "job.h"

namespace engine {

/// Rows in a matrix: all of them, or those of a list.
struct Points {
  explicit Points(const RowSpan& span) : span(span), n(span.count) {}

  const RowSpan span;
  size_t n;
  /// Empty: 0..n-1.
  std::vector<uint32_t> which;

  const float* row(size_t i) const { return span.row(which.empty() ? i : which[i]); }
};

/// What is near: rows themselves, by squared L2, or only their directions, where every center is a unit vector (or zero).
enum class Likeness { DISTANCE, DIRECTION };

class Assignment {
 public:
  /// `points` stay where they are.
  Assignment(const Points& points, size_t k, Likeness likeness);

  /// Finds the nearest of k centers for each row, of equally near ones the first. Throws CANCELLED.
  void find(const Job* job, const float* centers);

  const std::vector<int32_t>& labels() const { return labels_; }
  /// Of each row: the squared distance to its center, or with DIRECTION 2 - 2 cos.
  const std::vector<float>& distances() const { return distances_; }
  /// With DIRECTION the L2 norm of each row.
  const std::vector<float>& norms() const { return norms_; }
  /// Products of a row and a center that were computed so far, of those that comparing everything takes for one `find`.
  double compared() const { return compared_; }

 private:
  struct Room;

  template <class Visit>
  void for_each_row(Visit visit) const;
  void measure_rows(Likeness likeness);
  void arrange(const float* centers);
  void lay_out(const float* centers);
  void measure_moves(const float* centers);
  void find_block(size_t first, size_t count, const float* centers, Room& room);
  void sketch_centers(const float* centers);
  void compare_sketches(size_t first, size_t count, const float* centers, Room& room);
  size_t near_enough(size_t first, size_t group, Room& room);
  void multiply(size_t first, size_t group, const uint16_t* places, size_t count, const float* centers, Room& room);
  void settle(size_t i, size_t group, float* values, const float* centers);
  float distance(size_t i, size_t center, const float* centers) const;
  float scale(size_t i) const { return scales_.empty() ? 1 : scales_[i]; }
  /// A distance as a bound, rounded down or up.
  uint16_t floor_of(float distance) const;
  uint16_t ceiling_of(float distance) const;

  const Points& points_;
  const size_t n_, d_, k_;
  /// With DIRECTION 1 / norm of each row, 0 for zeros.
  std::vector<float> scales_, norms_;
  /// Near the middle of the rows: centers are multiplied as differences from it, which keeps rounding small.
  std::vector<float> middle_;
  /// Of each row: its squared distance to the middle, and its own norm (as it is compared).
  std::vector<float> from_middle_, lengths_;

  /// Centers of one group stand together: place -> center and back. Panels hold their differences from the middle.
  std::vector<uint32_t> order_, places_;
  size_t panels_per_group_, groups_;
  std::vector<float> panels_, squares_;
  /// None where they save nothing.
  std::optional<Sketcher> sketcher_;
  /// Of the centers, by place, and their squares.
  std::optional<SketchedColumns> sketches_;
  std::vector<float> sketch_squares_;
  /// 1 where a unit vector is wanted and the center is zero: what it lacks, in a dimension of its own.
  std::vector<float> lift_;
  float largest_ = 0, largest_square_ = 0;

  /// Centers at the last call, and how far each group has moved since, as a bound.
  std::vector<float> previous_, previous_lift_;
  std::vector<uint16_t> moved_;

  /// A bound is a number of these.
  float step_ = 1;
  /// n x groups lower bounds.
  std::vector<uint16_t> bounds_;
  std::vector<int32_t> labels_;
  std::vector<float> distances_;
  double compared_ = 0;
};

}  // namespace engine
