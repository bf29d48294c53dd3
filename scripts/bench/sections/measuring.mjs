import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../childProcess.mjs';
import { CACHE, ENTRY } from '../inputs.mjs';
import { inTurn, measured, medianOf, script, usageOf } from '../runs.mjs';
import { mebibytes, number, runsOf, seconds } from '../words.mjs';

const MIB = 2 ** 20;
const PROBES = '1,2,4,8,16,32,64,128';
/** Files kept apart to ask. */
const QUERY_FILES = 11;

/** A full measure of one index. @type {import('../section.mjs').Section} */
export const measuring = {
  name: 'measure',
  title: 'Measuring an index',

  async measure({ report, pythons, rounds, quick, voice }) {
    const features = await voice('v2', 24);
    const queries = join(CACHE, 'queries');
    const index = join(CACHE, 'measured');
    for (const folder of [queries, index]) await rm(folder, { recursive: true, force: true });
    await mkdir(queries);
    const names = (await readdir(features)).sort().slice(quick ? -2 : -QUERY_FILES);
    try {
      for (const name of names) await rename(join(features, name), join(queries, name));
      const built = await report.step('Index to measure', () =>
        run(process.execPath, [ENTRY, 'train', features, '--recipe', 'rvc', '--out', index, '--json']),
      );
      const { index: path, vectors, bytes } = JSON.parse(built);
      const options = ['--queries', queries, '--nprobe', PROBES, '--most', '100000', '--json'];
      const runs = await inTurn(report, 'Measuring', rounds, {
        ours: () => measured(process.execPath, [ENTRY, 'measure', path, ...options]),
        theirs: () => measured(pythons[0].path, [script('measurePeer.py'), path, queries, PROBES]),
      });
      const asked = runs.ours[0].said.queries.n;
      return { runs: usageOf(runs), vectors, bytes, asked, rounds };
    } finally {
      for (const name of names) await rename(join(queries, name), join(features, name)).catch(() => undefined);
      await rm(index, { recursive: true, force: true });
    }
  },

  targets({ runs, bytes }) {
    return [
      {
        what: 'measuring, 8 values of nprobe, exact truth, of numpy + FAISS (wall time)',
        allowed: 0.25,
        measured: medianOf(runs.ours, 'wall') / medianOf(runs.theirs, 'wall'),
        why: 'half of it is timing the search as a host does, one second of audio after the other, on one thread and on all.',
      },
      {
        what: 'peak memory of measuring, of the index + 400 MiB',
        allowed: 1,
        measured: medianOf(runs.ours, 'peak') / (bytes + 400 * MIB),
        why: 'the vectors are compared in blocks beside the index.',
      },
    ];
  },

  page({ runs, vectors, asked, rounds }) {
    /** @param {string} who @param {string} side */
    const row = (who, side) =>
      `| ${who} | ${seconds(medianOf(runs[side], 'wall'))} | ${seconds(medianOf(runs[side], 'cpu'))} | ${mebibytes(medianOf(runs[side], 'peak'))} |`;
    return `An index of ${number(vectors)} x 768 by RVC's rules, ${number(asked)} frames that it has never seen, exact truth, and searches at nprobe
${PROBES.replaceAll(',', ', ')}, timed second by second of audio with all threads and with one. The peer is a script of numpy and
FAISS that computes the same figures; Voronoice also reads every id, hashes the file, draws the map of the groups and
bootstraps its intervals. Whole processes, ${runsOf(rounds)}.

|     | wall time | CPU time | peak memory |
| --- | --------- | -------- | ----------- |
${row('Voronoice', 'ours')}
${row('Python, faiss', 'theirs')}
`;
  },
};
