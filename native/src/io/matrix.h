// Rows x columns of float32 outside V8.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "io/scratch.h"
#include "job.h"

namespace engine {

struct RowSpan;

/// The numbers of a matrix, in whole pages straight from the system so that they go back to it at once, or in a scratch
/// file.
class MatrixData : public Usage {
 public:
  /// Zeros. Throws MEMORY when the system has no room.
  MatrixData(size_t rows, size_t columns);
  /// Zeros in a new file. Throws IO.
  MatrixData(size_t rows, size_t columns, const std::string& path);
  ~MatrixData();
  MatrixData(const MatrixData&) = delete;
  MatrixData& operator=(const MatrixData&) = delete;

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }
  size_t bytes() const { return rows_ * columns_ * sizeof(float); }
  /// Bytes that are memory and nothing else.
  size_t memory() const { return scratch_ ? 0 : bytes(); }
  float* row(size_t i) { return data_ + i * columns_; }
  const float* row(size_t i) const { return data_ + i * columns_; }
  /// Rows from..from+count-1, which are there.
  RowSpan span(size_t from, size_t count) const;
  RowSpan span() const;
  void truncate(size_t rows);
  /// Gives the memory of rows from..from+count-1 back, but for what they share with others; they hold any values
  /// afterwards. Nothing happens where a file keeps them.
  void discard(size_t from, size_t count);
  /// The file that keeps the rows; null where they are in memory.
  const Scratch* scratch() const { return scratch_.get(); }
  /// Takes rows in another file, as many.
  void adopt(std::unique_ptr<Scratch> scratch);
  /// Lets go of the rows read or written so far where a file keeps them, so that going through all of a matrix needs
  /// little memory. Rows stay as they are.
  void release() const {
    if (scratch_) scratch_->release();
  }

 private:
  float* data_ = nullptr;
  size_t rows_, columns_;
  size_t mapped_ = 0;
  std::unique_ptr<Scratch> scratch_;
};

/// Rows that lie one after the other, of a matrix or of whatever else stays where it is.
struct RowSpan {
  const float* x;
  size_t count, columns;
  /// Null: the rows are in memory.
  const MatrixData* matrix = nullptr;

  const float* row(size_t i) const { return x + i * columns; }
  const Scratch* scratch() const { return matrix == nullptr ? nullptr : matrix->scratch(); }
  void release() const {
    if (matrix != nullptr) matrix->release();
  }
};

inline RowSpan MatrixData::span(size_t from, size_t count) const { return {row(from), count, columns_, this}; }
inline RowSpan MatrixData::span() const { return span(0, rows_); }

/// Rows read here and there between two releases: around each the system may map up to 2 MiB.
constexpr size_t SCATTERED_STEP = 16;

/// Throws ARGUMENT unless from..from+count-1 are rows of a matrix of `rows` rows.
void require_rows(size_t rows, size_t from, size_t count);

}  // namespace engine
