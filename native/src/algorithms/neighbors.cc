#include "algorithms/neighbors.h"

#include <faiss/IndexFlat.h>
#include <faiss/utils/Heap.h>
#include <faiss/utils/random.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>

#include "algorithms/kernel.h"
#include "algorithms/kmeans.h"
#include "algorithms/sketches.h"
#include "io/structure.h"

namespace engine {

namespace {

/// Rows on either side of one product. Its 4 MiB stay in the cache for the pass that may follow.
constexpr size_t TILE = 1024;
/// Rows of them that one thread multiplies at a time, and compares while they are at hand.
constexpr size_t ROWS = 32;
/// Rows asked about between two looks at what they blend to, where neighbors are not kept for all rows.
constexpr size_t QUERY_STEP = 16384;
/// Rows brought to the centroids at a time.
constexpr size_t COARSE_STEP = 4096;
/// Products compared at a time: few enough to vectorize, many enough to skip at once.
constexpr size_t LANES = 16;
/// Columns one thread looks after at a time.
constexpr size_t STRIPE = 64;

/// Training of the lists. They only have to be good enough to search, so it may be shorter than FAISS's.
constexpr size_t POINTS_PER_LIST = 20;
constexpr int ITERATIONS = 4;
/// FAISS's guideline for IVF is 4 to 16 times the root of the rows.
constexpr double LISTS_PER_ROOT = 4;
/// Rows whose neighbors are found exactly to measure recall.
constexpr size_t SAMPLE = 1000;
/// One-sided 95 %.
constexpr double CONFIDENCE = 1.645;
/// Lists are of uneven sizes, and large ones are looked into more often; and small products are slower than large ones.
constexpr double LIST_OVERHEAD = 2;

/// A value multiplied on its own takes as long as this many in a product of blocks (measured).
constexpr double SCATTERED = 3;
/// Pairs of blocks compared as they are after sketches took longer: neighbors become nearer meanwhile.
constexpr size_t PAUSE = 8;

/// Memory for what is kept about all rows at once.
constexpr size_t KEPT_BYTES = 128u << 20;
constexpr size_t KEPT_SHARE = 8;

/// One side of a product: rows next to each other in memory.
struct Block {
  const float* x = nullptr;
  std::vector<float> factors;
  /// Their numbers in the base; -1 for rows that are not in it.
  std::vector<int32_t> rows;
  /// Where their neighbors are kept.
  std::vector<int32_t> places;

  size_t size() const { return factors.size(); }
};

/// Rows that lie next to each other already.
Block range_block(const UnitRows& unit, size_t first, size_t count, bool in_base, size_t first_place) {
  Block block;
  block.x = unit.matrix->row(first);
  block.factors.assign(unit.factors.begin() + first, unit.factors.begin() + first + count);
  block.rows.assign(count, -1);
  if (in_base) std::iota(block.rows.begin(), block.rows.end(), static_cast<int32_t>(first));
  block.places.resize(count);
  std::iota(block.places.begin(), block.places.end(), static_cast<int32_t>(first - first_place));
  return block;
}

/// Any rows, copied next to each other into `storage`.
Block gathered_block(const UnitRows& unit, const int32_t* rows, size_t count, bool in_base, size_t first_place,
                     std::vector<float>& storage) {
  const size_t d = unit.matrix->columns();
  storage.resize(TILE * d);
  Block block;
  block.x = storage.data();
  block.factors.resize(count);
  block.rows.assign(count, -1);
  block.places.resize(count);
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
    const float* row = unit.matrix->row(rows[i]);
    std::copy(row, row + d, storage.data() + i * d);
    block.factors[i] = unit.factors[rows[i]];
    if (in_base) block.rows[i] = rows[i];
    block.places[i] = static_cast<int32_t>(rows[i] - first_place);
  }
  return block;
}

/// Products of rows and columns, blocks of both. Columns are unit vectors, turned around: what is near is small.
class Products {
 public:
  void lay_out(const float* columns, const float* factors, size_t count, size_t d) {
    d_ = d;
    width_ = whole_panels(count);
    panels_.resize(width_ * d);
    std::vector<float> turned(count, -1);
    for (size_t i = 0; factors != nullptr && i < count; ++i) turned[i] = -factors[i];
    lay_out_panels(columns, turned.data(), count, d, panels_.data());
  }

