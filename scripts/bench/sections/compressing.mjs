import { join } from 'node:path';
import { CACHE } from '../inputs.mjs';
import { inTurn, measured, medianOf, script } from '../runs.mjs';
import { mebibytes, number, runsOf, seconds } from '../words.mjs';

const MIB = 2 ** 20;
/** Centers that RVC compresses a large voice to. */
const CLUSTERS = 10_000;
const QUICK_CLUSTERS = 200;
/** Where each stops is a matter of its seed; a run takes a minute. */
const SEEDS = 2;

/** A voice as large as those that RVC compresses. @type {import('../section.mjs').Section} */
export const compressing = {
  name: 'compress',
  title: 'Compressing a large voice',

  async measure({ report, pythons, quick, voice }) {
    const features = await voice('v2', 70);
    const clusters = String(quick ? QUICK_CLUSTERS : CLUSTERS);
    /** @param {string} method @param {readonly string[]} rest */
    const ours = (method, ...rest) =>
      measured(process.execPath, [script('compressOurs.cjs'), features, method, clusters, ...rest]).then(flat);
    const rounds = quick ? 1 : SEEDS;
    const runs = await inTurn(report, 'Compressing', rounds, {
      minibatch: (round) => ours('minibatch', String(round)),
      kmeans: (round) => ours('kmeans', String(round)),
      theirs: (round) =>
        measured(pythons[0].path, [script('compressPeer.py'), features, clusters, String(round)]).then(flat),
    });
    const outOfCore = await report.step('Compressing, out of core', () => ours('minibatch', '1', join(CACHE, 'rows')));
    return { runs: { ...runs, outOfCore: [outOfCore] }, rounds, clusters: Number(clusters) };
  },

  targets({ runs }) {
    /** @param {string} side @param {string} key */
    const share = (side, key) => mean(runs[side], key) / mean(runs.theirs, key);
    const { bytes } = runs.outOfCore[0];
    return [
      {
        what: "compression by mini-batch k-means, of scikit-learn's time",
        allowed: 0.4,
        measured: share('minibatch', 'seconds'),
        why: 'each takes as many batches as it likes, more for a smaller distance.',
      },
      {
        what: "its mean squared distance, of scikit-learn's",
        allowed: 1,
        measured: share('minibatch', 'meanSquaredDistance'),
        why: 'where it stops is a matter of the seed.',
      },
      {
        what: "compression by full k-means, of scikit-learn's mini-batch time",
        allowed: 1,
        measured: share('kmeans', 'seconds'),
        why: 'with 10,000 centers bounds have room for groups of 32 to 48 centers only, and rounds compare more.',
      },
      {
        what: "its mean squared distance, of scikit-learn's mini-batch",
        allowed: 0.98,
        measured: share('kmeans', 'meanSquaredDistance'),
        why: 'the voice has less structure than that.',
      },
      {
        what: 'peak memory from a scratch file, of half of the raw vectors',
        allowed: 1,
        measured: runs.outOfCore[0].peak / (bytes / 2),
        why: 'the centers and their panels are in memory.',
      },
      {
        what: 'peak memory of compressing, of the raw vectors + 500 MiB',
        allowed: 1,
        measured: medianOf(runs.minibatch, 'peak') / (bytes + 500 * MIB),
        why: 'the centers and their panels are in memory, too.',
      },
    ];
  },

  page({ runs, rounds, clusters }) {
    /** @param {string} who @param {string} side */
    const row = (who, side) =>
      `| ${who} | ${seconds(medianOf(runs[side], 'seconds'))} | ${mean(runs[side], 'meanSquaredDistance').toFixed(3)} | ${mebibytes(medianOf(runs[side], 'peak'))} |`;
    return `${number(runs.outOfCore[0].rows)} x 768 to ${number(clusters)} centers, as RVC does above 200,000 frames: mini-batch k-means, batches of 256 x threads, after
${number(Math.round(mean(runs.minibatch, 'steps')))} and in Python ${number(Math.round(mean(runs.theirs, 'steps')))} batches on average; or full k-means of all frames. The peer is scikit-learn's mini-batch
k-means with RVC's arguments; its time is the fit alone, while ours of mini-batch k-means also assigns every frame
exactly, moves each center to the mean of its frames and leaves out unused ones. Time and peak memory of the process:
${runsOf(rounds)}, each with another seed; the distance (squared, from each frame to its nearest center) is the mean.

|     | time | mean squared distance | peak memory |
| --- | ---- | --------------------- | ----------- |
${row('Voronoice, mini-batch', 'minibatch')}
${row('Voronoice, mini-batch, frames in a scratch file', 'outOfCore')}
${row('Voronoice, full k-means', 'kmeans')}
${row('Python, scikit-learn, mini-batch', 'theirs')}
`;
  },
};

/** @param {readonly any[]} runs @param {string} key */
function mean(runs, key) {
  return runs.reduce((sum, one) => sum + one[key], 0) / runs.length;
}

/** @param {import('../runs.mjs').Run} run */
function flat({ said, ...usage }) {
  return { ...usage, ...said };
}
