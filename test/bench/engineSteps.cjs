'use strict';

// Times train, add and search of one engine in a process of its own.
// usage: engineSteps.cjs ours|stock <path of the stock addon> <folder of .npy> <rows>

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const [which, addon, folder, wanted] = process.argv.slice(2);
const rows = Number(wanted);
const { data, dimension } = readRows(folder, rows);
const nlist = Math.floor(rows / 39);
const queries = data.slice(0, Math.min(5_000, rows) * dimension);

void (which === 'ours' ? runOurs() : runStock()).then((seconds) => {
  process.stdout.write(JSON.stringify({ ...seconds, dimension, nlist, peak: process.resourceUsage().maxRSS * 1024 }));
});

async function runOurs() {
  const { Index, Matrix } = require('faiss-node');
  const matrix = Matrix.from(data, dimension);
  const index = Index.fromFactory(dimension, `IVF${nlist},Flat`);
  return {
    train: await timed(() => index.train(matrix)),
    add: await timed(() => index.add(matrix)),
    search: await timed(() => index.search(queries, 8)),
  };
}

async function runStock() {
  const { Index } = require(addon);
  const all = Array.from(data);
  const asked = Array.from(queries);
  const index = Index.fromFactory(dimension, `IVF${nlist},Flat`);
  return {
    train: await timed(() => index.train(all)),
    add: await timed(() => index.add(all)),
    search: await timed(() => index.search(asked, 8)),
  };
}

async function timed(action) {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1_000;
}

/** The first rows of a folder of `<f4` files, as the sample command writes them. */
function readRows(path, count) {
  let columns = 0;
  let filled = 0;
  let values = null;
  for (const name of readdirSync(path).sort()) {
    const bytes = readFileSync(join(path, name));
    const start = 10 + bytes.readUInt16LE(8);
    columns = Number(/\((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, start))[2]);
    values ??= new Float32Array(count * columns);
    const part = new Float32Array(Uint8Array.from(bytes.subarray(start)).buffer);
    values.set(part.subarray(0, values.length - filled), filled);
    filled = Math.min(values.length, filled + part.length);
    if (filled === values.length) break;
  }
  if (values === null || filled < values.length) throw new Error(`${path} holds fewer than ${count} rows`);
  return { data: values, dimension: columns };
}
