import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../childProcess.mjs';
import { CACHE, ENTRY, generate, STOCK } from './inputs.mjs';
import { median } from './median.mjs';

/** @typedef {import('../report.mjs').Report} Report */
/** @typedef {{ wall: number, cpu: number, peak: number }} Usage Seconds, seconds, bytes. */

export const ROUNDS = 3;
/** Of what takes a minute a run. */
export const LONG_ROUNDS = 1;
/** Where each stops is a matter of its seed. */
export const SEEDS = 3;
export const PROBES = '1,2,4,8,16,32,64,128';
/** Lists and lists searched where both sides search alike. */
export const EXPAND_LISTS = '512,1';
/** Centers that RVC compresses a large voice to. */
export const CLUSTERS = 10_000;
/** A voice by RVC's rule, 39 frames a group. */
export const KMEANS = { rows: 69_774, clusters: 1_789, rounds: 10 };
const QUERY_FILES = 11;
const STEPS = join(root, 'test', 'bench', 'engineSteps.cjs');

/**
 * @param {string} python
 * @param {string} features
 * @param {Report} report
 */
export async function compareTraining(python, features, report) {
  /** @type {{ ours: Usage[], theirs: Usage[], frames: number }} */
  const result = { ours: [], theirs: [], frames: 0 };
  const out = join(CACHE, 'out');
  for (let round = 1; round <= ROUNDS; round++) {
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    await report.step(`Training, round ${round} of ${ROUNDS}, Voronoice`, async () => {
      const { usage, stdout } = await measured(process.execPath, [
        ENTRY,
        ...['train', features, '--recipe', 'rvc', '--seed', String(round), '--out', out, '--json'],
      ]);
      result.frames = JSON.parse(stdout).vectors;
      result.ours.push(usage);
    });
    await rm(out, { recursive: true, force: true });
    await mkdir(out);
    await report.step(`Training, round ${round} of ${ROUNDS}, Python`, async () => {
      const script = join(root, 'test', 'bench', 'rvcTrain.py');
      result.theirs.push((await measured(python, [script, features, join(out, 'python.index')])).usage);
    });
  }
  await rm(out, { recursive: true, force: true });
  return { ...result, rawBytes: result.frames * 768 * 4 };
}

/**
 * A full measure of one index: 2,000 frames that it has never seen, exact truth, eight values of nprobe.
 *
 * @param {string} python
 * @param {Report} report
 */
export async function compareMeasuring(python, report) {
  const features = await generate('v2', 24, report);
  const queries = join(CACHE, 'queries');
  const index = join(CACHE, 'measured');
  await rm(queries, { recursive: true, force: true });
  await rm(index, { recursive: true, force: true });
  await mkdir(queries);
  const names = (await readdir(features)).sort().slice(-QUERY_FILES);
  try {
    for (const name of names) await rename(join(features, name), join(queries, name));
    const built = await report.step('Index to measure', () =>
      run(process.execPath, [ENTRY, 'train', features, '--recipe', 'rvc', '--out', index, '--json']),
    );
    const { index: path, vectors, bytes } = JSON.parse(String(built));
    /** @type {{ ours: Usage[], theirs: Usage[] }} */
    const result = { ours: [], theirs: [] };
    let asked = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      await report.step(`Measuring, round ${round} of ${ROUNDS}, Voronoice`, async () => {
        const options = ['--queries', queries, '--nprobe', PROBES, '--most', '100000', '--json'];
        const { usage, stdout } = await measured(process.execPath, [ENTRY, 'measure', path, ...options]);
        asked = JSON.parse(stdout).queries.n;
        result.ours.push(usage);
      });
      await report.step(`Measuring, round ${round} of ${ROUNDS}, Python`, async () => {
        const script = join(root, 'test', 'bench', 'measurePeer.py');
        result.theirs.push((await measured(python, [script, path, queries, PROBES])).usage);
      });
    }
    return { ...result, vectors, bytes, asked };
  } finally {
    for (const name of names) await rename(join(queries, name), join(features, name)).catch(() => undefined);
    await rm(index, { recursive: true, force: true });
  }
}

/**
 * Alpha query expansion of a whole voice: exactly, through the same number of lists, and as the engine chooses itself.
 * Reading the files is in the peak but not in the time.
 *
 * @param {string} python
 * @param {string} features
 * @param {Report} report
 */
