'use strict';

// The JS face of the engine: checks every argument, so that the native side only ever sees sound ones, and turns
// AbortSignal and callbacks into a job the native side knows. Types and documentation: index.d.ts.

const native = require('./load.js');

const { engineInfo } = native;

const MetricType = {};
for (const [name, value] of Object.entries({
  METRIC_INNER_PRODUCT: 0,
  METRIC_L2: 1,
  METRIC_L1: 2,
  METRIC_Linf: 3,
  METRIC_Lp: 4,
  METRIC_Canberra: 20,
  METRIC_BrayCurtis: 21,
  METRIC_JensenShannon: 22,
  METRIC_Jaccard: 23,
})) {
  MetricType[name] = value;
  MetricType[value] = name;
}

const NUMBER_TYPES = ['<f4', '>f4', '<f2', '<f8'];
const MAX_INT32 = 2 ** 31 - 1;

function failure(code, message, ErrorType = Error) {
  const error = new ErrorType(message);
  error.code = code;
  return error;
}

function shown(value) {
  if (typeof value === 'string') return `"${value}"`;
  if (value === null || ['undefined', 'number', 'boolean', 'bigint'].includes(typeof value)) return String(value);
  return value.constructor?.name ?? typeof value;
}

function refuse(expected, name, value) {
  return failure('ARGUMENT', `Expected ${expected} for ${name} but received ${shown(value)}.`, TypeError);
}

function integer(value, name, min, max = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw refuse(max < MAX_INT32 ? `an integer from ${min} to ${max}` : `an integer of at least ${min}`, name, value);
  }
  return value;
}

function finite(value, name, min) {
  if (!Number.isFinite(value) || value < min) throw refuse(`a finite number of at least ${min}`, name, value);
  return value;
}

function fileName(value, name = 'path') {
  // A NUL would end the name early inside the system.
  if (typeof value !== 'string' || value === '' || value.includes('\0')) throw refuse('a file path', name, value);
  return value;
}

function instance(value, Class, name) {
  if (!(value instanceof Class)) throw refuse(`a ${Class.name}`, name, value);
  return value;
}

function optionsOf(options) {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw refuse('an object', 'options', options);
  return options;
}

