'use strict';

// k-means of the first rows of a folder of features, in a process of its own.
// usage: kmeansOurs.cjs <folder of .npy> <rows> <clusters> <rounds>

const { kmeans } = require('faiss-node');
const { readRows } = require('./readRows.cjs');

const [folder, rows, clusters, iterations] = process.argv.slice(2);

void (async () => {
  const x = await readRows(folder);
  x.truncate(Number(rows));
  const before = { wall: performance.now(), ...process.cpuUsage() };
  const { objective, compared } = await kmeans(x, Number(clusters), { iterations: Number(iterations) });
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - before.wall) / 1_000;
  process.stdout.write(JSON.stringify({ seconds, cpu: (user + system) / 1e6, objective, compared }));
})();
