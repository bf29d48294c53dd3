#include "algorithms/sketches.h"

#include <cmath>
#include <utility>

namespace engine {

Sketcher::Sketcher(std::vector<float> middle)
    : middle_(std::move(middle)),
      middle_length_(std::sqrt(kernel().product(middle_.data(), middle_.data(), middle_.size()))),
      error_(ROUNDING * static_cast<float>(middle_.size() + PANEL)) {}

Sketch Sketcher::sketch(const Scaled& vector, int numbers, Four* code) const {
  Sketch result = kernel().encode(vector.x, vector.factor, middle_.data(), middle_.size(), numbers, reinterpret_cast<int8_t*>(code));
  // What rounding of the difference, and of sums of products of codes, may hide must not be missing in the rest.
  result.rest += 2 * ROUNDING * (result.length + 2 * middle_length_) + 4 * error_ * result.length;
  result.length *= 1 + error_;
  return result;
}

SketchedColumns::SketchedColumns(const Sketcher& sketcher, size_t count)
    : sketcher_(&sketcher),
      panels_(whole_panels(count) * sketcher.fours()),
      steps_(whole_panels(count)),
      lengths_(whole_panels(count)),
      rests_(whole_panels(count)) {}

void SketchedColumns::put_one(size_t column, const Scaled& vector, Four* room) {
  const int numbers = kernel().column_numbers;
  const Sketch sketch = sketcher_->sketch(vector, numbers, room);
  steps_[column] = sketch.step;
  lengths_[column] = sketch.length;
  rests_[column] = sketch.rest;
  const size_t fours = sketcher_->fours();
  const auto* code = reinterpret_cast<const int8_t*>(room);
  auto* panel = reinterpret_cast<uint8_t*>(panels_.data() + column / PANEL * PANEL * fours + column % PANEL);
  for (size_t j = 0; j < fours; ++j) {
    for (size_t b = 0; b < sizeof(Four); ++b) {
      panel[j * PANEL * sizeof(Four) + b] = static_cast<uint8_t>(code[j * sizeof(Four) + b] + numbers + 1);
    }
  }
}

void SketchedColumns::bound(const Four* const* codes, const Sketch* rows, size_t count, size_t first_panel,
                            size_t panel_count, const float* bases, float* target, size_t stride) const {
  const size_t first = first_panel * PANEL;
  const SketchColumns columns{steps_.data() + first, lengths_.data() + first, rests_.data() + first};
  kernel().code_products(codes, count, panels_.data() + first * sketcher_->fours(), panel_count, sketcher_->fours(), target,
                         stride);
  for (size_t r = 0; r < count; ++r) {
    kernel().bound(target + r * stride, bases, sketcher_->square(rows[r].length), columns, rows[r], panel_count * PANEL);
  }
}

}  // namespace engine
