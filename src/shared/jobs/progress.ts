import type { JobProgress, StepTime } from '../contract/jobs';
import { type StepName, type WorkKind, workKinds } from '.';
import type { Step } from './kind';

/** `done` of `total` units of a step. */
export interface Report {
  readonly step: StepName;
  readonly done: number;
  readonly total: number;
}

/** How long each step took in a finished job, in milliseconds; steps that did not occur are left out. */
export interface Pace {
  /** Units of the step that says how large the job is; null when it said nothing. */
  readonly size: number | null;
  readonly steps: Readonly<Record<string, number>>;
}

export interface ProgressTracker {
  /** Folds one report into the progress of the whole job. `now` in milliseconds, as at creation. */
  readonly update: (report: Report, now: number) => JobProgress;
  /** The progress at a later moment without news; null before the first report. */
  readonly at: (now: number) => JobProgress | null;
  /** How long the steps took, up to `now`, in their order. */
  readonly times: (now: number) => readonly StepTime[];
  /** The same for a later forecast. */
  readonly pace: (now: number) => Pace;
}

interface Planned extends Step {
  readonly name: StepName;
}

/** Before this much is done, an estimate without a past would be a guess. */
const GUESS_UNTIL = 0.03;
/** A past counts as much as this share of the job being done. */
const TRUST = 0.03;
/** A step that takes longer than expected and says nothing takes at least this much of its time again. */
const OVERTIME = 0.2;

/**
 * Progress of a whole job from the progress of its steps. What a step takes is expected from this machine's past, scaled
 * to the size of this job, else from the usual weights; what has passed so far corrects both. The share never falls and
 * is 1 only when the last step is complete. An optional step makes the whole longer when it begins. A step of another
 * kind, or an earlier one, leaves everything where it is: a step's name and number stay together.
 *
 * @param past Paces of finished jobs of the same kind and variety on this machine.
 * @param endsAfter Milliseconds after which the job ends by itself; null when it does not.
 */
export function createProgress(
  kind: WorkKind,
  startedAt: number,
  past: readonly Pace[] = [],
  endsAfter: number | null = null,
): ProgressTracker {
  const { sizedBy } = workKinds[kind];
  const all = Object.entries<Step>(workKinds[kind].steps).map(([name, step]): Planned => ({
    ...step,
    name: name as StepName,
  }));
  let size: number | null = null;
  /** Of a job whose size is not known yet, jobs of other sizes tell nothing. */
  const telling = (): readonly Pace[] => (sizedBy === null || size !== null ? past : []);
  let expected = expectation(all, telling(), size);
  let steps = all.filter(({ name, optional }) => optional !== true || past.some((pace) => name in pace.steps));
  let position = -1;
  let within = 0;
  /** When the current step began, and how long those before it took. */
  let beganAt = startedAt;
  const took = new Map<StepName, number>();
  let fraction: number | null = null;

  const expectedOf = (part: readonly Planned[]): number =>
    part.reduce((sum, { name }) => sum + (expected.get(name) ?? 0), 0);

  function enter(next: number, now: number): void {
    const current = steps[position];
    // What passes before the first report belongs to the step that it is of.
    if (current !== undefined) {
      took.set(current.name, now - beganAt);
      beganAt = now;
    }
    position = next;
    within = 0;
  }

  /** Milliseconds that are left, as far as the expectation and what has passed agree. */
  function remaining(now: number): number | null {
    const current = steps[position];
    if (current === undefined) return null;
    const inStep = Math.max(0, now - beganAt);
    const elapsed = Math.max(0, now - startedAt);
    const own = expected.get(current.name) ?? 0;
    const whole = expectedOf(steps);
    // What comes before the first real news of a step is not its pace.
    const isTelling = within >= GUESS_UNTIL;
    const done = expectedOf(steps.slice(0, position)) + (isTelling ? within * own : 0);
    if (whole === 0 || (telling().length === 0 && done / whole < GUESS_UNTIL)) return null;
    // How much slower than expected this run is; a past is believed until enough has been seen.
    const trust = telling().length === 0 ? 0 : TRUST * whole;
    const timed = isTelling ? elapsed : elapsed - inStep;
    const pace = (timed + trust) / (done + trust);
    const byPace = Math.max(own * pace - inStep, OVERTIME * inStep * (1 - within));
    const bySelf = isTelling ? (inStep * (1 - within)) / within : byPace;
    const left = within * bySelf + (1 - within) * byPace + expectedOf(steps.slice(position + 1)) * pace;
    return endsAfter === null ? left : Math.min(left, Math.max(0, endsAfter - elapsed));
  }

  function progress(now: number): JobProgress {
    const current = steps[Math.max(0, position)];
    const left = remaining(now);
    const elapsedMs = Math.max(0, now - startedAt);
    const whole = expectedOf(steps);
    const weighed =
      whole === 0
        ? 0
        : (expectedOf(steps.slice(0, position)) + within * (expected.get(current?.name ?? '') ?? 0)) / whole;
    const complete = position === steps.length - 1 && within === 1;
    const timed = left !== null && elapsedMs > 0 ? elapsedMs / (elapsedMs + left) : weighed;
    if (complete) fraction = 1;
    else if (weighed > 0 || fraction !== null) fraction = Math.min(ALMOST, Math.max(fraction ?? 0, timed));
    return {
      step: current?.name ?? 'read',
      stepNumber: Math.max(0, position) + 1,
      stepCount: steps.length,
      fraction,
      elapsedMs,
      remainingMs: complete ? 0 : left === null ? null : roundDuration(left),
    };
  }

  function times(now: number): readonly StepTime[] {
    const current = steps[position];
    const all = new Map(took);
    if (current !== undefined) all.set(current.name, now - beganAt);
    return [...all].map(([step, ms]) => ({ step, ms: Math.max(0, ms) }));
  }

  return {
    update: ({ step, done, total }, now) => {
      const isOver = steps.findIndex(({ name }) => name === step) < position;
      if (step === sizedBy && !isOver && total > 0 && total !== size) {
        size = total;
        expected = expectation(all, telling(), size);
      }
      if (all.some(({ name }) => name === step) && !steps.some(({ name }) => name === step)) {
        const current = steps[position];
        steps = all.filter((planned) => planned.name === step || steps.includes(planned));
        if (current !== undefined) position = steps.indexOf(current);
      }
      const found = steps.findIndex(({ name }) => name === step);
      if (found > position) enter(found, now);
      if (found === position && total > 0) {
        within = Math.max(within, Math.min(1, done / total));
        if (fraction === null) fraction = 0;
      }
      return progress(now);
    },
    at: (now) => (position < 0 ? null : progress(now)),
    times,
    pace: (now) => ({ size, steps: Object.fromEntries(times(now).map(({ step, ms }) => [step, ms])) }),
  };
}

