// One piece of work as those who do it see it: whether it is still wanted, and where to tell how far it is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace engine {

/// Mirrors KmeansIteration of index.d.ts.
struct Iteration {
  int iteration;
  int iterations;
  double objective;
  double imbalance;
  size_t splits;
};

class Job {
 public:
  virtual ~Job() = default;
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  /// Throws CANCELLED when the job was cancelled.
  void check() const;

  /// Work thread: tells the page; reports closer than 100 ms apart are dropped, the last one never.
  void progress(size_t done, size_t total);
  void iteration(const Iteration& iteration);

 protected:
  struct Event {
    bool is_iteration;
    Iteration iteration;
    size_t done, total;
  };
  /// Work thread: hands an event over to whoever listens.
  virtual void post(const Event& event) = 0;

 private:
  std::atomic<bool> cancelled_{false};
  std::chrono::steady_clock::time_point last_progress_{};
};

/// Counts the queued or running jobs that use an object, and how often it has been written to. Touched on the JS thread
/// only.
struct Usage {
  int readers = 0;
  int writers = 0;
  /// Grows with every write that was asked for: what has the same number at two times has not changed in between.
  uint64_t changes = 0;
  /// Throw ARGUMENT when the JS thread may not read (write) now because a job does.
  void require_readable() const;
  /// Counts as a write.
  void require_writable();
};

struct Use {
  std::shared_ptr<Usage> object;
  bool writes;
};

}  // namespace engine
