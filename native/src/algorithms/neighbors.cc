#include "algorithms/neighbors.h"

#include <faiss/utils/random.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "algorithms/neighbor_lists.h"

namespace engine {

namespace {

/// Rows asked about between two looks at what they blend to, where neighbors are not kept for all rows.
constexpr size_t QUERY_STEP = 16384;
/// FAISS's guideline for IVF is 4 to 16 times the root of the rows.
constexpr double LISTS_PER_ROOT = 4;
/// Rows whose neighbors are found exactly to measure recall.
constexpr size_t SAMPLE = 1000;
/// Lists are of uneven sizes, and large ones are looked into more often; and small products are slower than large ones.
constexpr double LIST_OVERHEAD = 2;

/// What lists must save: their preparation counts so many times, for it goes through fewer rows at once (measured: of 12,000
/// rows an exact search is quicker, of 24,000 the lists).
constexpr double PREPARATION_OVERHEAD = 3;

/// Memory for what is kept about all rows at once.
constexpr size_t KEPT_BYTES = 128u << 20;
constexpr size_t KEPT_SHARE = 8;

/// One search of all rows of `queries`.
class Search {
 public:
  Search(Job& job, const UnitRows& queries, const UnitRows& base, size_t k, const std::function<void(double)>& report,
         const std::function<void(const Nearest&)>& use)
      : job_(job),
        queries_(queries),
        base_(base),
        k_(k),
        self_(&queries == &base),
        report_(report),
        use_(use),
        comparison_(base) {}

  SearchFacts run(const SearchPlan& plan) {
    if (k_ == 0) {
      use_(Nearest(0, asked(), 0));
      return {};
    }
    const std::optional<Chosen> chosen = choose_lists(plan);
    if (!chosen) {
      search_exactly();
      return {};
    }
    search_lists(chosen->lists, chosen->facts.nprobe);
    return chosen->facts;
  }

 private:
  struct Chosen {
    Lists lists;
    SearchFacts facts;
  };

  size_t asked() const { return queries_.factors.size(); }
  size_t stored() const { return base_.factors.size(); }

  size_t budget() const { return KEPT_BYTES + base_.matrix->bytes() / KEPT_SHARE; }
  /// Whether neighbors of all rows can be kept, so that one product serves both of its rows.
  bool mutual() const { return self_ && asked() * k_ * (sizeof(float) + sizeof(int32_t)) <= budget(); }

  void compare(const Block& asking, const Block& base, bool both, Nearest& nearest) {
    job_.check();
    comparison_.compare(asking, base, both, nearest);
  }

  void search_exactly() {
    if (mutual()) return search_pairs();
    const double pairs = static_cast<double>(asked()) * static_cast<double>(stored());
    for (size_t i = 0; i < asked(); i += TILE) {
      Nearest nearest(i, std::min(TILE, asked() - i), k_);
      compare_with_all(range_block(queries_, i, nearest.count, self_, i), nearest, [&](size_t done) {
        report_((static_cast<double>(i) * static_cast<double>(stored()) +
                 static_cast<double>(nearest.count) * static_cast<double>(done)) /
                pairs);
      });
      use_(nearest);
    }
  }

  /// All pairs of rows, each once.
  void search_pairs() {
    Nearest nearest(0, asked(), k_);
    const double pairs = static_cast<double>(asked()) * static_cast<double>(asked());
    double done = 0;
    const auto block = [&](size_t first) { return range_block(base_, first, std::min(TILE, asked() - first), true, 0); };
    for (size_t i = 0; i < asked(); i += TILE) {
      const Block asking = block(i);
      for (size_t j = i; j < asked(); j += TILE) {
        const Block others = block(j);
        const bool both = i != j;
        compare(asking, others, both, nearest);
        done += static_cast<double>(asking.size()) * static_cast<double>(others.size()) * (both ? 2 : 1);
        report_(done / pairs);
      }
    }
    use_(nearest);
  }

  template <class Done>
  void compare_with_all(const Block& asking, Nearest& nearest, Done done) {
    for (size_t j = 0; j < stored(); j += TILE) {
      compare(asking, range_block(base_, j, std::min(TILE, stored() - j), true, 0), false, nearest);
      done(j);
    }
  }

  /// Lists to search through, or none where an exact search is asked for or is cheaper. Costs are in products of rows.
  std::optional<Chosen> choose_lists(const SearchPlan& plan) {
    if (plan.kind == SearchKind::EXACT) return std::nullopt;
    const double n = static_cast<double>(stored()), q = static_cast<double>(asked());
    const double exact = q * n / (mutual() ? 2 : 1);
    size_t nlist = plan.nlist;
    if (plan.kind == SearchKind::FAST) {
      nlist = std::max<size_t>(1, static_cast<size_t>(LISTS_PER_ROOT * std::sqrt(n)));
      const double lists = static_cast<double>(nlist);
      const double training = lists * POINTS_PER_LIST * lists * ITERATIONS;
      const double preparation = training + n * lists + std::min(q, static_cast<double>(SAMPLE)) * n;
      if (preparation * PREPARATION_OVERHEAD > exact) return std::nullopt;
    }
    Lists lists = train_lists(job_, base_, nlist, plan.seed);
    const SearchFacts facts = probe_sample(lists, plan);
    const double count = static_cast<double>(nlist);
    const double scanned = static_cast<double>(facts.nprobe) * n / count * LIST_OVERHEAD;
    if (plan.kind == SearchKind::FAST && q * (count + scanned) > exact) return std::nullopt;
    return Chosen{std::move(lists), facts};
  }