  /// Multiplies rows with all columns and visits each: `visit(row, products)`.
  template <class Visit>
  void multiply(const float* rows, size_t count, Visit visit) {
    values_.resize(count * width_);
#pragma omp parallel for schedule(dynamic)
    for (int64_t first = 0; first < static_cast<int64_t>(count); first += ROWS) {
      const float* some[ROWS];
      const size_t height = std::min(ROWS, count - first);
      for (size_t r = 0; r < height; ++r) some[r] = rows + (first + r) * d_;
      float* target = values_.data() + first * width_;
      kernel().products(some, height, panels_.data(), width_ / PANEL, d_, target, width_);
      for (size_t r = 0; r < height; ++r) visit(first + r, target + r * width_);
    }
  }

  const float* line(size_t row) const { return values_.data() + row * width_; }
  /// Columns, with those that fill up the last panel.
  size_t width() const { return width_; }

 private:
  size_t d_ = 0, width_ = 0;
  std::vector<float> panels_, values_;
};

/// The same of sketches: how near rows and columns are at least, squared.
class SketchProducts {
 public:
  explicit SketchProducts(const Sketcher& sketcher)
      : sketcher_(sketcher), columns_(sketcher, TILE), squares_(TILE), codes_(TILE * sketcher.fours()), sketches_(TILE) {}

  void lay_out(const float* columns, const float* factors, size_t count, size_t d) {
    width_ = whole_panels(count);
    columns_.put(count, [&](size_t i) { return Scaled{columns + i * d, factors[i]}; });
    for (size_t i = 0; i < count; ++i) squares_[i] = columns_.square(i);
    std::fill(squares_.begin() + count, squares_.begin() + width_, std::numeric_limits<float>::infinity());
  }

  template <class Visit>
  void multiply(const float* rows, const float* factors, size_t count, size_t d, Visit visit) {
    values_.resize(count * width_);
#pragma omp parallel for schedule(dynamic)
    for (int64_t first = 0; first < static_cast<int64_t>(count); first += ROWS) {
      const Four* some[ROWS];
      const size_t height = std::min(ROWS, count - first);
      for (size_t r = 0; r < height; ++r) {
        Four* code = codes_.data() + (first + r) * sketcher_.fours();
        some[r] = code;
        sketches_[first + r] = sketcher_.row({rows + (first + r) * d, factors[first + r]}, code);
      }
      float* target = values_.data() + first * width_;
      columns_.bound(some, sketches_.data() + first, height, 0, width_ / PANEL, squares_.data(), target, width_);
      for (size_t r = 0; r < height; ++r) visit(first + r, target + r * width_);
    }
  }

  const float* line(size_t row) const { return values_.data() + row * width_; }
  size_t width() const { return width_; }

 private:
  const Sketcher& sketcher_;
  size_t width_ = 0;
  SketchedColumns columns_;
  std::vector<float> squares_, values_;
  std::vector<Four> codes_;
  std::vector<Sketch> sketches_;
};

/// What products say of cosines: that they are products times the factor of the asking row, exactly.
class Cosines {
 public:
  explicit Cosines(const Block& asking) : asking_(asking) {}

  /// A cosine is at most a value, turned around, times this, and the slack.
  float factor(size_t i) const { return asking_.factors[i]; }
  static constexpr float slack() { return 0; }
  float operator()(size_t, size_t, float at_most) const { return at_most; }

 private:
  const Block& asking_;
};

/// What products of sketches say of cosines: how large they can be, from how near the unit vectors are at least. Those that
/// can be large enough are computed.
class SketchCosines {
 public:
  SketchCosines(const Block& asking, const Block& base, size_t d) : asking_(asking), base_(base), d_(d) {}

  static constexpr float factor(size_t) { return 0.5; }
  /// With what rounding makes of the length of a unit vector.
  static constexpr float slack() { return 1 + 16 * ROUNDING; }

  float operator()(size_t i, size_t j, float) const {
    ++*computed_;
    return kernel().product(asking_.x + i * d_, base_.x + j * d_, d_) * asking_.factors[i] * base_.factors[j];
  }

  size_t computed() const { return *computed_; }

