import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture } from '../childProcess.mjs';
import { CLI_ENTRY, COMMANDS, contents, EXIT, must, prepare, wrong } from './writing.mjs';

/**
 * Kills every command that writes, worker and all, at random moments, and looks at what is left: each file is the old one
 * or the whole new one, to the bit, and the same command can be given again.
 */

/**
 * @typedef {object} Kills
 * @property {number} kills
 * @property {readonly string[]} faults What was left that should not be, in words.
 */

/**
 * @param {object} options
 * @param {number} options.rounds How often each command is killed.
 * @param {() => number} [options.random]
 * @returns {Promise<Readonly<Record<string, Kills>>>} By command.
 */
export async function killAtRandom({ rounds, random = Math.random }) {
  const folder = await mkdtemp(join(tmpdir(), 'voronoice-kills-'));
  try {
    const start = join(folder, 'start');
    await prepare(start);
    /** @type {Record<string, Kills>} */
    const result = {};
    for (const { name, words } of COMMANDS) {
      const whole = join(folder, name);
      await cp(start, whole, { recursive: true });
      const begun = performance.now();
      await must(words(whole));
      const duration = performance.now() - begun;
      const expected = { old: await contents(start), next: await contents(whole) };
      const faults = [];
      for (let round = 0; round < rounds; round++) {
        const place = join(folder, `${name}-${round}`);
        await cp(start, place, { recursive: true });
        await killAfter(random() * duration * 1.1, words(place));
        faults.push(...wrong(await contents(place), expected).map((fault) => `${name}: ${fault}`));
        const { code, output } = await capture(process.execPath, [CLI_ENTRY, ...words(place)]);
        if (code !== EXIT.done && code !== EXIT.refused) faults.push(`${name} cannot be given again: ${output}`);
        faults.push(...wrong(await contents(place), expected).map((fault) => `${name}, given again: ${fault}`));
        await rm(place, { recursive: true });
      }
      result[name] = { kills: rounds, faults };
    }
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Ends a command and all that it has started, without a word, as the system does when memory runs out.
 *
 * @param {number} milliseconds
 * @param {readonly string[]} words
 * @returns {Promise<void>}
 */
function killAfter(milliseconds, words) {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [CLI_ENTRY, ...words], { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => kill(child.pid), milliseconds);
    child.on('close', () => {
      clearTimeout(timer);
      settle();
    });
  });
}

/** @param {number | undefined} leader Of a group of processes. */
function kill(leader) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
