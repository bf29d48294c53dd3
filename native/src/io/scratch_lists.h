// Inverted lists in a scratch file, for indexes larger than memory.
#pragma once

#include <faiss/IndexIVF.h>
#include <faiss/invlists/InvertedLists.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "io/deal.h"
#include "io/scratch.h"
#include "io/structure.h"
#include "job.h"

namespace engine {

/// Vectors that are there from the beginning lie in the file, list by list, those that come later in memory; ids are in
/// memory. In an index file they are FAISS's own lists (`ilar`).
class ScratchLists : public faiss::InvertedLists {
 public:
  /// Takes a code for each of `groups.size()` vectors, with ids 0, 1, ..., into the list that its group says. Throws
  /// CANCELLED, IO.
  ScratchLists(Job& job, size_t nlist, size_t code_size, const std::vector<idx_t>& groups, const RowSource& codes,
               const Scratch& neighbor);

  size_t list_size(size_t list) const override;
  const uint8_t* get_codes(size_t list) const override;
  const idx_t* get_ids(size_t list) const override;
  void release_codes(size_t list, const uint8_t* codes) const override;
  const uint8_t* get_single_code(size_t list, size_t offset) const override;
  size_t add_entries(size_t list, size_t count, const idx_t* ids, const uint8_t* codes) override;
  /// Throw UNSUPPORTED: what lies in the file stays as it is.
  void update_entries(size_t, size_t, size_t, const idx_t*, const uint8_t*) override;
  void resize(size_t list, size_t size) override;

  /// Bytes that are memory and nothing else.
  size_t memory() const;
  /// Calls `visit(bytes, size)` for the codes of a list, part by part; `let_go` follows.
  template <class Visit>
  void each_part(size_t list, Visit visit) const {
    if (stored(list) > 0) visit(code(list, 0), stored(list) * code_size);
    if (!later_[list].empty()) visit(later_[list].data(), later_[list].size());
  }

  /// A list has been read: now and then its pages are let go of.
  void let_go(size_t list) const;

 private:
  bool is_own(size_t list, const uint8_t* codes) const;
  /// Vectors of a list that lie in the file.
  size_t stored(size_t list) const { return starts_[list + 1] - starts_[list]; }
  const uint8_t* code(size_t list, size_t offset) const {
    return reinterpret_cast<const uint8_t*>(scratch_->data()) + (starts_[list] + offset) * code_size;
  }

  /// nlist + 1 places of the first vector of each list.
  std::vector<size_t> starts_;
  std::vector<std::vector<idx_t>> ids_;
  std::vector<std::vector<uint8_t>> later_;
  std::unique_ptr<Scratch> scratch_;
  /// Bytes read since the file's pages were let go of.
  mutable std::atomic<size_t> read_{0};
};

/// Throws UNSUPPORTED where vectors cannot be taken out of the lists of an index.
void require_lists_in_memory(const faiss::Index& index);

}  // namespace engine
