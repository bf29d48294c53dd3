#include "binding/matrix.h"

#include <algorithm>
#include <cstring>

#include "algorithms/rows.h"
#include "binding/addon.h"
#include "binding/args.h"
#include "binding/errors.h"
#include "binding/task.h"
#include "io/regions.h"

namespace engine {

namespace {

Answer typed_array(std::vector<float> values) {
  auto shared = std::make_shared<std::vector<float>>(std::move(values));
  return [shared](Napi::Env env) { return to_typed_array(env, *shared); };
}

Answer typed_array(std::vector<int32_t> values) {
  auto shared = std::make_shared<std::vector<int32_t>>(std::move(values));
  return [shared](Napi::Env env) { return to_typed_array(env, *shared); };
}

Napi::Value nothing(Napi::Env env) { return env.Undefined(); }

}  // namespace

Rows::Rows(const Napi::Value& value, size_t columns) : columns_(columns) {
  if (!value.IsTypedArray()) {
    matrix_ = MatrixHandle::of(value);
    return;
  }
  copy_ = to_vector<float>(value);
  if (copy_.size() % columns != 0) {
    throw Failure("DIMENSION", "The number of values is not a multiple of the dimension " + std::to_string(columns) +
                                   " of the index.");
  }
}

void Rows::add_use(std::vector<Use>& uses) const {
  if (matrix_) uses.push_back({matrix_, false});
}

Range::Range(const Napi::Value& from, const Napi::Value& count)
    : from(to_size(from)), count(count.As<Napi::Number>().Int64Value()) {}

size_t Range::resolve(size_t rows) const {
  const size_t wanted = count >= 0 ? static_cast<size_t>(count) : rows - std::min(from, rows);
  require_rows(rows, from, wanted);
  return wanted;
}

void MatrixHandle::init(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = DefineClass(
      env, "MatrixHandle",
      {InstanceMethod<&MatrixHandle::rows>("rows"), InstanceMethod<&MatrixHandle::columns>("columns"),
       InstanceMethod<&MatrixHandle::byte_length>("byteLength"),
       InstanceMethod<&MatrixHandle::read_region>("readRegion"),
       InstanceMethod<&MatrixHandle::write_npy>("writeNpy"),
       InstanceMethod<&MatrixHandle::to_float32_array>("toFloat32Array"), InstanceMethod<&MatrixHandle::get>("get"),
        InstanceMethod<&MatrixHandle::set>("set"),
       InstanceMethod<&MatrixHandle::gather>("gather"), InstanceMethod<&MatrixHandle::permute>("permute"),
       InstanceMethod<&MatrixHandle::shuffle>("shuffle"), InstanceMethod<&MatrixHandle::truncate>("truncate"),
       InstanceMethod<&MatrixHandle::norms>("norms"), InstanceMethod<&MatrixHandle::normalize>("normalize"),
       InstanceMethod<&MatrixHandle::scale_rows>("scaleRows"),
       InstanceMethod<&MatrixHandle::non_finite_rows>("nonFiniteRows"),
       InstanceMethod<&MatrixHandle::close>("close")});
  Addon::of(env).matrix_class = Napi::Persistent(constructor);
  exports.Set("MatrixHandle", constructor);
}

Napi::Value MatrixHandle::scratch(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const size_t rows = to_size(info[0]), columns = to_size(info[1]);
    return start(info.Env(), info[3], {}, [rows, columns, path = to_string(info[2])](Job&) {
      auto data = std::make_shared<MatrixData>(rows, columns, path);
      return Answer([data](Napi::Env env) { return make(env, data); });
    });
  });
}

Napi::Value MatrixHandle::make(Napi::Env env, std::shared_ptr<MatrixData> data) {
  Napi::Object handle = Addon::of(env).matrix_class.New({});
  Unwrap(handle)->adopt(std::move(data));
  return handle;
}

std::shared_ptr<MatrixData> MatrixHandle::of(const Napi::Value& handle) {
  return Unwrap(handle.As<Napi::Object>())->data();
}

MatrixHandle::MatrixHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<MatrixHandle>(info) {
  if (info.Length() == 0) return;
  guard(info.Env(), [&] { adopt(std::make_shared<MatrixData>(to_size(info[0]), to_size(info[1]))); });
}

MatrixHandle::~MatrixHandle() {
  data_.reset();
  account();
}

const std::shared_ptr<MatrixData>& MatrixHandle::data() const {
  if (!data_) throw Failure("CLOSED", "The matrix was closed.");
  return data_;
}

void MatrixHandle::adopt(std::shared_ptr<MatrixData> data) {
  data_ = std::move(data);
  account();
}

void MatrixHandle::account() {
  // Tells V8 what its small handle weighs, so that it collects in time.
  const int64_t bytes = data_ ? static_cast<int64_t>(data_->memory()) : 0;
  if (bytes != accounted_) Napi::MemoryManagement::AdjustExternalMemory(Env(), bytes - accounted_);
  accounted_ = bytes;
}

Napi::Value MatrixHandle::rows(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] { return Napi::Number::New(info.Env(), static_cast<double>(data()->rows())); });
}

Napi::Value MatrixHandle::columns(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] { return Napi::Number::New(info.Env(), static_cast<double>(data()->columns())); });
}

Napi::Value MatrixHandle::byte_length(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), data_ ? static_cast<double>(data_->bytes()) : 0);
}

