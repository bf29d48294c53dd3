import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../../childProcess.mjs';
import { Stop } from '../../report.mjs';
import { buildThreadSanitized } from '../sanitized.mjs';
import { vitest } from '../vitest.mjs';

/** What says what happens between the thread of a job and that of JavaScript. */
const FILES = ['guards', 'cancel'].map((name) => `test/native/${name}.test.ts`);

/** Ending a process in the middle of work ends the sanitizer, too; time is another thing under it. */
const BUT = ['-t', '^(?!.*(?:may exit, or end a worker thread|within))'];

/** Memory where the sanitizer expects it. */
const FIXED = /** @type {const} */ (['setarch', '-R']);

/** Work on threads between which the sanitizer knows of no order: what it tells of shows that it sees. */
const CONTROL = `
const { Index, Matrix } = require('faiss-node');
const x = Matrix.from(Float32Array.from({ length: 1000 * 8 }, Math.random), 8);
const index = Index.fromFactory(8, 'IVF8,Flat');
index.train(x).then(() => index.add(x));
`;

const SEVERAL = `The work inside one step runs on N threads of LLVM's OpenMP, of whose barriers Archer tells the sanitizer. Node, FAISS and
OpenBLAS are built without it: what they do among themselves is not looked at.`;
const ONE = `Node, FAISS and GCC's OpenMP are built without the sanitizer, which cannot see their barriers: the work inside one step of the
engine runs on one thread of OpenMP here, and is not looked at; with \`libomp-dev\` installed it would be.`;

/** @type {import('../part.mjs').Part} */
export const threads = {
  name: 'threads',
  title: 'Threads of the engine',
  async run({ report }) {
    const { env, unordered, threads: several } = await buildThreadSanitized(report);
    const folder = await mkdtemp(join(tmpdir(), 'voronoice-races-'));
    try {
      const logged = (/** @type {string} */ name) => `${env['TSAN_OPTIONS']}:log_path=${join(folder, name)}`;
      const control = { ...unordered, TSAN_OPTIONS: logged('control') };
      await capture(FIXED[0], [FIXED[1], process.execPath, '-e', CONTROL], { env: control, timeout: 60_000 });
      const seen = await reports(folder, 'control');
      if (seen.length === 0)
        throw new Stop('The sanitizer for threads sees nothing here.', 'It needs GCC 12 or newer.');
      const ran = await report.step('Tests of the engine, with the sanitizer for threads', () =>
        vitest(['--project', 'native', ...FILES, ...BUT], { ...env, TSAN_OPTIONS: logged('tests') }, FIXED),
      );
      const races = await reports(folder, 'tests');
      for (const race of races) console.error(race);
      return {
        passed: ran.passed,
        tests: ran.failed,
        races: races.length,
        seen: seen.length,
        threads: several,
        failed: ran.failed + races.length,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  page: ({ passed, tests, races, seen, threads: several = 1 }) =>
    `The engine, built with GCC's sanitizer for threads, does what its tests say of searching, cancelling, progress, failing, closing
and the guards of what is in use: ${passed} passed, ${tests} failed, ${races} races.

${several === 1 ? ONE : SEVERAL.replace('N', String(several))} Told of no barriers, it told of ${seen} places, which shows that it sees.
`,
};

/**
 * @param {string} folder
 * @param {string} name
 * @returns {Promise<readonly string[]>} One for each race.
 */
async function reports(folder, name) {
  const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => text.split('WARNING: ThreadSanitizer: data race').slice(1));
}
