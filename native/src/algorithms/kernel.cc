#include "algorithms/kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "algorithms/instructions.h"

#if defined(__GNUC__) && defined(__x86_64__)
#include <immintrin.h>
#endif

namespace engine {

namespace {

#define KERNEL_SOURCE "algorithms/kernel.inc"
#include "algorithms/targets.inc"

#define KERNEL_OF(set)                                                                                        \
  Kernel {                                                                                                    \
    set::COLUMN_NUMBERS, set::code_products, set::encode, set::bound, set::products, set::complete, set::least, set::within, set::distance, set::product, \
        set::lower                                                                                            \
  }

}  // namespace

const Kernel& kernel() {
  static const Kernel chosen = CHOSEN_KERNEL(KERNEL_OF);
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
