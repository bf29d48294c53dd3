import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { StepName, WORK_KINDS } from '@shared/jobs';
import { createProgress, type Pace } from '@shared/jobs/progress';

/** Jobs as they went on a real machine: `node test/bench/recordProgress.mjs` made them. */
const FOLDER = join('test', 'fixtures', 'progress');

const Recording = v.object({
  kind: v.picklist(WORK_KINDS),
  minutes: v.number(),
  totalMs: v.number(),
  reports: v.array(v.tuple([v.number(), StepName, v.number(), v.number()])),
});
type Recording = v.InferOutput<typeof Recording> & { readonly name: string };

const recordings: readonly Recording[] = readdirSync(FOLDER).map((file) => ({
  ...v.parse(v.pipe(v.string(), v.parseJson(), Recording), readFileSync(join(FOLDER, file), 'utf8')),
  name: file.replace(/-[\d.]+\.json$/, ''),
}));

/** The time that the recorded searches for the best way were given. */
const TUNE_MS = 20_000;

/** A bar may stand still for so long. */
const UNNOTICED_MS = 1_000;

/** Times left that are told in whole seconds say nothing of jobs shorter than this. */
const SHORTEST_MS = 3_000;
const lasting = recordings.filter(({ totalMs }) => totalMs >= SHORTEST_MS);

/** The same job at the other lengths: what a machine knows of it. */
function pastOf({ name, minutes }: Recording): readonly Pace[] {
  return recordings
    .filter((other) => other.name === name && other.minutes !== minutes)
    .map(({ kind, totalMs, reports }) => {
      const tracker = createProgress(kind, 0);
      for (const [at, step, done, total] of reports) tracker.update({ step, done, total }, at);
      return tracker.pace(totalMs);
    });
}

/** What was shown during a job, once a second and with every report. */
function replay({ kind, totalMs, reports }: Recording, past: readonly Pace[]) {
  const tracker = createProgress(kind, 0, past, kind === 'tune' ? TUNE_MS : null);
  const shown: { readonly at: number; readonly fraction: number | null; readonly left: number | null }[] = [];
  const times = [
    ...reports.map(([at]) => at),
    ...Array.from({ length: totalMs / 1_000 }, (_, second) => second * 1_000),
  ];
  let next = 0;
  for (const now of times.sort((a, b) => a - b)) {
    for (let report = reports[next]; report !== undefined && report[0] <= now; report = reports[++next]) {
      const [at, step, done, total] = report;
      tracker.update({ step, done, total }, at);
    }
    const progress = tracker.at(now);
    if (progress !== null) shown.push({ at: now, fraction: progress.fraction, left: progress.remainingMs });
  }
  return shown;
}

/** How far off the time left was a third of the way, as a share of what was really left. */
function error(recording: Recording, past: readonly Pace[]): number {
  const { totalMs } = recording;
  const third = replay(recording, past).find(({ at, left }) => at >= totalMs / 3 && left !== null);
  return third?.left == null ? Infinity : Math.abs(third.left - (totalMs - third.at)) / (totalMs - third.at);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

describe('recorded jobs', () => {
  it('are of every kind that takes long, at three lengths', () => {
    const kinds = new Set(recordings.map(({ kind }) => kind));
    expect(WORK_KINDS.filter((kind) => !kinds.has(kind))).toEqual([
      'look',
      'clip',
      'groupMoments',
      'model',
      'unpack',
      'exportPlan',
      'takeBack',
      'probe',
      'uses',
    ]);
    expect(new Set(recordings.map(({ minutes }) => minutes)).size).toBe(3);
    expect(lasting.length).toBeGreaterThan(15);
  });

  it('of listening are never silent for a third of their time, nor for longer than goes unnoticed', () => {
    for (const { totalMs, reports } of recordings.filter(({ kind }) => kind === 'listen')) {
      const times = [0, ...reports.map(([at]) => at), totalMs];
      const silences = times.slice(1).map((at, place) => at - (times[place] ?? 0));
      expect(Math.max(...silences)).toBeLessThan(Math.max(UNNOTICED_MS, totalMs / 3));
    }
  });

  it('end when was said a third of the way, within 30 % in the middle, on a machine that knows other lengths', () => {
    const errors = lasting.map((recording) => error(recording, pastOf(recording)));
    expect(median(errors)).toBeLessThan(0.3);
  });

  it('end about when was said also on a machine that does a thing for the first time', () => {
    const errors = lasting.map((recording) => error(recording, []));
    expect(median(errors)).toBeLessThan(0.5);
  });

  it('give the last tenth of the bar about a tenth of the time', () => {
    const tenths = lasting.map((recording) => {
      const shown = replay(recording, pastOf(recording));
      const begun = shown.find(({ fraction }) => fraction !== null && fraction >= 0.9)?.at ?? recording.totalMs;
      return (recording.totalMs - begun) / recording.totalMs;
    });
    expect(median(tenths)).toBeGreaterThan(0.05);
    expect(median(tenths)).toBeLessThan(0.2);
  });

  it('never say that a second is left when a third of the whole still is', () => {
    for (const recording of lasting) {
      for (const { at, left } of replay(recording, pastOf(recording))) {
        const really = recording.totalMs - at;
        if (left !== null && left <= 1_000) {
          expect({ of: recording.name, really: really > Math.max(5_000, recording.totalMs / 3) }).toMatchObject({
            really: false,
          });
        }
      }
    }
  });
});