export async function compareExpanding(python, features, report) {
  const ours = join(root, 'test', 'bench', 'expandOurs.cjs');
  const peer = join(root, 'test', 'bench', 'expandPeer.py');
  const scratch = join(CACHE, 'expanded');
  /** @param {string} who @param {string} program @param {readonly string[]} args */
  const once = (who, program, args) =>
    report.step(`Expanding, ${args[2]}, ${who}`, async () => {
      const { usage, stdout } = await measured(program, args);
      return { ...JSON.parse(stdout), peak: usage.peak };
    });
  const runs = [];
  for (const search of ['exact', EXPAND_LISTS, 'fast']) {
    const mine = [];
    const theirs = [];
    for (let round = 0; round < LONG_ROUNDS; round++) {
      mine.push(await once('Voronoice', process.execPath, [ours, features, search, scratch]));
      if (search !== 'fast') theirs.push(await once('Python', python, [peer, features, search]));
    }
    runs.push({ search, ours: mine, theirs });
  }
  return runs;
}

/**
 * k-means alone, as RVC groups a voice of 24 minutes, and FAISS's on the same frames.
 *
 * @param {string} python
 * @param {Report} report
 */
export async function compareKmeans(python, report) {
  const features = await generate('v2', 24, report);
  const args = [features, String(KMEANS.rows), String(KMEANS.clusters), String(KMEANS.rounds)];
  /** @param {string} who @param {string} program @param {string} script */
  const once = async (who, program, script) =>
    JSON.parse(
      String(await report.step(`k-means, ${who}`, () => run(program, [join(root, 'test', 'bench', script), ...args]))),
    );
  const ours = [];
  const theirs = [];
  for (let round = 1; round <= ROUNDS; round++) {
    ours.push(await once(`round ${round} of ${ROUNDS}, Voronoice`, process.execPath, 'kmeansOurs.cjs'));
    theirs.push(await once(`round ${round} of ${ROUNDS}, Python`, python, 'kmeansPeer.py'));
  }
  return { ours, theirs };
}

/**
 * Mini-batch k-means of a voice that RVC compresses, in memory and from a scratch file, and k-means of a part of it.
 *
 * @param {string} python
 * @param {Report} report
 */
export async function compareCompressing(python, report) {
  const features = await generate('v2', 70, report);
  const script = join(root, 'test', 'bench', 'compressOurs.cjs');
  const peer = join(root, 'test', 'bench', 'compressPeer.py');
  const scratch = join(CACHE, 'compressed');
  /** @param {string} what @param {string} program @param {readonly string[]} args */
  const once = (what, program, args) =>
    report.step(`Compressing, ${what}`, async () => {
      const { usage, stdout } = await measured(program, args);
      return { ...JSON.parse(stdout), peak: usage.peak };
    });
  const ours = [];
  const theirs = [];
  for (let round = 1; round <= SEEDS; round++) {
    const seed = String(round);
    const words = [features, 'minibatch', String(CLUSTERS), seed];
    ours.push(await once(`round ${round} of ${SEEDS}, Voronoice`, process.execPath, [script, ...words]));
    theirs.push(await once(`round ${round} of ${SEEDS}, Python`, python, [peer, features, String(CLUSTERS), seed]));
  }
  const words = [features, 'minibatch', String(CLUSTERS), '1', scratch];
  const outOfCore = await once('out of core', process.execPath, [script, ...words]);
  const full = await once('k-means', process.execPath, [script, features, 'kmeans', String(CLUSTERS), '1']);
  return { ours, theirs, outOfCore, full };
}

/**
 * Runs a process to its end and measures all of it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<{ usage: Usage, stdout: string }>}
 */
async function measured(program, args) {
  const times = join(CACHE, 'time.txt');
  const format = '%e %U %S %M';
  const stdout = await run('/usr/bin/time', ['-o', times, '-f', format, program, ...args]);
  const [wall = 0, user = 0, system = 0, kib = 0] = (await readFile(times, 'utf8')).trim().split(' ').map(Number);
  return { usage: { wall, cpu: user + system, peak: kib * 1024 }, stdout };
}

/**
 * @param {string} features
 * @param {number} rows
 * @param {number} rounds
 * @param {Report} report
 */
export async function compareEngines(features, rows, rounds, report) {
  /** @type {Record<'ours' | 'stock', any[]>} */
  const runs = { ours: [], stock: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const which of /** @type {const} */ (['ours', 'stock'])) {
      await report.step(`Engine, ${rows} rows, round ${round} of ${rounds}, ${which}`, async () => {
        const args = ['--max-old-space-size=8192', STEPS, which, STOCK, features, String(rows)];
        runs[which].push(JSON.parse(await run(process.execPath, args)));
      });
    }
  }
  const { dimension, nlist } = runs.ours[0];
  return { rows, dimension, nlist, rounds, ours: medians(runs.ours), stock: medians(runs.stock) };
}

/** @param {readonly any[]} runs */
function medians(runs) {
  /** @param {string} key */
  const of = (key) => median(runs.map((one) => one[key]));
  return { train: of('train'), add: of('add'), search: of('search'), peak: of('peak') };
}
