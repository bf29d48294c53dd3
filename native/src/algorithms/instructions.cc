#include "algorithms/instructions.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

namespace engine {

namespace {

struct Set {
  Instructions instructions;
  const char* name;
  bool runs;
};

const Set& choose() {
  // As targets.inc asks the compiler for.
  static const Set sets[] = {
#if defined(__GNUC__) && defined(__x86_64__)
      {Instructions::AVX512, "avx512",
       __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni")},
      {Instructions::AVX2, "avx2",
       __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")},
#endif
      {Instructions::PORTABLE, "portable", true},
  };
  const char* wanted = std::getenv("FAISS_NODE_SCAN");
  const auto is_wanted = [&](const Set& it) { return it.runs && wanted != nullptr && it.name == std::string(wanted); };
  const auto end = std::end(sets);
  const auto found = std::find_if(std::begin(sets), end, is_wanted);
  return found != end ? *found : *std::find_if(std::begin(sets), end, [](const Set& it) { return it.runs; });
}

const Set& chosen() {
  static const Set& set = choose();
  return set;
}

}  // namespace

Instructions instructions() { return chosen().instructions; }

const char* instructions_name() { return chosen().name; }

}  // namespace engine
