#include "io/structure.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexFlatCodes.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexRefine.h>

#include <typeinfo>

#include "failure.h"

#ifdef __GNUG__
#include <cxxabi.h>

#include <cstdlib>
#endif

namespace engine {

const float* IvfPath::apply(const float* x, size_t n, std::unique_ptr<const float[]>& owned) const {
  for (const faiss::IndexPreTransform* transform : transforms) {
    const float* next = transform->apply_chain(n, x);
    if (next == x) continue;
    owned.reset(next);
    x = next;
  }
  return x;
}

IvfPath find_ivf(const faiss::Index& outer) {
  IvfPath path;
  for (const faiss::Index* index = &outer; index != nullptr;) {
    if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
      path.ivf = const_cast<faiss::IndexIVF*>(ivf);
      return path;
    }
    if (const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
      path.transforms.push_back(transform);
      index = transform->index;
    } else if (const auto* map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
      index = map->index;
    } else if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(index)) {
      index = refine->base_index;
    } else {
      break;
    }
  }
  return path;
}

IvfPath require_ivf(const faiss::Index& index) {
  IvfPath path = find_ivf(index);
  if (path.ivf == nullptr) throw Failure("UNSUPPORTED", "This index type has no groups (inverted lists).");
  return path;
}

bool has_blocked_lists(const faiss::IndexIVF& ivf) {
  return ivf.invlists->code_size == faiss::InvertedLists::INVALID_CODE_SIZE;
}

namespace {

void require(bool sound, const char* what) {
  if (!sound) throw Failure("CORRUPT", std::string("The parts of the index contradict each other: ") + what + ".");
}

}  // namespace

void require_sound(const faiss::Index& index) {
  require(index.d > 0, "dimension");
  require(index.ntotal >= 0, "number of vectors");
  if (const auto* flat = dynamic_cast<const faiss::IndexFlatCodes*>(&index)) {
    require(flat->codes.size() == static_cast<size_t>(flat->ntotal) * flat->code_size, "number of vectors");
    if (dynamic_cast<const faiss::IndexFlat*>(&index) != nullptr) {
      require(flat->code_size == flat->d * sizeof(float), "size of a vector");
    }
  } else if (const auto* ivf = dynamic_cast<const faiss::IndexIVF*>(&index)) {
    require(ivf->quantizer != nullptr && ivf->invlists != nullptr, "lists");
    require_sound(*ivf->quantizer);
    require(ivf->quantizer->d == ivf->d, "dimension of the centroids");
    require(ivf->nlist > 0 && ivf->invlists->nlist == ivf->nlist, "number of groups");
    require(!ivf->is_trained || ivf->quantizer->ntotal == static_cast<idx_t>(ivf->nlist), "number of centroids");
    if (dynamic_cast<const faiss::IndexIVFFlat*>(&index) != nullptr) {
      require(ivf->code_size == ivf->d * sizeof(float), "size of a vector");
    }
    if (!has_blocked_lists(*ivf)) require(ivf->invlists->code_size == ivf->code_size, "size of a vector");
    require(ivf->invlists->compute_ntotal() == static_cast<size_t>(ivf->ntotal), "number of vectors");
  } else if (const auto* transform = dynamic_cast<const faiss::IndexPreTransform*>(&index)) {
    require(transform->index != nullptr, "inner index");
    require_sound(*transform->index);
    int d = index.d;
    for (const faiss::VectorTransform* step : transform->chain) {
      require(step->d_in == d && step->d_out > 0, "dimension of a transform");
      d = step->d_out;
    }
    require(transform->index->d == d, "dimension of a transform");
  } else if (const auto* refine = dynamic_cast<const faiss::IndexRefine*>(&index)) {
    require(refine->base_index != nullptr && refine->refine_index != nullptr, "inner index");
    require_sound(*refine->base_index);
    require_sound(*refine->refine_index);
    require(refine->base_index->d == index.d && refine->refine_index->d == index.d, "dimension");
    require(refine->base_index->ntotal == index.ntotal && refine->refine_index->ntotal == index.ntotal,
            "number of vectors");
  } else if (const auto* map = dynamic_cast<const faiss::IndexIDMap*>(&index)) {
    require(map->index != nullptr, "inner index");
    require_sound(*map->index);
    require(map->index->d == index.d, "dimension");
    require(map->id_map.size() == static_cast<size_t>(index.ntotal), "number of ids");
  }
}

std::string type_name(const faiss::Index& index) {
  std::string name = typeid(index).name();
#ifdef __GNUG__
  int status = 0;
  std::unique_ptr<char, void (*)(void*)> readable(abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  if (readable) name = readable.get();
#endif
  // "faiss::IndexIDMapTemplate<faiss::Index>", "struct faiss::IndexFlatL2"
  name = name.substr(0, name.find('<'));
  name = name.substr(name.rfind(':') == std::string::npos ? 0 : name.rfind(':') + 1);
  const size_t suffix = name.find("Template");
  return suffix == std::string::npos ? name : name.substr(0, suffix);
}

}  // namespace engine
