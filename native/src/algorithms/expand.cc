#include "algorithms/expand.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "algorithms/rows.h"
#include "failure.h"
#include "io/files.h"

namespace engine {

namespace {

/// Bytes of rows blended, or moved to and from the scratch file, at a time.
constexpr size_t STEP_BYTES = 8u << 20;

/// Room for rows beside the matrix, in a file or in memory.
class Room {
 public:
  Room(const std::string& path, size_t rows, size_t columns) : columns_(columns) {
    if (path.empty()) {
      memory_.emplace(rows, columns);
    } else {
      file_.emplace(path, File::Mode::SCRATCH);
    }
  }

  void write(size_t at, const float* rows, size_t count) {
    if (memory_) {
      std::copy(rows, rows + count * columns_, memory_->row(at));
    } else {
      file_->seek(static_cast<uint64_t>(at) * row_bytes());
      file_->write(rows, count * row_bytes());
    }
  }

  void read(size_t at, float* rows, size_t count) {
    if (memory_) {
      std::copy(memory_->row(at), memory_->row(at) + count * columns_, rows);
    } else {
      file_->seek(static_cast<uint64_t>(at) * row_bytes());
      if (file_->read(rows, count * row_bytes()) != count * row_bytes()) {
        throw Failure("IO", file_->path + " became shorter while it was used");
      }
    }
  }

 private:
  size_t row_bytes() const { return columns_ * sizeof(float); }

  size_t columns_;
  std::optional<MatrixData> memory_;
  std::optional<File> file_;
};

double norm_of(const float* row, size_t d) {
  double sum = 0;
  for (size_t j = 0; j < d; ++j) sum += static_cast<double>(row[j]) * row[j];
  return std::sqrt(sum);
}

/// The direction that row i expands to, with norm 1, or zeros where nothing has a weight.
void blend(const UnitRows& queries, const UnitRows& base, size_t i, const Nearest& nearest, const ExpandSettings& settings,
           float* target) {
  const size_t d = queries.matrix->columns();
  std::fill(target, target + d, 0.0f);
  const auto add = [d, target](const float* row, float weight) {
    for (size_t j = 0; j < d; ++j) target[j] += weight * row[j];
  };
  if (settings.include_self) add(queries.matrix->row(i), queries.factors[i]);
  const float* cosines = nearest.cosines(i - nearest.first);
  const int32_t* rows = nearest.rows(i - nearest.first);
  for (size_t n = 0; n < nearest.k; ++n) {
    if (rows[n] < 0) continue;
    const double weight = std::pow(std::min(1.0, static_cast<double>(cosines[n])), settings.alpha);
    add(base.matrix->row(rows[n]), static_cast<float>(weight) * base.factors[rows[n]]);
  }
  const double norm = norm_of(target, d);
  if (norm > 0) {
    for (size_t j = 0; j < d; ++j) target[j] = static_cast<float>(target[j] / norm);
  }
}

/// cos(a, b); 1 where one of them has no direction, for such a row is never moved.
float cosine_of(const float* a, const float* b, size_t d) {
  double product = 0;
  for (size_t j = 0; j < d; ++j) product += static_cast<double>(a[j]) * b[j];
  const double norms = norm_of(a, d) * norm_of(b, d);
  return norms > 0 ? static_cast<float>(std::clamp(product / norms, -1.0, 1.0)) : 1;
}

/// The rows of one call. Until all neighbors are found and blended, `x` is what it was.
class Expander {
 public:
  Expander(Job& job, std::shared_ptr<MatrixData> x, std::shared_ptr<MatrixData> base, const ExpandSettings& settings)
      : job_(job), x_(std::move(x)), base_(std::move(base)), settings_(settings),
        step_(std::max<size_t>(1, STEP_BYTES / (x_->columns() * sizeof(float)))),
        // With repetitions the rows as they came are kept behind the blended ones, to be compared with at the end.
        room_(settings.scratch, x_->rows() * (settings.repetitions > 1 ? 2 : 1), x_->columns()),
        buffer_(std::min(step_, x_->rows()) * x_->columns()) {}

  Expansion run() {
    Expansion result;
    result.search.recall = std::numeric_limits<double>::infinity();
    for (size_t repetition = 0; repetition < settings_.repetitions; ++repetition) {
      const UnitRows queries(job_, x_);
      const SearchFacts facts = blend_all(queries, repetition);
      if (facts.recall < result.search.recall) result.search = facts;
      if (repetition == 0 && settings_.repetitions > 1) keep_originals();
      const bool last = repetition + 1 == settings_.repetitions;
      if (last) result.cosines = compare_all();
      take_over(queries);
    }
    job_.progress(x_->rows() * settings_.repetitions, x_->rows() * settings_.repetitions);
    return result;
  }

