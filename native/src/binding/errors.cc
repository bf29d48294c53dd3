#include "binding/errors.h"

namespace engine {

Napi::Error to_js(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.what());
  error.Set("code", Napi::String::New(env, failure.code));
  if (!failure.system.empty()) error.Set("errno", Napi::String::New(env, failure.system));
  return error;
}

}  // namespace engine
