#include "io/index_file.h"

#include <faiss/index_io.h>
#include <faiss/impl/io.h>

#include <cstring>

#include "failure.h"
#include "io/allocation.h"
#include "io/structure.h"

namespace engine {

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
      const size_t step = std::min(FILE_STEP, bytes - done);
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

std::unique_ptr<faiss::Index> read_index(Job* job, File& file) {
  // Whoever shares the place it reads at may have read meanwhile.
  file.seek(0);
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
      const size_t step = std::min(FILE_STEP, bytes - done);
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

}  // namespace engine
