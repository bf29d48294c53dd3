#include "binding/results.h"

#include <limits>

#include "binding/args.h"
#include "failure.h"

namespace engine {

Napi::Value to_int32_array(Napi::Env env, const std::vector<idx_t>& labels) {
  auto array = Napi::Int32Array::New(env, labels.size());
  int32_t* values = array.Data();
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] > std::numeric_limits<int32_t>::max()) {
      throw Failure("UNSUPPORTED", "The index holds ids of more than 32 bits.");
    }
    values[i] = static_cast<int32_t>(labels[i]);
  }
  return array;
}

Napi::Value to_js(Napi::Env env, const Found& found, size_t k) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("k", static_cast<double>(k));
  result.Set("distances", to_typed_array(env, found.distances));
  result.Set("labels", to_int32_array(env, found.labels));
  return result;
}

}  // namespace engine
