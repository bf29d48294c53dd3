import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { APP, CLI, ensureBuilt } from './build.mjs';
import { capture, npm, ON_DISPLAY, root, runVisibly, tool } from './childProcess.mjs';
import { buildTrial } from './reliability/sanitized.mjs';
import { createReport, formatDuration, Stop } from './report.mjs';
import { setup } from './setup.mjs';
import { commandCounts, playwrightCounts, sum, vitestCounts } from './testCounts.mjs';

/** @typedef {import('./testCounts.mjs').Counts} Counts */

const RESULTS = 'test-results';
const report = createReport(process.stdout);

/**
 * Each says how many passed and failed; a plain command counts as one.
 *
 * @type {Readonly<Record<string, () => Promise<Counts>>>}
 */
const STEPS = {
  static: checkStatically,
  unit: () => vitest('unit', 'unit*'),
  native: () => vitest('native'),
  faults: () => vitest('faults', 'native-faults'),
  sanitize,
  fuzz,
  build,
  interop: () => vitest('interop'),
  e2e: playwright,
};

/**
 * Fast ones first. The lanes of a row run side by side, of a lane one step after the other: whatever is one thread for most
 * of its time has something beside it.
 */
const ROWS = [
  [['static', 'build', 'sanitize'], ['unit']],
  [['fuzz'], ['faults']],
  [['native']],
  [['interop']],
  [['e2e']],
];

/**
 * Types, lint and format side by side: each is one thread for most of its time.
 *
 * @returns {Promise<Counts>}
 */
async function checkStatically() {
  const checks = ['typecheck', 'lint'].map(async (name) => {
    const start = performance.now();
    const { code, output } = await capture(...npm(['run', '--silent', name]));
    console.log(
      `${output}${name}: ${code === 0 ? 'passed' : 'failed'} in ${formatDuration(performance.now() - start)}`,
    );
    return commandCounts(code);
  });
  return sum(await Promise.all(checks));
}

/** @returns {Promise<Counts>} */
async function build() {
  await ensureBuilt(CLI, report);
  await ensureBuilt(APP, report);
  return commandCounts(0);
}

/**
 * The engine that the fuzzer attacks, with sanitizers. Elsewhere than on Linux it attacks the one that is there.
 *
 * @returns {Promise<Counts>}
 */
async function sanitize() {
  if (process.platform === 'linux') await buildTrial(report);
  return commandCounts(0);
}

/** @returns {Promise<Counts>} */
async function fuzz() {
  if (process.platform !== 'linux') return vitest('fuzz');
  const { trial } = await buildTrial(report);
  return vitest('fuzz', 'fuzz', { FUZZ_TRIAL: trial });
}

/**
 * @param {string} step
 * @param {string} [projects] Of vitest.config.ts.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Counts>}
 */
async function vitest(step, projects = step, env = {}) {
  const file = join(RESULTS, `${step}.json`);
  await rm(file, { force: true });
  const args = ['run', '--project', projects, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runVisibly(...tool('vitest/vitest.mjs', args), env);
  return vitestCounts(await readReport(file), code);
}

/** @returns {Promise<Counts>} */
async function playwright() {
  await build();
  const file = join(RESULTS, 'e2e.json');
  await rm(file, { force: true });
  const [playwright, args] = tool('@playwright/test/cli.js', ['test', '--reporter=list,json']);
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: join(root, file) };
  // Also where there is a display: the tests must not be disturbed by a person at it.
  const [program, ...rest] = [...(process.platform === 'linux' ? ON_DISPLAY : []), playwright, ...args];
  const code = await runVisibly(program, rest, env);
  return playwrightCounts(await readReport(file), code);
}

/**
 * @param {string} path
 * @returns {Promise<unknown>} null where the runner wrote none.
 */
async function readReport(path) {
  const text = await readFile(join(root, path), 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/**
 * A step that cannot even run counts as one failure.
 *
 * @param {string} name
 * @returns {Promise<Counts>}
 */
async function runStep(name) {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const counts = await (STEPS[name]?.() ?? Promise.resolve({ passed: 0, failed: 1 })).catch(failed);
  const duration = formatDuration(performance.now() - start);
  console.log(`== ${name}: ${counts.passed} passed, ${counts.failed} failed in ${duration}`);
  return counts;
}

/**
 * @param {readonly string[]} names
 * @throws {Stop}
 */
function requireSteps(names) {
  const unknown = names.find((name) => !(name in STEPS));
  if (unknown !== undefined)
    throw new Stop(`There is no step "${unknown}".`, `The steps: ${Object.keys(STEPS).join(', ')}`);
}

/**
 * @param {unknown} error
 * @returns {Counts}
 */
function failed(error) {
  console.error(error instanceof Stop ? error.message : error);
  return { passed: 0, failed: 1 };
}

/**
 * @param {readonly string[]} names Of steps that follow each other.
 * @returns {Promise<Counts>}
 */
async function runLane(names) {
  /** @type {Counts[]} */
  const counts = [];
  for (const name of names) counts.push(await runStep(name));
  return sum(counts);
}

/** @returns {Promise<Counts>} */
async function runAll() {
  const chosen = process.argv.slice(2);
  requireSteps(chosen);
  await mkdir(join(root, RESULTS), { recursive: true });
  await setup({ report, need: 'test' });
  const isAsked = (/** @type {string} */ name) => chosen.length === 0 || chosen.includes(name);
  /** @type {Counts[]} */
  const counts = [];
  for (const row of ROWS) counts.push(...(await Promise.all(row.map((lane) => runLane(lane.filter(isAsked))))));
  return sum(counts);
}

const total = await runAll().catch(failed);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);
