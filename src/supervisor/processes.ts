import * as v from 'valibot';
import type { Effort } from '@shared/contract/effort';
import { toError, VoronoiceError } from '@shared/contract/errors';
import {
  type Iteration,
  type LeftOut,
  type StepProgress,
  type WorkerCommand,
  WorkerMessage,
} from '@shared/contract/work';
import { isReaderKind, type RequestOf, type ResultOf, type WorkKind, workKinds } from '@shared/jobs';
import type { LongLists } from '@shared/jobs/kind';
import { assertNever } from '@shared/domain/assertNever';
import { killByForce } from './held';
import type { Log } from './log';

/** The part of Electron's `UtilityProcess` that is used, so that the rest runs in tests without Electron. */
export interface WorkerChild {
  readonly pid: number | undefined;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
}

/** Starts a worker process under a name that identifies it in `child-process-gone`. */
export type ForkWorker = (serviceName: string) => WorkerChild;

export interface WorkObserver {
  readonly progress?: (progress: StepProgress) => void;
  readonly iteration?: (iteration: Iteration) => void;
  /** A path whose disk does not answer, on which the work waits; null: all answer again. */
  readonly silent?: (path: string | null) => void;
  /** What the worker says; without it, that goes to the log. */
  readonly said?: (text: string) => void;
}

/** Work under way. */
export interface Work<T> {
  readonly result: Promise<T>;
  /** Asks politely first; a worker that does not stop within five seconds is killed. */
  readonly cancel: () => void;
}

/** How long work may take to stop that was asked to. */
export const CANCEL_MS = 5_000;
/** A process that waits for a drive that hangs may not even be killed; nobody waits for it any longer than this. */
const DEATH_MS = 5_000;
/**
 * How often it is looked whether anything was heard of what is under way. Looks are counted, not minutes: while this process
 * does not run itself, as when the computer sleeps or a terminal has stopped it, nobody is heard.
 */
const LOOK_MS = 10_000;
/** After more looks than these it is silent: a disk that sleeps takes a quarter of a minute to wake up. */
const SILENT_LOOKS = 3;
/** After so many, five minutes, it is stuck: whatever its disks do, a process beats each second as long as it comes to its turn. */
const STUCK_LOOKS = 30;
/** `child-process-gone` knows why a process died; it may come a little after the exit. */
const REASON_MS = 500;

/** A command whose request is of one kind, not known here which. */
interface Command {
  readonly type: WorkerCommand['type'];
  readonly id: number;
  readonly request?: { readonly kind: WorkKind };
  readonly effort?: Effort;
  readonly leftOut?: LeftOut;
}

interface Pending {
  readonly observer: WorkObserver;
  /** It only reads, and beats as long as its disk answers. */
  readonly isLook: boolean;
  /** Takes in a part of a list of the result, which comes after all of them. */
  readonly take: (list: string, items: readonly unknown[]) => void;
  /** Takes what the worker says is the result: what breaks the contract ends the request as a failure. */
  readonly answer: (value: unknown) => void;
  readonly reject: (error: VoronoiceError) => void;
  cancelled: boolean;
  /** Looks since it was heard last. */
  unheard: number;
  silent: string | null;
}

function brokenContract(kind: WorkKind, issue: v.BaseIssue<unknown>): VoronoiceError {
  const where = v.getDotPath(issue) ?? 'result';
  return new VoronoiceError('INTERNAL', `The worker's answer to '${kind}' breaks the contract at '${where}'.`);
}

/** @param reason Electron's, or the system's name of why it was not even started */
function goneError(reason: string, exitCode: number): VoronoiceError {
  switch (reason) {
    case 'oom':
      return new VoronoiceError('OUT_OF_MEMORY', 'The worker ran out of memory.');
    case 'EAGAIN':
    case 'ENOMEM':
      return new VoronoiceError('OUT_OF_MEMORY', `The system starts no further process (${reason}).`);
    case 'EMFILE':
    case 'ENFILE':
      return new VoronoiceError('TOO_MANY_FILES', `The system opens no further file for another process (${reason}).`);
    default: {
      const message = `The worker process ended unexpectedly (${reason}).`;
      return new VoronoiceError('JOB_CRASHED', message, { reason, exitCode });
    }
  }
}

/** The long lists of a result, as their portions come. */
class LongListsTaken {
  readonly taken: Record<string, unknown[]> = {};
  broken: VoronoiceError | null = null;
  readonly #kind: WorkKind;
  readonly #most: number;
  readonly #items: Readonly<Record<string, v.GenericSchema | undefined>>;

  constructor(kind: WorkKind, { most, items }: LongLists<object> = { most: 0, items: {} }) {
    this.#kind = kind;
    this.#most = most;
    this.#items = items;
  }