 private:
  const Block &asking_, &base_;
  const size_t d_;
  std::unique_ptr<std::atomic<size_t>> computed_ = std::make_unique<std::atomic<size_t>>(0);
};

/// Offers row i of `asking` all rows of `base`.
template <class Cosine>
void offer_row(size_t i, const float* line, size_t width, const Block& asking, const Block& base, const Cosine& cosine,
               Nearest& nearest) {
  const size_t place = asking.places[i];
  const float factor = cosine.factor(i);
  uint32_t near[TILE];
  const size_t count = kernel().within(line, width, (cosine.slack() - nearest.least(place)) / factor, near);
  for (size_t n = 0; n < count && near[n] < base.size(); ++n) {
    const size_t j = near[n];
    const float at_most = -line[j] * factor + cosine.slack();
    if (base.rows[j] == asking.rows[i] || at_most <= nearest.least(place)) continue;
    nearest.offer(place, cosine(i, j, at_most), base.rows[j]);
  }
}

/// Whether any of LANES values, times -`factor`, exceeds its limit. Without a branch, so that it vectorizes.
bool any_above(const float* values, float factor, const float* limits) {
  int found = 0;
  for (size_t i = 0; i < LANES; ++i) found |= -values[i] * factor > limits[i];
  return found != 0;
}

/// Offers each row of `base` all rows of `asking`, from the same products.
template <class Products, class Cosine>
void offer_columns(const Products& products, const Block& asking, const Block& base, const Cosine& cosine,
                   Nearest& nearest) {
  const size_t n = base.size();
#pragma omp parallel for schedule(dynamic, 1)
  for (int64_t first = 0; first < static_cast<int64_t>(n); first += STRIPE) {
    const size_t columns = std::min(STRIPE, n - first);
    float limits[STRIPE];
    for (size_t j = 0; j < columns; ++j) limits[j] = nearest.least(base.places[first + j]) - cosine.slack();
    for (size_t i = 0; i < asking.size(); ++i) {
      const float* line = products.line(i) + first;
      const float factor = cosine.factor(i);
      for (size_t j = 0; j < columns; j += LANES) {
        const size_t width = std::min(LANES, columns - j);
        if (width == LANES && !any_above(line + j, factor, limits + j)) continue;
        for (size_t t = j; t < j + width; ++t) {
          const size_t column = first + t;
          if (base.rows[column] == asking.rows[i] || !(-line[t] * factor > limits[t])) continue;
          nearest.offer(base.places[column], cosine(i, column, -line[t] * factor), asking.rows[i]);
          limits[t] = nearest.least(base.places[column]) - cosine.slack();
        }
      }
    }
  }
}

/// k-means lists over the base.
struct Lists {
  faiss::IndexFlatL2 centroids;
  size_t nprobe = 0;

  explicit Lists(size_t d) : centroids(static_cast<idx_t>(d)) {}
  size_t count() const { return static_cast<size_t>(centroids.ntotal); }
};

/// Numbers grouped by list: `values[starts[list]]` up to `values[starts[list + 1]]`.
struct Groups {
  std::vector<uint64_t> starts;
  std::vector<int32_t> values;

  /// `lists` holds `width` lists for each of the rows from `first` on.
  Groups(const std::vector<int32_t>& lists, size_t width, size_t first, size_t nlist)
      : starts(nlist + 2, 0), values(lists.size()) {
    for (int32_t list : lists) ++starts[list + 2];
    for (size_t list = 2; list < starts.size(); ++list) starts[list] += starts[list - 1];
    // Filling moves each start to its end, which is the next one's start.
    for (size_t i = 0; i < lists.size(); ++i) {
      values[starts[lists[i] + 1]++] = static_cast<int32_t>(first + i / width);
    }
  }

  const int32_t* begin(size_t list) const { return values.data() + starts[list]; }
  size_t size(size_t list) const { return starts[list + 1] - starts[list]; }
};

/// One search of all rows of `queries`.
class Search {
 public:
  Search(Job& job, const UnitRows& queries, const UnitRows& base, size_t k, const std::function<void(double)>& report,
         const std::function<void(const Nearest&)>& use)
      : job_(job), queries_(queries), base_(base), k_(k), self_(&queries == &base), report_(report), use_(use) {
    if (!Sketcher::pays(columns()) || stored() == 0) return;
    sketcher_.emplace(
        middle_of(stored(), columns(), [&](size_t i) { return Scaled{base_.matrix->row(i), base_.factors[i]}; }));
    sketch_products_.emplace(*sketcher_);
  }

  SearchFacts run(const SearchPlan& plan) {
    SearchFacts facts;
    if (k_ == 0) {
      use_(Nearest(0, queries_.factors.size(), 0));
      return facts;
    }
    std::optional<Lists> lists = choose_lists(plan, facts);
    if (!lists) {
      search_exactly();
    } else {
      search_lists(*lists);
    }
    return facts;
  }

