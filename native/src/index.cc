#include "index.h"

#include <faiss/AutoTune.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexFlatCodes.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexRefine.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>
#include <faiss/index_factory.h>

#include <algorithm>
#include <typeinfo>

#include "addon.h"
#include "args.h"
#include "files.h"
#include "search.h"
#include "train.h"

#ifdef __GNUG__
#include <cxxabi.h>

#include <cstdlib>
#endif

namespace engine {

const float* IvfPath::apply(const float* x, size_t n, std::unique_ptr<const float[]>& owned) const {
  for (const faiss::IndexPreTransform* transform : transforms) {
    const float* next = transform->apply_chain(n, x);
    if (next == x) continue;
    owned.reset(next);
    x = next;
  }
  return x;
}

IvfPath find_ivf(const faiss::Index& outer) {
  IvfPath path;
  for (const faiss::Index* index = &outer; index != nullptr;) {
    if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
      path.ivf = const_cast<faiss::IndexIVF*>(ivf);
      return path;
    }
    if (const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
      path.transforms.push_back(transform);
      index = transform->index;
    } else if (const auto* map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
      index = map->index;
    } else if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(index)) {
      index = refine->base_index;
    } else {
      break;
    }
  }
  return path;
}

IvfPath require_ivf(const faiss::Index& index) {
  IvfPath path = find_ivf(index);
  if (path.ivf == nullptr) throw Failure("UNSUPPORTED", "This index type has no groups (inverted lists).");
  return path;
}

bool has_blocked_lists(const faiss::IndexIVF& ivf) {
  return ivf.invlists->code_size == faiss::InvertedLists::INVALID_CODE_SIZE;
}

namespace {

void require(bool sound, const char* what) {
  if (!sound) throw Failure("CORRUPT", std::string("The parts of the index contradict each other: ") + what + ".");
}

}  // namespace

void require_sound(const faiss::Index& index) {
  require(index.d > 0, "dimension");
  require(index.ntotal >= 0, "number of vectors");
  if (const auto* flat = dynamic_cast<const faiss::IndexFlatCodes*>(&index)) {
    require(flat->codes.size() == static_cast<size_t>(flat->ntotal) * flat->code_size, "number of vectors");
    if (dynamic_cast<const faiss::IndexFlat*>(&index) != nullptr) {
      require(flat->code_size == flat->d * sizeof(float), "size of a vector");
    }
  } else if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(&index)) {
    require(ivf->quantizer != nullptr && ivf->invlists != nullptr, "lists");
    require_sound(*ivf->quantizer);
    require(ivf->quantizer->d == ivf->d, "dimension of the centroids");
    require(ivf->nlist > 0 && ivf->invlists->nlist == ivf->nlist, "number of groups");
    require(!ivf->is_trained || ivf->quantizer->ntotal == static_cast<idx_t>(ivf->nlist), "number of centroids");
    if (dynamic_cast<const faiss::IndexIVFFlat*>(&index) != nullptr) {
      require(ivf->code_size == ivf->d * sizeof(float), "size of a vector");
    }
    if (!has_blocked_lists(*ivf)) require(ivf->invlists->code_size == ivf->code_size, "size of a vector");
    require(ivf->invlists->compute_ntotal() == static_cast<size_t>(ivf->ntotal), "number of vectors");
  } else if (const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(&index)) {
    require(transform->index != nullptr, "inner index");
    require_sound(*transform->index);
    int d = index.d;
    for (const faiss::VectorTransform* step : transform->chain) {
      require(step->d_in == d && step->d_out > 0, "dimension of a transform");
      d = step->d_out;
    }
    require(transform->index->d == d, "dimension of a transform");
  } else if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    require(refine->base_index != nullptr && refine->refine_index != nullptr, "inner index");
    require_sound(*refine->base_index);
    require_sound(*refine->refine_index);
    require(refine->base_index->d == index.d && refine->refine_index->d == index.d, "dimension");
    require(refine->base_index->ntotal == index.ntotal && refine->refine_index->ntotal == index.ntotal,
            "number of vectors");
  } else if (const auto* map = dynamic_cast<const faiss::IndexIDMap*>(&index)) {
    require(map->index != nullptr, "inner index");
    require_sound(*map->index);
    require(map->index->d == index.d, "dimension");
    require(map->id_map.size() == static_cast<size_t>(index.ntotal), "number of ids");
  }
}

