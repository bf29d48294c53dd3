#include "matrix.h"

#include <faiss/utils/distances.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>

#include "addon.h"
#include "args.h"
#include "files.h"
#include "random.h"

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace engine {

namespace {

#ifdef _WIN32
size_t page_size() {
  SYSTEM_INFO info;
  GetSystemInfo(&info);
  return info.dwPageSize;
}
void* map_pages(size_t bytes) { return VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE); }
void unmap_pages(void* start, size_t) { VirtualFree(start, 0, MEM_RELEASE); }
void unmap_tail(char* start, size_t kept, size_t bytes) { VirtualFree(start + kept, bytes - kept, MEM_DECOMMIT); }
#else
size_t page_size() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }
void* map_pages(size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return start == MAP_FAILED ? nullptr : start;
}
void unmap_pages(void* start, size_t bytes) { munmap(start, bytes); }
void unmap_tail(char* start, size_t kept, size_t bytes) { munmap(start + kept, bytes - kept); }
#endif

size_t whole_pages(size_t bytes) {
  const size_t page = page_size();
  return (bytes + page - 1) / page * page;
}

/// Rows worked on between two looks at the cancel flag.
constexpr size_t STEP = 4096;

bool row_is_finite(const float* x, size_t d) {
  // An exponent of all ones is what NaN and infinity have in common; the loop vectorizes, std::isfinite does not.
  uint32_t bad = 0;
  for (size_t j = 0; j < d; ++j) {
    uint32_t bits;
    std::memcpy(&bits, x + j, 4);
    bad |= (bits & 0x7f800000) == 0x7f800000;
  }
  return bad == 0;
}

