import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CLI, ensureBuilt } from '../build.mjs';
import { root, run, tool } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import { CACHE, findPythons, generate } from './inputs.mjs';
import { page } from './page.mjs';
import { compressing } from './sections/compressing.mjs';
import { engines } from './sections/engines.mjs';
import { expanding } from './sections/expanding.mjs';
import { grouping } from './sections/grouping.mjs';
import { growing } from './sections/growing.mjs';
import { hearing } from './sections/hearing.mjs';
import { judging } from './sections/judging.mjs';
import { measuring } from './sections/measuring.mjs';
import { searching } from './sections/searching.mjs';
import { training } from './sections/training.mjs';

/**
 * `npm run bench`: measures the app and its engine against the same work in Python, and writes docs/benchmarks.md. A
 * benchmark, not a test: numbers depend on the machine and on what else it does.
 *
 * - `-- --only <section>`: only this section; the others stay as they were measured last.
 * - `-- --page`: writes the page again from what was measured last.
 * - `-- --long`: also voices of an hour and more.
 * - `-- --quick`: everything small, to see that it works; the page goes to the terminal.
 */

const SECTIONS = [training, grouping, searching, measuring, hearing, expanding, compressing, judging, growing, engines];
const ROUNDS = 5;
const QUICK_MINUTES = 2;

const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    page: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
  },
});
const report = createReport(asked.quick ? process.stderr : process.stdout);
const RESULTS = join(CACHE, 'results.json');

await runMain(async () => {
  const before = asked.quick ? null : await readFile(RESULTS, 'utf8').then(JSON.parse, () => null);
  if (asked.page && before === null) throw new Stop('Nothing was measured yet.', 'Run "npm run bench" first.');
  const results = asked.page ? before : await measure(before);
  const text = page(results, SECTIONS);
  if (asked.quick) {
    process.stdout.write(text);
    return;
  }
  await writeFile(RESULTS, JSON.stringify(results));
  const path = join(root, 'docs', 'benchmarks.md');
  await writeFile(path, text);
  await run(...tool('prettier/bin/prettier.cjs', ['--write', path]));
  report.note('docs/benchmarks.md is written.');
});

/** @param {any} before What was measured last; null for nothing. */
async function measure(before) {
  if (process.platform !== 'linux') throw new Stop('The benchmark needs Linux.', 'It measures with /usr/bin/time.');
  const sections = SECTIONS.filter(({ name }) => asked.only === undefined || name === asked.only);
  if (sections.length === 0) {
    throw new Stop(`There is no section "${asked.only}".`, `One of: ${SECTIONS.map(({ name }) => name).join(', ')}.`);
  }
  await setup({ report, need: 'cli' });
  await ensureBuilt(CLI, report);
  await mkdir(CACHE, { recursive: true });
  const pythons = await findPythons(report, asked.quick);
  // What the machine does besides slows both sides down, and differently from run to run.
  const load = loadavg()[0] ?? 0;
  /** @type {import('./section.mjs').Bench} */
  const bench = {
    report,
    pythons,
    rounds: asked.quick ? 1 : ROUNDS,
    quick: asked.quick,
    long: asked.long,
    voice: (version, minutes) => generate(version, asked.quick ? Math.min(QUICK_MINUTES, minutes) : minutes, report),
  };
  /** @type {Record<string, any>} */
  const measured = { ...before?.measured };
  for (const { name, measure: one } of sections) measured[name] = await one(bench);
  return { date: new Date().toISOString().slice(0, 10), machine: await machine(pythons, load), measured };
}

/**
 * @param {readonly import('./section.mjs').Python[]} pythons
 * @param {number} load Load average before the first run.
 */
async function machine(pythons, load) {
  const engine = JSON.parse(await run(process.execPath, ['-p', 'JSON.stringify(require("faiss-node").engineInfo())']));
  const name = /^PRETTY_NAME="(.*)"/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return [
    `- ${cpus()[0]?.model ?? arch()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `- ${name}, kernel ${release()}`,
    `- Node ${process.versions.node}; engine: FAISS ${engine.faiss}, ${engine.simd}, ${engine.threads} threads; kernels of its own: ${engine.scan}; BLAS: ${engine.blas}`,
    ...pythons.map(({ title }) => `- Python: ${title}`),
    `- Load average before the first run: ${load.toFixed(1)}`,
  ].join('\n');
}
