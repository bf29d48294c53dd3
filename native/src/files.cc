#include "files.h"

#include <faiss/Index.h>
#include <faiss/index_io.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "allocation.h"
#include "index.h"

#ifdef _WIN32
#include <io.h>

#include <filesystem>
#else
#include <unistd.h>
#endif

namespace engine {

namespace {

/// Bytes moved between two looks at the cancel flag.
constexpr size_t STEP = 8u << 20;
/// Bytes converted at a time.
constexpr size_t CONVERT_STEP = 1u << 20;

const char* stream_mode(File::Mode mode) {
  return mode == File::Mode::READ ? "rb" : mode == File::Mode::SCRATCH ? "w+b" : "wb";
}

FILE* open_stream(const std::string& path, File::Mode mode) {
#ifdef _WIN32
  const std::wstring name = std::filesystem::u8path(path).wstring();
  const int flags = _O_BINARY | (mode == File::Mode::READ     ? _O_RDONLY
                                 : mode == File::Mode::CREATE ? _O_WRONLY | _O_CREAT | _O_EXCL
                                 : mode == File::Mode::SCRATCH ? _O_RDWR | _O_CREAT | _O_EXCL
                                                              : _O_WRONLY | _O_CREAT | _O_TRUNC);
  const int descriptor = _wopen(name.c_str(), flags, _S_IREAD | _S_IWRITE);
  return descriptor < 0 ? nullptr : _fdopen(descriptor, stream_mode(mode));
#else
  // O_NONBLOCK: opening a pipe must not wait for the other end.
  const int flags = O_CLOEXEC | (mode == File::Mode::READ     ? O_RDONLY | O_NONBLOCK
                                 : mode == File::Mode::CREATE ? O_WRONLY | O_CREAT | O_EXCL
                                 : mode == File::Mode::SCRATCH ? O_RDWR | O_CREAT | O_EXCL
                                                              : O_WRONLY | O_CREAT | O_TRUNC);
  const int descriptor = open(path.c_str(), flags, 0666);
  return descriptor < 0 ? nullptr : fdopen(descriptor, stream_mode(mode));
#endif
}

#ifdef _WIN32
using Status = struct _stat64;
int status_of(FILE* stream, Status* status) { return _fstat64(_fileno(stream), status); }
int seek_stream(FILE* stream, uint64_t offset) { return _fseeki64(stream, static_cast<int64_t>(offset), SEEK_SET); }
int sync_stream(FILE* stream) { return _commit(_fileno(stream)); }
void remove_file(const std::string& path) { _wremove(std::filesystem::u8path(path).wstring().c_str()); }
#else
using Status = struct stat;
int status_of(FILE* stream, Status* status) { return fstat(fileno(stream), status); }
int seek_stream(FILE* stream, uint64_t offset) { return fseeko(stream, static_cast<off_t>(offset), SEEK_SET); }
int sync_stream(FILE* stream) { return fsync(fileno(stream)); }
void remove_file(const std::string& path) { unlink(path.c_str()); }
#endif

}  // namespace

File::File(std::string name, Mode mode) : path(std::move(name)), mode_(mode), stream_(open_stream(path, mode)) {
  if (stream_ == nullptr) {
    throw system_failure("could not open " + path + (mode == Mode::READ ? " for reading" : " for writing"), errno);
  }
  Status status;
  const int error = status_of(stream_, &status) != 0          ? errno
                    : (status.st_mode & S_IFMT) == S_IFDIR    ? EISDIR
                    : (status.st_mode & S_IFMT) != S_IFREG    ? EINVAL
                                                              : 0;
  if (error != 0) {
    fclose(stream_);
    throw system_failure("could not open " + path + " as a file", error);
  }
}

File::~File() {
  if (stream_ != nullptr) fclose(stream_);
  if (mode_ == Mode::SCRATCH) remove_file(path);
}

uint64_t File::size() const {
  Status status;
  if (status_of(stream_, &status) != 0) throw system_failure("could not look at " + path, errno);
  return static_cast<uint64_t>(status.st_size);
}

void File::seek(uint64_t offset) {
  if (seek_stream(stream_, offset) != 0) throw system_failure("could not read " + path, errno);
}

size_t File::read(void* target, size_t bytes) {
  const size_t got = fread(target, 1, bytes, stream_);
  if (got < bytes && ferror(stream_)) throw system_failure("could not read " + path, errno);
  return got;
}

void File::write(const void* source, size_t bytes) {
  if (fwrite(source, 1, bytes, stream_) != bytes) throw system_failure("could not write " + path, errno);
}

void File::finish() {
  if (fflush(stream_) != 0 || sync_stream(stream_) != 0) throw system_failure("could not write " + path, errno);
  FILE* stream = stream_;
  stream_ = nullptr;
  if (fclose(stream) != 0) throw system_failure("could not write " + path, errno);
}

uint64_t write_new_file(const std::string& path, const std::function<void(File&)>& write) {
  auto file = std::make_unique<File>(path, File::Mode::CREATE);
  try {
    write(*file);
    const uint64_t size = (file->finish(), File(path, File::Mode::READ).size());
    return size;
  } catch (...) {
    file.reset();
    remove_file(path);
    throw;
  }
}

namespace {

/// What both readers share: how many bytes are left, and what is refused.
struct CheckedReader : faiss::IOReader {
  explicit CheckedReader(uint64_t size) : left(size) {}

