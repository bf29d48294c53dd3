import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ENTRY } from '../inputs.mjs';
import { inTurn, measured, medianOf, script, usageOf } from '../runs.mjs';
import { mebibytes, number, ratio, runsOf, seconds } from '../words.mjs';

const MIB = 2 ** 20;
const COLUMNS = 768;

/** Whole training, by RVC's rule and by our own recipe, and RVC's rule in Python. @type {import('../section.mjs').Section} */
export const training = {
  name: 'training',
  title: 'Training a voice',

  async measure({ report, pythons, rounds, voice }) {
    const features = await voice('v2', 24);
    const out = join(CACHE, 'out');
    /** @param {() => Promise<any>} once */
    const inFolder = async (once) => {
      await rm(out, { recursive: true, force: true });
      await mkdir(out);
      return once().finally(() => rm(out, { recursive: true, force: true }));
    };
    /** @param {string} recipe @param {number} round */
    const ours = (recipe, round) =>
      inFolder(() => {
        const measure = recipe === 'rvc' ? [] : ['--measure'];
        const options = ['--recipe', recipe, ...measure, '--seed', String(round), '--out', out, '--json'];
        return measured(process.execPath, [ENTRY, 'train', features, ...options]);
      });
    /** @param {string} python */
    const theirs = (python) =>
      inFolder(() => measured(python, [script('rvcTrain.py'), features, join(out, 'python.index')]));
    const runs = await inTurn(report, 'Training', rounds, {
      rvc: (round) => ours('rvc', round),
      balanced: (round) => ours('balanced', round),
      ...Object.fromEntries(pythons.map(({ name, path }) => [name, () => theirs(path)])),
    });
    const { vectors } = runs.rvc[0].said;
    const steps = { rvc: stepsOf(runs.rvc), balanced: stepsOf(runs.balanced) };
    return { runs: usageOf(runs), steps, frames: vectors, rounds, peers: pythons };
  },

  targets({ runs, frames, peers }) {
    const fastest = Math.min(...peers.map(({ name }) => medianOf(runs[name], 'wall')));
    const debian = medianOf(runs[peers[0].name], 'wall');
    return [
      {
        what: "whole training by RVC's rule, of the same in Python with the fastest FAISS at hand (wall time)",
        allowed: 0.5,
        measured: medianOf(runs.rvc, 'wall') / fastest,
        why: `grouping is down to a quarter of FAISS's time; what is left is reading, writing, checking, and starting.`,
      },
      {
        what: "whole training by the default recipe, measured and verified, of RVC's rule in Python (wall time)",
        allowed: 0.6,
        measured: medianOf(runs.balanced, 'wall') / debian,
        why: 'it makes more than twice as many groups as RVC, and is measured.',
      },
      {
        what: 'peak memory of training, of 1.3 times the raw vectors + 200 MiB',
        allowed: 1,
        measured: medianOf(runs.rvc, 'peak') / (1.3 * frames * COLUMNS * 4 + 200 * MIB),
        why: 'bounds of k-means are kept for all frames.',
      },
    ];
  },

  page({ runs, steps, frames, rounds, peers }) {
    /** @param {string} who @param {string} side */
    const row = (who, side) =>
      `| ${who} | ${seconds(medianOf(runs[side], 'wall'))} | ${seconds(medianOf(runs[side], 'cpu'))} | ${mebibytes(medianOf(runs[side], 'peak'))} |`;
    return `A generated voice of ${number(frames)} frames x ${COLUMNS}, from the folder of .npy files to the finished index. By RVC's rules: read,
join, shuffle, k-means, add in batches of 8,192, write. Voronoice also writes to a temporary file, brings it to the disk,
opens it again and checks every id. Its default recipe makes more than twice as many groups, keeps some recordings apart,
chooses how many groups are searched and, as in the app, measures the result. Whole processes, ${runsOf(rounds)}.

|     | wall time | CPU time | peak memory |
| --- | --------- | -------- | ----------- |
${row("Voronoice, RVC's rule", 'rvc')}
${row('Voronoice, default recipe', 'balanced')}
${peers.map(({ name, title }) => row(`Python, ${title}`, name)).join('\n')}

CPU time of RVC's rule: ${ratio(medianOf(runs.rvc, 'cpu') / medianOf(runs[peers[0].name], 'cpu'))} of Python's.

Where the time goes, by the app's own clock: by RVC's rule ${shares(steps.rvc)}; by the default recipe ${shares(steps.balanced)}.
`;
  },
};

/** Median seconds of each step. @param {readonly any[]} runs */
function stepsOf(runs) {
  const all = runs.map(({ said }) => said.seconds);
  return Object.fromEntries(Object.keys(all[0]).map((step) => [step, medianOf(all, step)]));
}

/** @param {Readonly<Record<string, number>>} steps */
function shares({ total = 1, ...steps }) {
  return Object.entries(steps)
    .map(([step, took]) => `${step} ${((100 * took) / total).toFixed(0)} %`)
    .join(', ');
}
