import { run } from '../../childProcess.mjs';
import { buildStock, STOCK } from '../inputs.mjs';
import { inTurn, medianOf, script } from '../runs.mjs';
import { mebibytes, number, seconds } from '../words.mjs';

const FULL = /** @type {const} */ ([
  { version: 'v1', minutes: 7, rows: 20_000 },
  { version: 'v2', minutes: 20, rows: 50_000 },
]);
const QUICK = /** @type {const} */ ([{ version: 'v1', minutes: 2, rows: 2_000 }]);

/** The engine against the package that it takes the place of. @type {import('../section.mjs').Section} */
export const engines = {
  name: 'engine',
  title: 'The engine against faiss-node 0.5.1',

  async measure({ report, quick, voice }) {
    await buildStock(report);
    const pairs = [];
    for (const { version, minutes, rows } of quick ? QUICK : FULL) {
      const features = await voice(version, minutes);
      /** @param {string} which */
      const once = async (which) => {
        const args = ['--max-old-space-size=8192', script('engineSteps.cjs'), which, STOCK, features, String(rows)];
        return JSON.parse(await run(process.execPath, args));
      };
      const sides = { ours: () => once('ours'), stock: () => once('stock') };
      pairs.push({ rows, runs: await inTurn(report, `Engine, ${rows} rows`, 1, sides) });
    }
    return { pairs };
  },

  targets: () => [],

  page({ pairs }) {
    /** @param {any} pair */
    const table = ({ rows, runs: { ours, stock } }) => {
      /** @param {string} key */
      const row = (key) =>
        `| ${key} | ${seconds(medianOf(ours, key))} | ${seconds(medianOf(stock, key))} | ${(medianOf(stock, key) / medianOf(ours, key)).toFixed(1)} x |`;
      return `### ${number(rows)} x ${ours[0].dimension}, IVF${ours[0].nlist},Flat, one run

|     | ours | faiss-node 0.5.1 | faster |
| --- | ---- | ---------------- | ------ |
${['train', 'add', 'search'].map(row).join('\n')}
| peak memory | ${mebibytes(medianOf(ours, 'peak'))} | ${mebibytes(medianOf(stock, 'peak'))} | |
`;
    };
    return `The same FAISS and BLAS under both, one process for each run, vectors of the same generated voices. Search asks 5,000
queries for 8 neighbors at nprobe 1. Stock faiss-node takes plain arrays; making them is not counted.

${pairs.map(table).join('\n')}`;
  },
};
