#include "io/allocation.h"

#include <cstddef>
#include <cstdlib>
#include <limits>
#include <new>

namespace engine {

namespace {

constexpr uint64_t UNLIMITED = std::numeric_limits<uint64_t>::max();
/// For what FAISS computes from a small part of a file while it still reads the rest.
constexpr uint64_t ALLOWANCE = 128ull << 20;

thread_local uint64_t allowed = UNLIMITED;
thread_local bool exceeded = false;

void* allocate(size_t bytes) {
  if (allowed != UNLIMITED) {
    if (bytes > allowed) {
      exceeded = true;
      throw std::bad_alloc();
    }
    allowed -= bytes;
  }
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

AllocationLimit::AllocationLimit(uint64_t file_bytes) {
  exceeded = false;
  allowed = ALLOWANCE + (file_bytes > UNLIMITED / 16 ? UNLIMITED / 2 : file_bytes * 4);
}

AllocationLimit::~AllocationLimit() { lift(); }

void AllocationLimit::lift() { allowed = UNLIMITED; }

bool AllocationLimit::was_exceeded() { return exceeded; }

}  // namespace engine

// Replaced for this binary only: exports.map keeps them inside, so that FAISS in here uses them and nobody else does.
#ifdef FAISS_NODE_LIMIT_ALLOCATIONS
void* operator new(size_t bytes) { return engine::allocate(bytes); }
void* operator new[](size_t bytes) { return engine::allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
#endif
