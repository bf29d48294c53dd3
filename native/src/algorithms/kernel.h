// The arithmetic of the engine's own searches, with the widest instructions of the processor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace engine {

/// The largest error of one rounding, as a share of the number.
constexpr float ROUNDING = std::numeric_limits<float>::epsilon() / 2;

/// Columns that lie together, value by value: value j of column c of a panel is `panel[j * PANEL + c]`.
constexpr size_t PANEL = 16;

/// Columns of as many whole panels as `count` of them take.
constexpr size_t whole_panels(size_t count) { return (count + PANEL - 1) / PANEL * PANEL; }

/// Four bytes of a code (sketches.h), which are multiplied together.
using Four = int32_t;

/// A vector as a few bytes: `step` times its code, and a rest.
struct Sketch {
  float step;
  /// Of the vector, and of the rest, at most.
  float length, rest;
  /// All numbers of the code together.
  float total;
};

/// What is known of the vectors of columns, each in a list of its own.
struct SketchColumns {
  const float *steps, *lengths, *rests;
};

struct Kernel {
  /// The code of a column is of the whole numbers -column_numbers..column_numbers, each stored with column_numbers + 1
  /// added; that of a row of -127..127.
  int column_numbers;
  /// As `products`, of codes of `fours` times four bytes. Null where the processor has no instructions for it.
  void (*code_products)(const Four* const* rows, size_t count, const Four* panels, size_t panel_count, size_t fours,
                        float* target, size_t stride);
  /// The code of scale * x - middle in the whole numbers -numbers..numbers, filled up to whole panels with zeros.
  Sketch (*encode)(const float* x, float scale, const float* middle, size_t d, int numbers, int8_t* code);
  /// Makes values[i], products of codes of a row with those of columns: bases[i] + base - 2 * the product of the vectors,
  /// or less. `count` is a multiple of PANEL.
  void (*bound)(float* values, const float* bases, float base, const SketchColumns& columns, const Sketch& row,
                size_t count);
  /// The products of `count` rows, wherever they lie, with the columns of `panel_count` panels; those of a row start
  /// `stride` after those of the one before.
  void (*products)(const float* const* rows, size_t count, const float* panels, size_t panel_count, size_t d,
                   float* target, size_t stride);
  /// Makes values[i] of products: squares[i] + factor * values[i]. `count` is a multiple of PANEL.
  void (*complete)(float* values, const float* squares, float factor, size_t count);
  /// The smallest of `count` values, a multiple of PANEL.
  float (*least)(const float* values, size_t count);
  /// The places of those of `count` values, a multiple of PANEL, that are at most `limit`. Returns how many.
  size_t (*within)(const float* values, size_t count, float limit, uint32_t* places);
  /// The squared L2 distance of `scale` * x and y.
  float (*distance)(const float* x, float scale, const float* y, size_t d);
  /// The product of x and y.
  float (*product)(const float* x, const float* y, size_t d);
  /// Lowers each of `count` bounds by what its group moved and lists those that are at most `limit` then.
  size_t (*lower)(uint16_t* bounds, const uint16_t* moved, size_t count, uint16_t limit, uint32_t* within);
};

/// Those of the chosen instructions.
const Kernel& kernel();

/// Lays out `count` rows of d values, each times its factor, as the columns of panels; columns that lack are zero.
/// Null factors: 1. `panels` has room for whole panels.
void lay_out_panels(const float* rows, const float* factors, size_t count, size_t d, float* panels);

}  // namespace engine
