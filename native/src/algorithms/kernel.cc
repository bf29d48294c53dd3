#include "algorithms/kernel.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

#include "algorithms/scan.h"

#if defined(__GNUC__) && defined(__x86_64__)
#define KERNEL kernel_avx512
#define KERNEL_TARGET __attribute__((target("avx512f,avx512bw")))
#define KERNEL_LANES 16
#define KERNEL_ROWS 8
#define KERNEL_PANELS 2
namespace engine {
namespace {
#include "algorithms/kernel.inc"
}
}  // namespace engine

#define KERNEL kernel_avx2
#define KERNEL_TARGET __attribute__((target("avx2,fma")))
#define KERNEL_LANES 8
#define KERNEL_ROWS 6
#define KERNEL_PANELS 1
namespace engine {
namespace {
#include "algorithms/kernel.inc"
}
}  // namespace engine
#endif

#define KERNEL kernel_portable
#define KERNEL_TARGET
#ifdef __GNUC__
#define KERNEL_LANES 4
#else
#define KERNEL_LANES 1
#endif
#define KERNEL_ROWS 3
#define KERNEL_PANELS 1
namespace engine {
namespace {
#include "algorithms/kernel.inc"
}
}  // namespace engine

namespace engine {

namespace {

#define KERNEL_OF(set) set::PANELS_AT_ONCE, set::products, set::complete, set::least, set::within, set::distance, set::lower

const Kernel& choose() {
  static const Kernel kernels[] = {
#if defined(__GNUC__) && defined(__x86_64__)
      {"avx512", KERNEL_OF(kernel_avx512)},
      {"avx2", KERNEL_OF(kernel_avx2)},
#endif
      {"portable", KERNEL_OF(kernel_portable)},
  };
  // What the processor can do is known from the search of lists.
  const auto fits = [](const Kernel& it) {
#if defined(__GNUC__) && defined(__x86_64__)
    if (it.name == std::string("avx512") && !__builtin_cpu_supports("avx512bw")) return false;
#endif
    return it.name == std::string(scan_name());
  };
  const auto found = std::find_if(std::begin(kernels), std::end(kernels), fits);
  return found != std::end(kernels) ? *found : *(std::end(kernels) - (scan_name() == std::string("avx512") ? 2 : 1));
}

}  // namespace

const Kernel& kernel() {
  static const Kernel& chosen = choose();
  return chosen;
}

void lay_out_panels(const float* rows, const float* factors, size_t count, size_t d, float* panels) {
  const int64_t panel_count = static_cast<int64_t>(whole_panels(count) / PANEL);
#pragma omp parallel for
  for (int64_t p = 0; p < panel_count; ++p) {
    float* panel = panels + p * PANEL * d;
    const size_t first = p * PANEL, width = std::min(PANEL, count - first);
    float of_panel[PANEL] = {};
    for (size_t c = 0; c < width; ++c) of_panel[c] = factors == nullptr ? 1 : factors[first + c];
    for (size_t j = 0; j < d; ++j) {
      for (size_t c = 0; c < width; ++c) panel[j * PANEL + c] = of_panel[c] * rows[(first + c) * d + j];
      for (size_t c = width; c < PANEL; ++c) panel[j * PANEL + c] = 0;
    }
  }
}

}  // namespace engine
