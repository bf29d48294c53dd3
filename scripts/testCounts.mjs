/**
 * @typedef {{ readonly passed: number, readonly failed: number }} Counts
 */

/**
 * @param {number} code A command's exit code.
 * @returns {Counts} The command as one test.
 */
export function commandCounts(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {readonly Counts[]} counts
 * @returns {Counts}
 */
export function sum(counts) {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  };
}

/**
 * Reads vitest's JSON report. A file that could not even be loaded has no tests to fail, so it counts as one.
 *
 * @param {any} report null where there is none.
 * @param {number} code vitest's exit code.
 * @returns {Counts}
 */
export function vitestCounts(report, code) {
  if (report === null) return commandCounts(code === 0 ? 1 : code);
  const unloaded = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  return withExitCode({ passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }, code);
}

/**
 * Reads Playwright's JSON report. A test that passed only when repeated counts as failed.
 *
 * @param {any} report null where there is none.
 * @param {number} code Playwright's exit code.
 * @returns {Counts}
 */
export function playwrightCounts(report, code) {
  if (report === null) return commandCounts(code === 0 ? 1 : code);
  const { expected, unexpected, flaky } = report.stats;
  return withExitCode({ passed: expected, failed: unexpected + flaky }, code);
}

/**
 * @param {Counts} counts
 * @param {number} code
 * @returns {Counts} With one failure where the runner failed for another reason than a test.
 */
function withExitCode(counts, code) {
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
