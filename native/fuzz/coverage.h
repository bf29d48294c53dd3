// Which places in the code were reached, and about how often. Needs a build with -fsanitize-coverage=trace-pc.
#pragma once

#include <cstdint>

void coverage_begin();
/// How many places were reached for the first time, or more often than ever before, since `coverage_begin`.
uint32_t coverage_end();
