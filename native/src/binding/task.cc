#include "binding/task.h"

#include <faiss/impl/AuxIndexStructures.h>
#include <omp.h>

#include <deque>
#include <mutex>
#include <utility>

#include "binding/addon.h"
#include "binding/errors.h"

#if defined(__GNUC__)
// Present in OpenBLAS only; any other BLAS keeps its own setting.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));
#endif

namespace engine {

namespace {

// Leaked on purpose: a pool thread may still be at work while the process exits.
std::mutex& engine_mutex = *new std::mutex;
std::atomic<Job*> running_job{nullptr};
std::atomic<int> thread_count{0};

struct Interrupt : faiss::InterruptCallback {
  bool want_interrupt() override {
    Job* job = running_job.load();
    return job != nullptr && job->cancelled();
  }
};

Failure cancelled_failure() { return Failure("CANCELLED", "The work was cancelled."); }

}  // namespace

/// A job that JavaScript listens to.
class ListenedJob : public Job, public std::enable_shared_from_this<ListenedJob> {
 public:
  void listen(Napi::Env env);
  void deliver(Napi::Env env);
  void stop_listening(Napi::Env env);

  /// OpenMP threads of this job; 0 is the process-wide setting.
  int threads = 0;
  Napi::FunctionReference on_progress, on_iteration;

 protected:
  void post(const Event& event) override;

 private:
  std::mutex events_lock_;
  std::vector<Event> events_;
  bool listening_ = false;
  Napi::ThreadSafeFunction wake_;
};

void ListenedJob::listen(Napi::Env env) {
  if (on_progress.IsEmpty() && on_iteration.IsEmpty()) return;
  Napi::Function nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  wake_ = Napi::ThreadSafeFunction::New(env, nothing, "faiss-node events", 0, 1);
  listening_ = true;
}

void ListenedJob::stop_listening(Napi::Env env) {
  if (listening_) {
    deliver(env);
    wake_.Release();
    listening_ = false;
  }
  on_progress.Reset();
  on_iteration.Reset();
}

void ListenedJob::post(const Event& event) {
  if (!listening_) return;
  {
    std::lock_guard<std::mutex> lock(events_lock_);
    events_.push_back(event);
  }
  auto self = shared_from_this();
  wake_.NonBlockingCall([self](Napi::Env env, Napi::Function) { self->deliver(env); });
}

void ListenedJob::deliver(Napi::Env env) {
  std::vector<Event> events;
  {
    std::lock_guard<std::mutex> lock(events_lock_);
    events.swap(events_);
  }
  for (const Event& event : events) {
    Napi::HandleScope scope(env);
    if (event.is_iteration) {
      if (on_iteration.IsEmpty()) continue;
      const Iteration& it = event.iteration;
      Napi::Object value = Napi::Object::New(env);
      value.Set("iteration", it.iteration);
      value.Set("iterations", it.iterations);
      value.Set("objective", it.objective);
      value.Set("imbalance", it.imbalance);
      value.Set("splits", static_cast<double>(it.splits));
      on_iteration.Call({value});
    } else if (!on_progress.IsEmpty()) {
      on_progress.Call({Napi::Number::New(env, static_cast<double>(event.done)),
                         Napi::Number::New(env, static_cast<double>(event.total))});
    }
  }
}

EngineLock::EngineLock(Job* job, int threads_of_job) {
  engine_mutex.lock();
  running_job = job;
  const int count = threads_of_job > 0 ? threads_of_job : threads();
  // OpenMP keeps this per calling thread, and the pool has several.
  omp_set_num_threads(count);
}

EngineLock::~EngineLock() {
  running_job = nullptr;
  engine_mutex.unlock();
}

int threads() { return thread_count; }

void set_threads(int count) {
  thread_count = count;
#if defined(__GNUC__)
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(count);
#endif
}

/// A job in the queue. Deletes itself after its promise is settled.
class Task : public Napi::AsyncWorker {
 public:
  Task(Napi::Env env, std::shared_ptr<ListenedJob> job, std::vector<Use> uses, Work work)
      : Napi::AsyncWorker(env, "faiss-node"),
        job_(std::move(job)),
        uses_(std::move(uses)),
        work_(std::move(work)),
        deferred_(Napi::Promise::Deferred::New(env)) {
    for (const Use& use : uses_) {
      ++(use.writes ? use.object->writers : use.object->readers);
      if (use.writes) ++use.object->changes;
    }
  }

