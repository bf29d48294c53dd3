'use strict';

// Turns AbortSignal and callbacks into a job the native side knows.

const native = require('../load.js');
const { failure, integer, refuse } = require('./arguments.js');

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

// Native handles live here, out of reach of anything outside this package.
const handles = new WeakMap();
const handleOf = (object) => handles.get(object);

module.exports = { handleOf, handles, run };
