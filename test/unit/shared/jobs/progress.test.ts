import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type StepName, WORK_KINDS, workKinds } from '@shared/jobs';
import type { Step } from '@shared/jobs/kind';
import { createProgress, type Pace, roundDuration } from '@shared/jobs/progress';

describe('the steps', () => {
  it.each(WORK_KINDS)('of %s weigh 100 together', (kind) => {
    const always = Object.values<Step>(workKinds[kind].steps).filter(({ optional }) => optional !== true);
    expect(always.reduce((sum, step) => sum + step.weight, 0)).toBe(100);
  });
});

const exported: Pace = { size: null, steps: { check: 2_000, copy: 6_000, verify: 2_000 } };

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
    tracker.update({ step: 'copy', done: 0, total: 2 }, 3_000);
    expect(tracker.update({ step: 'copy', done: 1, total: 2 }, 6_000)).toMatchObject({ stepNumber: 2, fraction: 0.5 });
  });

  it('does not know a fraction before the first step knows its size', () => {
    const tracker = createProgress('scan', 0);
    expect(tracker.update({ step: 'scan', done: 12, total: 0 }, 10)).toMatchObject({
      fraction: null,
      remainingMs: null,
    });
  });

  it('says nothing of the time left before 3 % when it has no past, and at once when it has', () => {
    const tracker = createProgress('sample', 0);
    expect(tracker.update({ step: 'generate', done: 2, total: 100 }, 60_000).remainingMs).toBeNull();
    expect(tracker.update({ step: 'generate', done: 4, total: 100 }, 60_000).remainingMs).toBe(1_440_000);
    const known = createProgress('compare', 0, [{ size: null, steps: { compare: 10_000 } }]);
    expect(known.update({ step: 'compare', done: 0, total: 1 }, 0).remainingMs).toBe(10_000);
  });

  it('does not go by the past before it knows how large the job is', () => {
    const tracker = createProgress('export', 0, [{ ...exported, size: 20e6 }]);
    expect(tracker.update({ step: 'check', done: 0, total: 1 }, 0).remainingMs).toBeNull();
    expect(tracker.update({ step: 'copy', done: 0, total: 40e6 }, 4_000).remainingMs).toBe(15_000);
  });

  it('expects of a job of another size what its steps take at that size', () => {
    const past: Pace = {
      size: 1_000,
      steps: { read: 1_000, train: 2_000, add: 1_000, measure: 1_000, write: 1_000, check: 0 },
    };
    const tracker = createProgress('train', 0, [past]);
    // Grouping compares frames with groups, of which there are more, too; who asks is no more for a longer voice.
    const { grows: training = 1 } = workKinds.train.steps.train;
    const { grows: measuring = 1 } = workKinds.train.steps.measure;
    expect(tracker.update({ step: 'read', done: 0, total: 2_000 }, 0).remainingMs).toBe(
      roundDuration(2_000 + 2 ** training * 2_000 + 2_000 + 2 ** measuring * 1_000 + 2_000),
    );
  });

  it('learns from jobs of two sizes how a step grows on this machine', () => {
    const pace = (size: number, ms: number): Pace => ({ size, steps: { read: 0, expand: ms, write: 0 } });
    // Four times as large took 8 times as long.
    const tracker = createProgress('expand', 0, [pace(1_000, 1_000), pace(4_000, 8_000)]);
    expect(tracker.update({ step: 'read', done: 1, total: 16_000 }, 0).remainingMs).toBe(roundDuration(8 * 8_000));
  });

  it('goes by the past nearest in size, and the newest of those', () => {
    const pace = (size: number, ms: number): Pace => ({ size, steps: { read: 0, expand: ms, write: 0 } });
    const tracker = createProgress('expand', 0, [pace(100, 5_000), pace(1_000, 70_000), pace(1_000, 80_000)]);
    expect(tracker.update({ step: 'read', done: 1, total: 1_000 }, 0).remainingMs).toBe(75_000);
  });

  it('counts skipped steps as done, and keeps a step’s name and number together', () => {
    const tracker = createProgress('train', 0);
    const writing = tracker.update({ step: 'write', done: 0, total: 1 }, 0);
    expect(writing).toMatchObject({ step: 'write', stepNumber: 5 });
    expect(tracker.update({ step: 'generate', done: 1, total: 1 }, 0)).toEqual(writing);
    expect(tracker.update({ step: 'read', done: 0, total: 1 }, 0)).toEqual(writing);
  });

  it('makes room for an optional step when it begins, or from the start when the past had it', () => {
    const tracker = createProgress('train', 0);
    expect(tracker.update({ step: 'read', done: 1, total: 1 }, 10)).toMatchObject({ stepCount: 6 });
    expect(tracker.update({ step: 'compress', done: 0, total: 1 }, 10)).toMatchObject({ stepNumber: 2, stepCount: 7 });
    expect(tracker.update({ step: 'check', done: 1, total: 1 }, 10).fraction).toBe(1);
    const known = createProgress('compress', 0, [{ size: 1, steps: { read: 1, select: 1, compress: 1, write: 1 } }]);
    expect(known.update({ step: 'read', done: 0, total: 1 }, 0).stepCount).toBe(4);
  });

  it('never says that the end is near while a step goes on in silence', () => {
    const tracker = createProgress('export', 0, [exported]);
    tracker.update({ step: 'check', done: 1, total: 1 }, 2_000);
    tracker.update({ step: 'copy', done: 1, total: 1 }, 8_000);
    tracker.update({ step: 'verify', done: 0, total: 1 }, 8_000);
    expect(tracker.at(9_000)?.remainingMs).toBe(1_000);
    expect(tracker.at(44_000)?.remainingMs).toBeGreaterThanOrEqual(5_000);
  });

  it('lets time pass without news', () => {
    const tracker = createProgress('export', 0, [exported]);
    expect(tracker.at(5)).toBeNull();
    tracker.update({ step: 'check', done: 0, total: 1 }, 0);
    expect(tracker.at(1_000)).toMatchObject({ step: 'check', elapsedMs: 1_000 });
  });

  it('tells the pace of the steps', () => {
    const tracker = createProgress('expand', 100);
    tracker.update({ step: 'read', done: 5, total: 50 }, 200);
    tracker.update({ step: 'expand', done: 0, total: 1 }, 1_100);
    tracker.update({ step: 'write', done: 0, total: 1 }, 4_100);
    expect(tracker.pace(4_200)).toEqual({ size: 50, steps: { read: 1_000, expand: 3_000, write: 100 } });
  });

  it('J3: never falls, never leaves 0..1, and reaches 1 only at the end of the last step', () => {
    const report = fc.record({
      step: fc.constantFrom('read', 'select', 'compress', 'train', 'add', 'measure', 'write', 'check', 'generate'),
      done: fc.nat({ max: 100 }),
      total: fc.nat({ max: 100 }),
    });
    const past = fc.constantFrom<readonly Pace[]>([], [{ size: 50, steps: { read: 1, select: 900, train: 8_000 } }]);
    fc.assert(
      fc.property(fc.array(fc.tuple(report, fc.nat({ max: 10_000 })), { maxLength: 40 }), past, (reports, paces) => {
        const tracker = createProgress('train', 0, paces);
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
    [0, 1_000],
    [7_400, 7_000],
    [33_000, 35_000],
    [100_000, 105_000],
    [1_000_000, 1_020_000],
  ])('rounds %d ms to %d', (milliseconds, rounded) => {
    expect(roundDuration(milliseconds)).toBe(rounded);
  });
});
