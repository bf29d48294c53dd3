'use strict';

// Searches an index with rows of a folder of features that are not in it.
// usage: searchOurs.cjs <index file> <folder of .npy> <rows in the index> <queries> <nprobe,...>

const { Index } = require('faiss-node');
const { readRows } = require('./readRows.cjs');

const NEIGHBORS = 8;
const RUNS = 3;
/** Seconds after which nothing is gained by doing it again. */
const LONG = 2;
const [file, folder, rows, count, probes] = process.argv.slice(2);

void (async () => {
  const index = await Index.open(file);
  const x = await readRows(folder);
  const queries = x.toFloat32Array(Number(rows), Math.min(Number(count), x.rows - Number(rows)));
  x.close();
  const hasGroups = index.describe().nlist !== null;
  const seconds = {};
  for (const nprobe of hasGroups ? probes.split(',').map(Number) : [1]) {
    const options = hasGroups ? { nprobe } : {};
    let [wall, cpu] = [Infinity, Infinity];
    for (let run = 0; run < RUNS && (run === 0 || wall < LONG); run++) {
      const before = { wall: performance.now(), ...process.cpuUsage() };
      await index.search(queries, NEIGHBORS, options);
      const { user, system } = process.cpuUsage(before);
      wall = Math.min(wall, (performance.now() - before.wall) / 1_000);
      cpu = Math.min(cpu, (user + system) / 1e6);
    }
    seconds[nprobe] = wall;
    seconds[`cpu${nprobe}`] = cpu;
  }
  process.stdout.write(JSON.stringify(seconds));
})();