// readRegion(path, offset, type, rows, fortran, at, job)
Napi::Value MatrixHandle::read_region(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    const Region region{static_cast<uint64_t>(info[1].As<Napi::Number>().Int64Value()),
                        static_cast<NumberType>(info[2].As<Napi::Number>().Int32Value()), to_size(info[3]),
                        info[4].ToBoolean().Value(), to_size(info[5])};
    return start(info.Env(), info[6], {{matrix, true}}, [matrix, region, path = to_string(info[0])](Job& job) {
      engine::read_region(job, path, region, *matrix);
      return Answer(nothing);
    });
  });
}

// writeNpy(path, from, count | -1, job)
Napi::Value MatrixHandle::write_npy(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    const Range range(info[1], info[2]);
    return start(info.Env(), info[3], {{matrix, false}}, [matrix, range, path = to_string(info[0])](Job& job) {
      const size_t count = range.resolve(matrix->rows());
      write_new_file(path, [&](File& file) { engine::write_npy(job, *matrix, range.from, count, file); });
      return Answer(nothing);
    });
  });
}

// toFloat32Array(from, count | -1)
Napi::Value MatrixHandle::to_float32_array(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    const MatrixData& matrix = *data();
    matrix.require_readable();
    const Range range(info[0], info[1]);
    const size_t count = range.resolve(matrix.rows());
    // V8 aborts on what it cannot allocate at all.
    if (count * matrix.columns() > (1u << 29) - 1) throw Failure("ARGUMENT", "Ask for at most 2 GiB at a time.");
    auto values = to_typed_array(info.Env(), matrix.row(range.from), count * matrix.columns());
    matrix.release();
    return values;
  });
}

namespace {

/// The values are those of whole rows, which are there from `at` on.
void require_whole_rows(const MatrixData& matrix, size_t at, const Napi::Float32Array& values) {
  if (values.ElementLength() % matrix.columns() != 0) {
    throw Failure("DIMENSION", "The number of values is not a multiple of the " +
                                   std::to_string(matrix.columns()) + " columns.");
  }
  require_rows(matrix.rows(), at, values.ElementLength() / matrix.columns());
}

}  // namespace

// get(at, values)
void MatrixHandle::get(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    const MatrixData& matrix = *data();
    matrix.require_readable();
    auto values = info[1].As<Napi::Float32Array>();
    const size_t at = to_size(info[0]);
    require_whole_rows(matrix, at, values);
    if (values.ElementLength() > 0) std::memcpy(values.Data(), matrix.row(at), values.ElementLength() * sizeof(float));
    matrix.release();
  });
}

// set(at, data)
void MatrixHandle::set(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    MatrixData& matrix = *data();
    matrix.require_writable();
    auto values = info[1].As<Napi::Float32Array>();
    const size_t at = to_size(info[0]);
    require_whole_rows(matrix, at, values);
    if (values.ElementLength() > 0) std::memcpy(matrix.row(at), values.Data(), values.ElementLength() * sizeof(float));
    matrix.release();
  });
}

// gather(rows, job)
Napi::Value MatrixHandle::gather(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[1], {{matrix, false}}, [matrix, rows = to_vector<int32_t>(info[0])](Job& job) {
      auto result = engine::gather(job, *matrix, rows);
      return Answer([result](Napi::Env env) { return make(env, result); });
    });
  });
}

// permute(order, job)
Napi::Value MatrixHandle::permute(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, order = to_vector<int32_t>(info[0])](Job& job) {
      engine::permute(job, *matrix, order);
      return Answer(nothing);
    });
  });
}

// shuffle(seed, job)
Napi::Value MatrixHandle::shuffle(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    const uint64_t seed = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, seed](Job& job) {
      return typed_array(engine::shuffle(job, *matrix, seed));
    });
  });
}

// truncate(rows)
void MatrixHandle::truncate(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    MatrixData& matrix = *data();
    matrix.require_writable();
    require_rows(matrix.rows(), 0, to_size(info[0]));
    matrix.truncate(to_size(info[0]));
    account();
  });
}

// norms(job)
Napi::Value MatrixHandle::norms(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[0], {{matrix, false}},
                 [matrix](Job& job) { return typed_array(row_norms(job, *matrix)); });
  });
}

// normalize(eps, job)
Napi::Value MatrixHandle::normalize(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    const float eps = info[0].As<Napi::Number>().FloatValue();
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, eps](Job& job) {
      std::vector<float> norms = row_norms(job, *matrix);
      std::vector<float> factors(norms.size());
      for (size_t i = 0; i < norms.size(); ++i) factors[i] = 1 / std::max(eps, norms[i]);
      scale(job, *matrix, factors);
      return typed_array(std::move(norms));
    });
  });
}

// scaleRows(factors, job)
Napi::Value MatrixHandle::scale_rows(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, factors = to_vector<float>(info[0])](Job& job) {
      if (factors.size() != matrix->rows()) {
        throw Failure("ARGUMENT", "One factor for each of the " + std::to_string(matrix->rows()) + " rows is needed.");
      }
      scale(job, *matrix, factors);
      return Answer(nothing);
    });
  });
}

// nonFiniteRows(job)
Napi::Value MatrixHandle::non_finite_rows(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[0], {{matrix, false}}, [matrix](Job& job) {
      return typed_array(engine::non_finite_rows(job, *matrix));
    });
  });
}

// close(): a job under way keeps its share until it ends.
void MatrixHandle::close(const Napi::CallbackInfo&) {
  data_.reset();
  account();
}

}  // namespace engine