std::string type_name(const faiss::Index& index) {
  std::string name = typeid(index).name();
#ifdef __GNUG__
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> readable(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  if (readable) name = readable.get();
#endif
  // "faiss::IndexIDMapTemplate<faiss::Index>", "struct faiss::IndexFlatL2"
  name = name.substr(0, name.find('<'));
  name = name.substr(name.rfind(':') == std::string::npos ? 0 : name.rfind(':') + 1);
  const size_t suffix = name.find("Template");
  return suffix == std::string::npos ? name : name.substr(0, suffix);
}

void require_finite(const float* x, size_t n, size_t d) {
  const size_t row = first_non_finite_row(x, n, d);
  if (row < n) throw Failure("NOT_FINITE", "Vector " + std::to_string(row) + " holds a value that is not a number.");
}

namespace {

void require_dimension(const faiss::Index& index, size_t columns) {
  if (columns != static_cast<size_t>(index.d)) {
    throw Failure("DIMENSION", "The vectors have " + std::to_string(columns) + " values and the index wants " +
                                   std::to_string(index.d) + ".");
  }
}

std::unique_ptr<faiss::Index> from_factory(int d, const std::string& description, faiss::MetricType metric) {
  try {
    std::unique_ptr<faiss::Index> index(faiss::index_factory(d, description.c_str(), metric));
    return index;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& exception) {
    throw Failure("FACTORY", "The index description \"" + description + "\" is not understood: " +
                                 faiss_message(exception));
  }
}

/// Bytes the vectors of an index take, for V8's bookkeeping.
int64_t weight(const faiss::Index& index) {
  if (const auto* flat = dynamic_cast<const faiss::IndexFlatCodes*>(&index)) return flat->codes.size();
  const IvfPath path = find_ivf(index);
  if (path.ivf == nullptr) return index.ntotal * index.d * 4;
  return path.ivf->ntotal * static_cast<int64_t>(path.ivf->code_size + 8) +
         static_cast<int64_t>(path.ivf->nlist) * path.ivf->d * 4;
}

}  // namespace

void IndexHandle::init(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = DefineClass(
      env, "IndexHandle",
      {InstanceMethod<&IndexHandle::ntotal>("ntotal"), InstanceMethod<&IndexHandle::dimension>("dimension"),
       InstanceMethod<&IndexHandle::is_trained>("isTrained"), InstanceMethod<&IndexHandle::train_now>("trainNow"),
       InstanceMethod<&IndexHandle::add_now>("addNow"), InstanceMethod<&IndexHandle::search_now>("searchNow"),
       InstanceMethod<&IndexHandle::write_now>("writeNow"), InstanceMethod<&IndexHandle::to_buffer>("toBuffer"),
       InstanceMethod<&IndexHandle::merge_from>("mergeFrom"), InstanceMethod<&IndexHandle::remove_ids>("removeIds"),
       InstanceMethod<&IndexHandle::save>("save"), InstanceMethod<&IndexHandle::train>("train"),
       InstanceMethod<&IndexHandle::add>("add"), InstanceMethod<&IndexHandle::search>("search"),
       InstanceMethod<&IndexHandle::set_parameter>("setParameter"),
       InstanceMethod<&IndexHandle::describe>("describe"), InstanceMethod<&IndexHandle::list_sizes>("listSizes"),
       InstanceMethod<&IndexHandle::list_ids>("listIds"), InstanceMethod<&IndexHandle::centroids>("centroids"),
       InstanceMethod<&IndexHandle::reconstruct>("reconstruct"), InstanceMethod<&IndexHandle::assign>("assign"),
       InstanceMethod<&IndexHandle::close>("close")});
  Addon::of(env).index_class = Napi::Persistent(constructor);
  exports.Set("IndexHandle", constructor);

  // fromFactory(d, description, metric)
  exports.Set("fromFactory", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      auto metric = static_cast<faiss::MetricType>(info[2].As<Napi::Number>().Int32Value());
      return make(info.Env(), std::make_shared<IndexData>(from_factory(info[0].As<Napi::Number>().Int32Value(),
                                                                       to_string(info[1]), metric)));
    });
  }));
  // readIndex(path)
  exports.Set("readIndex", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      return make(info.Env(), std::make_shared<IndexData>(read_index(nullptr, to_string(info[0]))));
    });
  }));
  // fromBuffer(buffer)
  exports.Set("fromBuffer", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      auto bytes = info[0].As<Napi::Uint8Array>();
      return make(info.Env(), std::make_shared<IndexData>(read_index(bytes.Data(), bytes.ElementLength())));
    });
  }));
  // openIndex(path, job)
  exports.Set("openIndex", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      return start(info.Env(), info[1], {}, [path = to_string(info[0])](Job& job) {
        auto data = std::make_shared<IndexData>(read_index(&job, path));
        return Answer([data](Napi::Env env) { return make(env, data); });
      });
    });
  }));
}

