import { join } from 'node:path';
import { CACHE } from '../inputs.mjs';
import { inTurn, measured, medianOf, script } from '../runs.mjs';
import { mebibytes, number, seconds } from '../words.mjs';

const MIB = 2 ** 20;
/** Lists and lists searched where both sides search alike. */
const LISTS = '512,1';
const QUICK_LISTS = '32,1';
/** What takes a minute a run. */
const ROUNDS = 1;

/**
 * Alpha query expansion of a whole voice: exactly, through the same number of lists, and as the engine chooses itself.
 *
 * @type {import('../section.mjs').Section}
 */
export const expanding = {
  name: 'expand',
  title: 'Alpha query expansion',

  async measure({ report, pythons, quick, voice }) {
    const features = await voice('v2', 20);
    const lists = quick ? QUICK_LISTS : LISTS;
    /** @param {string} search */
    const ours = (search) => () =>
      measured(process.execPath, [script('expandOurs.cjs'), features, search, join(CACHE, 'expanded')]).then(flat);
    /** @param {string} search */
    const theirs = (search) => () => measured(pythons[0].path, [script('expandPeer.py'), features, search]).then(flat);
    const runs = await inTurn(report, 'Expanding', ROUNDS, {
      exact: ours('exact'),
      exactPeer: theirs('exact'),
      lists: ours(lists),
      listsPeer: theirs(lists),
      fast: ours('fast'),
    });
    return { runs, lists };
  },

  targets({ runs }) {
    const exact = medianOf(runs.exactPeer, 'seconds');
    const { recall, bytes } = runs.fast[0];
    const peak = Math.max(...['exact', 'lists', 'fast'].map((side) => medianOf(runs[side], 'peak')));
    return [
      {
        what: 'α query expansion, exact, of numpy + FAISS (time)',
        allowed: 0.35,
        measured: medianOf(runs.exact, 'seconds') / exact,
        why: 'a quarter of the coordinates rules out most pairs, and the others are compared whole.',
      },
      {
        what: 'α query expansion, recall at least 0.99, of numpy + FAISS (time)',
        allowed: 0.15,
        measured: medianOf(runs.fast, 'seconds') / exact,
        why: 'so many lists must be searched for that recall that grouping and searching share the time.',
      },
      {
        what: 'neighbors missed by the lists chosen',
        allowed: 0.01,
        measured: 1 - recall,
        why: 'the sample was lucky.',
      },
      {
        what: 'peak memory of expanding, of 1.3 times the raw vectors + 400 MiB',
        allowed: 1,
        measured: peak / (1.3 * bytes + 400 * MIB),
        why: 'blocks of products are held by every thread.',
      },
    ];
  },

  page({ runs, lists }) {
    const [facts] = runs.fast;
    /** @param {string} who @param {string} side @param {string | null} peer */
    const row = (who, side, peer) => {
      const other =
        peer === null
          ? ' | '
          : `${seconds(medianOf(runs[peer], 'seconds'))} | ${mebibytes(medianOf(runs[peer], 'peak'))}`;
      return `| ${who} | ${seconds(medianOf(runs[side], 'seconds'))} | ${mebibytes(medianOf(runs[side], 'peak'))} | ${other} |`;
    };
    const named = `IVF${lists.replace(',', ', nprobe ')}`;
    return `${number(facts.rows)} x 768, 10 neighbors, α 3, rows in place through a scratch file. The peer is a script of numpy and FAISS by the
same formula. Time without reading the files, peak memory of the whole process; one run each. Left to itself, the engine
searched ${facts.nprobe ?? 'all'} of ${facts.nlist ?? 'no'} lists, and a sample of ${number(facts.sample)} rows found ${(100 * facts.recall).toFixed(1)} % of their neighbors; with ${named} it was
${(100 * runs.lists[0].recall).toFixed(1)} %.

| search | Voronoice | peak memory | Python, faiss | peak memory |
| ------ | --------- | ----------- | ------------- | ----------- |
${row('exact', 'exact', 'exactPeer')}
${row(named, 'lists', 'listsPeer')}
${row('chosen by the engine', 'fast', null)}
`;
  },
};

/** @param {import('../runs.mjs').Run} run */
function flat({ said, ...usage }) {
  return { ...usage, ...said };
}
