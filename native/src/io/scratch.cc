#include "io/scratch.h"

#include <atomic>
#include <cerrno>

#include "failure.h"

#ifdef _WIN32
#include <windows.h>

#include <filesystem>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace engine {

std::unique_ptr<Scratch> Scratch::beside(size_t bytes) const {
  static std::atomic<unsigned> made{0};
  return std::make_unique<Scratch>(path_ + "." + std::to_string(++made), bytes);
}

#ifdef _WIN32

namespace {

int errno_of(DWORD error) {
  switch (error) {
    case ERROR_ACCESS_DENIED: return EACCES;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS: return EEXIST;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND: return ENOENT;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL: return ENOSPC;
    case ERROR_FILENAME_EXCED_RANGE: return ENAMETOOLONG;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_COMMITMENT_LIMIT: return ENOMEM;
    case ERROR_WRITE_PROTECT: return EROFS;
    case ERROR_SHARING_VIOLATION: return EBUSY;
    default: return EIO;
  }
}

}  // namespace

Scratch::Scratch(const std::string& path, size_t bytes) : path_(path) {
  const std::wstring name = std::filesystem::u8path(path).wstring();
  // The system deletes the file with its last handle, and keeps its pages in memory while it can.
  file_ = CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                      FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  if (file_ == INVALID_HANDLE_VALUE) throw system_failure("could not make " + path, errno_of(GetLastError()));
  LARGE_INTEGER size;
  size.QuadPart = static_cast<LONGLONG>(bytes);
  HANDLE mapping = nullptr;
  if (SetFilePointerEx(file_, size, nullptr, FILE_BEGIN) && SetEndOfFile(file_)) {
    mapping = CreateFileMappingW(file_, nullptr, PAGE_READWRITE, 0, 0, nullptr);
  }
  if (mapping != nullptr) data_ = static_cast<char*>(MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, bytes));
  const DWORD error = GetLastError();
  // The view keeps the mapping.
  if (mapping != nullptr) CloseHandle(mapping);
  if (data_ == nullptr) {
    CloseHandle(file_);
    throw system_failure("could not make " + path + " large enough", errno_of(error));
  }
  mapped_ = bytes;
}

Scratch::~Scratch() {
  UnmapViewOfFile(data_);
  CloseHandle(file_);
}

// Unlocking pages that are not locked takes them out of the working set (documented for VirtualUnlock).
void Scratch::release() const { VirtualUnlock(data_, mapped_); }

// A part of a view cannot be unmapped: the room comes back with the rest.
void Scratch::truncate(size_t) {}

#else

namespace {

/// Makes the file `bytes` long with room for all of them; an errno, 0 for success. Without it a full disk would end the
/// process with SIGBUS once the pages are written.
int reserve(int file, size_t bytes) {
#ifdef __APPLE__
  fstore_t room = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, static_cast<off_t>(bytes), 0};
  if (fcntl(file, F_PREALLOCATE, &room) != 0) return errno;
  return ftruncate(file, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
#else
  int error;
  do error = posix_fallocate(file, 0, static_cast<off_t>(bytes));
  while (error == EINTR);
  return error;
#endif
}

}  // namespace

Scratch::Scratch(const std::string& path, size_t bytes) : path_(path) {
  file_ = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) throw system_failure("could not make " + path, errno);
  // The name goes at once, the file with its last user.
  unlink(path.c_str());
  int error = reserve(file_, bytes);
  if (error == 0) {
    void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (start == MAP_FAILED) {
      error = errno;
    } else {
      data_ = static_cast<char*>(start);
    }
  }
  if (error != 0) {
    close(file_);
    throw system_failure("could not make " + path + " large enough", error);
  }
  mapped_ = bytes;
}

Scratch::~Scratch() {
  munmap(data_, mapped_);
  close(file_);
}

void Scratch::release() const { madvise(data_, mapped_, MADV_DONTNEED); }

void Scratch::truncate(size_t bytes) {
  if (bytes >= mapped_) return;
  munmap(data_ + bytes, mapped_ - bytes);
  mapped_ = bytes;
  // Room that cannot be given back now comes back with the rest.
  const int ignored = ftruncate(file_, static_cast<off_t>(bytes));
  static_cast<void>(ignored);
}

#endif

}  // namespace engine
