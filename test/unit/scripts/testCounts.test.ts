import { describe, expect, it } from 'vitest';
import { playwrightCounts, sum, vitestCounts } from '../../../scripts/testCounts.mjs';

describe('vitestCounts', () => {
  const loaded = { status: 'passed', assertionResults: [{}] };
  it('counts tests', () => {
    const report = { numPassedTests: 5, numFailedTests: 0, testResults: [loaded] };
    expect(vitestCounts(report, 0)).toEqual({ passed: 5, failed: 0 });
    expect(vitestCounts({ ...report, numFailedTests: 2 }, 1)).toEqual({ passed: 5, failed: 2 });
  });
  it('counts a file that could not be loaded, once', () => {
    const unloaded = { status: 'failed', assertionResults: [] };
    const report = { numPassedTests: 5, numFailedTests: 1, testResults: [loaded, unloaded] };
    expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 2 });
  });
  it('counts a failure outside the tests, and a run without a report', () => {
    const report = { numPassedTests: 5, numFailedTests: 0, testResults: [loaded] };
    expect(vitestCounts(report, 1)).toEqual({ passed: 5, failed: 1 });
    expect(vitestCounts(null, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('playwrightCounts', () => {
  it('counts a test that passed only when repeated as failed', () => {
    expect(playwrightCounts({ stats: { expected: 3, unexpected: 1, flaky: 2, skipped: 4 } }, 1)).toEqual({
      passed: 3,
      failed: 3,
    });
  });
  it('counts a failure outside the tests, and a run without a report', () => {
    expect(playwrightCounts({ stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0 } }, 1).failed).toBe(1);
    expect(playwrightCounts(null, 0)).toEqual({ passed: 0, failed: 1 });
  });
});

it('sums the steps', () => {
  expect(
    sum([
      { passed: 1, failed: 0 },
      { passed: 7, failed: 2 },
    ]),
  ).toEqual({ passed: 8, failed: 2 });
});
