import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../childProcess.mjs';
import { CACHE } from '../inputs.mjs';
import { inTurn, medianOf, script } from '../runs.mjs';
import { number, runsOf, seconds } from '../words.mjs';

/** What is asked, and how many rows and groups the index has. */
const FULL = { rows: 50_000, nlist: 1_282, queries: 5_000, minutes: 24 };
const QUICK = { rows: 2_000, nlist: 51, queries: 100, minutes: 2 };
const PROBES = [1, 8, 32, 64];

/** @param {number} nlist */
const KINDS = (nlist) => [
  { name: 'flat', version: 'v2', factory: `IVF${nlist},Flat` },
  { name: 'flatV1', version: 'v1', factory: `IVF${nlist},Flat` },
  { name: 'sq8', version: 'v2', factory: `IVF${nlist},SQ8` },
  { name: 'sqfp16', version: 'v2', factory: `IVF${nlist},SQfp16` },
  { name: 'product', version: 'v2', factory: `IVF${nlist},PQ384x4fs,RFlat` },
  { name: 'graph', version: 'v2', factory: `IVF${nlist}_HNSW32,Flat` },
  { name: 'exact', version: 'v2', factory: 'Flat' },
];

/** Training and searching each kind of index. @type {import('../section.mjs').Section} */
export const searching = {
  name: 'search',
  title: 'Searching each kind of index',

  async measure({ report, pythons, rounds, quick, voice }) {
    const { rows, nlist, queries, minutes } = quick ? QUICK : FULL;
    const file = join(CACHE, 'searched.index');
    const kinds = [];
    for (const { name, version, factory } of KINDS(nlist)) {
      const features = await voice(version, minutes);
      await rm(file, { force: true });
      const build = [features, String(rows), factory];
      const ours = JSON.parse(
        await report.step(`${factory}, ${version}, training, Voronoice`, () =>
          run(process.execPath, [script('buildOurs.cjs'), ...build, file]),
        ),
      );
      // FAISS trains a product quantizer for minutes: a few of its parts show how long all take.
      const theirs = JSON.parse(
        await report.step(`${factory}, ${version}, training, Python`, () =>
          run(pythons[0].path, [script('buildPeer.py'), ...build]),
        ),
      );
      const args = [file, features, String(rows), String(queries), PROBES.join(',')];
      /** @param {string} program @param {string} side */
      const once = async (program, side) => JSON.parse(await run(program, [script(side), ...args]));
      const runs = await inTurn(report, `${factory}, ${version}, searching`, rounds, {
        ours: () => once(process.execPath, 'searchOurs.cjs'),
        ...Object.fromEntries(pythons.map((python) => [python.name, () => once(python.path, 'searchPeer.py')])),
      });
      kinds.push({ name, version, factory, train: { ours, theirs }, runs });
    }
    await rm(file, { force: true });
    return { kinds, rows, queries, rounds, peers: pythons };
  },

  targets({ kinds, peers }) {
    const debian = peers[0].name;
    /** @param {string} name @param {number} nprobe */
    const searched = (name, nprobe) => {
      const { runs } = kinds.find((/** @type {any} */ kind) => kind.name === name);
      return medianOf(runs.ours, String(nprobe)) / medianOf(runs[debian], String(nprobe));
    };
    const product = kinds.find((/** @type {any} */ kind) => kind.name === 'product').train;
    /** @type {[number, number][]} */
    const flat = [
      [1, 0.5],
      [8, 0.22],
      [32, 0.1],
    ];
    return [
      ...flat.map(([nprobe, allowed]) => ({
        what: `search at nprobe ${nprobe}, v2, of Debian's FAISS (wall time)`,
        allowed,
        measured: searched('flat', nprobe),
        why:
          nprobe === 1
            ? 'comparing with the centroids is one product of matrices, which FAISS leaves to the same BLAS.'
            : 'vectors are read once for all queries of a block; with few queries to a group, memory is the limit.',
      })),
      {
        what: "training PQ384x4fs,RFlat, of Debian's FAISS",
        allowed: 0.2,
        measured: product.ours.train / product.theirs.train,
        why: 'each part has 16 centers, and finding the nearest of few is bound by reading the rows.',
      },
      {
        what: "searching PQ384x4fs,RFlat at nprobe 8, of Debian's FAISS (wall time)",
        allowed: 0.5,
        measured: searched('product', 8),
        why: 'comparing with the centroids and making the tables of each query takes most of it.',
      },
    ];
  },

  page({ kinds, rows, queries, rounds, peers }) {
    /** @param {any} kind */
    const rowsOf = ({ factory, version, train, runs }) =>
      ['ours', ...peers.map((/** @type {any} */ { name }) => name)].map((side, at) => {
        const title = side === 'ours' ? 'Voronoice' : peers.find((/** @type {any} */ { name }) => name === side).title;
        const trained = side === 'ours' ? seconds(train.ours.train) : at === 1 ? seconds(train.theirs.train) : '';
        const found = PROBES.map((nprobe) => {
          const isKnown = runs[side][0][nprobe] !== undefined;
          return isKnown ? seconds(medianOf(runs[side], String(nprobe))) : '';
        });
        return `| ${at === 0 ? `${factory}, ${version}` : ''} | ${title} | ${trained} | ${found.join(' | ')} |`;
      });
    return `${number(rows)} vectors, ${number(queries)} queries that are not among them, 8 neighbors, all threads; the same index file for all, ${runsOf(rounds)}.

| index | by | training | ${PROBES.map((nprobe) => `nprobe ${nprobe}`).join(' | ')} |
| ----- | -- | -------- | ${PROBES.map(() => '---').join(' | ')} |
${kinds.flatMap(rowsOf).join('\n')}
`;
  },
};
