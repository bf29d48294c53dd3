import { CLUSTERS, EXPAND_LISTS, KMEANS, LONG_ROUNDS, PROBES, ROUNDS, SEEDS } from './compare.mjs';
import { median } from './median.mjs';

/** @typedef {import('./compare.mjs').Usage} Usage */

const MIB = 2 ** 20;

/**
 * What was measured, and where.
 *
 * @typedef {object} Results
 * @property {string} date `YYYY-MM-DD`.
 * @property {string} machine As a list in Markdown.
 * @property {Awaited<ReturnType<typeof import('./compare.mjs').compareTraining>>} training
 * @property {Awaited<ReturnType<typeof import('./compare.mjs').compareKmeans>>} kmeans
 * @property {Awaited<ReturnType<typeof import('./compare.mjs').compareMeasuring>>} measuring
 * @property {Awaited<ReturnType<typeof import('./compare.mjs').compareExpanding>>} expanding
 * @property {Awaited<ReturnType<typeof import('./compare.mjs').compareCompressing>>} compressing
 * @property {readonly Awaited<ReturnType<typeof import('./compare.mjs').compareEngines>>[]} engines
 */

/**
 * docs/benchmarks.md.
 *
 * @param {Results} results
 * @returns {string} Markdown; Prettier aligns its tables.
 */
export function page({ date, machine, training, kmeans, measuring, expanding, compressing, engines }) {
  /** @param {'wall' | 'cpu' | 'peak'} key */
  const ours = (key) => median(training.ours.map((usage) => usage[key]));
  /** @param {'wall' | 'cpu' | 'peak'} key */
  const theirs = (key) => median(training.theirs.map((usage) => usage[key]));
  const allowed = 1.3 * training.rawBytes + 300 * MIB;
  return `# Benchmarks

Written by \`npm run bench\` on ${date}.

${machine}

## Training a voice

A generated voice of ${number(training.frames)} frames x 768, from the folder of .npy files to the finished index, by RVC's rules:
read, join, shuffle, k-means, add in batches of 8,192, write. Voronoice also writes to a temporary file, brings it to the
disk, opens it again and checks every id. The whole process counts, from its start to its end. Median of ${ROUNDS} runs, taken in
turn.

|               | wall time | CPU time | peak memory |
| ------------- | --------- | -------- | ----------- |
| Voronoice     | ${seconds(ours('wall'))} | ${seconds(ours('cpu'))} | ${mebibytes(ours('peak'))} |
| Python, faiss | ${seconds(theirs('wall'))} | ${seconds(theirs('cpu'))} | ${mebibytes(theirs('peak'))} |

Single runs, wall time: Voronoice ${training.ours.map(({ wall }) => seconds(wall)).join(', ')}; Python
${training.theirs.map(({ wall }) => seconds(wall)).join(', ')}.

| target                                                   | allowed | measured |     |
| -------------------------------------------------------- | ------- | -------- | --- |
| wall time at most Python's                                | ${seconds(theirs('wall'))} | ${seconds(ours('wall'))} | ${met(ours('wall') <= theirs('wall'))} |
| peak memory at most 1.3 times the raw vectors + 300 MiB   | ${mebibytes(allowed)} | ${mebibytes(ours('peak'))} | ${met(ours('peak') <= allowed)} |

${kmeansSection(kmeans)}
${measuringSection(measuring)}
${expandingSection(expanding)}
${compressingSection(compressing)}
## The engine against faiss-node 0.5.1

The same FAISS and BLAS under both, one process for each run, vectors of the same generated voices. Search asks 5,000
queries for 8 neighbors at nprobe 1. Stock faiss-node takes plain arrays; making them is not counted.
${engines.map(engineTable).join('\n')}`;
}

/** @param {Awaited<ReturnType<typeof import('./compare.mjs').compareKmeans>>} comparison */
function kmeansSection({ ours, theirs }) {
  /** @param {readonly any[]} runs @param {'seconds' | 'cpu' | 'objective'} key */
  const of = (runs, key) => median(runs.map((one) => one[key]));
  const allowed = 0.4 * of(theirs, 'seconds');
  return `## k-means alone

${number(KMEANS.rows)} x 768 into ${number(KMEANS.clusters)} groups, ${KMEANS.rounds} rounds, without reading. The engine computed the products of ${ours[0].compared.toFixed(2)}
rounds; bounds showed that the others change nothing. Medians of ${ROUNDS} runs, taken in turn.

|               | wall time | CPU time | sum of squared distances |
| ------------- | --------- | -------- | ------------------------ |
| Voronoice     | ${seconds(of(ours, 'seconds'))} | ${seconds(of(ours, 'cpu'))} | ${number(Math.round(of(ours, 'objective')))} |
| Python, faiss | ${seconds(of(theirs, 'seconds'))} | ${seconds(of(theirs, 'cpu'))} | ${number(Math.round(of(theirs, 'objective')))} |

| target                          | allowed | measured |     |
| ------------------------------- | ------- | -------- | --- |
| wall time at most 0.4 of FAISS's | ${seconds(allowed)} | ${seconds(of(ours, 'seconds'))} | ${met(of(ours, 'seconds') <= allowed)} |
`;
}

