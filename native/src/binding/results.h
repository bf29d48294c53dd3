// Results as JavaScript sees them.
#pragma once

#include <napi.h>

#include <vector>

#include "algorithms/search.h"

namespace engine {

/// The labels as Int32Array; throws UNSUPPORTED when an id needs more bits.
Napi::Value to_int32_array(Napi::Env env, const std::vector<idx_t>& labels);

/// Neighbors of index.d.ts.
Napi::Value to_js(Napi::Env env, const Found& found, size_t k);

}  // namespace engine
