// A FAISS index and its JS handle.
#pragma once

#include <faiss/Index.h>
#include <napi.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "io/matrix.h"
#include "job.h"

namespace engine {

/// The group of each of the first rows of a matrix, as training found it, for as long as the matrix stays as it was.
struct TrainedRows {
  std::weak_ptr<const MatrixData> matrix;
  uint64_t changes = 0;
  std::vector<int32_t> groups;

  /// The groups of rows from..from+count-1, null where they are not known.
  const int32_t* find(const std::shared_ptr<const MatrixData>& rows, uint64_t changes_now, size_t from, size_t count) const;
};

struct IndexData : public Usage {
  explicit IndexData(std::unique_ptr<faiss::Index> index) : index(std::move(index)) {}
  const std::unique_ptr<faiss::Index> index;
  TrainedRows trained;
};

/// The JS handle of an index. lib/index.js wraps it and checks the arguments.
class IndexHandle : public Napi::ObjectWrap<IndexHandle> {
 public:
  static void init(Napi::Env env, Napi::Object exports);
  static Napi::Value make(Napi::Env env, std::shared_ptr<IndexData> data);

  explicit IndexHandle(const Napi::CallbackInfo& info);
  ~IndexHandle() override;

 private:
  const std::shared_ptr<IndexData>& data() const;
  void adopt(std::shared_ptr<IndexData> data);
  void account();
  const faiss::Index& readable() const;
  faiss::Index& writable() const;

  Napi::Value ntotal(const Napi::CallbackInfo& info);
  Napi::Value dimension(const Napi::CallbackInfo& info);
  Napi::Value is_trained(const Napi::CallbackInfo& info);
  void train_now(const Napi::CallbackInfo& info);
  void add_now(const Napi::CallbackInfo& info);
  Napi::Value search_now(const Napi::CallbackInfo& info);
  void write_now(const Napi::CallbackInfo& info);
  Napi::Value to_buffer(const Napi::CallbackInfo& info);
  void merge_from(const Napi::CallbackInfo& info);
  Napi::Value remove_ids(const Napi::CallbackInfo& info);

  Napi::Value save(const Napi::CallbackInfo& info);
  Napi::Value train(const Napi::CallbackInfo& info);
  Napi::Value add(const Napi::CallbackInfo& info);
  Napi::Value search(const Napi::CallbackInfo& info);
  Napi::Value search_widths(const Napi::CallbackInfo& info);
  void set_parameter(const Napi::CallbackInfo& info);
  Napi::Value describe(const Napi::CallbackInfo& info);
  Napi::Value list_sizes(const Napi::CallbackInfo& info);
  Napi::Value list_ids(const Napi::CallbackInfo& info);
  Napi::Value centroids(const Napi::CallbackInfo& info);
  Napi::Value reconstruct(const Napi::CallbackInfo& info);
  Napi::Value assign(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  std::shared_ptr<IndexData> data_;
  int64_t accounted_ = 0;
};

}  // namespace engine
