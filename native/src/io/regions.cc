#include "io/regions.h"

#include <cstring>
#include <vector>

#include "failure.h"

namespace engine {

namespace {

/// Bytes converted at a time.
constexpr size_t CONVERT_STEP = 1u << 20;

size_t width_of(NumberType type) {
  switch (type) {
    case NumberType::F2_LITTLE:
    case NumberType::F2_BIG: return 2;
    case NumberType::F8_LITTLE:
    case NumberType::F8_BIG: return 8;
    default: return 4;
  }
}

float half_to_float(uint16_t half) {
  const uint32_t sign = static_cast<uint32_t>(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31;
  uint32_t mantissa = half & 0x3ff;
  uint32_t bits;
  if (exponent == 31) {
    bits = sign | 0x7f800000 | (mantissa << 13);
  } else if (exponent != 0) {
    bits = sign | ((exponent + 112) << 23) | (mantissa << 13);
  } else if (mantissa == 0) {
    bits = sign;
  } else {
    // Subnormal half: normal as float.
    uint32_t shift = 0;
    while ((mantissa & 0x400) == 0) {
      mantissa <<= 1;
      ++shift;
    }
    bits = sign | ((113 - shift) << 23) | ((mantissa & 0x3ff) << 13);
  }
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

bool is_big(NumberType type) { return type >= NumberType::F2_BIG; }

float convert(NumberType type, const uint8_t* source) {
  const size_t width = width_of(type);
  uint64_t bits = 0;
  for (size_t i = 0; i < width; ++i) bits = bits << 8 | source[is_big(type) ? i : width - 1 - i];
  if (width == 2) return half_to_float(static_cast<uint16_t>(bits));
  if (width == 8) {
    double value;
    std::memcpy(&value, &bits, 8);
    return static_cast<float>(value);
  }
  const uint32_t word = static_cast<uint32_t>(bits);
  float value;
  std::memcpy(&value, &word, 4);
  return value;
}

}  // namespace

void read_region(Job& job, const std::string& path, const Region& region, MatrixData& matrix) {
  if (region.at > matrix.rows() || region.rows > matrix.rows() - region.at) {
    throw Failure("ARGUMENT", "The region does not fit into the matrix.");
  }
  File file(path, File::Mode::READ);
  const size_t columns = matrix.columns();
  const size_t width = width_of(region.type);
  const uint64_t values = static_cast<uint64_t>(region.rows) * columns;
  const uint64_t size = file.size();
  const Failure too_short("IO", path + " ends before the " + std::to_string(region.rows) + " rows it announces");
  if (region.offset > size || values > (size - region.offset) / width) throw too_short;
  file.seek(region.offset);
  float* target = matrix.row(region.at);

  if (region.type == NumberType::F4_LITTLE && !region.fortran) {
    for (uint64_t done = 0, bytes = values * 4; done < bytes;) {
      job.check();
      const size_t step = static_cast<size_t>(std::min<uint64_t>(FILE_STEP, bytes - done));
      if (file.read(reinterpret_cast<uint8_t*>(target) + done, step) != step) throw too_short;
      done += step;
      matrix.release();
    }
    return;
  }

  std::vector<uint8_t> buffer(CONVERT_STEP);
  size_t row = 0, column = 0;
  for (uint64_t done = 0; done < values;) {
    job.check();
    const size_t step = static_cast<size_t>(std::min<uint64_t>(CONVERT_STEP / width, values - done));
    if (file.read(buffer.data(), step * width) != step * width) throw too_short;
    const uint8_t* source = buffer.data();
    if (!region.fortran) {
      for (size_t i = 0; i < step; ++i, source += width) target[done + i] = convert(region.type, source);
    } else {
      for (size_t i = 0; i < step; ++i, source += width) {
        target[row * columns + column] = convert(region.type, source);
        if (++row == region.rows) {
          row = 0;
          ++column;
        }
      }
    }
    done += step;
    matrix.release();
  }
}

void write_npy(Job& job, const MatrixData& matrix, size_t from, size_t count, File& file) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(count) + ", " +
                       std::to_string(matrix.columns()) + "), }";
  // Magic (6), version (2), length (2) and header fill whole blocks of 64 bytes, so that the data is aligned.
  const size_t total = (10 + header.size() + 1 + 63) / 64 * 64;
  header.append(total - 10 - header.size() - 1, ' ');
  header += '\n';
  const uint8_t start[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, static_cast<uint8_t>(header.size() & 255),
                             static_cast<uint8_t>(header.size() >> 8)};
  file.write(start, sizeof start);
  file.write(header.data(), header.size());
  const size_t step = std::max<size_t>(1, FILE_STEP / sizeof(float) / matrix.columns());
  for (size_t done = 0; done < count; done += step) {
    job.check();
    file.write(matrix.row(from + done), std::min(step, count - done) * matrix.columns() * sizeof(float));
    matrix.release();
  }
}

}  // namespace engine