  Napi::Promise promise() const { return deferred_.Promise(); }
  const Job* job() const { return job_.get(); }

  void Execute() override {
    try {
      job_->check();
      EngineLock lock(job_.get(), job_->threads);
      answer_ = work_(*job_);
    } catch (...) {
      failure_ = std::make_unique<Failure>(job_->cancelled() ? cancelled_failure() : current_failure());
    }
    work_ = nullptr;
  }

  void OnOK() override {
    Addon& addon = Addon::of(Env());
    addon.running = nullptr;
    if (!addon.queue.empty()) {
      addon.running = addon.queue.front();
      addon.queue.pop_front();
      addon.running->Queue();
    }
    settle();
  }

  /// Ends a task that was cancelled in the queue.
  void drop() {
    settle();
    Destroy();
  }

 private:
  /// Settles the promise on the JS thread. A task that never ran counts as cancelled.
  void settle() {
    Napi::Env env = Env();
    for (const Use& use : uses_) --(use.writes ? use.object->writers : use.object->readers);
    uses_.clear();
    job_->stop_listening(env);
    if (!answer_) {
      deferred_.Reject(to_js(env, failure_ ? *failure_ : cancelled_failure()).Value());
      return;
    }
    try {
      deferred_.Resolve(guard(env, [&] { return answer_(env); }));
    } catch (const Napi::Error& error) {
      deferred_.Reject(error.Value());
    }
  }

  std::shared_ptr<ListenedJob> job_;
  std::vector<Use> uses_;
  Work work_;
  Answer answer_;
  std::unique_ptr<Failure> failure_;
  Napi::Promise::Deferred deferred_;
};

/// The JS side of a job: `new JobHandle(onProgress, onIteration, threads)`, `cancel()`.
class JobHandle : public Napi::ObjectWrap<JobHandle> {
 public:
  explicit JobHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<JobHandle>(info), job(std::make_shared<ListenedJob>()) {
    if (info[0].IsFunction()) job->on_progress = Napi::Persistent(info[0].As<Napi::Function>());
    if (info[1].IsFunction()) job->on_iteration = Napi::Persistent(info[1].As<Napi::Function>());
    if (info[2].IsNumber()) job->threads = info[2].As<Napi::Number>().Int32Value();
  }

  void cancel(const Napi::CallbackInfo& info) {
    job->cancel();
    Addon& addon = Addon::of(info.Env());
    for (auto it = addon.queue.begin(); it != addon.queue.end(); ++it) {
      if ((*it)->job() != job.get()) continue;
      Task* task = *it;
      addon.queue.erase(it);
      task->drop();
      return;
    }
  }

  const std::shared_ptr<ListenedJob> job;
};

Napi::Value start(Napi::Env env, const Napi::Value& handle, std::vector<Use> uses, Work work) {
  JobHandle* job = JobHandle::Unwrap(handle.As<Napi::Object>());
  job->job->listen(env);
  auto* task = new Task(env, job->job, std::move(uses), std::move(work));
  Napi::Promise promise = task->promise();
  Addon& addon = Addon::of(env);
  if (addon.running == nullptr) {
    addon.running = task;
    task->Queue();
  } else {
    addon.queue.push_back(task);
  }
  return promise;
}

void init_jobs(Napi::Env env, Napi::Object exports) {
  static std::once_flag once;
  std::call_once(once, [] {
    thread_count = omp_get_max_threads();
    faiss::InterruptCallback::instance = std::make_unique<Interrupt>();
  });
  exports.Set("JobHandle", JobHandle::DefineClass(
                               env, "JobHandle", {JobHandle::InstanceMethod<&JobHandle::cancel>("cancel")}));
}

}  // namespace engine
