#include "binding/calls.h"

#include "algorithms/expand.h"
#include "algorithms/kmeans.h"
#include "algorithms/knn.h"
#include "algorithms/minibatch.h"
#include "algorithms/rows.h"
#include "algorithms/search.h"
#include "binding/args.h"
#include "binding/errors.h"
#include "binding/matrix.h"
#include "binding/results.h"
#include "binding/task.h"

namespace engine {

namespace {

Napi::Value to_js(Napi::Env env, const SearchFacts& facts) {
  Napi::Object result = Napi::Object::New(env);
  const auto number = [env, &facts](size_t value) {
    return facts.exact ? env.Null() : Napi::Value(Napi::Number::New(env, static_cast<double>(value)));
  };
  result.Set("method", facts.exact ? "exact" : "lists");
  result.Set("nlist", number(facts.nlist));
  result.Set("nprobe", number(facts.nprobe));
  result.Set("recall", facts.recall);
  result.Set("sample", static_cast<double>(facts.sample));
  return result;
}

}  // namespace

Napi::Value knn(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto base = MatrixHandle::of(info[1]);
    auto queries = std::make_shared<Rows>(info[0], base->columns());
    const size_t k = to_size(info[2]);
    const auto metric = static_cast<faiss::MetricType>(info[3].As<Napi::Number>().Int32Value());
    const Range base_range(Napi::Number::New(info.Env(), 0), info[4]);
    const Range range(info[5], info[6]);
    std::vector<Use> uses{{base, false}};
    queries->add_use(uses);
    return start(info.Env(), info[7], uses, [=](Job& job) {
      const size_t d = base->columns();
      if (queries->columns() != d) {
        throw Failure("DIMENSION", "The queries have " + std::to_string(queries->columns()) +
                                       " columns and the base has " + std::to_string(d) + ".");
      }
      const size_t rows = base_range.resolve(base->rows());
      const size_t n = range.resolve(queries->count());
      auto found = std::make_shared<Found>(
          engine::knn(job, queries->row(range.from), n, base->row(0), rows, d, k, metric));
      return Answer([found, k](Napi::Env env) { return to_js(env, *found, k); });
    });
  });
}

Napi::Value kmeans(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = MatrixHandle::of(info[0]);
    const size_t k = to_size(info[1]);
    faiss::ClusteringParameters parameters;
    parameters.niter = info[2].As<Napi::Number>().Int32Value();
    parameters.seed = info[3].As<Napi::Number>().Int32Value();
    parameters.spherical = info[4].ToBoolean().Value();
    parameters.max_points_per_centroid = info[5].As<Napi::Number>().Int32Value();
    return start(info.Env(), info[6], {{matrix, false}}, [matrix, k, parameters](Job& job) {
      require_finite(&job, matrix->span());
      const Nearness nearness = parameters.spherical ? Nearness::INNER_PRODUCT : Nearness::SQUARED_L2;
      const Clusters found = engine::kmeans(&job, matrix->span(), k, parameters, nearness);
      auto centroids = std::make_shared<MatrixData>(k, matrix->columns());
      std::copy(found.centers.begin(), found.centers.end(), centroids->row(0));
      return Answer([centroids, objective = found.objective, compared = found.compared](Napi::Env env) {
        Napi::Object result = Napi::Object::New(env);
        result.Set("centroids", MatrixHandle::make(env, centroids));
        result.Set("objective", objective);
        result.Set("compared", compared);
        return result;
      });
    });
  });
}

Napi::Value mini_batch_kmeans(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = MatrixHandle::of(info[0]);
    const MiniBatchOptions options{to_size(info[1]), to_size(info[2]), to_size(info[3]),
                          to_size(info[4]), to_size(info[5]), to_size(info[6]),
                          info[7].As<Napi::Number>().DoubleValue(), to_size(info[8])};
    return start(info.Env(), info[9], {{matrix, false}}, [matrix, options](Job& job) {
      auto result = std::make_shared<MiniBatchResult>(engine::mini_batch_kmeans(job, *matrix, options));
      return Answer([result](Napi::Env env) {
        Napi::Object removed = Napi::Object::New(env);
        removed.Set("unused", static_cast<double>(result->unused));
        removed.Set("duplicates", static_cast<double>(result->duplicates));
        Napi::Object value = Napi::Object::New(env);
        value.Set("centroids", MatrixHandle::make(env, result->centers));
        value.Set("sizes", to_typed_array(env, result->sizes));
        value.Set("meanSquaredDistance", result->mean_squared_distance);
        value.Set("steps", static_cast<double>(result->steps));
        value.Set("removed", removed);
        return value;
      });
    });
  });
}

Napi::Value nearest_centers(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto matrix = MatrixHandle::of(info[0]);
    auto centers = MatrixHandle::of(info[1]);
    return start(info.Env(), info[2], {{matrix, false}, {centers, false}}, [matrix, centers](Job& job) {
      auto found = std::make_shared<NearestCenters>(engine::nearest_centers(job, *matrix, *centers));
      return Answer([found](Napi::Env env) {
        Napi::Object value = Napi::Object::New(env);
        value.Set("labels", to_typed_array(env, found->labels));
        value.Set("distances", to_typed_array(env, found->distances));
        return value;
      });
    });
  });
}

Napi::Value expand(const Napi::CallbackInfo& info) {
  return guard(info.Env(), [&] {
    auto x = MatrixHandle::of(info[0]);
    auto base = info[1].IsUndefined() ? x : MatrixHandle::of(info[1]);
    ExpandSettings settings;
    settings.alpha = info[2].As<Napi::Number>().DoubleValue();
    settings.neighbors = to_size(info[3]);
    settings.include_self = info[4].ToBoolean().Value();
    settings.restore_norms = info[5].ToBoolean().Value();
    settings.repetitions = to_size(info[6]);
    settings.search = {static_cast<SearchKind>(info[7].As<Napi::Number>().Int32Value()), to_size(info[8]),
                       to_size(info[9]), info[10].As<Napi::Number>().DoubleValue(),
                       info[11].As<Napi::Number>().Int64Value()};
    settings.scratch = to_string(info[12]);
    std::vector<Use> uses{{x, true}};
    if (base != x) uses.push_back({base, false});
    return start(info.Env(), info[13], uses, [x, base, settings](Job& job) {
      auto result = std::make_shared<Expansion>(engine::expand(job, x, base, settings));
      return Answer([result](Napi::Env env) {
        Napi::Object value = Napi::Object::New(env);
        value.Set("cosines", to_typed_array(env, result->cosines));
        value.Set("search", to_js(env, result->search));
        return value;
      });
    });
  });
}

}  // namespace engine
