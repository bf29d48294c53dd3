'use strict';

const native = require('../load.js');
const {
  MAX_FACTOR,
  MAX_INT32,
  MAX_WIDTH,
  MetricType,
  between,
  failure,
  fileName,
  finite,
  integer,
  optionsOf,
  rangeOf,
  refuse,
} = require('./arguments.js');
const legacy = require('./legacy.js');
const { Matrix } = require('./matrix.js');
const { handleOf, handles, run } = require('./run.js');

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

  static fromFactory(...args) {
    legacy.factory(args);
    const [dimension, description, metric] = args;
    return new this(makeIndex(dimension, description, metric ?? MetricType.METRIC_L2));
  }

  static read(...args) {
    return new this(legacy.read(args));
  }

  static fromBuffer(...args) {
    return new this(legacy.fromBuffer(args));
  }

  static async open(file, options) {
    if (typeof file === 'number') integer(file, 'file', 0, MAX_INT32);
    else fileName(file);
    return new this(await run(optionsOf(options), (job) => native.openIndex(file, job)));
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

  train(...args) {
    return args[0] instanceof Matrix ? this.#trainMatrix(...args) : legacy.train(handleOf(this), args);
  }

  async #trainMatrix(x, options) {
    const given = optionsOf(options);
    const rows = given.rows === undefined ? -1 : integer(given.rows, 'rows', 1);
    return run(given, (job) => handleOf(this).train(handleOf(x), rows, job));
  }

  add(...args) {
    return args[0] instanceof Matrix ? this.#addMatrix(...args) : legacy.add(handleOf(this), args);
  }

  async #addMatrix(x, options) {
    const given = optionsOf(options);
    return run(given, (job) => handleOf(this).add(handleOf(x), ...rangeOf(given), given.discard === true, job));
  }

  search(...args) {
    const typed = args[0] instanceof Matrix || args[0] instanceof Float32Array;
    return typed ? this.#searchRows(...args) : legacy.search(handleOf(this), args);
  }

  async searchWidths(x, k, nprobes, options) {
    const given = optionsOf(options);
    integer(k, 'k', 1, MAX_INT32);
    if (!Array.isArray(nprobes) || nprobes.length === 0)
      throw refuse('a list of numbers that ascend', 'nprobes', nprobes);
    nprobes.forEach((nprobe, i) => integer(nprobe, 'nprobes', i === 0 ? 1 : nprobes[i - 1] + 1, MAX_INT32));
    const widths = Int32Array.from(nprobes);
    return run(given, (job) => handleOf(this).searchWidths(handleOf(x), k, widths, ...rangeOf(given), job));
  }

  async #searchRows(x, k, options) {
    const given = optionsOf(options);
    integer(k, 'k', 1, MAX_INT32);
    const nprobe = given.nprobe === undefined ? 0 : integer(given.nprobe, 'nprobe', 1);
    const rows = x instanceof Matrix ? handleOf(x) : x;
    return run(given, (job) => handleOf(this).search(rows, k, nprobe, ...rangeOf(given), job));
  }

  write(...args) {
    legacy.write(handleOf(this), args);
  }

  async save(path, options) {
    fileName(path);
    return run(optionsOf(options), (job) => handleOf(this).save(path, job));
  }

  toBuffer(...args) {
    return legacy.toBuffer(handleOf(this), args);
  }

  mergeFrom(...args) {
    legacy.mergeFrom(handleOf(this), args, (other) => (other instanceof Index ? handleOf(other) : undefined));
  }

  removeIds(...args) {
    return legacy.removeIds(handleOf(this), args);
  }

  setParameter(name, value) {
    if (typeof name !== 'string') throw refuse('a string', 'name', name);
    finite(value, 'value', 0);
    if (/nprobe$/.test(name)) integer(value, name, 1, MAX_INT32);
    if (/ef(Search|Construction)$/.test(name)) integer(value, name, 1, MAX_WIDTH);
    if (/k_factor(_rf)?$/.test(name)) between(value, name, 1, MAX_FACTOR);
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
    const { ids = null } = given;
    if (ids !== null && !(ids instanceof Int32Array)) throw refuse('an Int32Array', 'ids', ids);
    return new Matrix(await run(given, (job) => handleOf(this).reconstruct(ids, ...rangeOf(given), job)));
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

module.exports = { Index, IndexFlatIP, IndexFlatL2 };
