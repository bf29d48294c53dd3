'use strict';

// Work on matrices that belongs to no class.

const native = require('../load.js');
const {
  MAX_INT32,
  MetricType,
  failure,
  fileName,
  finite,
  instance,
  integer,
  optionsOf,
  rangeOf,
  refuse,
} = require('./arguments.js');
const { Matrix } = require('./matrix.js');
const { handleOf, run } = require('./run.js');

async function knn(queries, base, k, options) {
  const given = optionsOf(options);
  if (!(queries instanceof Matrix || queries instanceof Float32Array)) {
    throw refuse('a Matrix or Float32Array', 'queries', queries);
  }
  instance(base, Matrix, 'base');
  integer(k, 'k', 1, MAX_INT32);
  const metric = given.metric ?? MetricType.METRIC_L2;
  if (metric !== MetricType.METRIC_L2 && metric !== MetricType.METRIC_INNER_PRODUCT) {
    throw failure('UNSUPPORTED', 'Exact search knows METRIC_L2 and METRIC_INNER_PRODUCT only.');
  }
  const baseRows = given.baseRows === undefined ? -1 : integer(given.baseRows, 'baseRows', 0);
  const rows = queries instanceof Matrix ? handleOf(queries) : queries;
  return run(given, (job) => native.knn(rows, handleOf(base), k, metric, baseRows, ...rangeOf(given), job));
}

async function kmeans(x, k, options) {
  const given = optionsOf(options);
  instance(x, Matrix, 'x');
  integer(k, 'k', 1, MAX_INT32);
  const iterations = integer(given.iterations ?? 25, 'iterations', 1, MAX_INT32);
  const seed = integer(given.seed ?? 1234, 'seed', 0, MAX_INT32);
  const limit = integer(given.maxPointsPerCentroid ?? 256, 'maxPointsPerCentroid', 1, MAX_INT32);
  const spherical = given.spherical === true;
  const { centroids, ...rest } = await run(given, (job) =>
    native.kmeans(handleOf(x), k, iterations, seed, spherical, limit, job),
  );
  return { centroids: new Matrix(centroids), ...rest };
}

/** [kind, nlist, nprobe] for the native side. */
function searchOf(search, rows) {
  if (search === 'exact') return [0, 0, 0];
  if (search === undefined || search === 'fast') return [1, 0, 0];
  if (typeof search !== 'object' || search === null) throw refuse('exact, fast or { nlist, nprobe }', 'search', search);
  const nlist = integer(search.nlist, 'search.nlist', 1, rows);
  return [2, nlist, integer(search.nprobe, 'search.nprobe', 1, nlist)];
}

async function expand(x, options) {
  const given = optionsOf(options);
  instance(x, Matrix, 'x');
  const base = given.base === undefined || given.base === x ? undefined : instance(given.base, Matrix, 'base');
  const { rows } = base ?? x;
  const targetRecall = finite(given.targetRecall ?? 0.99, 'targetRecall', 0);
  if (targetRecall > 1) throw refuse('a number from 0 to 1', 'targetRecall', targetRecall);
  const settings = [
    finite(given.alpha ?? 3, 'alpha', 0),
    integer(given.neighbors ?? 10, 'neighbors', 1, rows - 1),
    given.includeSelf !== false,
    given.restoreNorms !== false,
    integer(given.repetitions ?? 1, 'repetitions', 1, MAX_INT32),
    ...searchOf(given.search, rows),
    targetRecall,
    integer(given.seed ?? 1234, 'seed', 0, MAX_INT32 - 1),
    given.scratch === undefined ? '' : fileName(given.scratch, 'scratch'),
  ];
  return run(given, (job) => native.expand(handleOf(x), base && handleOf(base), ...settings, job));
}

async function miniBatchKmeans(x, k, options) {
  const given = optionsOf(options);
  instance(x, Matrix, 'x');
  integer(k, 'k', 1, MAX_INT32);
  // 0: the engine's own choice.
  const batchSize = given.batchSize === undefined ? 0 : integer(given.batchSize, 'batchSize', 1, MAX_INT32);
  const initSize = given.initSize === undefined ? 0 : integer(given.initSize, 'initSize', 1, MAX_INT32);
  const inits = integer(given.inits ?? 3, 'inits', 1, MAX_INT32);
  const maxIterations = integer(given.maxIterations ?? 100, 'maxIterations', 1, MAX_INT32);
  const maxNoImprovement = integer(given.maxNoImprovement ?? 10, 'maxNoImprovement', 1, MAX_INT32);
  const ratio = finite(given.reassignmentRatio ?? 0.01, 'reassignmentRatio', 0);
  const seed = integer(given.seed ?? 1234, 'seed', 0);
  const { centroids, ...rest } = await run(given, (job) =>
    native.miniBatchKmeans(
      handleOf(x),
      ...[k, batchSize, initSize, inits, maxIterations, maxNoImprovement, ratio, seed],
      job,
    ),
  );
  return { centroids: new Matrix(centroids), ...rest };
}

async function nearestCenters(x, centroids, options) {
  instance(x, Matrix, 'x');
  instance(centroids, Matrix, 'centroids');
  return run(optionsOf(options), (job) => native.nearestCenters(handleOf(x), handleOf(centroids), job));
}

module.exports = { expand, kmeans, knn, miniBatchKmeans, nearestCenters };