/** @param {Awaited<ReturnType<typeof import('./compare.mjs').compareMeasuring>>} comparison */
function measuringSection({ ours, theirs, vectors, bytes, asked }) {
  /** @param {readonly Usage[]} runs @param {'wall' | 'cpu' | 'peak'} key */
  const of = (runs, key) => median(runs.map((usage) => usage[key]));
  const allowed = bytes + 400 * MIB;
  return `## Measuring an index

An index of ${number(vectors)} x 768 by RVC's rules, ${number(asked)} frames that it has never seen, exact truth, and searches at nprobe
${PROBES.replaceAll(',', ', ')}, timed second by second of audio with all threads and with one. The peer is a script of numpy and
FAISS that computes the same figures; Voronoice also reads every id, hashes the file, draws the map of the groups and
bootstraps its intervals. Whole processes, median of ${ROUNDS} runs, taken in turn.

|               | wall time | CPU time | peak memory |
| ------------- | --------- | -------- | ----------- |
| Voronoice     | ${seconds(of(ours, 'wall'))} | ${seconds(of(ours, 'cpu'))} | ${mebibytes(of(ours, 'peak'))} |
| Python, faiss | ${seconds(of(theirs, 'wall'))} | ${seconds(of(theirs, 'cpu'))} | ${mebibytes(of(theirs, 'peak'))} |

| target                                     | allowed | measured |     |
| ------------------------------------------ | ------- | -------- | --- |
| wall time at most half of Python's          | ${seconds(of(theirs, 'wall') / 2)} | ${seconds(of(ours, 'wall'))} | ${met(of(ours, 'wall') <= of(theirs, 'wall') / 2)} |
| peak memory at most the index + 400 MiB     | ${mebibytes(allowed)} | ${mebibytes(of(ours, 'peak'))} | ${met(of(ours, 'peak') <= allowed)} |
`;
}

/** @param {Awaited<ReturnType<typeof import('./compare.mjs').compareExpanding>>} runs */
function expandingSection(runs) {
  /** @param {readonly any[]} some @param {'seconds' | 'peak'} key */
  const of = (some, key) => median(some.map((one) => one[key]));
  const [exact, lists, fast] = /** @type {typeof runs & { length: 3 }} */ (runs);
  const facts = fast.ours[0];
  const allowed = 1.3 * facts.bytes + 400 * MIB;
  const peak = Math.max(...runs.map(({ ours }) => of(ours, 'peak')));
  /** @param {string} name @param {(typeof runs)[number]} run */
  const row = (name, { ours, theirs }) => {
    const other =
      theirs.length === 0 ? '| |' : `${seconds(of(theirs, 'seconds'))} | ${mebibytes(of(theirs, 'peak'))} |`;
    return `| ${name} | ${seconds(of(ours, 'seconds'))} | ${mebibytes(of(ours, 'peak'))} | ${other}`;
  };
  /** @param {string} target @param {number} limit @param {number} value */
  const check = (target, limit, value) =>
    `| ${target} | ${seconds(limit)} | ${seconds(value)} | ${met(value <= limit)} |`;
  return `## Alpha query expansion

${number(facts.rows)} x 768, 10 neighbors, α 3, rows in place through a scratch file. The peer is a script of numpy and FAISS by the
same formula. Time without reading the files, peak memory of the whole process; ${runsOf(LONG_ROUNDS)}. Left to
itself, the engine searched ${facts.nprobe ?? 'all'} of ${facts.nlist ?? 'no'} lists, and a sample of ${number(facts.sample)} rows found ${(100 * facts.recall).toFixed(1)} % of their
neighbors; with IVF${EXPAND_LISTS.replace(',', ', nprobe ')} it was ${(100 * lists.ours[0].recall).toFixed(1)} %.

| search | Voronoice | peak memory | Python, faiss | peak memory |
| ------ | --------- | ----------- | ------------- | ----------- |
${row('exact', exact)}
${row(`IVF${EXPAND_LISTS.replace(',', ', nprobe ')}`, lists)}
${row('chosen by the engine', fast)}

| target | allowed | measured |     |
| ------ | ------- | -------- | --- |
${check("exact at most 0.8 of Python's", 0.8 * of(exact.theirs, 'seconds'), of(exact.ours, 'seconds'))}
${check("the same lists at most 0.8 of Python's", 0.8 * of(lists.theirs, 'seconds'), of(lists.ours, 'seconds'))}
${check('chosen lists at most 0.4 of our exact search', 0.4 * of(exact.ours, 'seconds'), of(fast.ours, 'seconds'))}
| recall of the chosen lists at least 99 % | 99 % | ${(100 * facts.recall).toFixed(1)} % | ${met(facts.recall >= 0.99)} |
| peak memory at most 1.3 times the raw vectors + 400 MiB | ${mebibytes(allowed)} | ${mebibytes(peak)} | ${met(peak <= allowed)} |
`;
}

