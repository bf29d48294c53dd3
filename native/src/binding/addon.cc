#include "binding/addon.h"

#include <faiss/Index.h>
#include <faiss/utils/utils.h>

#include "algorithms/instructions.h"
#include "binding/calls.h"
#include "binding/index.h"
#include "binding/matrix.h"
#include "binding/task.h"

#if defined(__GNUC__) && !defined(__APPLE__)
extern "C" __attribute__((weak)) char* openblas_get_corename();
#endif

namespace engine {

namespace {

std::string simd() {
  const std::string options = faiss::get_compile_options();
  if (options.find("AVX512") != std::string::npos) return "avx512";
  if (options.find("AVX2") != std::string::npos) return "avx2";
  if (options.find("NEON") != std::string::npos) return "neon";
  return "generic";
}

/// The kernel that OpenBLAS has chosen for the processor; another BLAS does not say.
std::string blas() {
#if defined(__GNUC__) && !defined(__APPLE__)
  if (openblas_get_corename != nullptr) return std::string("OpenBLAS ") + openblas_get_corename();
#endif
  return "unknown";
}

Napi::Value engine_info(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("faiss", std::to_string(FAISS_VERSION_MAJOR) + "." + std::to_string(FAISS_VERSION_MINOR) + "." +
                          std::to_string(FAISS_VERSION_PATCH));
  result.Set("simd", simd());
  result.Set("scan", instructions_name());
  result.Set("blas", blas());
  result.Set("threads", threads());
  return result;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Addon);
  init_jobs(env, exports);
  MatrixHandle::init(env, exports);
  IndexHandle::init(env, exports);
  exports.Set("knn", Napi::Function::New(env, knn));
  exports.Set("kmeans", Napi::Function::New(env, kmeans));
  exports.Set("miniBatchKmeans", Napi::Function::New(env, mini_batch_kmeans));
  exports.Set("nearestCenters", Napi::Function::New(env, nearest_centers));
  exports.Set("scratchMatrix", Napi::Function::New(env, MatrixHandle::scratch));
  exports.Set("expand", Napi::Function::New(env, expand));
  exports.Set("engineInfo", Napi::Function::New(env, engine_info));
  exports.Set("setThreads", Napi::Function::New(env, [](const Napi::CallbackInfo& info) {
    set_threads(info[0].As<Napi::Number>().Int32Value());
  }));
  return exports;
}

}  // namespace

}  // namespace engine

Napi::Object init_addon(Napi::Env env, Napi::Object exports) { return engine::init(env, exports); }

NODE_API_MODULE(faiss_node, init_addon)
