#include "io/deal.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace engine {

namespace {

/// Bytes read from the source at a time, between two looks at the cancel flag.
constexpr size_t READ_STEP = 1u << 20;
/// A stretch of the target, which is put in order in memory.
constexpr size_t SMALLEST_STRETCH = 1u << 20, LARGEST_STRETCH = 96u << 20;
/// Stretches of what is small.
constexpr size_t STRETCHES = 32;
/// What waits to be written, of all stretches together.
constexpr size_t WAITING = 64u << 20;
/// Of one stretch: large enough that few pages are written in two parts.
constexpr size_t MOST_WAITING = 1u << 20;

class Dealing {
 public:
  Dealing(Job& job, const std::vector<int32_t>& order, size_t width, Scratch& target)
      : job_(job), order_(order), width_(width), target_(target), rows_(order.size()) {
    const size_t bytes = std::clamp(rows_ * width / STRETCHES, SMALLEST_STRETCH, LARGEST_STRETCH);
    stretch_ = std::max<size_t>(1, bytes / width);
  }

  void run(const RowSource& source) {
    deal_out(source);
    for (size_t first = 0; first < rows_; first += stretch_) {
      put_in_order(first, std::min(stretch_, rows_ - first));
    }
    job_.progress(2 * rows_, 2 * rows_);
  }

 private:
  /// Rows of one stretch that have come but are not written yet.
  struct Hand {
    std::vector<char> waiting;
    size_t count = 0, written = 0;
  };

  char* place(size_t row) const { return target_.data() + row * width_; }

  void advance(size_t done) {
    job_.check();
    job_.progress(done, 2 * rows_);
  }

  void deal_out(const RowSource& source) {
    std::vector<uint32_t> destinations(rows_);
    for (size_t i = 0; i < rows_; ++i) destinations[order_[i]] = static_cast<uint32_t>(i);
    std::vector<Hand> hands((rows_ + stretch_ - 1) / stretch_);
    const size_t room = std::max<size_t>(1, std::min(MOST_WAITING, WAITING / std::max<size_t>(1, hands.size())) / width_);
    for (Hand& hand : hands) hand.waiting.resize(room * width_);
    const size_t step = std::max<size_t>(1, READ_STEP / width_);
    std::vector<char> block(std::min(step, rows_) * width_);
    for (size_t first = 0; first < rows_; first += step) {
      advance(first);
      const size_t count = std::min(step, rows_ - first);
      source(first, count, block.data());
      for (size_t row = 0; row < count; ++row) {
        const size_t stretch = destinations[first + row] / stretch_;
        Hand& hand = hands[stretch];
        std::memcpy(hand.waiting.data() + hand.count * width_, block.data() + row * width_, width_);
        if (++hand.count == room) flush(hand, stretch);
      }
      target_.release();
    }
    for (size_t stretch = 0; stretch < hands.size(); ++stretch) flush(hands[stretch], stretch);
    target_.release();
  }

  void flush(Hand& hand, size_t stretch) const {
    if (hand.count == 0) return;
    std::memcpy(place(stretch * stretch_ + hand.written), hand.waiting.data(), hand.count * width_);
    hand.written += hand.count;
    hand.count = 0;
  }

  /// The rows of a stretch lie in the order in which they came, that of the source.
  void put_in_order(size_t first, size_t count) {
    const int32_t* wanted = order_.data() + first;
    std::vector<uint32_t> came(count);
    std::iota(came.begin(), came.end(), 0);
    std::sort(came.begin(), came.end(), [&](uint32_t a, uint32_t b) { return wanted[a] < wanted[b]; });
    std::vector<uint32_t> from(count);
    for (size_t i = 0; i < count; ++i) from[came[i]] = static_cast<uint32_t>(i);
    advance(rows_ + first);
    held_.resize(stretch_ * width_);
    std::memcpy(held_.data(), place(first), count * width_);
    for (size_t i = 0; i < count; ++i) {
      if (i % STEP == 0) advance(rows_ + first + i);
      std::memcpy(place(first + i), held_.data() + from[i] * width_, width_);
    }
    target_.release();
  }

  /// Rows put in order between two looks at the cancel flag.
  static constexpr size_t STEP = 1024;

  Job& job_;
  const std::vector<int32_t>& order_;
  const size_t width_;
  Scratch& target_;
  const size_t rows_;
  /// Rows of a stretch.
  size_t stretch_;
  std::vector<char> held_;
};

}  // namespace

void deal(Job& job, const std::vector<int32_t>& order, size_t width, const RowSource& source, Scratch& target) {
  Dealing(job, order, width, target).run(source);
}

}  // namespace engine