  take(list: string, items: readonly unknown[]): void {
    const schema = this.#items[list];
    const taken = (this.taken[list] ??= []);
    if (schema === undefined || taken.length + items.length > this.#most) {
      this.broken ??= new VoronoiceError('INTERNAL', `The worker's answer to '${this.#kind}' has too much '${list}'.`);
      return;
    }
    const parsed = v.safeParse(v.array(schema), items);
    if (parsed.success) taken.push(...parsed.output);
    else this.broken ??= brokenContract(this.#kind, parsed.issues[0]);
  }
}

/**
 * One worker process: sends it requests, parses what it says, and settles every request exactly once, whatever happens
 * to the process.
 */
export class WorkerProcess {
  readonly serviceName: string;
  /** Settles when the process is gone; never rejects. */
  readonly gone: Promise<void>;
  readonly #child: WorkerChild;
  readonly #effort: Effort;
  readonly #log: Log;
  readonly #leftOut: (() => LeftOut) | null;
  readonly #pending = new Map<number, Pending>();
  readonly #unsent: Command[] = [];
  readonly #watch: NodeJS.Timeout;
  #setGone: () => void = () => undefined;
  /**
   * `retiring`: a disk that hangs holds its threads; it answers what else was asked of it and ends. `exited`: over, but why
   * is not known yet.
   */
  #state: 'starting' | 'ready' | 'retiring' | 'stopping' | 'exited' | 'gone' = 'starting';
  #nextId = 1;
  #isHeld = false;