Napi::Value IndexHandle::make(Napi::Env env, std::shared_ptr<IndexData> data) {
  Napi::Object handle = Addon::of(env).index_class.New({});
  Unwrap(handle)->adopt(std::move(data));
  return handle;
}

IndexHandle::IndexHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<IndexHandle>(info) {}

IndexHandle::~IndexHandle() {
  data_.reset();
  account();
}

const std::shared_ptr<IndexData>& IndexHandle::data() const {
  if (!data_) throw Failure("CLOSED", "The index was closed.");
  return data_;
}

void IndexHandle::adopt(std::shared_ptr<IndexData> data) {
  data_ = std::move(data);
  account();
}

void IndexHandle::account() {
  // Tells V8 what its small handle weighs, so that it collects in time.
  const int64_t bytes = data_ ? weight(*data_->index) : 0;
  if (bytes != accounted_) Napi::MemoryManagement::AdjustExternalMemory(Env(), bytes - accounted_);
  accounted_ = bytes;
}

const faiss::Index& IndexHandle::readable() const {
  data()->require_readable();
  return *data_->index;
}

faiss::Index& IndexHandle::writable() const {
  data()->require_writable();
  return *data_->index;
}

Napi::Value IndexHandle::ntotal(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] { return Napi::Number::New(info.Env(), static_cast<double>(readable().ntotal)); });
}

Napi::Value IndexHandle::dimension(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] { return Napi::Number::New(info.Env(), data()->index->d); });
}

Napi::Value IndexHandle::is_trained(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] { return Napi::Boolean::New(info.Env(), readable().is_trained); });
}

// trainNow(Float32Array)
void IndexHandle::train_now(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    faiss::Index& index = writable();
    auto values = info[0].As<Napi::Float32Array>();
    EngineLock lock(nullptr);
    engine::train(nullptr, index, values.Data(), values.ElementLength() / index.d);
  });
}

// addNow(Float32Array)
void IndexHandle::add_now(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    faiss::Index& index = writable();
    auto values = info[0].As<Napi::Float32Array>();
    {
      EngineLock lock(nullptr);
      engine::add(nullptr, index, values.Data(), values.ElementLength() / index.d);
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

// save(path, job)
Napi::Value IndexHandle::save(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    return start(info.Env(), info[1], {{index, false}}, [index, path = to_string(info[0])](Job& job) {
      const uint64_t size = write_new_file(path, [&](File& file) { write_index(&job, *index->index, file); });
      return Answer([size](Napi::Env env) { return Napi::Number::New(env, static_cast<double>(size)); });
    });
  });
}

// train(matrix, rows | -1, job)
Napi::Value IndexHandle::train(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto matrix = MatrixHandle::of(info[0]);
    const Range range(Napi::Number::New(info.Env(), 0), info[1]);
    return start(info.Env(), info[2], {{index, true}, {matrix, false}}, [index, matrix, range](Job& job) {
      require_dimension(*index->index, matrix->columns());
      engine::train(&job, *index->index, matrix->row(0), range.resolve(matrix->rows()));
      return Answer([](Napi::Env env) { return env.Undefined(); });
    });
  });
}

// add(matrix, from, count | -1, job)
Napi::Value IndexHandle::add(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto matrix = MatrixHandle::of(info[0]);
    const Range range(info[1], info[2]);
    return start(info.Env(), info[3], {{index, true}, {matrix, false}}, [index, matrix, range](Job& job) {
      require_dimension(*index->index, matrix->columns());
      engine::add(&job, *index->index, matrix->row(range.from), range.resolve(matrix->rows()));
      return Answer([](Napi::Env env) { return env.Undefined(); });
    });
  });
}

// search(matrix | Float32Array, k, nprobe | 0, from, count | -1, job)
Napi::Value IndexHandle::search(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto rows = std::make_shared<Rows>(info[0], index->index->d);
    const size_t k = to_size(info[1]);
    const size_t nprobe = to_size(info[2]);
    const Range range(info[3], info[4]);
    // ProbeSetting changes the index for the length of the call.
    std::vector<Use> uses{{index, nprobe > 0}};
    rows->add_use(uses);
    return start(info.Env(), info[5], uses, [=](Job& job) {
      require_dimension(*index->index, rows->columns());
      auto found = std::make_shared<Found>(engine::search(&job, *index->index, rows->row(range.from),
                                                          range.resolve(rows->count()), k, nprobe));
      return Answer([found, k](Napi::Env env) {
        Napi::Object result = Napi::Object::New(env);
        result.Set("k", static_cast<double>(k));
        result.Set("distances", to_typed_array(env, found->distances));
        result.Set("labels", to_int32_array(env, found->labels));
        return result;
      });
    });
  });
}