function callback(value, name) {
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw refuse('a function', name, value);
  return (...args) => {
    try {
      value(...args);
    } catch (error) {
      // The listener's own fault: it must surface, but not as a failure of the work.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
}

/** [from, count] for the native side; count -1 means all up to the end. */
function rangeOf(options) {
  return [
    options.from === undefined ? 0 : integer(options.from, 'from', 0),
    options.count === undefined ? -1 : integer(options.count, 'count', 0),
  ];
}

// Node waits for work under way before it exits; nobody waits for the result any more.
const jobs = new Set();
process.once('exit', () => jobs.forEach((job) => job.cancel()));

/** Starts `begin(job)` and ties the job to options.signal. */
async function run(options, begin) {
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw refuse('an AbortSignal', 'signal', signal);
  if (signal?.aborted) throw failure('CANCELLED', 'The work was cancelled.');
  const threads = options.threads === undefined ? 0 : integer(options.threads, 'threads', 1, 1024);
  const job = new native.JobHandle(
    callback(options.onProgress, 'onProgress'),
    callback(options.onIteration, 'onIteration'),
    threads,
  );
  const cancel = () => job.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  jobs.add(job);
  try {
    return await begin(job);
  } finally {
    jobs.delete(job);
    signal?.removeEventListener('abort', cancel);
  }
}

// Native handles live here, out of reach of anything outside this file.
const handles = new WeakMap();
const handleOf = (object) => handles.get(object);

class Matrix {
  constructor(rows, columns) {
    const handle =
      rows instanceof native.MatrixHandle
        ? rows
        : new native.MatrixHandle(integer(rows, 'rows', 0), integer(columns, 'columns', 1, MAX_INT32));
    handles.set(this, handle);
  }

  static from(data, columns) {
    instance(data, Float32Array, 'data');
    integer(columns, 'columns', 1, MAX_INT32);
    if (data.length % columns !== 0) {
      throw failure('DIMENSION', `${data.length} values do not fill rows of ${columns}.`);
    }
    const matrix = new Matrix(data.length / columns, columns);
    matrix.set(0, data);
    return matrix;
  }

  static async scratch(rows, columns, path) {
    integer(rows, 'rows', 0);
    integer(columns, 'columns', 1, MAX_INT32);
    fileName(path);
    return new Matrix(await run({}, (job) => native.scratchMatrix(rows, columns, path, job)));
  }

  get rows() {
    return handleOf(this).rows();
  }

  get columns() {
    return handleOf(this).columns();
  }

  get byteLength() {
    return handleOf(this).byteLength();
  }

  async readRegion(path, region) {
    fileName(path);
    if (typeof region !== 'object' || region === null) throw refuse('an object', 'region', region);
    const type = NUMBER_TYPES.indexOf(region.type);
    if (type < 0) throw refuse(NUMBER_TYPES.join(', '), 'region.type', region.type);
    const offset = integer(region.offset, 'region.offset', 0);
    const rows = integer(region.rows, 'region.rows', 0);
    const at = integer(region.at, 'region.at', 0);
    return run({}, (job) => handleOf(this).readRegion(path, offset, type, rows, region.fortran === true, at, job));
  }

  async writeNpy(path, options) {
    const given = optionsOf(options);
    return run(given, (job) => handleOf(this).writeNpy(fileName(path), ...rangeOf(given), job));
  }

  toFloat32Array(from, count) {
    return handleOf(this).toFloat32Array(...rangeOf({ from, count }));
  }

  set(at, data) {
    handleOf(this).set(integer(at, 'at', 0), instance(data, Float32Array, 'data'));
  }

  async gather(rows) {
    instance(rows, Int32Array, 'rows');
    return new Matrix(await run({}, (job) => handleOf(this).gather(rows, job)));
  }

  async permute(order) {
    instance(order, Int32Array, 'order');
    return run({}, (job) => handleOf(this).permute(order, job));
  }

  async shuffle(seed) {
    integer(seed, 'seed', 0);
    return run({}, (job) => handleOf(this).shuffle(seed, job));
  }

  truncate(rows) {
    handleOf(this).truncate(integer(rows, 'rows', 0));
  }

  async norms() {
    return run({}, (job) => handleOf(this).norms(job));
  }

  async normalize(eps = 1e-12) {
    finite(eps, 'eps', Number.MIN_VALUE);
    return run({}, (job) => handleOf(this).normalize(eps, job));
  }

  async scaleRows(factors) {
    instance(factors, Float32Array, 'factors');
    return run({}, (job) => handleOf(this).scaleRows(factors, job));
  }

  async nonFiniteRows() {
    return run({}, (job) => handleOf(this).nonFiniteRows(job));
  }

  close() {
    handleOf(this).close();
  }
}

// --- the plain-array API of faiss-node: its checks, its messages ---

function argumentCount(args, count) {
  if (args.length !== count) {
    throw failure('ARGUMENT', `Expected ${count} argument${count === 1 ? '' : 's'}, but got ${args.length}.`);
  }
}

function numbers(array, ArrayType) {
  const values = new ArrayType(array.length);
  for (let i = 0; i < array.length; i++) {
    if (typeof array[i] !== 'number') throw failure('ARGUMENT', `Expected a Number as array item. (at: ${i})`);
    values[i] = array[i];
  }
  return values;
}

function plainArray(x) {
  if (!Array.isArray(x)) {
    throw failure('ARGUMENT', 'Invalid the first argument type, must be an Array.', TypeError);
  }
  return x;
}

function plainVectors(x, dimension) {
  if (x.length % dimension !== 0) throw failure('DIMENSION', 'Invalid the given array length.');
  return numbers(x, Float32Array);
}

/** Numbers in a description that FAISS would divide by or allocate for without looking. */
function checkDescription(description) {
  const bad = /[A-Za-z]0+(?!\d)|\d{9,}/.exec(description);
  if (bad !== null) {
    throw failure('FACTORY', `The index description "${description}" is not understood: "${bad[0]}" is out of range.`);
  }
}

function makeIndex(dimension, description, metric) {
  integer(dimension, 'dimension', 1, 1 << 20);
  if (typeof MetricType[metric] !== 'string') throw refuse('a MetricType', 'metric', metric);
  checkDescription(description);
  return native.fromFactory(dimension, description, metric);
}

class Index {
  constructor(dimension) {
    const handle =
      dimension instanceof native.IndexHandle ? dimension : makeIndex(dimension, 'Flat', MetricType.METRIC_L2);
    handles.set(this, handle);
  }

  static fromFactory(dimension, factory, metric) {
    if (arguments.length < 2) {
      throw failure('ARGUMENT', `Expected 2 or 3 arguments, but got ${arguments.length}.`);
    }
    if (typeof dimension !== 'number') {
      throw failure('ARGUMENT', 'Invalid the first argument type, must be a number.', TypeError);
    }
    if (typeof factory !== 'string') {
      throw failure('ARGUMENT', 'Invalid the second argument type, must be a string.', TypeError);
    }
    return new this(makeIndex(dimension, factory, metric ?? MetricType.METRIC_L2));
  }

  static read(path) {
    argumentCount(arguments, 1);
    if (typeof path !== 'string') {
      throw failure('ARGUMENT', 'Invalid the first argument type, must be a string.', TypeError);
    }
    try {
      return new this(native.readIndex(fileName(path)));
    } catch (error) {
      // faiss-node's messages start with FAISS's "Error".
      if (error.code === 'IO') error.message = `Error: ${error.message}`;
      throw error;
    }
  }

  static fromBuffer(source) {
    argumentCount(arguments, 1);
    if (!Buffer.isBuffer(source)) {
      throw failure('ARGUMENT', 'Invalid the first argument type, must be a buffer.', TypeError);
    }
    return new this(native.fromBuffer(source));
  }

  static async open(path, options) {
    fileName(path);
    return new this(await run(optionsOf(options), (job) => native.openIndex(path, job)));
  }

  ntotal() {
    return handleOf(this).ntotal();
  }

  getDimension() {
    return handleOf(this).dimension();
  }

  isTrained() {
    return handleOf(this).isTrained();
  }

  train(x, options) {
    if (x instanceof Matrix) return this.#trainMatrix(x, options);
    argumentCount(arguments, 1);
    handleOf(this).trainNow(plainVectors(plainArray(x), this.getDimension()));
    return undefined;
  }

  async #trainMatrix(x, options) {
    const given = optionsOf(options);
    const rows = given.rows === undefined ? -1 : integer(given.rows, 'rows', 1);
    return run(given, (job) => handleOf(this).train(handleOf(x), rows, job));
  }

  add(x, options) {
    if (x instanceof Matrix) return this.#addMatrix(x, options);
    argumentCount(arguments, 1);
    handleOf(this).addNow(plainVectors(plainArray(x), this.getDimension()));
    return undefined;
  }

  async #addMatrix(x, options) {
    const given = optionsOf(options);
    return run(given, (job) => handleOf(this).add(handleOf(x), ...rangeOf(given), job));
  }

  search(x, k, options) {
    if (x instanceof Matrix || x instanceof Float32Array) return this.#searchRows(x, k, options);
    argumentCount(arguments, 2);
    plainArray(x);
    if (typeof k !== 'number') {
      throw failure('ARGUMENT', 'Invalid the second argument type, must be a Number.', TypeError);
    }
    const ntotal = this.ntotal();
    if (k > ntotal) {
      throw failure(
        'ARGUMENT',
        `Invalid the number of k (cannot be given a value greater than \`ntotal\`: ${ntotal}).`,
      );
    }
    integer(k, 'k', 1);
    const { distances, labels } = handleOf(this).searchNow(plainVectors(x, this.getDimension()), k);
    return { distances: Array.from(distances), labels: Array.from(labels) };
  }

  async #searchRows(x, k, options) {
    const given = optionsOf(options);
    integer(k, 'k', 1, MAX_INT32);
    const nprobe = given.nprobe === undefined ? 0 : integer(given.nprobe, 'nprobe', 1);
    const rows = x instanceof Matrix ? handleOf(x) : x;
    return run(given, (job) => handleOf(this).search(rows, k, nprobe, ...rangeOf(given), job));
  }

  write(path) {
    argumentCount(arguments, 1);
    if (typeof path !== 'string') {
      throw failure('ARGUMENT', 'Invalid the first argument type, must be a string.', TypeError);
    }
    handleOf(this).writeNow(fileName(path));
  }

  async save(path, options) {
    fileName(path);
    return run(optionsOf(options), (job) => handleOf(this).save(path, job));
  }

  toBuffer() {
    argumentCount(arguments, 0);
    return handleOf(this).toBuffer();
  }

  mergeFrom(other) {
    argumentCount(arguments, 1);
    if (typeof other !== 'object' || other === null) {
      throw failure('ARGUMENT', 'Invalid argument type, must be an object.', TypeError);
    }
    if (!(other instanceof Index)) throw failure('ARGUMENT', 'Invalid argument');
    if (other.getDimension() !== this.getDimension()) {
      throw failure('DIMENSION', 'The merging index must have the same dimension.');
    }
    handleOf(this).mergeFrom(handleOf(other));
  }

  removeIds(ids) {
    argumentCount(arguments, 1);
    return handleOf(this).removeIds(numbers(plainArray(ids), Float64Array));
  }

  setParameter(name, value) {
    if (typeof name !== 'string') throw refuse('a string', 'name', name);
    finite(value, 'value', 0);
    if (/nprobe|ef(Search|Construction)$/.test(name)) integer(value, name, 1, MAX_INT32);
    handleOf(this).setParameter(name, value);
  }

  describe() {
    return handleOf(this).describe();
  }

  listSizes() {
    return handleOf(this).listSizes();
  }

  listIds(list) {
    return handleOf(this).listIds(integer(list, 'list', 0));
  }

  async centroids() {
    return new Matrix(await run({}, (job) => handleOf(this).centroids(job)));
  }

  async reconstruct(options) {
    const given = optionsOf(options);
    return new Matrix(await run(given, (job) => handleOf(this).reconstruct(...rangeOf(given), job)));
  }

  async assign(x, options) {
    const given = optionsOf(options);
    if (!(x instanceof Matrix || x instanceof Float32Array)) throw refuse('a Matrix or Float32Array', 'x', x);
    const nprobe = given.nprobe === undefined ? 1 : integer(given.nprobe, 'nprobe', 1);
    const rows = x instanceof Matrix ? handleOf(x) : x;
    return run(given, (job) => handleOf(this).assign(rows, nprobe, ...rangeOf(given), job));
  }

  close() {
    handleOf(this).close();
  }
}

class IndexFlatL2 extends Index {}

class IndexFlatIP extends Index {
  constructor(dimension) {
    super(
      dimension instanceof native.IndexHandle
        ? dimension
        : makeIndex(dimension, 'Flat', MetricType.METRIC_INNER_PRODUCT),
    );
  }
}

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
  const { centroids, objective } = await run(given, (job) =>
    native.kmeans(handleOf(x), k, iterations, seed, spherical, limit, job),
  );
  return { centroids: new Matrix(centroids), objective };
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

function setThreads(threads) {
  native.setThreads(integer(threads, 'threads', 1, 1024));
}

module.exports = {
  MetricType,
  Matrix,
  Index,
  IndexFlatL2,
  IndexFlatIP,
  knn,
  kmeans,
  miniBatchKmeans,
  nearestCenters,
  expand,
  engineInfo,
  setThreads,
};
