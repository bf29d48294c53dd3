const MIB = 2 ** 20;

/**
 * A goal, and what came of it.
 *
 * @typedef {object} Target
 * @property {string} what
 * @property {number} allowed
 * @property {number} measured
 * @property {(value: number) => string} [as] How both are written; default a plain ratio.
 * @property {string} why What a profile says where it is missed.
 */

/** @param {readonly Target[]} targets @returns {string} A table, and below it why goals are missed. */
export function targetTable(targets) {
  const rows = targets.map(
    ({ what, allowed, measured, as = ratio }) =>
      `| ${what} | ${as(allowed)} | ${as(measured)} | ${measured <= allowed ? 'met' : '**missed**'} |`,
  );
  const missed = targets.filter(({ allowed, measured }) => measured > allowed);
  const reasons = missed.map(({ what, why }) => `- Missed, ${what}: ${why}`);
  return [
    '| target | at most | measured |     |',
    '| ------ | ------- | -------- | --- |',
    ...rows,
    '',
    ...reasons,
  ].join('\n');
}

/** @param {number} value */
export function ratio(value) {
  return value.toFixed(2);
}

/** @param {number} value */
export function number(value) {
  return value.toLocaleString('en-US');
}

/** @param {number} value */
export function seconds(value) {
  if (value < 0.1) return `${(value * 1000).toFixed(value < 0.01 ? 1 : 0)} ms`;
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

/** @param {number} bytes */
export function mebibytes(bytes) {
  return `${Math.round(bytes / MIB)} MiB`;
}

/** @param {number} rounds */
export function runsOf(rounds) {
  return rounds === 1 ? 'one run each' : `medians of ${rounds} runs, taken in turn`;
}
