// The synchronous calls of faiss-node 0.5.1. lib/legacy.js checks their arguments.

#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>

#include "algorithms/search.h"
#include "algorithms/train.h"
#include "binding/args.h"
#include "binding/errors.h"
#include "binding/index.h"
#include "binding/task.h"
#include "io/index_file.h"
#include "io/scratch_lists.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Values handed over by JS, which stay where they are for the length of the call.
RowSpan span_of(Napi::Float32Array values, const faiss::Index& index) {
  const size_t d = static_cast<size_t>(index.d);
  return {values.Data(), values.ElementLength() / d, d};
}

}  // namespace

// trainNow(Float32Array)
void IndexHandle::train_now(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    faiss::Index& index = writable();
    auto values = info[0].As<Napi::Float32Array>();
    EngineLock lock(nullptr);
    data()->trained = {};
    engine::train(nullptr, index, span_of(values, index));
  });
}

// addNow(Float32Array)
void IndexHandle::add_now(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    faiss::Index& index = writable();
    auto values = info[0].As<Napi::Float32Array>();
    {
      EngineLock lock(nullptr);
      engine::add(nullptr, index, span_of(values, index));
    }
    account();
  });
}

// searchNow(Float32Array, k): labels as Float64Array, exact up to 2^53
Napi::Value IndexHandle::search_now(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const faiss::Index& index = readable();
    auto values = info[0].As<Napi::Float32Array>();
    EngineLock lock(nullptr);
    const Found found =
        engine::search(nullptr, index, values.Data(), values.ElementLength() / index.d, to_size(info[1]), 0);
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("distances", to_typed_array(info.Env(), found.distances));
    result.Set("labels",
               to_typed_array(info.Env(), std::vector<double>(found.labels.begin(), found.labels.end())));
    return result;
  });
}

// writeNow(path): overwrites, as faiss-node does
void IndexHandle::write_now(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    File file(to_string(info[0]), File::Mode::OVERWRITE);
    write_index(nullptr, readable(), file);
    file.finish();
  });
}

Napi::Value IndexHandle::to_buffer(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const faiss::Index& index = readable();
    const size_t size = written_size(index);
    auto buffer = Napi::Buffer<uint8_t>::New(info.Env(), size);
    write_index(index, buffer.Data(), size);
    return buffer;
  });
}

// mergeFrom(other)
void IndexHandle::merge_from(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    faiss::Index& index = writable();
    IndexHandle* other_handle = Unwrap(info[0].As<Napi::Object>());
    faiss::Index& other = other_handle->writable();
    if (&other == &index) throw Failure("ARGUMENT", "Invalid argument: an index cannot be merged with itself.");
    for (const faiss::Index* side : {&index, &other}) {
      const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(side);
      require_lists_in_memory(*side);
      if (ivf != nullptr && has_blocked_lists(*ivf)) {
        throw Failure("UNSUPPORTED", "This index type cannot be merged.");
      }
    }
    const bool keeps_ids = dynamic_cast<faiss::IndexIVF*>(&index) != nullptr;
    {
      EngineLock lock(nullptr);
      try {
        index.check_compatible_for_merge(other);
        // Lists hold ids: those of the other follow ours. Everything else numbers by position.
        index.merge_from(other, keeps_ids ? index.ntotal : 0);
      } catch (const faiss::FaissException& exception) {
        throw Failure("UNSUPPORTED", faiss_message(exception));
      }
    }
    account();
    other_handle->account();
  });
}

// removeIds(Float64Array) -> number removed
Napi::Value IndexHandle::remove_ids(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    faiss::Index& index = writable();
    const std::vector<double> given = to_vector<double>(info[0]);
    const std::vector<idx_t> ids(given.begin(), given.end());
    require_lists_in_memory(index);
    const IvfPath path = find_ivf(index);
    if (path.ivf != nullptr && has_blocked_lists(*path.ivf)) {
      throw Failure("UNSUPPORTED", "Vectors cannot be removed from this index type.");
    }
    size_t removed = 0;
    {
      EngineLock lock(nullptr);
      try {
        removed = index.remove_ids(faiss::IDSelectorBatch(ids.size(), ids.data()));
      } catch (const faiss::FaissException& exception) {
        throw Failure("UNSUPPORTED", faiss_message(exception));
      }
    }
    account();
    return Napi::Number::New(info.Env(), static_cast<double>(removed));
  });
}

}  // namespace engine