  /** @param leftOut What a request that is sent now leaves out of voices; null: nothing. */
  constructor(fork: ForkWorker, serviceName: string, effort: Effort, log: Log, leftOut: (() => LeftOut) | null = null) {
    this.serviceName = serviceName;
    this.#effort = effort;
    this.#log = log;
    this.#leftOut = leftOut;
    this.gone = new Promise((resolve) => (this.#setGone = resolve));
    this.#child = fork(serviceName);
    this.#child.on('message', (message) => this.#receive(message));
    this.#child.once('exit', (code) => this.#exited(code));
    this.#watch = setInterval(() => this.#checkSilence(), LOOK_MS);
    this.#watch.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#state === 'starting' || this.#state === 'ready';
  }

  /** Whether a disk did not answer it when it was last heard. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Runs one request. Rejects with a `VoronoiceError`: the worker's own, or `JOB_CRASHED`, `OUT_OF_MEMORY`, `JOB_CANCELLED`,
   * and `FOLDER_AWAY` where what only reads waits for a disk that does not answer.
   */
  run<K extends WorkKind>(request: RequestOf<K>, observer: WorkObserver = {}): Work<ResultOf<K>> {
    const id = this.#nextId++;
    const { result: schema, long } = workKinds[request.kind];
    const lists = new LongListsTaken(request.kind, long);
    const result = new Promise<ResultOf<K>>((resolve, reject) => {
      this.#pending.set(id, {
        observer,
        isLook: isReaderKind(request.kind),
        take: (list, items) => lists.take(list, items),
        answer: (value) => {
          const parsed = v.safeParse(schema, value);
          if (!parsed.success) reject(brokenContract(request.kind, parsed.issues[0]));
          else if (lists.broken !== null) reject(lists.broken);
          else resolve({ ...parsed.output, ...lists.taken });
        },
        reject,
        cancelled: false,
        unheard: 0,
        silent: null,
      });
    });
    const leaving = this.#leftOut === null ? {} : { leftOut: this.#leftOut() };
    if (this.isAlive) this.#send({ type: 'start', id, request, effort: this.#effort, ...leaving });
    else this.#reject(id, new VoronoiceError('JOB_CRASHED', 'The worker process is gone.'));
    return { result, cancel: () => this.#cancel(id) };
  }

  /** Ends the process and waits until it is gone. Requests under way are cancelled. */
  async stop(): Promise<void> {
    if (this.isAlive || this.#state === 'retiring') {
      this.#state = 'stopping';
      for (const pending of this.#pending.values()) pending.cancelled = true;
      this.#kill();
    }
    await this.gone;
  }

  #kill(): void {
    this.#child.kill();
    setTimeout(() => {
      if (this.#state === 'gone') return;
      if (this.pid !== undefined) killByForce(this.pid);
      this.reportGone('stuck', 0);
    }, DEATH_MS).unref();
  }

  /** Told by `child-process-gone`, which alone knows why. @param reason see {@link goneError} */
  reportGone(reason: string, exitCode: number): void {
    if (this.#state === 'gone') return;
    const wanted = this.#state === 'stopping';
    this.#state = 'gone';
    clearInterval(this.#watch);
    this.#unsent.length = 0;
    if (!wanted) this.#log.warn(`${this.serviceName} is gone: ${reason}, exit code ${exitCode}`);
    for (const [id, pending] of this.#pending) {
      if (pending.cancelled) this.#reject(id, new VoronoiceError('JOB_CANCELLED', 'The job was cancelled.'));
      else this.#reject(id, goneError(reason, exitCode));
    }
    this.#setGone();
  }

  #exited(code: number): void {
    if (this.#state === 'stopping') this.reportGone('stopped', code);
    if (this.#state === 'gone') return;
    this.#state = 'exited';
    setTimeout(() => this.reportGone(code === 0 ? 'ended' : 'unknown', code), REASON_MS);
  }

  #send(command: Command): void {
    if (this.#state === 'starting') this.#unsent.push(command);
    else if (this.#state === 'ready' || this.#state === 'retiring') this.#child.postMessage(command);
  }

  #cancel(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined || pending.cancelled) return;
    pending.cancelled = true;
    this.#send({ type: 'cancel', id });
    const kill = setTimeout(() => {
      if (!this.#pending.has(id)) return;
      this.#log.warn(`${this.serviceName} did not stop within ${CANCEL_MS} ms and is killed`);
      this.#kill();
    }, CANCEL_MS);
    kill.unref();
  }

  #receive(raw: unknown): void {
    const parsed = v.safeParse(WorkerMessage, raw);
    if (!parsed.success) {
      this.#log.warn(`${this.serviceName} sent what is not a message: ${parsed.issues[0].message}`);
      return;
    }
    const message = parsed.output;
    if (message.type === 'ready') {
      if (this.#state !== 'starting') return;
      this.#state = 'ready';
      for (const command of this.#unsent.splice(0)) this.#send(command);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    pending.unheard = 0;
    switch (message.type) {
      case 'beat':
        if (message.silent === pending.silent) return;
        pending.silent = message.silent;
        this.#isHeld = message.silent !== null;
        pending.observer.silent?.(message.silent);
        return;
      case 'progress':
        pending.observer.progress?.(message.progress);
        return;
      case 'iteration':
        pending.observer.iteration?.(message.iteration);
        return;
      case 'log':
        if (pending.observer.said !== undefined) pending.observer.said(message.text);
        else this.#log[message.level === 'warning' ? 'warn' : 'info'](`${this.serviceName}: ${message.text}`);
        return;
      case 'portion':
        pending.take(message.list, message.items);
        return;
      case 'result':
        this.#pending.delete(message.id);
        pending.answer(message.value);
        this.#rest();
        return;
      case 'failure':
        this.#reject(message.id, toError(message.failure));
        return;
      default:
        return assertNever(message);
    }
  }

  #reject(id: number, error: VoronoiceError): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.reject(error);
    this.#rest();
  }

  #rest(): void {
    if (this.#state === 'retiring' && this.#pending.size === 0) void this.stop();
  }

  #checkSilence(): void {
    for (const [id, pending] of this.#pending) {
      pending.unheard += 1;
      if (pending.unheard <= SILENT_LOOKS) continue;
      const seconds = ((pending.unheard - 1) * LOOK_MS) / 1_000;
      this.#log.warn(`${this.serviceName}: nothing heard of request ${id} for ${seconds} s`);
      if (pending.isLook && this.#state !== 'starting') {
        if (this.isAlive) this.#state = 'retiring';
        this.#reject(id, new VoronoiceError('FOLDER_AWAY', 'The disk does not answer.'));
      } else if (pending.isLook || pending.unheard > STUCK_LOOKS) {
        this.#reject(
          id,
          new VoronoiceError('JOB_CRASHED', `The worker process has said nothing for ${seconds} seconds.`),
        );
        void this.stop();
      }
    }
  }
}

/** The processes under way, by the name that `child-process-gone` reports. */
export class WorkerPool {
  readonly #fork: ForkWorker;
  readonly #log: Log;
  readonly #leftOut: (() => LeftOut) | null;
  readonly #living = new Map<string, WorkerProcess>();

  constructor(fork: ForkWorker, log: Log, leftOut: (() => LeftOut) | null = null) {
    this.#fork = fork;
    this.#log = log;
    this.#leftOut = leftOut;
  }

  start(serviceName: string, effort: Effort): WorkerProcess {
    const worker = new WorkerProcess(this.#fork, serviceName, effort, this.#log, this.#leftOut);
    this.#living.set(serviceName, worker);
    void worker.gone.then(() => {
      if (this.#living.get(serviceName) === worker) this.#living.delete(serviceName);
    });
    return worker;
  }

  reportGone(serviceName: string, reason: string, exitCode: number): void {
    this.#living.get(serviceName)?.reportGone(reason, exitCode);
  }

  /** Ends every process by force, also one that has been asked to stop and does not. */
  killAll(): void {
    for (const { pid } of this.#living.values()) if (pid !== undefined) killByForce(pid);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#living.values()].map((worker) => worker.stop()));
  }
}
