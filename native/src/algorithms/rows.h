// What is done to rows one by one: looking for bad values, norms, scaling, rearranging.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// The largest squared norm of a vector that is taken: squared distances between such vectors are numbers, too.
constexpr float LARGEST_SQUARE = 0x1p124f;

/// The same of a center, which rounding may put a little farther out than the rows it is the mean of (as the walk before
/// the engine says, checkCenters.ts).
constexpr float LARGEST_CENTER_SQUARE = 2 * LARGEST_SQUARE;

/// The first row of n x d values that holds a NaN, an infinity or whose squared norm is above `largest`; n when there is none.
size_t first_non_finite_row(const float* x, size_t n, size_t d, float largest = LARGEST_SQUARE);

/// Throws NOT_FINITE naming the first such row.
void require_finite(const float* x, size_t n, size_t d);
/// As above, some rows at a time. Without a job it cannot be cancelled.
void require_finite(const Job* job, const RowSpan& rows);

/// All such rows, ascending.
std::vector<int32_t> non_finite_rows(Job& job, const MatrixData& matrix);

/// The L2 norm of each row.
std::vector<float> row_norms(Job& job, const MatrixData& matrix);

/// Multiplies row i by `factors[i]`.
void scale(Job& job, MatrixData& matrix, const std::vector<float>& factors);

/// A copy of the given rows, in that order. Throws ARGUMENT when one is not there.
std::shared_ptr<MatrixData> gather(Job& job, const MatrixData& matrix, const std::vector<int32_t>& rows);

/// Rearranges the rows so that new row i is old row `order[i]`; a matrix in a scratch file moves to another file. Throws
/// ARGUMENT unless that is a permutation, CANCELLED: every row is still there, but in memory no order is promised.
void permute(Job& job, MatrixData& matrix, const std::vector<int32_t>& order);

/// Shuffles the rows; the same seed gives the same order everywhere. Returns the order (new i = old order[i]).
std::vector<int32_t> shuffle(Job& job, MatrixData& matrix, uint64_t seed);

}  // namespace engine
