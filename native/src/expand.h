// Alpha query expansion: each row moves towards its nearest rows.
#pragma once

#include <napi.h>

namespace engine {

/// expand(x, base | undefined, alpha, neighbors, includeSelf, restoreNorms, repetitions, search, nlist, nprobe,
///        targetRecall, seed, scratch, job)
Napi::Value expand(const Napi::CallbackInfo& info);

}  // namespace engine
