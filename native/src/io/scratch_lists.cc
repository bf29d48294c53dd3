#include "io/scratch_lists.h"

#include <faiss/impl/io.h>
#include <faiss/invlists/InvertedListsIOHook.h>

#include <algorithm>
#include <cstring>
#include <typeinfo>

#include "failure.h"

namespace engine {

namespace {

/// Bytes of the file that may be read before its pages are let go of.
constexpr size_t MOST_READ = 64u << 20;

Failure unchangeable() {
  return Failure("UNSUPPORTED", "The index keeps its lists in a scratch file. Save it and open it to change them.");
}

/// Where each list begins when all stand one after the other.
std::vector<size_t> starts_of(const std::vector<idx_t>& groups, size_t nlist) {
  std::vector<size_t> starts(nlist + 1, 0);
  for (idx_t group : groups) ++starts[group + 1];
  for (size_t list = 0; list < nlist; ++list) starts[list + 1] += starts[list];
  return starts;
}

/// The vectors list by list, those of each ascending.
std::vector<int32_t> order_of(const std::vector<idx_t>& groups, std::vector<size_t> places) {
  std::vector<int32_t> order(groups.size());
  for (size_t i = 0; i < groups.size(); ++i) order[places[groups[i]]++] = static_cast<int32_t>(i);
  return order;
}

/// Writes them as FAISS writes lists in memory (index_write.cpp, write_InvertedLists).
class Hook : public faiss::InvertedListsIOHook {
 public:
  Hook() : InvertedListsIOHook("ilvs", typeid(ScratchLists).name()) {}

  void write(const faiss::InvertedLists* plain, faiss::IOWriter* file) const override {
    const auto& lists = dynamic_cast<const ScratchLists&>(*plain);
    put(file, "ilar", 4);
    put(file, &lists.nlist, sizeof lists.nlist);
    put(file, &lists.code_size, sizeof lists.code_size);
    std::vector<size_t> sizes, filled;
    for (size_t list = 0; list < lists.nlist; ++list) {
      sizes.push_back(lists.list_size(list));
      if (sizes.back() > 0) filled.insert(filled.end(), {list, sizes.back()});
    }
    const bool full = filled.size() / 2 > lists.nlist / 2;
    put(file, full ? "full" : "sprs", 4);
    const std::vector<size_t>& written = full ? sizes : filled;
    const size_t count = written.size();
    put(file, &count, sizeof count);
    put(file, written.data(), count * sizeof(size_t));
    for (size_t list = 0; list < lists.nlist; ++list) {
      lists.each_part(list, [&](const uint8_t* bytes, size_t size) { put(file, bytes, size); });
      lists.let_go(list);
      put(file, lists.get_ids(list), sizes[list] * sizeof(idx_t));
    }
  }

  faiss::InvertedLists* read(faiss::IOReader*, int) const override { throw Failure("CORRUPT", "No index file holds such lists."); }

 private:
  static void put(faiss::IOWriter* file, const void* source, size_t bytes) {
    if (bytes > 0) (*file)(source, 1, bytes);
  }
};

void register_hook() {
  // FAISS keeps it to the end.
  static const bool once = (faiss::InvertedListsIOHook::add_callback(new Hook), true);
  static_cast<void>(once);
}

}  // namespace

ScratchLists::ScratchLists(Job& job, size_t nlist, size_t code_size, const std::vector<idx_t>& groups,
                           const RowSource& codes, const Scratch& neighbor)
    : InvertedLists(nlist, code_size),
      starts_(starts_of(groups, nlist)),
      ids_(nlist),
      later_(nlist),
      scratch_(neighbor.beside(groups.size() * code_size)) {
  register_hook();
  const std::vector<int32_t> order = order_of(groups, starts_);
  deal(job, order, code_size, codes, *scratch_);
  for (size_t list = 0; list < nlist; ++list) ids_[list].assign(order.begin() + starts_[list], order.begin() + starts_[list + 1]);
}

size_t ScratchLists::list_size(size_t list) const { return ids_[list].size(); }

const idx_t* ScratchLists::get_ids(size_t list) const { return ids_[list].data(); }

const uint8_t* ScratchLists::get_codes(size_t list) const {
  if (later_[list].empty()) return code(list, 0);
  auto* together = new uint8_t[list_size(list) * code_size];
  size_t at = 0;
  each_part(list, [&](const uint8_t* bytes, size_t size) {
    std::memcpy(together + at, bytes, size);
    at += size;
  });
  return together;
}

void ScratchLists::release_codes(size_t list, const uint8_t* codes) const {
  if (!is_own(list, codes)) delete[] codes;
  let_go(list);
}

/// Whether they are part of the lists themselves, not a copy.
bool ScratchLists::is_own(size_t list, const uint8_t* codes) const {
  const std::vector<uint8_t>& later = later_[list];
  const uint8_t* file = code(0, 0);
  return later.empty() || (codes >= file && codes < file + starts_.back() * code_size) ||
         (codes >= later.data() && codes < later.data() + later.size());
}

void ScratchLists::let_go(size_t list) const {
  const size_t bytes = stored(list) * code_size;
  const size_t before = read_.fetch_add(bytes);
  if (before + bytes < MOST_READ) return;
  read_ = 0;
  scratch_->release();
}

const uint8_t* ScratchLists::get_single_code(size_t list, size_t offset) const {
  const size_t in_file = stored(list);
  return offset < in_file ? code(list, offset) : later_[list].data() + (offset - in_file) * code_size;
}

size_t ScratchLists::add_entries(size_t list, size_t count, const idx_t* ids, const uint8_t* codes) {
  const size_t before = list_size(list);
  ids_[list].insert(ids_[list].end(), ids, ids + count);
  later_[list].insert(later_[list].end(), codes, codes + count * code_size);
  return before;
}

void ScratchLists::update_entries(size_t, size_t, size_t, const idx_t*, const uint8_t*) { throw unchangeable(); }

void ScratchLists::resize(size_t list, size_t size) {
  if (size != list_size(list)) throw unchangeable();
}

size_t ScratchLists::memory() const {
  size_t bytes = 0;
  for (size_t list = 0; list < nlist; ++list) bytes += ids_[list].size() * sizeof(idx_t) + later_[list].size();
  return bytes;
}

void require_lists_in_memory(const faiss::Index& index) {
  const IvfPath path = find_ivf(index);
  if (path.ivf != nullptr && dynamic_cast<const ScratchLists*>(path.ivf->invlists) != nullptr) throw unchangeable();
}

}  // namespace engine
