// Which instructions the engine's own kernels are made of.
#pragma once

namespace engine {

enum class Instructions { AVX512, AVX2, PORTABLE };

/// The widest that this processor has, or those that FAISS_NODE_SCAN names where it has them.
Instructions instructions();

/// `avx512`, `avx2` or `portable`.
const char* instructions_name();

}  // namespace engine
