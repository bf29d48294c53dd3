// What one JS environment owns.
#pragma once

#include <napi.h>

#include <deque>

namespace engine {

class Task;

struct Addon {
  static Addon& of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }

  Napi::FunctionReference matrix_class, index_class;
  Task* running = nullptr;
  std::deque<Task*> queue;
};

}  // namespace engine