std::vector<float> row_norms(Job& job, const MatrixData& matrix) {
  std::vector<float> norms(matrix.rows());
  for (size_t i = 0; i < matrix.rows(); i += STEP) {
    job.check();
    faiss::fvec_norms_L2(norms.data() + i, matrix.row(i), matrix.columns(), std::min(STEP, matrix.rows() - i));
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

namespace {

void require_addressable(size_t rows, size_t columns) {
  if (columns > std::numeric_limits<size_t>::max() / 2 / sizeof(float) / rows) {
    throw Failure("MEMORY", "A matrix of that size does not fit into any memory.");
  }
}

}  // namespace

MatrixData::MatrixData(size_t rows, size_t columns) : rows_(rows), columns_(columns) {
  if (rows == 0) return;
  require_addressable(rows, columns);
  mapped_ = whole_pages(bytes());
  data_ = static_cast<float*>(map_pages(mapped_));
  if (data_ == nullptr) {
    throw Failure("MEMORY", "Not enough memory for " + std::to_string(rows) + " x " + std::to_string(columns) +
                                " numbers (" + std::to_string(bytes() >> 20) + " MiB).");
  }
}

MatrixData::MatrixData(size_t rows, size_t columns, const std::string& path) : rows_(rows), columns_(columns) {
  if (rows == 0) return;
  require_addressable(rows, columns);
  mapped_ = whole_pages(bytes());
  scratch_ = std::make_unique<Scratch>(path, mapped_);
  data_ = reinterpret_cast<float*>(scratch_->data());
}

MatrixData::~MatrixData() {
  if (data_ != nullptr && !scratch_) unmap_pages(data_, mapped_);
}

void MatrixData::truncate(size_t rows) {
  rows_ = rows;
  if (data_ == nullptr) return;
  const size_t kept = whole_pages(bytes());
  if (kept == mapped_) return;
  if (kept == 0 && scratch_) {
    scratch_.reset();
    data_ = nullptr;
  } else if (scratch_) {
    scratch_->truncate(kept);
  } else if (kept == 0) {
    unmap_pages(data_, mapped_);
    data_ = nullptr;
  } else {
    unmap_tail(reinterpret_cast<char*>(data_), kept, mapped_);
  }
  mapped_ = kept;
}

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

void require_rows(size_t rows, size_t from, size_t count) {
  if (from > rows || count > rows - from) {
    throw Failure("ARGUMENT", "Rows " + std::to_string(from) + " to " + std::to_string(from + count) +
                                  " were asked for, but there are " + std::to_string(rows) + ".");
  }
}

size_t first_non_finite_row(const float* x, size_t n, size_t d) {
  int64_t first = static_cast<int64_t>(n);
#pragma omp parallel for reduction(min : first)
  for (int64_t i = 0; i < static_cast<int64_t>(n); ++i) {
    if (i < first && !row_is_finite(x + i * d, d)) first = i;
  }
  return static_cast<size_t>(first);
}

void MatrixHandle::init(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = DefineClass(
      env, "MatrixHandle",
      {InstanceMethod<&MatrixHandle::rows>("rows"), InstanceMethod<&MatrixHandle::columns>("columns"),
       InstanceMethod<&MatrixHandle::byte_length>("byteLength"),
       InstanceMethod<&MatrixHandle::read_region>("readRegion"),
       InstanceMethod<&MatrixHandle::write_npy>("writeNpy"),
       InstanceMethod<&MatrixHandle::to_float32_array>("toFloat32Array"), InstanceMethod<&MatrixHandle::set>("set"),
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

// set(at, data)
void MatrixHandle::set(const Napi::CallbackInfo& info) {
  guard(info.Env(), [&] {
    MatrixData& matrix = *data();
    matrix.require_writable();
    auto values = info[1].As<Napi::Float32Array>();
    const size_t at = to_size(info[0]);
    if (values.ElementLength() % matrix.columns() != 0) {
      throw Failure("DIMENSION", "The number of values is not a multiple of the " +
                                     std::to_string(matrix.columns()) + " columns.");
    }
    require_rows(matrix.rows(), at, values.ElementLength() / matrix.columns());
    if (values.ElementLength() > 0) std::memcpy(matrix.row(at), values.Data(), values.ElementLength() * sizeof(float));
    matrix.release();
  });
}

// gather(rows, job)
Napi::Value MatrixHandle::gather(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[1], {{matrix, false}}, [matrix, rows = to_vector<int32_t>(info[0])](Job& job) {
      for (int32_t row : rows) {
        if (row < 0 || static_cast<size_t>(row) >= matrix->rows()) {
          throw Failure("ARGUMENT", "There is no row " + std::to_string(row) + ".");
        }
      }
      auto result = std::make_shared<MatrixData>(rows.size(), matrix->columns());
      for (size_t i = 0; i < rows.size(); ++i) {
        if (i % SCATTERED_STEP == 0) {
          job.check();
          matrix->release();
        }
        std::memcpy(result->row(i), matrix->row(rows[i]), matrix->columns() * sizeof(float));
      }
      return Answer([result](Napi::Env env) { return make(env, result); });
    });
  });
}

// permute(order, job)
Napi::Value MatrixHandle::permute(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, order = to_vector<int32_t>(info[0])](Job&) {
      const size_t rows = matrix->rows();
      const Failure refused("ARGUMENT", "The order must name every one of the " + std::to_string(rows) +
                                            " rows exactly once.");
      if (order.size() != rows) throw refused;
      std::vector<bool> pending(rows, false);
      for (int32_t row : order) {
        if (row < 0 || static_cast<size_t>(row) >= rows || pending[row]) throw refused;
        pending[row] = true;
      }
      // Every cycle of the permutation needs one spare row.
      std::vector<float> spare(matrix->columns());
      const size_t bytes = matrix->columns() * sizeof(float);
      size_t moved = 0;
      const auto move = [&](size_t to, size_t from) {
        std::memcpy(matrix->row(to), matrix->row(from), bytes);
        if (++moved % SCATTERED_STEP == 0) matrix->release();
      };
      for (size_t first = 0; first < rows; ++first) {
        if (!pending[first]) continue;
        std::memcpy(spare.data(), matrix->row(first), bytes);
        size_t to = first;
        while (static_cast<size_t>(order[to]) != first) {
          move(to, order[to]);
          pending[to] = false;
          to = order[to];
        }
        std::memcpy(matrix->row(to), spare.data(), bytes);
        pending[to] = false;
      }
      matrix->release();
      return Answer(nothing);
    });
  });
}

// shuffle(seed, job)
Napi::Value MatrixHandle::shuffle(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = data();
    const uint64_t seed = static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value());
    return start(info.Env(), info[1], {{matrix, true}}, [matrix, seed](Job&) {
      if (matrix->rows() > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
        throw Failure("UNSUPPORTED", "More rows than can be numbered with 32 bits.");
      }
      Random random(seed);
      std::vector<int32_t> order(matrix->rows());
      std::iota(order.begin(), order.end(), 0);
      for (size_t i = matrix->rows(); i > 1; --i) {
        if (i % SCATTERED_STEP == 0) matrix->release();
        const size_t j = random.below(i);
        if (j == i - 1) continue;
        std::swap(order[i - 1], order[j]);
        std::swap_ranges(matrix->row(i - 1), matrix->row(i), matrix->row(j));
      }
      return typed_array(std::move(order));
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
      std::vector<int32_t> rows;
      for (size_t i = 0; i < matrix->rows(); ++i) {
        if (i % STEP == 0) {
          job.check();
          matrix->release();
        }
        if (!row_is_finite(matrix->row(i), matrix->columns())) rows.push_back(static_cast<int32_t>(i));
      }
      return typed_array(std::move(rows));
    });
  });
}

// close(): a job under way keeps its share until it ends.
void MatrixHandle::close(const Napi::CallbackInfo&) {
  data_.reset();
  account();
}

}  // namespace engine
