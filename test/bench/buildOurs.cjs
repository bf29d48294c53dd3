'use strict';

// Trains and fills an index with the first rows of a folder of features, and saves it.
// usage: buildOurs.cjs <folder of .npy> <rows>|all <factory> <index file>

const { Index } = require('faiss-node');
const { readRows } = require('./readRows.cjs');

const [folder, rows, factory, file] = process.argv.slice(2);

void (async () => {
  const x = await readRows(folder);
  if (rows !== 'all') x.truncate(Number(rows));
  const index = Index.fromFactory(x.columns, factory);
  const start = performance.now();
  await index.train(x);
  const trained = performance.now();
  await index.add(x);
  const added = performance.now();
  await index.save(file);
  process.stdout.write(JSON.stringify({ train: (trained - start) / 1_000, add: (added - trained) / 1_000 }));
})();
