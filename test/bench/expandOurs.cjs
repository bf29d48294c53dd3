'use strict';

// Expands a folder of features with our engine, in a process of its own.
// usage: expandOurs.cjs <folder of .npy> exact|fast|<nlist>,<nprobe> <scratch file>

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Matrix, expand } = require('faiss-node');

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

/** All rows of a folder of `<f4` files, as the sample command writes them. */
async function readRows(path) {
  const parts = readdirSync(path)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(path, name));
      const offset = 10 + bytes.readUInt16LE(8);
      const [, rows, columns] = /\((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, offset));
      return { file: join(path, name), offset, rows: Number(rows), columns: Number(columns) };
    });
  const matrix = new Matrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    parts[0].columns,
  );
  let at = 0;
  for (const { file, offset, rows } of parts) {
    await matrix.readRegion(file, { offset, type: '<f4', rows, at });
    at += rows;
  }
  return matrix;
}
