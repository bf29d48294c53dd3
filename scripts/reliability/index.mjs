import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, run, tool } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import { mendedList } from './mended.mjs';
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
import { faultTable, ruleTable } from './rules.mjs';
import { buildSanitized } from './sanitized.mjs';

/**
 * `npm run reliability`: attacks the app and its engine, and writes docs/reliability.md. What it finds is kept in
 * test/fuzz/findings and fails the run.
 *
 * - `-- --minutes <n>`: for those parts that go on for as long as one likes; 3 unless told.
 * - `-- --only <part>`: only this part; the others stay as they were last.
 * - `-- --seed <n>`: the same attack again.
 * - `-- --page`: writes the page again.
 */

const PARTS = [hostile, readers, gate, engine, threads, leaks, faults, disks, drive, load, app, beside, kills];
const CACHE = join(root, '.cache', 'reliability');
const RESULTS = join(CACHE, 'results.json');

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
  await mkdir(CACHE, { recursive: true });
  const results = await readFile(RESULTS, 'utf8').then(JSON.parse, () => ({}));
  if (!asked.page) await attack(results);
  const path = join(root, 'docs', 'reliability.md');
  await writeFile(path, page(results));
  await run(...tool('prettier/bin/prettier.cjs', ['--write', path]));
  report.note('docs/reliability.md is written.');
  const failed = Object.values(results).reduce((sum, result) => sum + result.failed, 0);
  if (failed > 0) throw new Stop(`${failed} tests failed.`, 'What was found is in test/fuzz/findings.');
});

/** @param {Record<string, any>} results By name of the part; each is written down as soon as it is known. */
async function attack(results) {
  const parts = PARTS.filter(({ name }) => asked.only === undefined || name === asked.only);
  if (parts.length === 0) {
    throw new Stop(`There is no part "${asked.only}".`, `One of: ${PARTS.map(({ name }) => name).join(', ')}.`);
  }
  const seconds = 60 * Number(asked.minutes);
  if (!(seconds > 0)) throw new Stop('--minutes wants a number above 0.', 'For example: --minutes 30');
  await setup({ report, need: 'test' });
  /** @type {ReturnType<typeof buildSanitized> | undefined} */
  let built;
  /** @type {import('./part.mjs').Trying} */
  const trying = {
    report,
    seconds,
    seed: asked.seed === undefined ? randomInt(2 ** 31) : Number(asked.seed),
    sanitized: () => (built ??= buildSanitized(report)),
  };
  const date = new Date().toISOString().slice(0, 10);
  for (const { name, run: one } of parts) {
    results[name] = { date, ...(await one(trying)) };
    await writeFile(RESULTS, JSON.stringify(results));
  }
}

/**
 * @param {Readonly<Record<string, any>>} results By name of the part.
 * @returns {string} Markdown; Prettier aligns its tables.
 */
function page(results) {
  const sections = PARTS.flatMap(({ name, title, page: body }) => {
    const result = results[name];
    return result === undefined ? [] : [`## ${title}\n\n${body(result)}\nMeasured on ${result.date}.`];
  });
  return `# Reliability

Written by \`npm run reliability\`; \`-- --minutes <n>\` goes on for longer, \`-- --only <part>\` does one part again:
${PARTS.map(({ name }) => name).join(', ')}.

${sections.join('\n\n')}

## Found and mended

${mendedList()}

## Where each promise is tested

${ruleTable()}

## Where each kind of fault is kept away

${faultTable()}
`;
}
