// Work off the JS thread: one job at a time, in the order it was asked for, each with a cancel flag and events.
#pragma once

#include <napi.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "errors.h"

namespace engine {

/// Mirrors KmeansIteration of index.d.ts.
struct Iteration {
  int iteration;
  int iterations;
  double objective;
  double imbalance;
  size_t splits;
};

/// One piece of work as both threads see it.
class Job : public std::enable_shared_from_this<Job> {
 public:
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  void cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  /// Throws CANCELLED when the job was cancelled.
  void check() const;

  /// Work thread: tells the page; reports closer than 100 ms apart are dropped, the last one never.
  void progress(size_t done, size_t total);
  void iteration(const Iteration& iteration);

  /// OpenMP threads of this job; 0 is the process-wide setting.
  int threads = 0;

 private:
  friend class Task;
  friend class JobHandle;
  struct Event {
    bool is_iteration;
    Iteration iteration;
    size_t done, total;
  };
  void post(const Event& event);
  void deliver(Napi::Env env);

  std::atomic<bool> cancelled_{false};
  std::mutex events_lock_;
  std::vector<Event> events_;
  std::chrono::steady_clock::time_point last_progress_{};
  bool listening_ = false;
  Napi::ThreadSafeFunction wake_;
  Napi::FunctionReference on_progress_, on_iteration_;
};

/// Counts the queued or running jobs that use an object. Touched on the JS thread only.
struct Usage {
  int readers = 0;
  int writers = 0;
  /// Throw ARGUMENT when the JS thread may not read (write) now because a job does.
  void require_readable() const;
  void require_writable() const;
};

struct Use {
  std::shared_ptr<Usage> object;
  bool writes;
};

/// Makes the JS value of a finished job, on the JS thread.
using Answer = std::function<Napi::Value(Napi::Env)>;
/// The work itself, on a pool thread: must not touch JS.
using Work = std::function<Answer(Job&)>;

/// Queues `work` and returns its promise. `handle` is the JobHandle made by index.js for this call.
Napi::Value start(Napi::Env env, const Napi::Value& handle, std::vector<Use> uses, Work work);

/// Held while FAISS works: FAISS's interrupt callback, statistics and thread count are process-wide.
class EngineLock {
 public:
  explicit EngineLock(Job* job);
  ~EngineLock();
  EngineLock(const EngineLock&) = delete;
  EngineLock& operator=(const EngineLock&) = delete;
};

/// Process-wide OpenMP threads.
int threads();
void set_threads(int count);

/// Registers the JobHandle class and FAISS's interrupt callback.
void init_jobs(Napi::Env env, Napi::Object exports);

}  // namespace engine
