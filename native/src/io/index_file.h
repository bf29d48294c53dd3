// Indexes in files and in memory: FAISS reads and writes through our reader and writer.
#pragma once

#include <faiss/Index.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "io/files.h"
#include "job.h"

namespace engine {

/// Reads an index, from the start of a file. Every size found in the bytes is held against the bytes that are there.
std::unique_ptr<faiss::Index> read_index(Job* job, File& file);
std::unique_ptr<faiss::Index> read_index(const uint8_t* data, size_t size);

void write_index(Job* job, const faiss::Index& index, File& file);
/// Bytes that an index takes when written.
size_t written_size(const faiss::Index& index);
/// Writes into `target`, which holds `written_size` bytes.
void write_index(const faiss::Index& index, uint8_t* target, size_t size);

}  // namespace engine
