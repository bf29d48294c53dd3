import type { JobProgress } from '@shared/contract/jobs';
import type { StepName, WorkKind } from '@shared/jobs';
import { createProgress } from '@shared/jobs/progress';
import { duration } from './words';

/** What progress is drawn on: the error output. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  report(step: StepName, done: number, total: number): void;
  /** A line of its own, above the bar. */
  say(text: string): void;
  /** Takes the bar away. */
  end(): void;
}

const STEP_WORDS: Readonly<Record<StepName, string>> = {
  scan: 'Looking',
  inspect: 'Looking',
  plan: 'Looking',
  cut: 'Cutting',
  blend: 'Blending sounds',
  generate: 'Making the voice',
  select: 'Choosing frames',
  arrange: 'Mixing the frames',
  compress: 'Compressing',
  expand: 'Expanding',
  tune: 'Trying',
  read: 'Reading',
  train: 'Grouping',
  add: 'Filling the groups',
  measure: 'Asking held-out frames',
  truth: 'Finding the true neighbors',
  curve: 'Searching',
  cost: 'Blending as RVC does',
  map: 'Drawing the map',
  compare: 'Measuring',
  write: 'Writing',
  check: 'Checking',
  copy: 'Copying',
  move: 'Moving',
  verify: 'Opening again',
};

const DRAW_MS = 100;
const QUIET_MS = 500;
const BAR_WIDTH = 24;

/** A bar that stays in place on a terminal; elsewhere a line for each step and each quarter of the whole. */
export function createTerminalProgress(
  kind: WorkKind,
  screen: Screen,
  now: () => number = () => performance.now(),
  endsAfter: number | null = null,
): Progress {
  const tracker = createProgress(kind, now(), [], endsAfter);
  return screen.isTTY === true ? bar(tracker, screen, now) : lines(tracker, screen, now);
}

type Tracker = ReturnType<typeof createProgress>;

function bar(tracker: Tracker, screen: Screen, now: () => number): Progress {
  let drawnAt = -Infinity;
  let isDrawn = false;
  const erase = (): void => {
    if (isDrawn) screen.write('\r\x1b[2K');
    isDrawn = false;
  };
  return {
    report(step, done, total) {
      const at = now();
      const progress = tracker.update({ step, done, total }, at);
      if (at - drawnAt < DRAW_MS) return;
      drawnAt = at;
      erase();
      screen.write(barText(progress).slice(0, (screen.columns ?? 80) - 1));
      isDrawn = true;
    },
    say(text) {
      erase();
      screen.write(`${text}\n`);
    },
    end: erase,
  };
}

function lines(tracker: Tracker, screen: Screen, now: () => number): Progress {
  let last = '';
  return {
    report(step, done, total) {
      const progress = tracker.update({ step, done, total }, now());
      // What is over in a moment needs no lines.
      if (progress.stepCount === 1 && progress.elapsedMs < QUIET_MS) return;
      const quarter = Math.floor((progress.fraction ?? 0) * 4) * 25;
      const line = `${step} ${quarter}`;
      if (line === last) return;
      last = line;
      screen.write(`${stepWords(progress)}${timeLeft(progress)}\n`);
    },
    say: (text) => void screen.write(`${text}\n`),
    end: () => undefined,
  };
}

function barText(progress: JobProgress): string {
  const filled = Math.round((progress.fraction ?? 0) * BAR_WIDTH);
  const picture = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `${picture} ${stepWords(progress)}${timeLeft(progress)}`;
}

function stepWords({ step, fraction }: JobProgress): string {
  const percent = fraction === null ? '' : ` ${Math.floor(fraction * 100)} %`;
  return `${STEP_WORDS[step]}${percent}`;
}

function timeLeft({ remainingMs, fraction }: JobProgress): string {
  return remainingMs === null || remainingMs === 0 || fraction === 1 ? '' : `, ${duration(remainingMs / 1_000)} left`;
}
