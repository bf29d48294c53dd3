import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, ENTRY } from '../inputs.mjs';
import { measured } from '../runs.mjs';
import { mebibytes, number, seconds } from '../words.mjs';

/** Minutes of voice. */
const FULL = [3.4, 20, 70];
/** A quarter of an hour and more, only where it is asked for. */
const LONG = [...FULL, 200, 600];
const QUICK = [1, 2];
/** Megabytes of vectors in memory; more go to the disk. */
const LIMIT = 1_000;
const ALLOWED = 1.5e9;

/** How time and memory of the default recipe grow with the voice. @type {import('../section.mjs').Section} */
export const growing = {
  name: 'growth',
  title: 'How time and memory grow',

  async measure({ report, quick, long, voice }) {
    const out = join(CACHE, 'grown');
    const points = [];
    for (const minutes of quick ? QUICK : long ? LONG : FULL) {
      const features = await voice('v2', minutes);
      await rm(out, { recursive: true, force: true });
      await mkdir(out);
      const { said, ...usage } = await report.step(`Building ${minutes} minutes`, () =>
        measured(process.execPath, [ENTRY, 'train', features, '--max-memory', String(LIMIT), '--out', out, '--json']),
      );
      points.push({ ...usage, frames: said.vectors, nlist: said.nlist, steps: said.seconds });
    }
    await rm(out, { recursive: true, force: true });
    return { points };
  },

  targets({ points }) {
    const onDisk = points.filter((/** @type {any} */ { frames }) => frames * 768 * 4 > LIMIT * 2 ** 20);
    return onDisk.map((/** @type {any} */ { frames, peak }) => ({
      what: `peak memory of ${number(frames)} frames with a limit of ${LIMIT} MB, of 1.5 GB`,
      allowed: 1,
      measured: peak / ALLOWED,
      why: 'bounds take a sixteenth of the vectors, and centers are held three times.',
    }));
  },

  page({ points }) {
    /** @param {any} point */
    const row = ({ frames, nlist, wall, cpu, peak }) =>
      `| ${number(frames)} | ${number(nlist)} | ${seconds(wall)} | ${seconds(cpu)} | ${mebibytes(peak)} |`;
    return `The default recipe, verified, with at most ${LIMIT} MB of vectors in memory (\`--max-memory\`). CPU time grows with
the frames to the power of ${exponent(points, 'cpu').toFixed(2)}, memory to ${exponent(points, 'peak').toFixed(2)}. Voices of 200 and 600 minutes are built only with \`npm run bench -- --long\`.

| frames | groups | wall time | CPU time | peak memory |
| ------ | ------ | --------- | -------- | ----------- |
${points.map(row).join('\n')}
`;
  },
};

/**
 * The slope of a straight line through the logarithms, by least squares.
 *
 * @param {readonly any[]} points
 * @param {string} key
 */
function exponent(points, key) {
  const logs = points.map((point) => ({ x: Math.log(point.frames), y: Math.log(point[key]) }));
  const mean = (/** @type {'x' | 'y'} */ axis) => logs.reduce((sum, point) => sum + point[axis], 0) / logs.length;
  const [x, y] = [mean('x'), mean('y')];
  const joint = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return joint / logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}
