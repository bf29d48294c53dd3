'use strict';

// The plain-array calls of faiss-node 0.5.1: its checks, its messages.

const native = require('../load.js');
const { failure, fileName, integer } = require('./arguments.js');

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

function factory(args) {
  if (args.length < 2) throw failure('ARGUMENT', `Expected 2 or 3 arguments, but got ${args.length}.`);
  const [dimension, description] = args;
  if (typeof dimension !== 'number') {
    throw failure('ARGUMENT', 'Invalid the first argument type, must be a number.', TypeError);
  }
  if (typeof description !== 'string') {
    throw failure('ARGUMENT', 'Invalid the second argument type, must be a string.', TypeError);
  }
}

function path(args) {
  argumentCount(args, 1);
  if (typeof args[0] !== 'string') {
    throw failure('ARGUMENT', 'Invalid the first argument type, must be a string.', TypeError);
  }
  return fileName(args[0]);
}

function read(args) {
  const name = path(args);
  try {
    return native.readIndex(name);
  } catch (error) {
    // faiss-node's messages start with FAISS's "Error".
    if (error.code === 'IO') error.message = `Error: ${error.message}`;
    throw error;
  }
}

function fromBuffer(args) {
  argumentCount(args, 1);
  if (!Buffer.isBuffer(args[0])) {
    throw failure('ARGUMENT', 'Invalid the first argument type, must be a buffer.', TypeError);
  }
  return native.fromBuffer(args[0]);
}

function train(handle, args) {
  argumentCount(args, 1);
  handle.trainNow(plainVectors(plainArray(args[0]), handle.dimension()));
}

function add(handle, args) {
  argumentCount(args, 1);
  handle.addNow(plainVectors(plainArray(args[0]), handle.dimension()));
}

function search(handle, args) {
  argumentCount(args, 2);
  const [x, k] = args;
  plainArray(x);
  if (typeof k !== 'number') {
    throw failure('ARGUMENT', 'Invalid the second argument type, must be a Number.', TypeError);
  }
  const ntotal = handle.ntotal();
  if (k > ntotal) {
    throw failure('ARGUMENT', `Invalid the number of k (cannot be given a value greater than \`ntotal\`: ${ntotal}).`);
  }
  integer(k, 'k', 1);
  const { distances, labels } = handle.searchNow(plainVectors(x, handle.dimension()), k);
  return { distances: Array.from(distances), labels: Array.from(labels) };
}

function write(handle, args) {
  handle.writeNow(path(args));
}

function toBuffer(handle, args) {
  argumentCount(args, 0);
  return handle.toBuffer();
}

/** `toHandle` gives the native handle of what is an index, else undefined. */
function mergeFrom(handle, args, toHandle) {
  argumentCount(args, 1);
  const [other] = args;
  if (typeof other !== 'object' || other === null) {
    throw failure('ARGUMENT', 'Invalid argument type, must be an object.', TypeError);
  }
  const from = toHandle(other);
  if (from === undefined) throw failure('ARGUMENT', 'Invalid argument');
  if (from.dimension() !== handle.dimension()) {
    throw failure('DIMENSION', 'The merging index must have the same dimension.');
  }
  handle.mergeFrom(from);
}

function removeIds(handle, args) {
  argumentCount(args, 1);
  return handle.removeIds(numbers(plainArray(args[0]), Float64Array));
}

module.exports = { add, factory, fromBuffer, mergeFrom, read, removeIds, search, toBuffer, train, write };