/** @param {Awaited<ReturnType<typeof import('./compare.mjs').compareCompressing>>} comparison */
function compressingSection({ ours, theirs, outOfCore, full }) {
  /** @param {readonly any[]} runs @param {'seconds' | 'peak' | 'meanSquaredDistance'} key */
  const of = (runs, key) => median(runs.map((one) => one[key]));
  /** @param {readonly any[]} runs @param {'steps' | 'meanSquaredDistance'} key */
  const mean = (runs, key) => runs.reduce((sum, one) => sum + one[key], 0) / runs.length;
  const { rows, bytes } = outOfCore;
  const distances = [ours, theirs].map((runs) => mean(runs, 'meanSquaredDistance'));
  const [ourDistance = 0, theirDistance = 0] = distances;
  const allowed = bytes + 500 * MIB;
  /** @param {string} name @param {readonly any[]} runs */
  const row = (name, runs) =>
    `| ${name} | ${seconds(of(runs, 'seconds'))} | ${mean(runs, 'meanSquaredDistance').toFixed(3)} | ${mebibytes(of(runs, 'peak'))} |`;
  return `## Compressing a large voice

${number(rows)} x 768 to ${number(CLUSTERS)} centers, as RVC does above 200,000 frames: mini-batch k-means, batches of 256 x threads. The
peer is scikit-learn with RVC's arguments; its time is the fit alone, while Voronoice also assigns every frame exactly,
moves each center to the mean of its frames and leaves out unused ones. Both end by themselves, after ${number(Math.round(mean(ours, 'steps')))} and ${number(Math.round(mean(theirs, 'steps')))} batches on average: more batches, smaller
distance. Time and peak memory of the process: ${runsOf(SEEDS)}, each with another seed; the distance (squared, from each
frame to its nearest center) is the mean. Out of core and k-means ran once; k-means learns from 100,000 of the frames.

|     | time | mean squared distance | peak memory |
| --- | ---- | --------------------- | ----------- |
${row('Voronoice', ours)}
${row('Voronoice, frames in a scratch file', [outOfCore])}
${row('Python, scikit-learn', theirs)}
${row('full k-means in Voronoice', [full])}

Single runs, mean squared distance: Voronoice ${ours.map((one) => one.meanSquaredDistance.toFixed(3)).join(', ')}; Python
${theirs.map((one) => one.meanSquaredDistance.toFixed(3)).join(', ')}. Voronoice took ${(of(theirs, 'seconds') / of(ours, 'seconds')).toFixed(1)} times less than scikit-learn and ${(full.seconds / of(ours, 'seconds')).toFixed(1)}
times less than k-means, whose distance is ${(100 * (1 - full.meanSquaredDistance / ourDistance)).toFixed(1)} % smaller.

| target | allowed | measured |     |
| ------ | ------- | -------- | --- |
| time at most half of scikit-learn's | ${seconds(of(theirs, 'seconds') / 2)} | ${seconds(of(ours, 'seconds'))} | ${met(of(ours, 'seconds') <= of(theirs, 'seconds') / 2)} |
| mean squared distance at most scikit-learn's | ${theirDistance.toFixed(3)} | ${ourDistance.toFixed(3)} | ${met(ourDistance <= theirDistance)} |
| peak memory at most the raw vectors + 500 MiB | ${mebibytes(allowed)} | ${mebibytes(of(ours, 'peak'))} | ${met(of(ours, 'peak') <= allowed)} |
| peak memory from a scratch file at most half of the raw vectors | ${mebibytes(bytes / 2)} | ${mebibytes(outOfCore.peak)} | ${met(outOfCore.peak <= bytes / 2)} |
`;
}

/** @param {Awaited<ReturnType<typeof import('./compare.mjs').compareEngines>>} comparison */
function engineTable({ rows, dimension, nlist, rounds, ours, stock }) {
  /** @param {'train' | 'add' | 'search'} key */
  const row = (key) =>
    `| ${key} | ${seconds(ours[key])} | ${seconds(stock[key])} | ${(stock[key] / ours[key]).toFixed(1)} x |`;
  return `
### ${number(rows)} x ${dimension}, IVF${nlist},Flat, ${rounds === 1 ? 'one run' : `median of ${rounds}`}

|        | ours | faiss-node 0.5.1 | faster |
| ------ | ---- | ---------------- | ------ |
${row('train')}
${row('add')}
${row('search')}
| peak memory | ${mebibytes(ours.peak)} | ${mebibytes(stock.peak)} | |
`;
}

/** @param {number} rounds */
function runsOf(rounds) {
  return rounds === 1 ? 'one run each' : `medians of ${rounds} runs, taken in turn`;
}

/** @param {boolean} isMet */
function met(isMet) {
  return isMet ? 'met' : '**missed**';
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString('en-US');
}

/** @param {number} value */
function seconds(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.round(bytes / MIB)} MiB`;
}
