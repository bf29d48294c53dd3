#include "algorithms/rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <string>

#include "algorithms/kernel.h"
#include "algorithms/random.h"
#include "failure.h"
#include "io/deal.h"

namespace engine {

namespace {

/// Rows worked on between two looks at the cancel flag.
constexpr size_t STEP = 4096;

/// NaN and infinity make a square what no comparison holds for. `zero` is a row of zeros.
bool is_measurable(const float* x, const float* zero, size_t d, float largest = LARGEST_SQUARE) {
  return kernel().distance(x, 1, zero, d) <= largest;
}

Failure not_finite(size_t row) {
  return Failure("NOT_FINITE", "Vector " + std::to_string(row) + " holds a value that is not a number, or too large to be squared.");
}

}  // namespace

size_t first_non_finite_row(const float* x, size_t n, size_t d, float largest) {
  const std::vector<float> zero(d);
  int64_t first = static_cast<int64_t>(n);
#pragma omp parallel for reduction(min : first)
  for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
    if (i < first && !is_measurable(x + i * d, zero.data(), d, largest)) first = i;
  }
  return static_cast<size_t>(first);
}

void require_finite(const float* x, size_t n, size_t d) {
  const size_t row = first_non_finite_row(x, n, d);
  if (row < n) throw not_finite(row);
}

void require_finite(const Job* job, const RowSpan& rows) {
  for (size_t i = 0; i < rows.count; i += STEP) {
    if (job != nullptr) job->check();
    const size_t count = std::min(STEP, rows.count - i);
    const size_t row = first_non_finite_row(rows.row(i), count, rows.columns);
    if (row < count) throw not_finite(i + row);
    rows.release();
  }
}

std::vector<int32_t> non_finite_rows(Job& job, const MatrixData& matrix) {
  const std::vector<float> zero(matrix.columns());
  std::vector<int32_t> rows;
  std::vector<char> measurable(STEP);
  for (size_t first = 0; first < matrix.rows(); first += STEP) {
    job.check();
    matrix.release();
    const int64_t count = static_cast<int64_t>(std::min(STEP, matrix.rows() - first));
#pragma omp parallel for
    for (int64_t i = 0; i < count; ++i) measurable[i] = is_measurable(matrix.row(first + i), zero.data(), matrix.columns());
    for (int64_t i = 0; i < count; ++i) {
      if (!measurable[i]) rows.push_back(static_cast<int32_t>(first + i));
    }
  }
  return rows;
}

std::vector<float> row_norms(Job& job, const MatrixData& matrix) {
  const std::vector<float> zero(matrix.columns());
  std::vector<float> norms(matrix.rows());
  for (size_t first = 0; first < matrix.rows(); first += STEP) {
    job.check();
    const int64_t end = static_cast<int64_t>(std::min(first + STEP, matrix.rows()));
#pragma omp parallel for
    for (int64_t i = static_cast<int64_t>(first); i < end; ++i) {
      norms[i] = std::sqrt(kernel().distance(matrix.row(i), 1, zero.data(), matrix.columns()));
    }
    matrix.release();
  }
  return norms;
}

void scale(Job& job, MatrixData& matrix, const std::vector<float>& factors) {
  const size_t columns = matrix.columns();
  job.check();
  for (size_t first = 0; first < matrix.rows(); first += STEP) {
    const int64_t end = static_cast<int64_t>(std::min(first + STEP, matrix.rows()));
#pragma omp parallel for
    for (int64_t i = first; i < end; ++i) {
      float* row = matrix.row(i);
      for (size_t j = 0; j < columns; ++j) row[j] *= factors[i];
    }
    matrix.release();
  }
}

std::shared_ptr<MatrixData> gather(Job& job, const MatrixData& matrix, const std::vector<int32_t>& rows) {
  for (int32_t row : rows) {
    if (row < 0 || static_cast<size_t>(row) >= matrix.rows()) {
      throw Failure("ARGUMENT", "There is no row " + std::to_string(row) + ".");
    }
  }
  auto result = std::make_shared<MatrixData>(rows.size(), matrix.columns());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % SCATTERED_STEP == 0) {
      job.check();
      matrix.release();
    }
    std::memcpy(result->row(i), matrix.row(rows[i]), matrix.columns() * sizeof(float));
  }
  return result;
}

namespace {

void require_permutation(const std::vector<int32_t>& order, size_t rows) {
  const Failure refused("ARGUMENT", "The order must name every one of the " + std::to_string(rows) +
                                        " rows exactly once.");
  if (order.size() != rows) throw refused;
  std::vector<bool> named(rows, false);
  for (int32_t row : order) {
    if (row < 0 || static_cast<size_t>(row) >= rows || named[row]) throw refused;
    named[row] = true;
  }
}

/// Every cycle of the permutation needs one spare row.
void permute_in_place(Job& job, MatrixData& matrix, const std::vector<int32_t>& order) {
  const size_t rows = matrix.rows(), bytes = matrix.columns() * sizeof(float);
  std::vector<bool> pending(rows, true);
  std::vector<float> spare(matrix.columns());
  size_t moved = 0;
  for (size_t first = 0; first < rows && !job.cancelled(); ++first) {
    if (!pending[first]) continue;
    std::memcpy(spare.data(), matrix.row(first), bytes);
    size_t to = first;
    for (size_t from; (from = order[to]) != first && !job.cancelled(); to = from) {
      std::memcpy(matrix.row(to), matrix.row(from), bytes);
      pending[to] = false;
      if (++moved % STEP == 0) job.progress(moved, rows);
    }
    // Where it ends too early, the row goes where one was taken from.
    std::memcpy(matrix.row(to), spare.data(), bytes);
    pending[to] = false;
  }
  job.check();
}

}  // namespace

void permute(Job& job, MatrixData& matrix, const std::vector<int32_t>& order) {
  require_permutation(order, matrix.rows());
  if (matrix.scratch() == nullptr) {
    permute_in_place(job, matrix, order);
    return;
  }
  const size_t width = matrix.columns() * sizeof(float);
  std::unique_ptr<Scratch> target = matrix.scratch()->beside(matrix.bytes());
  const auto read = [&](size_t first, size_t count, char* bytes) {
    std::memcpy(bytes, matrix.row(first), count * width);
    matrix.release();
  };
  deal(job, order, width, read, *target);
  matrix.adopt(std::move(target));
}

std::vector<int32_t> shuffle(Job& job, MatrixData& matrix, uint64_t seed) {
  if (matrix.rows() > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    throw Failure("UNSUPPORTED", "More rows than can be numbered with 32 bits.");
  }
  Random random(seed);
  std::vector<int32_t> order(matrix.rows());
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = matrix.rows(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  permute(job, matrix, order);
  return order;
}

}  // namespace engine
