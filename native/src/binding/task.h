// Work off the JS thread: one job at a time, in the order it was asked for.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <vector>

#include "job.h"

namespace engine {

/// Makes the JS value of a finished job, on the JS thread.
using Answer = std::function<Napi::Value(Napi::Env)>;
/// The work itself, on a pool thread: must not touch JS.
using Work = std::function<Answer(Job&)>;

/// Queues `work` and returns its promise. `handle` is the JobHandle made by lib/run.js for this call.
Napi::Value start(Napi::Env env, const Napi::Value& handle, std::vector<Use> uses, Work work);

/// Held while FAISS works: FAISS's interrupt callback, statistics and thread count are process-wide. `threads_of_job` 0
/// is the process-wide setting.
class EngineLock {
 public:
  explicit EngineLock(Job* job, int threads_of_job = 0);
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