  /// How many lists to look into, as the plan says, and the recall that a sample shows for that.
  SearchFacts probe_sample(const Lists& lists, const SearchPlan& plan) {
    std::vector<int32_t> sample(asked());
    faiss::rand_perm(sample.data(), sample.size(), plan.seed + 1);
    sample.resize(std::min(sample.size(), SAMPLE));

    Nearest truth(0, sample.size(), k_);
    std::vector<float> storage;
    Block asking = gathered_block(queries_, sample.data(), sample.size(), self_, 0, storage);
    std::iota(asking.places.begin(), asking.places.end(), 0);
    compare_with_all(asking, truth, [](size_t) {});

    const Ranks ranks = ranks_of(job_, lists, queries_, sample, base_, truth, mutual());
    const auto is_enough = [&](size_t nprobe) {
      return plan.kind == SearchKind::LISTS ? nprobe == plan.nprobe
                                            : recall_at(ranks, nprobe).at_least >= plan.target_recall;
    };
    size_t nprobe = 1;
    while (nprobe < lists.count() && !is_enough(nprobe)) ++nprobe;
    return {false, lists.count(), nprobe, recall_at(ranks, nprobe).mean, sample.size()};
  }

  void search_lists(const Lists& lists, size_t nprobe) {
    const size_t nlist = lists.count();
    const size_t row_bytes = 2 * nprobe * sizeof(int32_t);
    const bool both = mutual();
    // Looking up all rows at once finds the list that each belongs to on the way.
    if (both && asked() * row_bytes <= budget()) {
      std::vector<int32_t> probes = nearest_lists(job_, lists, queries_, 0, asked(), nprobe);
      std::vector<int32_t> homes(asked());
      for (size_t i = 0; i < asked(); ++i) homes[i] = probes[i * nprobe];
      const Groups members(homes, 1, 0, nlist);
      const Groups visitors(probes, nprobe, 0, nlist);
      probes = {};
      Nearest nearest(0, asked(), k_);
      visit(members, visitors, true, nearest, 0, 1);
      use_(nearest);
      return;
    }
    const Groups members(nearest_lists(job_, lists, base_, 0, stored(), 1), 1, 0, nlist);
    std::optional<Nearest> all;
    if (both) all.emplace(0, asked(), k_);
    for (size_t i = 0; i < asked(); i += QUERY_STEP) {
      const size_t count = std::min(QUERY_STEP, asked() - i);
      const Groups visitors(nearest_lists(job_, lists, queries_, i, count, nprobe), nprobe, i, nlist);
      const double before = static_cast<double>(i) / static_cast<double>(asked());
      const double share = static_cast<double>(count) / static_cast<double>(asked());
      if (both) {
        visit(members, visitors, true, *all, before, share);
      } else {
        Nearest nearest(i, count, k_);
        visit(members, visitors, false, nearest, before, share);
        use_(nearest);
      }
    }
    if (both) use_(*all);
  }

  /// Compares the members of each list with the rows that look into it.
  void visit(const Groups& members, const Groups& visitors, bool both, Nearest& nearest, double before, double share) {
    std::vector<float> member_storage, visitor_storage;
    const size_t nlist = members.starts.size() - 2;
    for (size_t list = 0; list < nlist; ++list) {
      for (size_t i = 0; i < members.size(list); i += TILE) {
        const size_t count = std::min(TILE, members.size(list) - i);
        const Block base = gathered_block(base_, members.of(list) + i, count, true, 0, member_storage);
        for (size_t j = 0; j < visitors.size(list); j += TILE) {
          const size_t asking = std::min(TILE, visitors.size(list) - j);
          compare(gathered_block(queries_, visitors.of(list) + j, asking, self_, nearest.first, visitor_storage),
                  base, both, nearest);
        }
      }
      report_(before + share * static_cast<double>(visitors.starts[list + 1]) /
                           static_cast<double>(visitors.values.size()));
    }
  }

  Job& job_;
  const UnitRows& queries_;
  const UnitRows& base_;
  const size_t k_;
  const bool self_;
  const std::function<void(double)>& report_;
  const std::function<void(const Nearest&)>& use_;
  BlockComparison comparison_;
};

}  // namespace

SearchFacts find_nearest(Job& job, const UnitRows& queries, const UnitRows& base, size_t k, const SearchPlan& plan,
                         const std::function<void(double)>& report, const std::function<void(const Nearest&)>& use) {
  return Search(job, queries, base, k, report, use).run(plan);
}

}  // namespace engine
