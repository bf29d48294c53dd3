'use strict';

// Checks of arguments, so that the native side only ever sees sound ones.

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

const NUMBER_TYPES = ['<f2', '<f4', '<f8', '>f2', '>f4', '>f8'];
const MAX_INT32 = 2 ** 31 - 1;
/** As the search itself refuses (search.cc): candidates a graph keeps in sight, and a second look as a multiple of k. */
const MAX_WIDTH = 4096;
const MAX_FACTOR = 1024;

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

function between(value, name, min, max) {
  if (!Number.isFinite(value) || value < min || value > max) {
    throw refuse(`a number from ${min} to ${max}`, name, value);
  }
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

/** [from, count] for the native side; count -1 means all up to the end. */
function rangeOf(options) {
  return [
    options.from === undefined ? 0 : integer(options.from, 'from', 0),
    options.count === undefined ? -1 : integer(options.count, 'count', 0),
  ];
}

module.exports = {
  MetricType,
  NUMBER_TYPES,
  MAX_INT32,
  MAX_WIDTH,
  MAX_FACTOR,
  between,
  failure,
  refuse,
  integer,
  finite,
  fileName,
  instance,
  optionsOf,
  rangeOf,
};
