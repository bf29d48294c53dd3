/**
 * What the person at the terminal reads: one line a step, and sentences for what went wrong.
 *
 * @typedef {object} Report
 * @property {<T>(what: string, work: () => Promise<T>) => Promise<T>} step Times one step; prints its line when it ends.
 * @property {(what: string) => void} there The step has nothing to do.
 * @property {(line: string) => void} note One line of information.
 */

/**
 * An expected failure: says the cause and the remedy, needs no stack trace.
 */
export class Stop extends Error {
  /**
   * @param {string} cause What is wrong, as a sentence.
   * @param {string} remedy What the person can do, as a sentence or a command.
   */
  constructor(cause, remedy) {
    super(`${cause}\n  ${remedy}`);
    this.name = 'Stop';
  }
}

/**
 * @param {number} milliseconds
 * @returns {string} `0.4 s`, `12 s`, `2 min 5 s`.
 */
export function formatDuration(milliseconds) {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A report on one stream.
 *
 * @param {NodeJS.WriteStream} stream
 * @param {{ quiet?: boolean }} [options] `quiet` leaves out what was already there.
 * @returns {Report}
 */
export function createReport(stream, { quiet = false } = {}) {
  // A step's name stands on an open line while it runs, so that a long step is not silence.
  let lineIsOpen = false;
  const closeLine = () => {
    if (lineIsOpen) stream.write('\n');
    lineIsOpen = false;
  };
  return {
    async step(what, work) {
      closeLine();
      stream.write(`- ${what} … `);
      lineIsOpen = true;
      const start = performance.now();
      let outcome = 'failed after';
      try {
        const result = await work();
        outcome = 'done in';
        return result;
      } finally {
        const line = `${outcome} ${formatDuration(performance.now() - start)}\n`;
        stream.write(lineIsOpen ? line : `- ${what}: ${line}`);
        lineIsOpen = false;
      }
    },
    there(what) {
      if (quiet) return;
      closeLine();
      stream.write(`- ${what}: already there\n`);
    },
    note(line) {
      closeLine();
      stream.write(`  ${line}\n`);
    },
  };
}

/**
 * Runs a script's main function: a `Stop` becomes its sentences, anything else keeps its stack; both exit 1.
 *
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Stop ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
