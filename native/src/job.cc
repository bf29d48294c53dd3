#include "job.h"

#include "failure.h"

namespace engine {

void Job::check() const {
  if (cancelled()) throw Failure("CANCELLED", "The work was cancelled.");
}

void Job::progress(size_t done, size_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (done < total && now - last_progress_ < std::chrono::milliseconds(100)) return;
  last_progress_ = now;
  post({false, {}, done, total});
}

void Job::iteration(const Iteration& iteration) { post({true, iteration, 0, 0}); }

void Usage::require_readable() const {
  if (writers > 0) throw Failure("ARGUMENT", "The object is busy: work on it is still under way.");
}

void Usage::require_writable() {
  if (writers + readers > 0) throw Failure("ARGUMENT", "The object is busy: work on it is still under way.");
  ++changes;
}

}  // namespace engine
