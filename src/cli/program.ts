import type { Effort } from '@shared/contract/effort';
import { toFailure } from '@shared/contract/errors';
import { visible, visibleLine } from '@shared/domain/visible';
import { workKinds } from '@shared/jobs';
import { version } from '../../package.json';
import { type AnyCommand, generalHelp, helpOf, type Workshop } from './command';
import { COMMANDS } from './commands';
import { EXIT, exitCode, failureJson, failureText } from './failure';
import { usage } from './option';
import { createTerminalProgress, type Screen } from './terminal';
import type { DoWork } from './work';

/** Where a command prints, and how it is told to stop. */
export interface Surroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: Screen;
  readonly signal: AbortSignal;
  readonly work: DoWork;
}

/** Runs one command and returns its exit code. Nothing is thrown. */
export async function runProgram(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  // Even a command that cannot be understood keeps its promise about the output.
  const json = words.includes('--json');
  try {
    const told = informationOf(words);
    if (told !== null) {
      stdout.write(told);
      return EXIT.done;
    }
    const [name = '', ...rest] = words;
    const { effort, run: work } = commandOf(name).start(rest);
    const { text, json: value, remarks = [] } = await work(workshop(surroundings, effort));
    for (const remark of remarks) stderr.write(`${visibleLine(remark)}\n`);
    stdout.write(json ? `${JSON.stringify(value)}\n` : visible(text));
    return EXIT.done;
  } catch (error) {
    const failure = toFailure(error);
    if (json) stdout.write(`${JSON.stringify(failureJson(failure))}\n`);
    else stderr.write(visible(failureText(failure)));
    if (failure.code === 'INTERNAL' && error instanceof Error) stderr.write(visible(`${error.stack ?? ''}\n`));
    return exitCode(failure.code);
  }
}

/** The help or the version, when that is what is asked for. */
function informationOf([first, ...rest]: readonly string[]): string | null {
  const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h';
  if (first === undefined || isHelp(first)) return generalHelp(COMMANDS);
  if (first === 'help') return rest[0] === undefined ? generalHelp(COMMANDS) : helpOf(rest[0], commandOf(rest[0]));
  if (first === '--version' || first === '-V') return `${version}\n`;
  return rest.some(isHelp) ? helpOf(first, commandOf(first)) : null;
}

function commandOf(name: string): AnyCommand {
  const commands: Readonly<Record<string, AnyCommand>> = COMMANDS;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  throw usage(`"${name}" is not a command. There are ${Object.keys(commands).join(', ')}.`);
}

/** Each piece of work has a bar of its own: a command that looks first and builds then shows both. */
function workshop({ stderr, signal, work }: Surroundings, effort: Effort): Workshop {
  return {
    say: (text) => stderr.write(`${visibleLine(text)}\n`),
    run: async (request) => {
      const progress = createTerminalProgress(
        request.kind,
        stderr,
        undefined,
        workKinds[request.kind].endsAfter?.(request) ?? null,
      );
      try {
        return await work(request, {
          signal,
          progress: ({ step, done, total }) => progress.report(step, done, total),
          said: (text) => progress.say(visibleLine(text)),
          effort,
        });
      } finally {
        progress.end();
      }
    },
  };
}
