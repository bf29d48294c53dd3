import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { CLI, ensureBuilt } from '../build.mjs';
import { root, run, tool } from '../childProcess.mjs';
import { createReport, runMain, Stop } from '../report.mjs';
import { setup } from '../setup.mjs';
import {
  compareCompressing,
  compareEngines,
  compareExpanding,
  compareKmeans,
  compareMeasuring,
  compareTraining,
  ROUNDS,
} from './compare.mjs';
import { buildStock, CACHE, findPython, generate } from './inputs.mjs';
import { page } from './page.mjs';

/**
 * `npm run bench`: measures training against the same rules in Python, and the engine against stock faiss-node 0.5.1,
 * and writes docs/benchmarks.md. A benchmark, not a test: numbers depend on the machine and on what else it does.
 * `npm run bench -- --page` writes the page again from what was measured last.
 */

const report = createReport(process.stdout);
const RESULTS = join(CACHE, 'results.json');

await runMain(async () => {
  if (!process.argv.includes('--page')) await writeFile(RESULTS, JSON.stringify(await measure()));
  const text = page(JSON.parse(await readFile(RESULTS, 'utf8')));
  const path = join(root, 'docs', 'benchmarks.md');
  await writeFile(path, text);
  await run(...tool('prettier/bin/prettier.cjs', ['--write', path]));
  report.note('docs/benchmarks.md is written.');
});

/** @returns {Promise<import('./page.mjs').Results>} */
async function measure() {
  if (process.platform !== 'linux') throw new Stop('The benchmark needs Linux.', 'It measures with /usr/bin/time.');
  await setup({ report, need: 'cli' });
  await ensureBuilt(CLI, report);
  await mkdir(CACHE, { recursive: true });
  const python = await findPython();
  // What the machine does besides slows both sides down, and differently from run to run.
  const load = loadavg()[0] ?? 0;
  const voice = await generate('v2', 20, report);
  const small = await generate('v1', 7, report);
  await buildStock(report);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: await machine(python, load),
    training: await compareTraining(python, voice, report),
    kmeans: await compareKmeans(python, report),
    measuring: await compareMeasuring(python, report),
    expanding: await compareExpanding(python, voice, report),
    compressing: await compareCompressing(python, report),
    engines: [await compareEngines(small, 20_000, ROUNDS, report), await compareEngines(voice, 50_000, 1, report)],
  };
}

/**
 * @param {string} python
 * @param {number} load Load average before the first run.
 */
async function machine(python, load) {
  const versions = 'import faiss, numpy, sys; print(sys.version.split()[0], faiss.__version__, numpy.__version__)';
  const [pythonVersion, faiss, numpy] = (await run(python, ['-c', versions])).trim().split(' ');
  const engine = JSON.parse(await run(process.execPath, ['-p', 'JSON.stringify(require("faiss-node").engineInfo())']));
  const name = /^PRETTY_NAME="(.*)"/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  return [
    `- ${cpus()[0]?.model ?? arch()}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    `- ${name}, kernel ${release()}`,
    `- Node ${process.versions.node}; engine: FAISS ${engine.faiss}, ${engine.simd}, ${engine.threads} threads`,
    `- Python ${pythonVersion}, faiss ${faiss}, numpy ${numpy}`,
    `- Load average before the first run: ${load.toFixed(1)}`,
  ].join('\n');
}
