// A FAISS index and its JS handle.
#pragma once

#include <faiss/Index.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>
#include <napi.h>

#include <memory>
#include <vector>

#include "job.h"

namespace engine {

#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
// Moved out of the class in 1.7.4.
using idx_t = faiss::Index::idx_t;
#else
using idx_t = faiss::idx_t;
#endif

struct IndexData : public Usage {
  explicit IndexData(std::unique_ptr<faiss::Index> index) : index(std::move(index)) {}
  const std::unique_ptr<faiss::Index> index;
};

/// The IVF inside an index and the transforms a vector passes before it, outermost first.
struct IvfPath {
  faiss::IndexIVF* ivf = nullptr;
  std::vector<const faiss::IndexPreTransform*> transforms;

  /// n vectors as the IVF sees them; `owned` receives them when they had to be computed.
  const float* apply(const float* x, size_t n, std::unique_ptr<const float[]>& owned) const;
};

/// Looks through transforms, id maps and refinement. `ivf` is null when there is none.
IvfPath find_ivf(const faiss::Index& index);
/// As above; throws UNSUPPORTED when there is none.
IvfPath require_ivf(const faiss::Index& index);

/// Lists whose codes lie interleaved in blocks (fast scan): FAISS can neither move nor decode them one by one.
bool has_blocked_lists(const faiss::IndexIVF& ivf);

/// Throws CORRUPT when parts of an index that was read contradict each other. FAISS itself checks only some.
void require_sound(const faiss::Index& index);

/// FAISS class name without namespace, such as IndexIVFFlat.
std::string type_name(const faiss::Index& index);

/// Throws NOT_FINITE naming the first row with a NaN or an infinity.
void require_finite(const float* x, size_t n, size_t d);

/// The JS handle of an index. index.js wraps it and checks the arguments.
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
