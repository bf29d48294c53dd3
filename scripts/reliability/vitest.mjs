import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, root, tool } from '../childProcess.mjs';
import { vitestCounts } from '../testCounts.mjs';

/**
 * @typedef {object} Ran
 * @property {number} passed
 * @property {number} failed
 * @property {any} figures What the tests wrote down; null where they did not.
 */

/**
 * Runs tests quietly; what failed is shown.
 *
 * @param {readonly string[]} args Of vitest.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {readonly string[]} [before] A program that starts it, with its words.
 * @returns {Promise<Ran>}
 */
export async function vitest(args, env = {}, before = []) {
  const folder = join(root, 'test-results');
  const [counts, figures] = [join(folder, 'reliability.json'), join(folder, 'reliability.figures.json')];
  // In a fresh clone there is none.
  await mkdir(folder, { recursive: true });
  await Promise.all([counts, figures].map((file) => rm(file, { force: true })));
  const [program, all] = tool('vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${counts}`,
    ...args,
  ]);
  const [first = program, ...rest] = [...before, program];
  const { code, output } = await capture(first, [...rest, ...all], { env: { ...env, FIGURES: figures } });
  if (code !== 0) console.error(output);
  return { ...vitestCounts(await readJson(counts), code), figures: await readJson(figures) };
}

/**
 * @param {string} file
 * @returns {Promise<any>} null where there is none.
 */
export async function readJson(file) {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : JSON.parse(text);
}
