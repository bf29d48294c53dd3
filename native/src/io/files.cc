#include "io/files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "failure.h"

#ifdef _WIN32
#include <io.h>
#include <windows.h>

#include <filesystem>
#else
#include <unistd.h>
#endif

namespace engine {

namespace {

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

/// Null with an errno where the descriptor is not open.
FILE* open_second(int descriptor) {
#ifdef _WIN32
  // A descriptor is a number of Node's own C library, which only Node can look up.
  using Lookup = HANDLE (*)(int);
  const auto lookup = reinterpret_cast<Lookup>(
      reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(nullptr), "uv_get_osfhandle")));
  HANDLE handle = lookup == nullptr ? INVALID_HANDLE_VALUE : lookup(descriptor);
  HANDLE second = nullptr;
  const HANDLE process = GetCurrentProcess();
  if (handle == INVALID_HANDLE_VALUE ||
      !DuplicateHandle(process, handle, process, &second, 0, FALSE, DUPLICATE_SAME_ACCESS)) {
    errno = EBADF;
    return nullptr;
  }
  const int own = _open_osfhandle(reinterpret_cast<intptr_t>(second), _O_RDONLY | _O_BINARY);
  return own < 0 ? nullptr : _fdopen(own, "rb");
#else
  const int own = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
  return own < 0 ? nullptr : fdopen(own, "rb");
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
  require_regular();
}

File::File(int descriptor)
    : path("descriptor " + std::to_string(descriptor)), mode_(Mode::READ), stream_(open_second(descriptor)) {
  if (stream_ == nullptr) throw system_failure("could not read " + path, errno);
  require_regular();
}

void File::require_regular() {
  Status status;
  const int error = status_of(stream_, &status) != 0          ? errno
                    : (status.st_mode & S_IFMT) == S_IFDIR    ? EISDIR
                    : (status.st_mode & S_IFMT) != S_IFREG    ? EINVAL
                                                              : 0;
  if (error == 0) return;
  fclose(stream_);
  throw system_failure("could not open " + path + " as a file", error);
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

}  // namespace engine
