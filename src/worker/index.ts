import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import type { Effort } from '@shared/contract/effort';
import { toFailure, VoronoiceError } from '@shared/contract/errors';
import { type LeftOut, type StepProgress, WorkerCommand, type WorkerMessage } from '@shared/contract/work';
import { disksOf, isReaderKind, type RequestOf, type WorkKind } from '@shared/jobs';
import type { JobContext } from './context';
import { loadEngine } from './engine';
import { pathId } from './files/paths';
import { answerOf } from './portions';
import { takePriority } from './priority';
import { run } from './run';

/**
 * Entry of a worker process. It is told what to do through Electron's parent port and answers with the messages of
 * `WorkerMessage`. Reading may go on side by side; everything else is one at a time, for FAISS has one interrupt
 * callback and one setting of threads for the whole process.
 */

/** What this process needs of Electron's `process.parentPort`. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: WorkerMessage): void;
}

const HEARTBEAT_MS = 1_000;
/** What only reads comes on in this time, whatever the disk: a folder further, or to its end. */
const LONGEST_LOOK_MS = 15 * 60_000;
/** A disk that sleeps may take longer to wake up: that is said, and no more. */
const SILENT_MS = 5_000;
const PROGRESS_MS = 50;

interface Running {
  readonly alone: boolean;
  readonly abort: AbortController;
  readonly over: Promise<void>;
}

export interface Server {
  /** Stops all work under way, and settles when it has taken back what it had begun. */
  readonly abandon: () => Promise<unknown>;
}

const NOTHING_LEFT_OUT: LeftOut = { home: null, voices: {} };

/** Work under way, by the number main gave it. */
const running = new Map<number, Running>();

/** Answers what comes through the port. */
export function serve(port: ParentPort): Server {
  port.on('message', ({ data }) => {
    const command = v.safeParse(WorkerCommand, data);
    if (!command.success) {
      const id = numberOf(data);
      if (id !== null) port.postMessage(failure(id, new VoronoiceError('BAD_REQUEST', v.summarize(command.issues))));
      return;
    }
    switch (command.output.type) {
      case 'start': {
        const { id, request, effort, leftOut } = command.output;
        start(port, id, request, effort, leftOut);
        break;
      }
      case 'cancel':
        running.get(command.output.id)?.abort.abort();
        break;
    }
  });
  port.postMessage({ type: 'ready' });
  return {
    abandon: () => {
      const all = [...running.values()];
      for (const { abort } of all) abort.abort();
      return Promise.all(all.map(({ over }) => over));
    },
  };
}

function start<K extends WorkKind>(
  port: ParentPort,
  id: number,
  request: RequestOf<K>,
  effort: Effort,
  leftOut: LeftOut = NOTHING_LEFT_OUT,
): void {
  const alone = !isReaderKind(request.kind);
  if (running.has(id) || (alone && busy())) {
    port.postMessage(failure(id, new VoronoiceError('BAD_REQUEST', 'This process is at work already.')));
    return;
  }
  takePriority(effort.priority);
  const abort = new AbortController();
  const over = work(port, id, request, { effort, leftOut }, abort.signal);
  running.set(id, { alone, abort, over });
}

/** Does one request and answers it. Never rejects. */
async function work<K extends WorkKind>(
  port: ParentPort,
  id: number,
  request: RequestOf<K>,
  { effort: { threads }, leftOut }: { readonly effort: Effort; readonly leftOut: LeftOut },
  signal: AbortSignal,
): Promise<void> {
  const heart = startHeart(disksOf(request), isReaderKind(request.kind), (silent) =>
    port.postMessage({ type: 'beat', id, silent }),
  );
  const reporter = createReporter((progress) => port.postMessage({ type: 'progress', id, progress }));
  const context: JobContext<K> = {
    signal,
    progress: (step, done, total) => {
      heart.cameOn();
      reporter.report({ step, done, total });
    },
    iteration: (iteration) => port.postMessage({ type: 'iteration', id, iteration }),
    log: (level, text) => port.postMessage({ type: 'log', id, level, text }),
    engine: () => loadEngine(threads),
    leftOut: (voice) => new Set(leftOut.voices[pathId(voice, leftOut.home)]),
  };
  try {
    const value = await run(request, context);
    reporter.flush();
    for (const message of answerOf(id, request.kind, value)) port.postMessage(message);
  } catch (error) {
    port.postMessage(failure(id, error));
  } finally {
    reporter.stop();
    heart.stop();
    running.delete(id);
  }
}

interface Heart {
  /** The work has come a step further. */
  readonly cameOn: () => void;
  readonly stop: () => void;
}

/**
 * Beats while the work is alive, and asks its disks one after the other meanwhile. A drive that hangs holds those threads that
 * wait for it and not this one: what only looks beats as long as its disks answer, and comes on; other work beats all along,
 * and says which of them does not answer.
 *
 * @param disks a path on each of them
 */
export function startHeart(
  disks: readonly string[],
  isLook: boolean,
  beat: (silent: string | null) => void,
  question: (path: string) => Promise<unknown> = stat,
): Heart {
  let cameOn = performance.now();
  let asked: { readonly path: string; readonly at: number } | null = null;
  let turn = 0;
  const ask = (): void => {
    const path = disks[turn++ % disks.length];
    if (path === undefined) return;
    asked = { path, at: performance.now() };
    const answered = (): void => {
      asked = null;
      if (isLook) beat(null);
    };
    // That nothing is there is an answer, too.
    question(path).then(answered, answered);
  };
  const timer = setInterval(() => {
    if (!isLook || disks.length === 0)
      beat(asked !== null && performance.now() - asked.at >= SILENT_MS ? asked.path : null);
    else if (performance.now() - cameOn > LONGEST_LOOK_MS) return;
    if (asked === null) ask();
  }, HEARTBEAT_MS);
  return { cameOn: () => (cameOn = performance.now()), stop: () => clearInterval(timer) };
}

function busy(): boolean {
  return [...running.values()].some(({ alone }) => alone);
}

function failure(id: number, error: unknown): WorkerMessage {
  return { type: 'failure', id, failure: toFailure(error) };
}

function numberOf(data: unknown): number | null {
  const id = typeof data === 'object' && data !== null && 'id' in data ? data.id : null;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : null;
}

interface Reporter {
  report(progress: StepProgress): void;
  /** Sends what is waiting. */
  flush(): void;
  /** Drops what is waiting. */
  stop(): void;
}

/** Passes reports on, at most one in 50 ms; of those that come in between, the last, and the first of each step. */
export function createReporter(send: (progress: StepProgress) => void): Reporter {
  let waiting: StepProgress | null = null;
  let step: StepProgress['step'] | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    if (waiting !== null) send(waiting);
    waiting = null;
  };
  return {
    report(progress) {
      const begins = progress.step !== step;
      if (begins) flush();
      waiting = progress;
      step = progress.step;
      if (timer !== null && !begins) return;
      flush();
      if (timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        flush();
      }, PROGRESS_MS);
    },
    flush,
    stop() {
      waiting = null;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

const { parentPort } = process as { readonly parentPort?: ParentPort };
if (parentPort !== undefined) serve(parentPort);
