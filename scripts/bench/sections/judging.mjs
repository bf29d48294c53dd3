import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../childProcess.mjs';
import { CACHE, ENTRY } from '../inputs.mjs';
import { inTurn, medianOf, script } from '../runs.mjs';
import { mebibytes, seconds } from '../words.mjs';

const FULL = { minutes: 70, nlist: 1024 };
const QUICK = { minutes: 2, nlist: 32 };

/** Looking at a large index without the engine. @type {import('../section.mjs').Section} */
export const judging = {
  name: 'judge',
  title: 'Opening and judging a large index',

  async measure({ report, rounds, quick, voice }) {
    const { minutes, nlist } = quick ? QUICK : FULL;
    const file = join(CACHE, `judged_IVF${nlist}_Flat_nprobe_1_voice_v2.index`);
    await rm(file, { force: true });
    const features = await voice('v2', minutes);
    await report.step('Index to judge', () =>
      run(process.execPath, [script('buildOurs.cjs'), features, 'all', `IVF${nlist},Flat`, file]),
    );
    const runs = await inTurn(report, 'Judging', rounds, {
      ours: async () => JSON.parse(await run(process.execPath, [script('judgeOurs.mjs'), file])),
      command: async () => {
        const start = performance.now();
        await run(process.execPath, [ENTRY, 'inspect', file, '--json']);
        return { seconds: (performance.now() - start) / 1_000 };
      },
    });
    await rm(file, { force: true });
    return { runs, bytes: runs.ours[0].bytes };
  },

  targets({ runs }) {
    return [
      {
        what: 'opening and judging an index of 600 MB (its request in a worker that is running)',
        allowed: 0.1,
        measured: medianOf(runs.ours, 'seconds'),
        as: seconds,
        why: 'every id of the index is read.',
      },
    ];
  },

  page({ runs, bytes }) {
    return `An index of ${mebibytes(bytes)}, whose file was read before. The app asks a worker that is running already:
${seconds(medianOf(runs.ours, 'seconds'))}. The command \`voronoice inspect\`, from start to end: ${seconds(medianOf(runs.command, 'seconds'))}.
`;
  },
};