/** The bar is full only at the end. */
const ALMOST = 0.999;

/** Milliseconds that each step may take; without a past its weight, of which only the proportions count. */
function expectation(
  steps: readonly Planned[],
  past: readonly Pace[],
  size: number | null,
): ReadonlyMap<string, number> {
  const distance = (pace: Pace): number => apart(pace.size, size);
  // The newest of those nearest in size, and the next that is of another size.
  const sorted = [...past].reverse().sort((left, right) => distance(left) - distance(right));
  const nearest = sorted[0];
  const other = sorted.find((pace) => apart(pace.size, nearest?.size ?? null) >= Math.log(OTHER_SIZE));
  const relative = (size ?? USUAL_SIZE) / USUAL_SIZE;
  return new Map(
    steps.map(({ name, weight, grows = 1 }) => {
      const known = nearest?.steps[name];
      if (known === undefined) return [name, nearest === undefined ? weight * relative ** grows : 0];
      const scale = size === null || nearest?.size == null ? 1 : size / nearest.size;
      return [name, known * scale ** growthOf(name, nearest, other, grows)];
    }),
  );
}

/** How far two sizes are apart, on a logarithmic scale; 0 where one is not known. */
function apart(one: number | null, other: number | null): number {
  return one === null || other === null ? 0 : Math.abs(Math.log(one / other));
}

/** The power with which a step grew between two jobs of this machine; the usual one where they do not tell. */
function growthOf(name: string, one: Pace | undefined, other: Pace | undefined, usual: number): number {
  const [time, otherTime] = [one?.steps[name], other?.steps[name]];
  if (one?.size == null || other?.size == null || time === undefined || otherTime === undefined) return usual;
  if (Math.min(time, otherTime) < SHORTEST_TOLD_MS) return usual;
  const seen = Math.log(time / otherTime) / Math.log(one.size / other.size);
  return Math.max(0, Math.min(MOST_GROWTH, seen));
}

/** Jobs so many times as large as each other tell how a step grows. */
const OTHER_SIZE = 1.5;
/** Of steps shorter than this, chance tells more than size. */
const SHORTEST_TOLD_MS = 50;
/** No step grows faster: groups and frames together make it the square. */
const MOST_GROWTH = 2;

/** A round of exact k-means takes about so much of the time of the one before: fewer and fewer frames can change groups. */
const NEXT_ROUND = 0.75;

/** How much of the time of so many rounds of k-means has passed after some of them, 0 to 1. */
export function timeOfRounds(done: number, rounds: number): number {
  return rounds === 0 ? 1 : (1 - NEXT_ROUND ** done) / (1 - NEXT_ROUND ** rounds);
}

/** Frames of a voice of four minutes, at which the weights were taken. */
const USUAL_SIZE = 12_000;

/** To a second below 10 s, to 5 s below a minute, to 15 s below 5 minutes, else to a minute; never 0 before the end. */
export function roundDuration(milliseconds: number): number {
  const unit = milliseconds < 10_000 ? 1_000 : milliseconds < 60_000 ? 5_000 : milliseconds < 300_000 ? 15_000 : 60_000;
  return Math.max(1_000, Math.round(milliseconds / unit) * unit);
}
