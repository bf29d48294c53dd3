// The JS handle of a matrix, and rows and ranges as JS hands them over.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// Rows handed over by JS: a matrix (shared) or a Float32Array of `columns` values a row (copied).
class Rows {
 public:
  Rows(const Napi::Value& value, size_t columns);
  size_t count() const { return matrix_ ? matrix_->rows() : copy_.size() / columns_; }
  size_t columns() const { return matrix_ ? matrix_->columns() : columns_; }
  const float* row(size_t i) const { return matrix_ ? matrix_->row(i) : copy_.data() + i * columns_; }
  /// The matrix as read by a job; nothing for a copy.
  void add_use(std::vector<Use>& uses) const;

 private:
  std::shared_ptr<MatrixData> matrix_;
  std::vector<float> copy_;
  size_t columns_;
};

/// Rows from..from+count-1 of `rows`; a negative count means all up to the end. Throws ARGUMENT when they are not there.
struct Range {
  Range(const Napi::Value& from, const Napi::Value& count);
  /// The number of rows this means for a matrix of `rows` rows.
  size_t resolve(size_t rows) const;
  size_t from;
  int64_t count;
};

/// The JS handle of a matrix. lib/matrix.js wraps it and checks the arguments.
class MatrixHandle : public Napi::ObjectWrap<MatrixHandle> {
 public:
  static void init(Napi::Env env, Napi::Object exports);
  /// scratchMatrix(rows, columns, path, job)
  static Napi::Value scratch(const Napi::CallbackInfo& info);
  static Napi::Value make(Napi::Env env, std::shared_ptr<MatrixData> data);
  /// The matrix behind a JS handle. Throws CLOSED.
  static std::shared_ptr<MatrixData> of(const Napi::Value& handle);

  explicit MatrixHandle(const Napi::CallbackInfo& info);
  ~MatrixHandle() override;

 private:
  const std::shared_ptr<MatrixData>& data() const;
  void adopt(std::shared_ptr<MatrixData> data);
  void account();

  Napi::Value rows(const Napi::CallbackInfo& info);
  Napi::Value columns(const Napi::CallbackInfo& info);
  Napi::Value byte_length(const Napi::CallbackInfo& info);
  Napi::Value read_region(const Napi::CallbackInfo& info);
  Napi::Value write_npy(const Napi::CallbackInfo& info);
  Napi::Value to_float32_array(const Napi::CallbackInfo& info);
  void get(const Napi::CallbackInfo& info);
  void set(const Napi::CallbackInfo& info);
  Napi::Value gather(const Napi::CallbackInfo& info);
  Napi::Value permute(const Napi::CallbackInfo& info);
  Napi::Value shuffle(const Napi::CallbackInfo& info);
  void truncate(const Napi::CallbackInfo& info);
  Napi::Value norms(const Napi::CallbackInfo& info);
  Napi::Value normalize(const Napi::CallbackInfo& info);
  Napi::Value scale_rows(const Napi::CallbackInfo& info);
  Napi::Value non_finite_rows(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<MatrixData> data_;
  int64_t accounted_ = 0;
};

}  // namespace engine
