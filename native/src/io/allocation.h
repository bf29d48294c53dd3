// A limit on what FAISS may allocate while it reads a file: it trusts the sizes in the bytes and allocates first.
#pragma once

#include <cstdint>

namespace engine {

/// While it lives, allocations of this thread through operator new fail with std::bad_alloc once their sum passes a
/// generous multiple of the file's size. A sound index allocates about what its file holds.
class AllocationLimit {
 public:
  explicit AllocationLimit(uint64_t file_bytes);
  ~AllocationLimit();
  AllocationLimit(const AllocationLimit&) = delete;
  AllocationLimit& operator=(const AllocationLimit&) = delete;

  /// Ends the limit early: everything was read, so every size was true.
  static void lift();
  /// Whether the last limit of this thread was passed.
  static bool was_exceeded();
};

}  // namespace engine
