import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepName, WORK_KINDS, workKinds } from '@shared/jobs';
import type { Step } from '@shared/jobs/kind';
import { createProgress, roundDuration } from '@shared/jobs/progress';

describe('the steps', () => {
  it.each(WORK_KINDS)('of %s weigh 100 together', (kind) => {
    const always = Object.values<Step>(workKinds[kind].steps).filter(({ optional }) => optional !== true);
    expect(always.reduce((sum, step) => sum + step.weight, 0)).toBe(100);
  });
});

describe('createProgress', () => {
  it('weighs the steps', () => {
    const tracker = createProgress('export', 1_000);
    expect(tracker.update({ step: 'check', done: 1, total: 2 }, 2_000)).toEqual({
      step: 'check',
      stepNumber: 1,
      stepCount: 3,
      fraction: 0.1,
      elapsedMs: 1_000,
      remainingMs: 9_000,
    });
    expect(tracker.update({ step: 'copy', done: 1, total: 2 }, 3_000)).toMatchObject({ stepNumber: 2, fraction: 0.5 });
  });

  it('does not know a fraction before the first step knows its size', () => {
    const tracker = createProgress('scan', 0);
    expect(tracker.update({ step: 'scan', done: 12, total: 0 }, 10)).toMatchObject({
      fraction: null,
      remainingMs: null,
    });
  });

  it('says nothing of the time left before 3 %', () => {
    const tracker = createProgress('sample', 0);
    expect(tracker.update({ step: 'generate', done: 2, total: 100 }, 60_000).remainingMs).toBeNull();
    expect(tracker.update({ step: 'generate', done: 4, total: 100 }, 60_000).remainingMs).toBe(1_440_000);
  });

  it('counts skipped steps as done, and stays put for steps of other kinds', () => {
    const tracker = createProgress('train', 0);
    expect(tracker.update({ step: 'write', done: 0, total: 1 }, 10).fraction).toBe(0.92);
    expect(tracker.update({ step: 'generate', done: 1, total: 1 }, 10).fraction).toBe(0.92);
    expect(tracker.update({ step: 'read', done: 0, total: 1 }, 10)).toMatchObject({ stepNumber: 5, fraction: 0.92 });
  });

  it('makes room for an optional step when it begins', () => {
    const tracker = createProgress('train', 0);
    expect(tracker.update({ step: 'read', done: 1, total: 1 }, 10)).toMatchObject({ stepCount: 6, fraction: 0.08 });
    const begun = tracker.update({ step: 'compress', done: 0, total: 1 }, 10);
    expect(begun).toMatchObject({ stepNumber: 2, stepCount: 7, fraction: 0.08 });
    expect(tracker.update({ step: 'compress', done: 1, total: 1 }, 10).fraction).toBeCloseTo(208 / 300);
    expect(tracker.update({ step: 'check', done: 1, total: 1 }, 10).fraction).toBe(1);
  });

  it('never falls, never leaves 0..1, and reaches 1 only at the end of the last step', () => {
    const report = fc.record({
      step: fc.constantFrom('read', 'select', 'compress', 'train', 'add', 'measure', 'write', 'check', 'generate'),
      done: fc.nat({ max: 100 }),
      total: fc.nat({ max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(report, fc.nat({ max: 10_000 })), { maxLength: 40 }), (reports) => {
        const tracker = createProgress('train', 0);
        let now = 0;
        let before = 0;
        let finished = false;
        for (const [progress, wait] of reports) {
          now += wait;
          finished ||= progress.step === 'check' && progress.total > 0 && progress.done >= progress.total;
          const { fraction, remainingMs, stepNumber, stepCount } = tracker.update(progress, now);
          if (fraction !== null) {
            expect(fraction).toBeGreaterThanOrEqual(before);
            expect(fraction === 1).toBe(finished);
            expect(fraction).toBeLessThanOrEqual(1);
            before = fraction;
          }
          if (remainingMs !== null) expect(remainingMs).toBeGreaterThanOrEqual(0);
          expect(stepNumber >= 1 && stepNumber <= stepCount).toBe(true);
        }
      }),
    );
  });

  it.each(WORK_KINDS)('of %s ends at 1', (kind) => {
    const tracker = createProgress(kind, 0);
    const steps = Object.keys(workKinds[kind].steps) as StepName[];
    const ends = steps.map((step) => tracker.update({ step, done: 7, total: 7 }, 1_000));
    expect(ends.at(-1)).toMatchObject({ fraction: 1, remainingMs: 0 });
  });
});

describe('roundDuration', () => {
  it.each([
    [0, 0],
    [7_400, 7_000],
    [33_000, 35_000],
    [100_000, 105_000],
    [1_000_000, 1_020_000],
  ])('rounds %d ms to %d', (milliseconds, rounded) => {
    expect(roundDuration(milliseconds)).toBe(rounded);
  });
});
