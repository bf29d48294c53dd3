import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { PowerOffState } from '@shared/contract/app';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** How a person's own program shuts the computer down, without more rights than the person has. */
const COMMANDS: Readonly<Partial<Record<NodeJS.Platform, (environment: NodeJS.ProcessEnv) => Command>>> = {
  linux: () => ({ file: 'systemctl', args: ['poweroff'] }),
  // By its full name: a program of the same name elsewhere is not meant.
  win32: ({ SystemRoot = 'C:\\Windows' }) => ({
    file: `${SystemRoot}\\System32\\shutdown.exe`,
    args: ['/s', '/t', '0'],
  }),
  // Open programs are asked first whether they may be closed.
  darwin: () => ({ file: '/usr/bin/osascript', args: ['-e', 'tell application "System Events" to shut down'] }),
};

/** Null where it is not known how. */
export function powerOffCommand(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Command | null {
  return COMMANDS[platform]?.(environment) ?? null;
}

/** @throws where it is not known how, or it is not allowed */
export async function turnOff(command: Command | null): Promise<void> {
  if (command === null) throw new Error('It is not known how this system is shut down.');
  await promisify(execFile)(command.file, command.args);
}

/** Seconds in which a person can stop it. */
export const COUNTDOWN = 60;

export interface PowerOffOptions {
  /** Whether the person has asked for it. */
  readonly isWanted: () => boolean;
  /** It was asked for once. */
  readonly spend: () => unknown;
  /** Shows the window, where it can be stopped; false when there is none. */
  readonly ask: () => boolean;
  readonly tell: (state: PowerOffState) => void;
  readonly run: () => Promise<void>;
  readonly warn: (text: string) => void;
}

/** Shuts the computer down when all jobs are done, unless somebody stops it within a minute. */
export class PowerOff {
  readonly #options: PowerOffOptions;
  #left: { seconds: number; readonly timer: NodeJS.Timeout } | null = null;

  constructor(options: PowerOffOptions) {
    this.#options = options;
  }

  /** Nothing runs any more. @param ended what ran since the queue last began; @param waiting whether anything waits */
  rest(ended: readonly JobSnapshot[], waiting: boolean): void {
    const { isWanted, spend, ask } = this.#options;
    // Who cancels the last one is there, and has other plans.
    const isDone = !waiting && ended.at(-1)?.state !== 'cancelled';
    if (!isDone || !isWanted() || this.#left !== null || !ask()) return;
    spend();
    this.#left = { seconds: COUNTDOWN, timer: setInterval(() => this.#tick(), 1_000) };
    this.#options.tell({ state: 'counting', seconds: COUNTDOWN });
  }

  /** The computer stays on: somebody said so, or a job runs again. */
  stop(): void {
    if (this.#left === null) return;
    clearInterval(this.#left.timer);
    this.#left = null;
    this.#options.tell({ state: 'off' });
  }

  /** Without waiting for the rest of the minute; nothing while there is none to wait for. */
  now(): void {
    if (this.#left === null) return;
    this.stop();
    const { run, tell, warn } = this.#options;
    run().catch((error: unknown) => {
      warn(`The computer could not be shut down: ${String(error)}`);
      tell({ state: 'failed' });
    });
  }

  #tick(): void {
    if (this.#left === null) return;
    this.#left.seconds -= 1;
    if (this.#left.seconds <= 0) this.now();
    else this.#options.tell({ state: 'counting', seconds: this.#left.seconds });
  }
}