  virtual void take(uint8_t* target, size_t bytes) = 0;

  size_t operator()(void* target, size_t size, size_t count) override {
    if (size == 0 || count == 0) return count;
    if (count > left / size) {
      throw Failure("CORRUPT", "The file ends too early, or its sizes are wrong: " + std::to_string(count) + " x " +
                                   std::to_string(size) + " bytes are announced and " + std::to_string(left) +
                                   " are left.");
    }
    take(static_cast<uint8_t*>(target), size * count);
    left -= size * count;
    if (left == 0) AllocationLimit::lift();
    // Lists kept in a second file, which FAISS would open by a path found in this one.
    if (size == 4 && count == 1 && std::memcmp(target, "ilod", 4) == 0) {
      throw Failure("UNSUPPORTED", "The index keeps its lists in another file.");
    }
    return count;
  }

  uint64_t left;
};

struct FileReader : CheckedReader {
  FileReader(Job* job, File& file) : CheckedReader(file.size()), job(job), file(file) { name = file.path; }

  void take(uint8_t* target, size_t bytes) override {
    for (size_t done = 0; done < bytes;) {
      if (job != nullptr) job->check();
      const size_t step = std::min(STEP, bytes - done);
      if (file.read(target + done, step) != step) throw Failure("IO", file.path + " became shorter while it was read");
      done += step;
    }
  }

  Job* job;
  File& file;
};

struct MemoryReader : CheckedReader {
  MemoryReader(const uint8_t* data, size_t size) : CheckedReader(size), at(data) {}

  void take(uint8_t* target, size_t bytes) override {
    std::memcpy(target, at, bytes);
    at += bytes;
  }

  const uint8_t* at;
};

std::unique_ptr<faiss::Index> read_checked(CheckedReader& reader) {
  try {
    AllocationLimit limit(reader.left);
    std::unique_ptr<faiss::Index> index(faiss::read_index(&reader));
    require_sound(*index);
    return index;
  } catch (const Failure&) {
    throw;
  } catch (const std::bad_alloc&) {
    if (!AllocationLimit::was_exceeded()) throw;
    throw Failure("CORRUPT", "The sizes in the file are larger than the file.");
  } catch (const std::length_error&) {
    throw Failure("CORRUPT", "The sizes in the file are impossible.");
  } catch (const std::exception& exception) {
    throw Failure("CORRUPT", faiss_message(exception));
  }
}

}  // namespace

std::unique_ptr<faiss::Index> read_index(Job* job, const std::string& path) {
  File file(path, File::Mode::READ);
  FileReader reader(job, file);
  return read_checked(reader);
}

std::unique_ptr<faiss::Index> read_index(const uint8_t* data, size_t size) {
  MemoryReader reader(data, size);
  return read_checked(reader);
}

namespace {

struct FileWriter : faiss::IOWriter {
  FileWriter(Job* job, File& file) : job(job), file(file) { name = file.path; }

  size_t operator()(const void* source, size_t size, size_t count) override {
    const size_t bytes = size * count;
    for (size_t done = 0; done < bytes;) {
      if (job != nullptr) job->check();
      const size_t step = std::min(STEP, bytes - done);
      file.write(static_cast<const uint8_t*>(source) + done, step);
      done += step;
    }
    return count;
  }

  Job* job;
  File& file;
};

struct CountingWriter : faiss::IOWriter {
  size_t operator()(const void*, size_t size, size_t count) override {
    total += size * count;
    return count;
  }

  size_t total = 0;
};

struct MemoryWriter : faiss::IOWriter {
  MemoryWriter(uint8_t* target, size_t size) : at(target), left(size) {}

  size_t operator()(const void* source, size_t size, size_t count) override {
    const size_t bytes = size * count;
    if (bytes > left) throw Failure("FAISS", "The index grew while it was written.");
    if (bytes > 0) std::memcpy(at, source, bytes);
    at += bytes;
    left -= bytes;
    return count;
  }

