#include "binding/index.h"

#include <faiss/AutoTune.h>
#include <faiss/IndexFlatCodes.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/IDSelector.h>
#include <faiss/index_factory.h>

#include <numeric>

#include "algorithms/search.h"
#include "algorithms/train.h"
#include "binding/addon.h"
#include "binding/args.h"
#include "binding/errors.h"
#include "binding/matrix.h"
#include "binding/results.h"
#include "binding/task.h"
#include "io/index_file.h"
#include "io/scratch_lists.h"
#include "io/structure.h"

namespace engine {

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
  const auto* scratch = dynamic_cast<const ScratchLists*>(path.ivf->invlists);
  const int64_t lists = scratch != nullptr ? static_cast<int64_t>(scratch->memory())
                                           : path.ivf->ntotal * static_cast<int64_t>(path.ivf->code_size + 8);
  return lists + static_cast<int64_t>(path.ivf->nlist) * path.ivf->d * 4;
}

}  // namespace

const int32_t* TrainedRows::find(const std::shared_ptr<const MatrixData>& rows, uint64_t changes_now, size_t from,
                                 size_t count) const {
  const bool same = matrix.lock() == rows && changes == changes_now;
  return same && from + count <= groups.size() ? groups.data() + from : nullptr;
}

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
       InstanceMethod<&IndexHandle::search_widths>("searchWidths"),
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
      File file(to_string(info[0]), File::Mode::READ);
      return make(info.Env(), std::make_shared<IndexData>(read_index(nullptr, file)));
    });
  }));
  // fromBuffer(buffer)
  exports.Set("fromBuffer", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      auto bytes = info[0].As<Napi::Uint8Array>();
      return make(info.Env(), std::make_shared<IndexData>(read_index(bytes.Data(), bytes.ElementLength())));
    });
  }));
  // openIndex(path | descriptor, job)
  exports.Set("openIndex", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    return guard(info.Env(), [&] {
      // A descriptor is taken at once: its number may mean another file later.
      std::shared_ptr<File> file;
      if (info[0].IsNumber()) file = std::make_shared<File>(info[0].As<Napi::Number>().Int32Value());
      const std::string path = file ? "" : to_string(info[0]);
      return start(info.Env(), info[1], {}, [file, path](Job& job) {
        auto opened = file ? file : std::make_shared<File>(path, File::Mode::READ);
        auto data = std::make_shared<IndexData>(read_index(&job, *opened));
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
    const uint64_t changes = matrix->changes;
    return start(info.Env(), info[2], {{index, true}, {matrix, false}}, [=](Job& job) {
      require_dimension(*index->index, matrix->columns());
      index->trained = {};
      auto groups = engine::train(&job, *index->index, matrix->span(0, range.resolve(matrix->rows())));
      index->trained = {matrix, changes, std::move(groups)};
      return Answer([](Napi::Env env) { return env.Undefined(); });
    });
  });
}

// add(matrix, from, count | -1, discard, job)
Napi::Value IndexHandle::add(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto matrix = MatrixHandle::of(info[0]);
    const Range range(info[1], info[2]);
    const bool discard = info[3].As<Napi::Boolean>();
    const uint64_t changes = matrix->changes;
    return start(info.Env(), info[4], {{index, true}, {matrix, discard}}, [=](Job& job) {
      require_dimension(*index->index, matrix->columns());
      const size_t count = range.resolve(matrix->rows());
      const int32_t* groups = index->trained.find(matrix, changes, range.from, count);
      engine::add(&job, *index->index, matrix->span(range.from, count), groups, discard ? matrix.get() : nullptr);
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
      return Answer([found, k](Napi::Env env) { return to_js(env, *found, k); });
    });
  });
}

// searchWidths(matrix, k, nprobes (Int32Array), from, count | -1, job)
Napi::Value IndexHandle::search_widths(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    auto rows = std::make_shared<Rows>(info[0], index->index->d);
    const size_t k = to_size(info[1]);
    const std::vector<int32_t> given = to_vector<int32_t>(info[2]);
    const std::vector<size_t> nprobes(given.begin(), given.end());
    const Range range(info[3], info[4]);
    std::vector<Use> uses{{index, true}};
    rows->add_use(uses);
    return start(info.Env(), info[5], uses, [=](Job& job) {
      require_dimension(*index->index, rows->columns());
      auto found = std::make_shared<std::vector<Found>>(engine::search_widths(
          &job, *index->index, rows->row(range.from), range.resolve(rows->count()), k, nprobes));
      return Answer([found, k](Napi::Env env) {
        Napi::Array all = Napi::Array::New(env, found->size());
        for (uint32_t i = 0; i < found->size(); ++i) all.Set(i, to_js(env, (*found)[i], k));
        return all;
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

// reconstruct(ids | null, from, count | -1, job)
Napi::Value IndexHandle::reconstruct(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto index = data();
    std::vector<idx_t> ids;
    const bool named = !info[0].IsNull();
    if (named) {
      const std::vector<int32_t> given = to_vector<int32_t>(info[0]);
      ids.assign(given.begin(), given.end());
    }
    const Range range(info[1], info[2]);
    return start(info.Env(), info[3], {{index, false}}, [index, ids, named, range](Job& job) {
      std::vector<idx_t> wanted = ids;
      if (!named) {
        wanted.resize(range.resolve(static_cast<size_t>(index->index->ntotal)));
        std::iota(wanted.begin(), wanted.end(), static_cast<idx_t>(range.from));
      }
      auto result = engine::reconstruct(job, *index->index, wanted);
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
