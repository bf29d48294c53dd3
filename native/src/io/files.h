// Files of any name, opened by us: no path ever reaches FAISS.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace engine {

/// Bytes moved between two looks at the cancel flag.
constexpr size_t FILE_STEP = 8u << 20;

/// An open regular file and the name it goes by in messages.
struct File {
  /// SCRATCH: a new file to write and read, which is removed when it is closed.
  enum class Mode { READ, CREATE, OVERWRITE, SCRATCH };
  File(std::string path, Mode mode);
  /// To read what a descriptor of this process is open for. It stays the caller's, and so does the place it reads at.
  explicit File(int descriptor);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  uint64_t size() const;
  void seek(uint64_t offset);
  /// Reads up to `bytes`; fewer only at the end of the file.
  size_t read(void* target, size_t bytes);
  void write(const void* source, size_t bytes);
  /// Flushes to the disk and closes.
  void finish();

  const std::string path;

 private:
  void require_regular();

  const Mode mode_;
  FILE* stream_;
};

/// Runs `write` on a new file at `path`, makes it durable and returns its size. On failure no file remains.
uint64_t write_new_file(const std::string& path, const std::function<void(File&)>& write);

}  // namespace engine
