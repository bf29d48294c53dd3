// Reads arguments that lib/ has already checked.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

namespace engine {

inline size_t to_size(const Napi::Value& value) {
  return static_cast<size_t>(value.As<Napi::Number>().Int64Value());
}

inline std::string to_string(const Napi::Value& value) { return value.As<Napi::String>().Utf8Value(); }

/// A copy of a typed array's values, so that JS may change or detach it meanwhile.
template <class T>
std::vector<T> to_vector(const Napi::Value& value) {
  auto array = value.As<Napi::TypedArrayOf<T>>();
  return std::vector<T>(array.Data(), array.Data() + array.ElementLength());
}

template <class T>
Napi::TypedArrayOf<T> to_typed_array(Napi::Env env, const T* data, size_t count) {
  auto array = Napi::TypedArrayOf<T>::New(env, count);
  if (count > 0) std::memcpy(array.Data(), data, count * sizeof(T));
  return array;
}

template <class T>
Napi::TypedArrayOf<T> to_typed_array(Napi::Env env, const std::vector<T>& values) {
  return to_typed_array(env, values.data(), values.size());
}

}  // namespace engine
