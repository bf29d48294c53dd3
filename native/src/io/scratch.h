// Memory whose pages live in a file: more of it may be in use than the machine has.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace engine {

/// Zeros in a new file, which is gone when this is, even where the process ends before.
class Scratch {
 public:
  /// Reserves all of the room. Throws IO: the file exists or cannot be made, the disk is full.
  Scratch(const std::string& path, size_t bytes);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  /// Zeros in another new file in the same folder. Throws IO.
  std::unique_ptr<Scratch> beside(size_t bytes) const;

  char* data() const { return data_; }
  /// Takes the pages read or written so far out of the process. The system keeps them as long as it has room, then
  /// writes them to the file; they come back when they are touched.
  void release() const;
  /// Keeps the first `bytes`, a multiple of the page size, and gives the rest of the room back as far as the system can.
  void truncate(size_t bytes);

 private:
  const std::string path_;
  char* data_ = nullptr;
  size_t mapped_ = 0;
#ifdef _WIN32
  void* file_ = nullptr;
#else
  int file_ = -1;
#endif
};

}  // namespace engine
