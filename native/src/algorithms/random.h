// The engine's own random numbers: the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace engine {

/// xoshiro256** seeded by splitmix64 (Blackman and Vigna, public domain algorithms): the same numbers on every machine.
class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) {
      seed += 0x9e3779b97f4a7c15;
      uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      word = z ^ (z >> 31);
    }
  }

  /// Uniform in 0..bound-1, without the bias of a plain remainder.
  uint64_t below(uint64_t bound) {
    const uint64_t refused = (0 - bound) % bound;
    uint64_t value;
    do value = next();
    while (value < refused);
    return value % bound;
  }

 private:
  static uint64_t rotate(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

  uint64_t next() {
    const uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  uint64_t state_[4];
};

}  // namespace engine
