'use strict';

const native = require('../load.js');
const {
  MAX_INT32,
  NUMBER_TYPES,
  failure,
  fileName,
  finite,
  instance,
  integer,
  optionsOf,
  rangeOf,
  refuse,
} = require('./arguments.js');
const { handleOf, handles, run } = require('./run.js');

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

  get(at, data) {
    handleOf(this).get(integer(at, 'at', 0), instance(data, Float32Array, 'data'));
  }

  set(at, data) {
    handleOf(this).set(integer(at, 'at', 0), instance(data, Float32Array, 'data'));
  }

  async gather(rows) {
    instance(rows, Int32Array, 'rows');
    return new Matrix(await run({}, (job) => handleOf(this).gather(rows, job)));
  }

  async permute(order, options) {
    instance(order, Int32Array, 'order');
    return run(optionsOf(options), (job) => handleOf(this).permute(order, job));
  }

  async shuffle(seed, options) {
    integer(seed, 'seed', 0);
    return run(optionsOf(options), (job) => handleOf(this).shuffle(seed, job));
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

module.exports = { Matrix };
