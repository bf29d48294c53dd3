'use strict';

// Expands a folder of features with our engine, in a process of its own.
// usage: expandOurs.cjs <folder of .npy> exact|fast|<nlist>,<nprobe> <scratch file>

const { expand } = require('faiss-node');
const { readRows } = require('./readRows.cjs');

const [folder, wanted, scratch] = process.argv.slice(2);

void (async () => {
  const x = await readRows(folder);
  const start = performance.now();
  const { search } = await expand(x, { search: searchOf(wanted), scratch });
  const seconds = (performance.now() - start) / 1_000;
  process.stdout.write(JSON.stringify({ rows: x.rows, bytes: x.byteLength, seconds, ...search }));
})();

function searchOf(text) {
  const [nlist, nprobe] = text.split(',').map(Number);
  return nprobe === undefined ? text : { nlist, nprobe };
}
