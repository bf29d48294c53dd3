// Files of any name, opened by us: no path ever reaches FAISS.
#pragma once

#include <faiss/impl/io.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "job.h"
#include "matrix.h"

namespace engine {

/// An open regular file and the name it goes by in messages.
struct File {
  /// SCRATCH: a new file to write and read, which is removed when it is closed.
  enum class Mode { READ, CREATE, OVERWRITE, SCRATCH };
  File(std::string path, Mode mode);
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
  const Mode mode_;
  FILE* stream_;
};

/// Runs `write` on a new file at `path`, makes it durable and returns its size. On failure no file remains.
uint64_t write_new_file(const std::string& path, const std::function<void(File&)>& write);

/// Reads an index. Every size found in the bytes is held against the bytes that are there.
std::unique_ptr<faiss::Index> read_index(Job* job, const std::string& path);
std::unique_ptr<faiss::Index> read_index(const uint8_t* data, size_t size);

void write_index(Job* job, const faiss::Index& index, File& file);
/// Bytes that an index takes when written.
size_t written_size(const faiss::Index& index);
/// Writes into `target`, which holds `written_size` bytes.
void write_index(const faiss::Index& index, uint8_t* target, size_t size);

enum class NumberType { F4_LITTLE, F4_BIG, F2_LITTLE, F8_LITTLE };

/// A block of numbers inside a file, see FileRegion in index.d.ts.
struct Region {
  uint64_t offset;
  NumberType type;
  size_t rows;
  bool fortran;
  size_t at;
};

/// Fills rows of `matrix` from a file.
void read_region(Job& job, const std::string& path, const Region& region, MatrixData& matrix);

/// Writes rows as .npy version 1.0, little-endian float32 in C order.
void write_npy(Job& job, const MatrixData& matrix, size_t from, size_t count, File& file);

}  // namespace engine