 private:
  size_t asked() const { return queries_.factors.size(); }
  size_t stored() const { return base_.factors.size(); }
  size_t columns() const { return base_.matrix->columns(); }

  size_t budget() const { return KEPT_BYTES + base_.matrix->bytes() / KEPT_SHARE; }
  /// Whether neighbors of all rows can be kept, so that one product serves both of its rows.
  bool mutual() const { return self_ && asked() * k_ * (sizeof(float) + sizeof(int32_t)) <= budget(); }

  /// Offers rows of two blocks to each other: those of `base` to those of `asking`, and with `both` the other way around.
  void compare(const Block& asking, const Block& base, bool both, Nearest& nearest) {
    job_.check();
    if (sketcher_ && as_they_are_ == 0) {
      if (!compare_sketches(asking, base, both, nearest)) as_they_are_ = PAUSE;
      return;
    }
    if (as_they_are_ > 0) --as_they_are_;
    const Cosines cosine(asking);
    products_.lay_out(base.x, base.factors.data(), base.size(), columns());
    products_.multiply(asking.x, asking.size(), [&](size_t i, const float* line) {
      offer_row(i, line, products_.width(), asking, base, cosine, nearest);
    });
    if (both) offer_columns(products_, asking, base, cosine, nearest);
  }

  /// Compares two blocks by their sketches. Returns whether that took less than comparing the rows.
  bool compare_sketches(const Block& asking, const Block& base, bool both, Nearest& nearest) {
    const SketchCosines cosine(asking, base, columns());
    sketch_products_->lay_out(base.x, base.factors.data(), base.size(), columns());
    sketch_products_->multiply(asking.x, asking.factors.data(), asking.size(), columns(), [&](size_t i, const float* line) {
      offer_row(i, line, sketch_products_->width(), asking, base, cosine, nearest);
    });
    if (both) offer_columns(*sketch_products_, asking, base, cosine, nearest);
    const double saved = static_cast<double>(asking.size()) * static_cast<double>(base.size()) *
                         static_cast<double>(columns() - sketcher_->fours());
    return static_cast<double>(cosine.computed()) * static_cast<double>(columns()) * SCATTERED < saved;
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

  // --- choosing lists ---

  /// Lists to search through, or none where an exact search is asked for or is cheaper. Costs are in products of rows.
  std::optional<Lists> choose_lists(const SearchPlan& plan, SearchFacts& facts) {
    if (plan.kind == SearchKind::EXACT) return std::nullopt;
    const double n = static_cast<double>(stored()), q = static_cast<double>(asked());
    const double exact = q * n / (mutual() ? 2 : 1);
    size_t nlist = plan.nlist;
    if (plan.kind == SearchKind::FAST) {
      nlist = std::max<size_t>(1, static_cast<size_t>(LISTS_PER_ROOT * std::sqrt(n)));
      const double lists = static_cast<double>(nlist);
      const double training = lists * POINTS_PER_LIST * lists * ITERATIONS;
      const double preparation = training + n * lists + std::min(q, static_cast<double>(SAMPLE)) * n;
      if (preparation > exact / 2) return std::nullopt;
    }
    std::optional<Lists> result = train_lists(nlist, plan.seed);
    const std::vector<std::vector<size_t>> ranks = sample_ranks(*result, plan.seed + 1);
    facts.sample = ranks.size();
    choose_nprobe(ranks, plan, *result, facts);
    const double lists = static_cast<double>(nlist);
    const double scanned = static_cast<double>(result->nprobe) * n / lists * LIST_OVERHEAD;
    if (plan.kind == SearchKind::FAST && q * (lists + scanned) > exact) {
      facts = SearchFacts{};
      return std::nullopt;
    }
    facts.exact = false;
    facts.nlist = nlist;
    facts.nprobe = result->nprobe;
    return result;
  }

  std::optional<Lists> train_lists(size_t nlist, int64_t seed) {
    const size_t d = columns();
    std::vector<int> order(stored());
    faiss::rand_perm(order.data(), order.size(), seed);
    order.resize(std::min(order.size(), nlist * POINTS_PER_LIST));
    std::vector<float> points(order.size() * d);
    copy_units(base_, order.data(), order.size(), points.data());
    faiss::ClusteringParameters parameters;
    parameters.niter = ITERATIONS;
    parameters.seed = static_cast<int>(seed);
    std::optional<Lists> lists(std::in_place, d);
    const Clusters clusters = kmeans(&job_, {points.data(), order.size(), d}, nlist, parameters, Nearness::SQUARED_L2);
    lists->centroids.add(static_cast<idx_t>(nlist), clusters.centers.data());
    return lists;
  }

  static void copy_units(const UnitRows& unit, const int32_t* rows, size_t count, float* target) {
    const size_t d = unit.matrix->columns();
#pragma omp parallel for
    for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
      const float* row = unit.matrix->row(rows[i]);
      for (size_t j = 0; j < d; ++j) target[i * d + j] = row[j] * unit.factors[rows[i]];
    }
  }

