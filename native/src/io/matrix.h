// Rows x columns of float32 outside V8.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "io/scratch.h"
#include "job.h"

namespace engine {

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
  void truncate(size_t rows);
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

/// Rows read here and there between two releases: around each the system may map up to 2 MiB.
constexpr size_t SCATTERED_STEP = 16;

/// Throws ARGUMENT unless from..from+count-1 are rows of a matrix of `rows` rows.
void require_rows(size_t rows, size_t from, size_t count);

}  // namespace engine
