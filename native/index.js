'use strict';

// The package's entry. Types and documentation: index.d.ts.

const { MetricType, integer } = require('./lib/arguments.js');
const { Index, IndexFlatIP, IndexFlatL2 } = require('./lib/index.js');
const { Matrix } = require('./lib/matrix.js');
const { expand, kmeans, knn, miniBatchKmeans, nearestCenters } = require('./lib/work.js');
const native = require('./load.js');

const { engineInfo } = native;

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
