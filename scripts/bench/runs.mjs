import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../childProcess.mjs';
import { CACHE } from './inputs.mjs';

/** @typedef {{ readonly wall: number, readonly cpu: number, readonly peak: number }} Usage Seconds, seconds, bytes. */
/** @typedef {Usage & { readonly said: any }} Run What a whole process took, and the JSON that it printed. */

/** @param {readonly number[]} values At least one. */
export function median(values) {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * The median of one figure of several runs.
 *
 * @param {readonly any[]} runs
 * @param {string} key
 * @returns {number}
 */
export function medianOf(runs, key) {
  return median(runs.map((one) => one[key]));
}

/** @param {string} name @returns {string} A script that stands for one side of a comparison. */
export function script(name) {
  return join(root, 'test', 'bench', name);
}

/**
 * Runs a process to its end and measures all of it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Promise<Run>}
 */
export async function measured(program, args) {
  const times = join(CACHE, 'time.txt');
  const stdout = await run('/usr/bin/time', ['-o', times, '-f', '%e %U %S %M', program, ...args]);
  const [wall = 0, user = 0, system = 0, kib = 0] = (await readFile(times, 'utf8')).trim().split(' ').map(Number);
  return { wall, cpu: user + system, peak: kib * 1024, said: stdout.trim() === '' ? null : JSON.parse(stdout) };
}

/**
 * Without what was printed, which is long and not needed any more.
 *
 * @param {Readonly<Record<string, readonly Run[]>>} runs
 * @returns {Record<string, Usage[]>}
 */
export function usageOf(runs) {
  const slim = Object.entries(runs).map(([side, all]) => [
    side,
    all.map(({ wall, cpu, peak }) => ({ wall, cpu, peak })),
  ]);
  return Object.fromEntries(slim);
}

/**
 * Runs several sides one after the other, `rounds` times, so that what else the machine does meets all of them alike.
 *
 * @template {string} Side
 * @param {import('../report.mjs').Report} report
 * @param {string} what
 * @param {number} rounds
 * @param {Readonly<Record<Side, (round: number) => Promise<any>>>} sides
 * @returns {Promise<Record<Side, any[]>>} Of each side its runs.
 */
export async function inTurn(report, what, rounds, sides) {
  const entries = /** @type {[Side, (round: number) => Promise<any>][]} */ (Object.entries(sides));
  const result = /** @type {Record<Side, any[]>} */ (Object.fromEntries(entries.map(([side]) => [side, []])));
  for (let round = 1; round <= rounds; round++) {
    for (const [side, once] of entries) {
      const name = `${what}, round ${round} of ${rounds}, ${side}`;
      result[side].push(await report.step(name, () => once(round)));
    }
  }
  return result;
}
