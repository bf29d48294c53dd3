// What an index of FAISS is made of.
#pragma once

#include <faiss/Index.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>

#include <memory>
#include <string>
#include <vector>

namespace engine {

#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
// Moved out of the class in 1.7.4.
using idx_t = faiss::Index::idx_t;
#else
using idx_t = faiss::idx_t;
#endif

/// The IVF inside an index and the transforms a vector passes before it, outermost first.
struct IvfPath {
  faiss::IndexIVF* ivf = nullptr;
  std::vector<const faiss::IndexPreTransform*> transforms;

  /// n vectors as the IVF sees them; `owned` receives them when they had to be computed.
  const float* apply(const float* x, size_t n, std::unique_ptr<const float[]>& owned) const;
};

/// Looks through transforms, id maps and refinement. `ivf` is null when there is none.
IvfPath find_ivf(const faiss::Index& index);
/// As above; throws UNSUPPORTED when there is none.
IvfPath require_ivf(const faiss::Index& index);

/// Lists whose codes lie interleaved in blocks (fast scan): FAISS can neither move nor decode them one by one.
bool has_blocked_lists(const faiss::IndexIVF& ivf);

/// Throws CORRUPT when parts of an index that was read contradict each other. FAISS itself checks only some.
void require_sound(const faiss::Index& index);

/// FAISS class name without namespace, such as IndexIVFFlat.
std::string type_name(const faiss::Index& index);

}  // namespace engine
