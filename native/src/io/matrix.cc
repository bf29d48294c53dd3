#include "io/matrix.h"

#include <limits>

#include "failure.h"

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
void empty_pages(char* start, size_t bytes) { VirtualAlloc(start, bytes, MEM_RESET, PAGE_READWRITE); }
#else
size_t page_size() { return static_cast<size_t>(sysconf(_SC_PAGESIZE)); }
void* map_pages(size_t bytes) {
  void* start = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return nullptr;
#ifdef MADV_HUGEPAGE
  // Asking the system for each small page costs more than what is done with the vectors. It may refuse.
  madvise(start, bytes, MADV_HUGEPAGE);
#endif
  return start;
}
void unmap_pages(void* start, size_t bytes) { munmap(start, bytes); }
void unmap_tail(char* start, size_t kept, size_t bytes) { munmap(start + kept, bytes - kept); }
void empty_pages(char* start, size_t bytes) {
#ifdef __linux__
  madvise(start, bytes, MADV_DONTNEED);
#else
  madvise(start, bytes, MADV_FREE);
#endif
}
#endif

size_t whole_pages(size_t bytes) {
  const size_t page = page_size();
  return (bytes + page - 1) / page * page;
}

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

void MatrixData::adopt(std::unique_ptr<Scratch> scratch) {
  scratch_ = std::move(scratch);
  data_ = reinterpret_cast<float*>(scratch_->data());
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

void MatrixData::discard(size_t from, size_t count) {
  if (data_ == nullptr || scratch_) return;
  const size_t page = page_size(), row = columns_ * sizeof(float);
  const size_t first = whole_pages(from * row), end = (from + count) * row / page * page;
  if (end > first) empty_pages(reinterpret_cast<char*>(data_) + first, end - first);
}

void require_rows(size_t rows, size_t from, size_t count) {
  if (from > rows || count > rows - from) {
    throw Failure("ARGUMENT", "Rows " + std::to_string(from) + " to " + std::to_string(from + count) +
                                  " were asked for, but there are " + std::to_string(rows) + ".");
  }
}

}  // namespace engine
