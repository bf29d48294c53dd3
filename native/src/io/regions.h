// Rows of a matrix in files of other programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "io/files.h"
#include "io/matrix.h"
#include "job.h"

namespace engine {

/// IEEE floats, in the order of NUMBER_TYPES in lib/arguments.js.
enum class NumberType { F2_LITTLE, F4_LITTLE, F8_LITTLE, F2_BIG, F4_BIG, F8_BIG };

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
