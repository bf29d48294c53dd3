import { inTurn, medianOf, script } from '../runs.mjs';
import { run } from '../../childProcess.mjs';
import { number, runsOf, seconds } from '../words.mjs';

/** A voice by RVC's rule, 39 frames a group. */
const FULL = { rows: 69_774, clusters: 1_789, rounds: 10 };
const QUICK = { rows: 2_000, clusters: 51, rounds: 3 };

/** What makes the engine and OpenBLAS compute as on a processor without AVX2. */
const OLD = { FAISS_NODE_SCAN: 'portable', OPENBLAS_CORETYPE: 'Nehalem' };

/** k-means alone. @type {import('../section.mjs').Section} */
export const grouping = {
  name: 'kmeans',
  title: 'k-means alone',

  async measure({ report, pythons, rounds, quick, voice }) {
    const size = quick ? QUICK : FULL;
    const args = [await voice('v2', 24), String(size.rows), String(size.clusters), String(size.rounds)];
    /** @param {string} program @param {string} name @param {Readonly<Record<string, string>>} env */
    const once = async (program, name, env = {}) => JSON.parse(await run(program, [script(name), ...args], { env }));
    const portable = await report.step('k-means, without AVX2', () => once(process.execPath, 'kmeansOurs.cjs', OLD));
    const runs = await inTurn(report, 'k-means', rounds, {
      ours: () => once(process.execPath, 'kmeansOurs.cjs'),
      ...Object.fromEntries(pythons.map(({ name, path }) => [name, () => once(path, 'kmeansPeer.py')])),
    });
    return { runs, portable, size, rounds, peers: pythons };
  },

  targets({ runs, peers }) {
    const fastest = Math.min(...peers.map(({ name }) => medianOf(runs[name], 'seconds')));
    return [
      {
        what: 'k-means alone, of the fastest FAISS at hand (wall time)',
        allowed: 0.4,
        measured: medianOf(runs.ours, 'seconds') / fastest,
        why: 'the products of three rounds are computed, and they take as long as those of BLAS.',
      },
      {
        what: "sum of squared distances, of FAISS's",
        allowed: 1.001,
        measured: medianOf(runs.ours, 'objective') / medianOf(runs[peers[0].name], 'objective'),
        why: 'where two centers are nearly as near, FAISS errs, and the two go ways of their own.',
      },
    ];
  },

  page({ runs, portable, size, rounds, peers }) {
    /** @param {string} who @param {string} side */
    const row = (who, side) =>
      `| ${who} | ${seconds(medianOf(runs[side], 'seconds'))} | ${seconds(medianOf(runs[side], 'cpu'))} | ${number(Math.round(medianOf(runs[side], 'objective')))} |`;
    return `${number(size.rows)} x 768 into ${number(size.clusters)} groups, ${size.rounds} rounds, without reading. The engine computed the products of ${runs.ours[0].compared.toFixed(2)}
rounds; bounds showed that the others change nothing. ${runsOf(rounds)[0]?.toUpperCase()}${runsOf(rounds).slice(1)}.

|     | wall time | CPU time | sum of squared distances |
| --- | --------- | -------- | ------------------------ |
${row('Voronoice', 'ours')}
${peers.map(({ name, title }) => row(`Python, ${title}`, name)).join('\n')}

On a processor without AVX2 (by FAISS_NODE_SCAN=portable): ${seconds(portable.seconds)}, one run.
`;
  },
};