// setParameter(name, value)
void IndexHandle::set_parameter(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    const std::string name = to_string(info[0]);
    try {
      faiss::ParameterSpace().set_index_parameter(&writable(), name, info[1].As<Napi::Number>().DoubleValue());
    } catch (const faiss::FaissException& exception) {
      throw Failure("UNSUPPORTED", faiss_message(exception));
    }
  });
}

Napi::Value IndexHandle::describe(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const faiss::Index& index = readable();
    Napi::Env env = info.Env();
    Napi::Object result = Napi::Object::New(env);
    result.Set("type", type_name(index));
    result.Set("dimension", index.d);
    result.Set("ntotal", static_cast<double>(index.ntotal));
    result.Set("isTrained", index.is_trained);
    result.Set("metric", static_cast<int>(index.metric_type));
    const IvfPath path = find_ivf(index);
    if (path.ivf != nullptr) {
      result.Set("nlist", static_cast<double>(path.ivf->nlist));
      result.Set("nprobe", static_cast<double>(path.ivf->nprobe));
      result.Set("codeSize", static_cast<double>(path.ivf->code_size));
      return result;
    }
    result.Set("nlist", env.Null());
    result.Set("nprobe", env.Null());
    try {
      result.Set("codeSize", static_cast<double>(index.sa_code_size()));
    } catch (const faiss::FaissException&) {
      result.Set("codeSize", env.Null());
    }
    return result;
  });
}

Napi::Value IndexHandle::list_sizes(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const faiss::IndexIVF& ivf = *require_ivf(readable()).ivf;
    std::vector<int32_t> sizes(ivf.nlist);
    for (size_t list = 0; list < ivf.nlist; ++list) sizes[list] = static_cast<int32_t>(ivf.get_list_size(list));
    return to_typed_array(info.Env(), sizes);
  });
}

// listIds(list)
Napi::Value IndexHandle::list_ids(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const faiss::IndexIVF& ivf = *require_ivf(readable()).ivf;
    const size_t list = to_size(info[0]);
    if (list >= ivf.nlist) throw Failure("ARGUMENT", "There is no group " + std::to_string(list) + ".");
    faiss::InvertedLists::ScopedIds ids(ivf.invlists, list);
    return to_int32_array(info.Env(), std::vector<idx_t>(ids.get(), ids.get() + ivf.get_list_size(list)));
  });
}

// centroids(job)
Napi::Value IndexHandle::centroids(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    return start(info.Env(), info[0], {{index, false}}, [index](Job& job) {
      auto result = engine::centroids(job, *index->index);
      return Answer([result](Napi::Env env) { return MatrixHandle::make(env, result); });
    });
  });
}

// reconstruct(from, count | -1, job)
Napi::Value IndexHandle::reconstruct(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    const Range range(info[0], info[1]);
    return start(info.Env(), info[2], {{index, false}}, [index, range](Job& job) {
      const size_t count = range.resolve(static_cast<size_t>(index->index->ntotal));
      auto result = engine::reconstruct(job, *index->index, range.from, count);
      return Answer([result](Napi::Env env) { return MatrixHandle::make(env, result); });
    });
  });
}

// assign(matrix | Float32Array, nprobe, from, count | -1, job)
Napi::Value IndexHandle::assign(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto rows = std::make_shared<Rows>(info[0], index->index->d);
    const size_t nprobe = to_size(info[1]);
    const Range range(info[2], info[3]);
    std::vector<Use> uses{{index, false}};
    rows->add_use(uses);
    return start(info.Env(), info[4], uses, [=](Job& job) {
      require_dimension(*index->index, rows->columns());
      auto lists = std::make_shared<std::vector<idx_t>>(
          engine::assign(job, *index->index, rows->row(range.from), range.resolve(rows->count()), nprobe));
      return Answer([lists](Napi::Env env) { return to_int32_array(env, *lists); });
    });
  });
}

// close(): a job under way keeps its share until it ends.
void IndexHandle::close(const Napi::CallbackInfo&) {
  data_.reset();
  account();
}

}  // namespace engine