  /// The centroids, laid out to be compared with many times.
  struct Centroids {
    explicit Centroids(const Lists& lists) : halves(lists.count()) {
      const size_t d = lists.centroids.d;
      const float* x = lists.centroids.get_xb();
      products.lay_out(x, nullptr, halves.size(), d);
      for (size_t i = 0; i < halves.size(); ++i) {
        halves[i] = std::inner_product(x + i * d, x + (i + 1) * d, x + i * d, 0.0f) / 2;
      }
    }
    Products products;
    std::vector<float> halves;
  };

  /// Distances of unit rows to all centroids, short of what they have in common.
  class Distances {
   public:
    Distances(Centroids& centroids, const UnitRows& unit, const int32_t* rows, size_t count)
        : nlist_(centroids.halves.size()), values_(count * nlist_) {
      std::vector<float> units(count * unit.matrix->columns());
      copy_units(unit, rows, count, units.data());
      centroids.products.multiply(units.data(), count, [&](size_t row, const float* line) {
        for (size_t list = 0; list < nlist_; ++list) values_[row * nlist_ + list] = centroids.halves[list] + line[list];
      });
    }

    size_t nearest(size_t row) const { return std::min_element(begin(row), begin(row) + nlist_) - begin(row); }
    /// How many lists are nearer than this one.
    size_t rank(size_t row, size_t list) const {
      const float limit = begin(row)[list];
      return std::count_if(begin(row), begin(row) + nlist_, [limit](float value) { return value < limit; });
    }

   private:
    const float* begin(size_t row) const { return values_.data() + row * nlist_; }

    size_t nlist_;
    std::vector<float> values_;
  };

  /// For each row of a sample, how many lists must be looked into before each of its true neighbors is found, less one.
  std::vector<std::vector<size_t>> sample_ranks(const Lists& lists, int64_t seed) {
    std::vector<int> sample(asked());
    faiss::rand_perm(sample.data(), sample.size(), seed);
    sample.resize(std::min(sample.size(), SAMPLE));

    Nearest truth(0, sample.size(), k_);
    std::vector<float> storage;
    Block asking = gathered_block(queries_, sample.data(), sample.size(), self_, 0, storage);
    std::iota(asking.places.begin(), asking.places.end(), 0);
    compare_with_all(asking, truth, [](size_t) {});

    Centroids centroids(lists);
    const Distances asked_distances(centroids, queries_, sample.data(), sample.size());
    std::vector<std::vector<size_t>> ranks(sample.size());
    for (size_t i = 0; i < sample.size(); ++i) {
      std::vector<int32_t> found;
      std::copy_if(truth.rows(i), truth.rows(i) + k_, std::back_inserter(found), [](int32_t row) { return row >= 0; });
      if (found.empty()) continue;
      if (i % 64 == 0) job_.check();
      const Distances found_distances(centroids, base_, found.data(), found.size());
      const size_t home = asked_distances.nearest(i);
      for (size_t j = 0; j < found.size(); ++j) {
        size_t rank = asked_distances.rank(i, found_distances.nearest(j));
        if (mutual()) rank = std::min(rank, found_distances.rank(j, home));
        ranks[i].push_back(rank);
      }
    }
    return ranks;
  }

  /// Sets nprobe as the plan says, and the recall that the sample shows for it.
  static void choose_nprobe(const std::vector<std::vector<size_t>>& ranks, const SearchPlan& plan, Lists& lists,
                            SearchFacts& facts) {
    for (size_t nprobe = 1; nprobe <= lists.count(); ++nprobe) {
      double sum = 0, squares = 0, rows = 0;
      for (const auto& of_row : ranks) {
        if (of_row.empty()) continue;
        const auto hits = std::count_if(of_row.begin(), of_row.end(), [nprobe](size_t rank) { return rank < nprobe; });
        const double recall = static_cast<double>(hits) / static_cast<double>(of_row.size());
        sum += recall;
        squares += recall * recall;
        ++rows;
      }
      const double mean = rows == 0 ? 1 : sum / rows;
      const double variance = rows == 0 ? 0 : std::max(0.0, squares / rows - mean * mean);
      const bool enough = mean - CONFIDENCE * std::sqrt(variance / std::max(1.0, rows)) >= plan.target_recall;
      lists.nprobe = nprobe;
      facts.recall = mean;
      if (plan.kind == SearchKind::LISTS ? nprobe == plan.nprobe : enough) return;
    }
  }

