import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run, tool } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import { pageOf, sectionOf, sectionsIn } from './page.mjs';
import { app } from './parts/app.mjs';
import { beside } from './parts/beside.mjs';
import { disks } from './parts/disks.mjs';
import { drive } from './parts/drive.mjs';
import { engine } from './parts/engine.mjs';
import { faults } from './parts/faults.mjs';
import { gate } from './parts/gate.mjs';
import { hostile } from './parts/hostile.mjs';
import { kills } from './parts/kills.mjs';
import { leaks } from './parts/leaks.mjs';
import { load } from './parts/load.mjs';
import { readers } from './parts/readers.mjs';
import { threads } from './parts/threads.mjs';

/**
 * `npm run reliability`: attacks the app and its engine, and writes docs/reliability.md. What it finds is kept in
 * test/fuzz/findings and fails the run.
 *
 * - `-- --minutes <n>`: for those parts that go on for as long as one likes; 3 unless told.
 * - `-- --only <part>`: only this part; the others stay as they were last.
 * - `-- --seed <n>`: the same attack again.
 * - `-- --page`: writes again what stands there beside the parts.
 */

const PARTS = [hostile, readers, gate, engine, threads, leaks, faults, disks, drive, load, app, beside, kills];
const PAGE = join(root, 'docs', 'reliability.md');

const { values: asked } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    only: { type: 'string' },
    seed: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});
const report = createReport(process.stdout);

await runMain(async () => {
  const sections = sectionsIn(await readFile(PAGE, 'utf8').catch(() => ''));
  const failed = asked.page ? 0 : await attack(sections);
  await writeFile(PAGE, pageOf(PARTS, sections));
  await run(...tool('prettier/bin/prettier.cjs', ['--write', PAGE]));
  report.note('docs/reliability.md is written.');
  if (failed > 0) throw new Stop(`${failed} tests failed.`, 'What was found is in test/fuzz/findings.');
});

/**
 * @param {Map<string, string>} sections Of the page; each is written down as soon as it is known.
 * @returns {Promise<number>} Tests that failed.
 */
async function attack(sections) {
  const parts = PARTS.filter(({ name }) => asked.only === undefined || name === asked.only);
  if (parts.length === 0) {
    throw new Stop(`There is no part "${asked.only}".`, `One of: ${PARTS.map(({ name }) => name).join(', ')}.`);
  }
  const seconds = 60 * Number(asked.minutes);
  if (!(seconds > 0)) throw new Stop('--minutes wants a number above 0.', 'For example: --minutes 30');
  await setup({ report, need: 'test' });
  /** @type {import('./part.mjs').Trying} */
  const trying = {
    report,
    seconds,
    seed: asked.seed === undefined ? randomInt(2 ** 31) : Number(asked.seed),
  };
  const date = new Date().toISOString().slice(0, 10);
  let failed = 0;
  for (const part of parts) {
    const result = await part.run(trying);
    failed += result.failed;
    const { section, kept } = sectionOf(part, result, date, sections.get(part.title));
    sections.set(part.title, section);
    await writeFile(PAGE, pageOf(PARTS, sections));
    if (kept !== null) report.note(kept);
  }
  return failed;
}