 private:
  template <class Body>
  void in_steps(size_t first, size_t count, Body body) {
    for (size_t i = first; i < first + count; i += step_) {
      body(i, std::min(step_, first + count - i));
    }
  }

  SearchFacts blend_all(const UnitRows& queries, size_t repetition) {
    std::optional<UnitRows> other;
    if (base_ != x_) other.emplace(job_, base_);
    const UnitRows& base = other ? *other : queries;
    // A row among its own neighbors is always found; only the others are searched for.
    const size_t k = settings_.neighbors - (settings_.include_self && !other ? 1 : 0);
    const size_t rows = x_->rows();
    const auto report = [&](double part) {
      const double done = (static_cast<double>(repetition) + part) * static_cast<double>(rows);
      // The last step is told when everything is in its place.
      if (part < 1) job_.progress(static_cast<size_t>(done), rows * settings_.repetitions);
    };
    return find_nearest(job_, queries, base, k, settings_.search, report, [&](const Nearest& nearest) {
      in_steps(nearest.first, nearest.count, [&](size_t first, size_t count) {
        job_.check();
#pragma omp parallel for schedule(dynamic, 16)
        for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
          blend(queries, base, first + i, nearest, settings_, buffer_.data() + i * x_->columns());
        }
        room_.write(first, buffer_.data(), count);
      });
    });
  }

  void keep_originals() {
    in_steps(0, x_->rows(), [&](size_t first, size_t count) {
      job_.check();
      room_.write(x_->rows() + first, x_->row(first), count);
    });
  }

  /// cos(expanded, original) of all rows, before `x` changes for the last time.
  std::vector<float> compare_all() {
    std::vector<float> cosines(x_->rows());
    const bool moved = settings_.repetitions > 1;
    std::vector<float> originals(moved ? buffer_.size() : 0);
    in_steps(0, x_->rows(), [&](size_t first, size_t count) {
      job_.check();
      room_.read(first, buffer_.data(), count);
      if (moved) room_.read(x_->rows() + first, originals.data(), count);
      const float* before = moved ? originals.data() : x_->row(first);
#pragma omp parallel for
      for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
        cosines[first + i] = cosine_of(buffer_.data() + i * x_->columns(), before + i * x_->columns(), x_->columns());
      }
    });
    return cosines;
  }

  /// Puts the blended rows into `x`. Rows that nothing had a weight for stay where they are.
  void take_over(const UnitRows& before) {
    const size_t d = x_->columns();
    in_steps(0, x_->rows(), [&](size_t first, size_t count) {
      room_.read(first, buffer_.data(), count);
#pragma omp parallel for
      for (int64_t i = 0; i < static_cast<int64_t>(count); ++i) {
        const float* blended = buffer_.data() + i * d;
        float* row = x_->row(first + i);
        if (norm_of(blended, d) > 0) {
          const float norm = settings_.restore_norms ? before.norms[first + i] : 1;
          for (size_t j = 0; j < d; ++j) row[j] = norm * blended[j];
        } else if (!settings_.restore_norms) {
          for (size_t j = 0; j < d; ++j) row[j] *= before.factors[first + i];
        }
      }
    });
  }

  Job& job_;
  const std::shared_ptr<MatrixData> x_, base_;
  const ExpandSettings& settings_;
  const size_t step_;
  Room room_;
  std::vector<float> buffer_;
};

void require_sense(const Job& job, const MatrixData& x, const MatrixData& base, const ExpandSettings& settings) {
  if (x.columns() != base.columns()) {
    throw Failure("DIMENSION", "The rows have " + std::to_string(x.columns()) + " columns and the base has " +
                                   std::to_string(base.columns()) + ".");
  }
  if (std::max(x.rows(), base.rows()) > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    throw Failure("UNSUPPORTED", "More rows than can be numbered with 32 bits.");
  }
  if (settings.neighbors >= base.rows()) {
    throw Failure("ARGUMENT", "Fewer neighbors than the " + std::to_string(base.rows()) + " rows are needed, not " +
                                  std::to_string(settings.neighbors) + ".");
  }
  if (settings.search.kind == SearchKind::LISTS && settings.search.nlist > base.rows()) {
    throw Failure("TOO_FEW_POINTS", std::to_string(base.rows()) + " vectors cannot make " +
                                        std::to_string(settings.search.nlist) + " groups.");
  }
  require_finite(&job, x.span());
  if (&x != &base) require_finite(&job, base.span());
}

}  // namespace

Expansion expand(Job& job, std::shared_ptr<MatrixData> x, std::shared_ptr<MatrixData> base,
                 const ExpandSettings& settings) {
  require_sense(job, *x, *base, settings);
  return Expander(job, std::move(x), std::move(base), settings).run();
}

}  // namespace engine