  // --- searching lists ---

  /// The nearest lists of rows first..first+count-1, nearest first.
  std::vector<int32_t> nearest_lists(const Lists& lists, const UnitRows& unit, size_t first, size_t count, size_t width) {
    std::vector<int32_t> result(count * width);
    std::vector<float> units(COARSE_STEP * columns()), distances(COARSE_STEP * width);
    std::vector<idx_t> labels(COARSE_STEP * width);
    std::vector<int32_t> rows(COARSE_STEP);
    for (size_t i = 0; i < count; i += COARSE_STEP) {
      job_.check();
      const size_t step = std::min(COARSE_STEP, count - i);
      std::iota(rows.begin(), rows.begin() + step, static_cast<int32_t>(first + i));
      copy_units(unit, rows.data(), step, units.data());
      lists.centroids.search(static_cast<idx_t>(step), units.data(), static_cast<idx_t>(width), distances.data(),
                             labels.data());
      std::copy(labels.begin(), labels.begin() + step * width, result.begin() + i * width);
    }
    return result;
  }

  void search_lists(const Lists& lists) {
    const size_t nprobe = lists.nprobe, nlist = lists.count();
    const size_t row_bytes = 2 * nprobe * sizeof(int32_t);
    const bool both = mutual();
    // Looking up all rows at once finds the list that each belongs to on the way.
    if (both && asked() * row_bytes <= budget()) {
      std::vector<int32_t> probes = nearest_lists(lists, queries_, 0, asked(), nprobe);
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
    const Groups members(nearest_lists(lists, base_, 0, stored(), 1), 1, 0, nlist);
    std::optional<Nearest> all;
    if (both) all.emplace(0, asked(), k_);
    for (size_t i = 0; i < asked(); i += QUERY_STEP) {
      const size_t count = std::min(QUERY_STEP, asked() - i);
      const Groups visitors(nearest_lists(lists, queries_, i, count, nprobe), nprobe, i, nlist);
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
        const Block base = gathered_block(base_, members.begin(list) + i, count, true, 0, member_storage);
        for (size_t j = 0; j < visitors.size(list); j += TILE) {
          const size_t asking = std::min(TILE, visitors.size(list) - j);
          compare(gathered_block(queries_, visitors.begin(list) + j, asking, self_, nearest.first, visitor_storage),
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
  Products products_;
  /// None where products of the rows themselves are as quick.
  std::optional<Sketcher> sketcher_;
  std::optional<SketchProducts> sketch_products_;
  /// Pairs of blocks that are still compared as they are.
  size_t as_they_are_ = 0;
};

}  // namespace

UnitRows::UnitRows(Job& job, std::shared_ptr<const MatrixData> data)
    : matrix(std::move(data)), norms(matrix->rows()), factors(matrix->rows()) {
  job.check();
  const size_t d = matrix->columns();
#pragma omp parallel for
  for (int64_t i = 0; i < static_cast<int64_t>(norms.size()); ++i) {
    const float* row = matrix->row(i);
    double sum = 0;
    for (size_t j = 0; j < d; ++j) sum += static_cast<double>(row[j]) * row[j];
    norms[i] = static_cast<float>(std::sqrt(sum));
    factors[i] = 1 / std::max(1e-9f, norms[i]);
  }
}

void Nearest::offer(size_t place, float cosine, int32_t row) {
  float* cosines = cosines_.data() + place * k;
  int32_t* rows = rows_.data() + place * k;
  // The negation also turns NaN away.
  if (!(cosine > cosines[0]) || std::find(rows, rows + k, row) != rows + k) return;
  faiss::heap_replace_top<faiss::CMin<float, int32_t>>(k, cosines, rows, cosine, row);
}

SearchFacts find_nearest(Job& job, const UnitRows& queries, const UnitRows& base, size_t k, const SearchPlan& plan,
                         const std::function<void(double)>& report, const std::function<void(const Nearest&)>& use) {
  return Search(job, queries, base, k, report, use).run(plan);
}

}  // namespace engine
