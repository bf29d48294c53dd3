import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from '../../childProcess.mjs';
import { CACHE, ENTRY } from '../inputs.mjs';
import { inTurn, measured, medianOf, usageOf } from '../runs.mjs';
import { mebibytes, number, runsOf, seconds } from '../words.mjs';

const MOST_SECONDS = 5;
/** Recordings that ask: ten seconds and a little. */
const CLIP_FILES = 3;
const SLICES = '1_16k_wavs';

/** Takes of a recording in the sound of what is found for it. @type {import('../section.mjs').Section} */
export const hearing = {
  name: 'listen',
  title: 'Hearing an index',

  async measure({ report, rounds, quick, voice }) {
    const features = await voice('v2', 24);
    const clip = join(CACHE, 'clip');
    const index = join(CACHE, 'heard');
    const takes = join(CACHE, 'takes');
    for (const folder of [clip, index, takes]) await rm(folder, { recursive: true, force: true });
    const names = (await readdir(features)).sort().slice(0, quick ? 1 : CLIP_FILES);
    for (const name of names) {
      const slice = name.replace(/npy$/, 'wav');
      await mkdir(join(clip, SLICES), { recursive: true });
      await mkdir(join(clip, '3_feature768'), { recursive: true });
      await cp(join(features, name), join(clip, '3_feature768', name));
      await cp(join(dirname(features), SLICES, slice), join(clip, SLICES, slice));
    }
    try {
      const built = await report.step('Index to hear', () =>
        run(process.execPath, [ENTRY, 'train', features, '--recipe', 'rvc', '--out', index, '--json']),
      );
      const { index: path, vectors } = JSON.parse(built);
      const options = ['--clip', clip, '--features', features, '--out', takes, '--json'];
      const runs = await inTurn(report, 'Listening', rounds, {
        ours: async () => {
          await rm(takes, { recursive: true, force: true });
          return measured(process.execPath, [ENTRY, 'listen', path, ...options]);
        },
      });
      return { runs: usageOf(runs), vectors, asked: runs.ours[0].said.seconds, rounds };
    } finally {
      for (const folder of [clip, index, takes]) await rm(folder, { recursive: true, force: true });
    }
  },

  targets({ runs }) {
    return [
      {
        what: `takes of 10 s over 70,000 frames, of ${MOST_SECONDS} s (wall time)`,
        allowed: 1,
        measured: medianOf(runs.ours, 'wall') / MOST_SECONDS,
        why: 'the command line keeps no trace, so it reads all of the voice and all of the index.',
      },
    ];
  },

  page({ runs, vectors, asked, rounds }) {
    return `A recording of ${seconds(asked)} in the sound of its true neighbors and of what an index of ${number(vectors)} x 768 finds for it. No
program to compare with does this. The whole process, ${runsOf(rounds)}.

|           | wall time | CPU time | peak memory |
| --------- | --------- | -------- | ----------- |
| Voronoice | ${seconds(medianOf(runs.ours, 'wall'))} | ${seconds(medianOf(runs.ours, 'cpu'))} | ${mebibytes(medianOf(runs.ours, 'peak'))} |
`;
  },
};
