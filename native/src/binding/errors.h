// Failures as JavaScript sees them.
#pragma once

#include <napi.h>

#include "failure.h"

namespace engine {

Napi::Error to_js(Napi::Env env, const Failure& failure);

/// Runs `body` on the JS thread; whatever it throws becomes a JS error with a code.
template <class Body>
auto guard(Napi::Env env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    throw to_js(env, current_failure());
  }
}

}  // namespace engine
