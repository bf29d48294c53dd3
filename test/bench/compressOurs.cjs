'use strict';

// Compresses a folder of features with our engine, in a process of its own.
// usage: compressOurs.cjs <folder of .npy> minibatch|kmeans <clusters> <seed> [scratch file for the rows]
// k-means learns from 100,000 rows; the mean squared distance is that of all rows with either.

const { kmeans, miniBatchKmeans, nearestCenters } = require('faiss-node');
const { readRows } = require('./readRows.cjs');

const KMEANS_ROWS = 100_000;
const [folder, method, clusters, seed, scratch] = process.argv.slice(2);

void (async () => {
  const x = await readRows(folder, scratch);
  const compress = method === 'kmeans' ? fullKmeans : miniBatch;
  const result = await compress(x, Number(clusters), Number(seed));
  process.stdout.write(JSON.stringify({ rows: x.rows, bytes: x.byteLength, ...result }));
})();

async function miniBatch(x, k, seed) {
  const start = performance.now();
  const { centroids, steps } = await miniBatchKmeans(x, k, { seed });
  const seconds = (performance.now() - start) / 1_000;
  return { seconds, meanSquaredDistance: await distanceToNearest(x, centroids), steps };
}

async function fullKmeans(x, k, seed) {
  await x.shuffle(seed);
  const sample = await x.gather(Int32Array.from({ length: Math.min(KMEANS_ROWS, x.rows) }, (_, row) => row));
  const start = performance.now();
  const { centroids } = await kmeans(sample, k, { seed });
  const seconds = (performance.now() - start) / 1_000;
  return { seconds, meanSquaredDistance: await distanceToNearest(x, centroids) };
}

async function distanceToNearest(x, centroids) {
  const { distances } = await nearestCenters(x, centroids);
  return distances.reduce((sum, value) => sum + value, 0) / x.rows;
}