  uint8_t* at;
  size_t left;
};

}  // namespace

void write_index(Job* job, const faiss::Index& index, File& file) {
  FileWriter writer(job, file);
  faiss::write_index(&index, &writer);
}

size_t written_size(const faiss::Index& index) {
  CountingWriter writer;
  faiss::write_index(&index, &writer);
  return writer.total;
}

void write_index(const faiss::Index& index, uint8_t* target, size_t size) {
  MemoryWriter writer(target, size);
  faiss::write_index(&index, &writer);
}

namespace {

size_t width_of(NumberType type) {
  switch (type) {
    case NumberType::F2_LITTLE: return 2;
    case NumberType::F8_LITTLE: return 8;
    default: return 4;
  }
}

float half_to_float(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31;
  uint32_t mantissa = half & 0x3ff;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | (mantissa << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else if (mantissa == 0) {
    bits = sign;
  } else {
    // Subnormal half: normal as float.
    uint32_t shift = 0;
    while ((mantissa & 0x400) == 0) {
      mantissa <<= 1;
      ++shift;
    }
    bits = sign | ((113 - shift) << 23) | ((mantissa & 0x3ff) << 13);
  }
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

float convert(NumberType type, const uint8_t* source) {
  switch (type) {
    case NumberType::F4_LITTLE: {
      float value;
      std::memcpy(&value, source, 4);
      return value;
    }
    case NumberType::F4_BIG: {
      const uint32_t bits = static_cast<uint32_t>(source[0]) << 24 | source[1] << 16 | source[2] << 8 | source[3];
      float value;
      std::memcpy(&value, &bits, 4);
      return value;
    }
    case NumberType::F2_LITTLE:
      return half_to_float(static_cast<uint16_t>(source[0] | source[1] << 8));
    case NumberType::F8_LITTLE: {
      double value;
      std::memcpy(&value, source, 8);
      return static_cast<float>(value);
    }
  }
  return 0;
}

}  // namespace

void read_region(Job& job, const std::string& path, const Region& region, MatrixData& matrix) {
  if (region.at > matrix.rows() || region.rows > matrix.rows() - region.at) {
    throw Failure("ARGUMENT", "The region does not fit into the matrix.");
  }
  File file(path, File::Mode::READ);
  const size_t columns = matrix.columns();
  const size_t width = width_of(region.type);
  const uint64_t values = static_cast<uint64_t>(region.rows) * columns;
  const uint64_t size = file.size();
  const Failure too_short("IO", path + " ends before the " + std::to_string(region.rows) + " rows it announces");
  if (region.offset > size || values > (size - region.offset) / width) throw too_short;
  file.seek(region.offset);
  float* target = matrix.row(region.at);

  if (region.type == NumberType::F4_LITTLE && !region.fortran) {
    for (uint64_t done = 0, bytes = values * 4; done < bytes;) {
      job.check();
      const size_t step = static_cast<size_t>(std::min<uint64_t>(STEP, bytes - done));
      if (file.read(reinterpret_cast<uint8_t*>(target) + done, step) != step) throw too_short;
      done += step;
      matrix.release();
    }
    return;
  }

  std::vector<uint8_t> buffer(CONVERT_STEP);
  size_t row = 0, column = 0;
  for (uint64_t done = 0; done < values;) {
    job.check();
    const size_t step = static_cast<size_t>(std::min<uint64_t>(CONVERT_STEP / width, values - done));
    if (file.read(buffer.data(), step * width) != step * width) throw too_short;
    const uint8_t* source = buffer.data();
    if (!region.fortran) {
      for (size_t i = 0; i < step; ++i, source += width) target[done + i] = convert(region.type, source);
    } else {
      for (size_t i = 0; i < step; ++i, source += width) {
        target[row * columns + column] = convert(region.type, source);
        if (++row == region.rows) {
          row = 0;
          ++column;
        }
      }
    }
    done += step;
    matrix.release();
  }
}

void write_npy(Job& job, const MatrixData& matrix, size_t from, size_t count, File& file) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(count) + ", " +
                       std::to_string(matrix.columns()) + "), }";
  // Magic (6), version (2), length (2) and header fill whole blocks of 64 bytes, so that the data is aligned.
  const size_t total = (10 + header.size() + 1 + 63) / 64 * 64;
  header.append(total - 10 - header.size() - 1, ' ');
  header += '\n';
  const uint8_t start[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<uint8_t>(header.size() & 255),
                             static_cast<uint8_t>(header.size() >> 8)};
  file.write(start, sizeof start);
  file.write(header.data(), header.size());
  FileWriter writer(&job, file);
  const size_t step = std::max<size_t>(1, STEP / sizeof(float) / matrix.columns());
  for (size_t done = 0; done < count; done += step) {
    writer(matrix.row(from + done), sizeof(float), std::min(step, count - done) * matrix.columns());
    matrix.release();
  }
}

}  // namespace engine
