import { type Effort, Threads } from '@shared/contract/effort';
import type { RequestOf, ResultOf, WorkKind } from '@shared/jobs';
import { flag, number, type Options, optionName, readWords, type Words } from './option';

/** What a command found or did. */
export interface Outcome {
  /** For people. */
  readonly text: string;
  /** The one JSON object of `--json`. Its fields are an interface: scripts rely on them. */
  readonly json: object;
  /** Remarks that a script must not miss even when it reads only the JSON: they go to the error output. */
  readonly remarks?: readonly string[];
}

/** What a command works with. */
export interface Workshop {
  /** Does one piece of work, with a progress bar. */
  readonly run: <K extends WorkKind>(request: RequestOf<K>) => Promise<ResultOf<K>>;
  /** A line above the bar. */
  readonly say: (text: string) => void;
}

interface Page {
  /** Words after the command's name, for the list of all commands. */
  readonly position: string;
  /** What it does, for the list. */
  readonly summary: string;
  /** The same in full. */
  readonly about: string;
  /** Words after the command's name, for its own page. */
  readonly usage: string;
  /** What the words before the options are. */
  readonly positions?: readonly (readonly [word: string, help: string])[];
  /** What is to be known beside the options. */
  readonly note?: string;
}

/** A command as it is declared. `Task` is what its words ask for. */
export interface Declaration<O extends Options, Task> extends Page {
  readonly options: O;
  /** @throws USAGE with a sentence that says what is wrong */
  readonly read: (words: Words<O>) => Task;
  readonly run: (task: Task, workshop: Workshop) => Promise<Outcome>;
}

/** A command as all commands are seen. */
export interface AnyCommand extends Page {
  readonly options: Options;
  /** Reads the words after the command's name. */
  readonly start: (words: readonly string[]) => Started;
}

/** A command whose words are read. */
export interface Started {
  /** What it may take of the computer. */
  readonly effort: Effort;
  /** Begins the work itself. */
  readonly run: (workshop: Workshop) => Promise<Outcome>;
}

export interface Command<Task> extends AnyCommand {
  /** What the words after its name ask for. */
  readonly read: (words: readonly string[]) => Task;
}

/** What every command understands. */
export const COMMON = {
  json: flag('print one JSON object'),
  threads: number('N', 'use N threads of the processor at most, instead of all', Threads),
  lowPriority: flag('let other programs go first'),
} as const;

function effortOf({ values: { threads, lowPriority } }: Words<typeof COMMON>): Effort {
  return { threads, priority: lowPriority ? 'low' : 'full' };
}

export function defineCommand<O extends Options, Task>({
  options,
  read,
  run,
  ...page
}: Declaration<O, Task>): Command<Task> {
  const all = { ...options, ...COMMON };
  return {
    ...page,
    options: all,
    read: (words) => read(readWords(words, all)),
    start: (words) => {
      const given = readWords(words, all);
      const task = read(given);
      return { effort: effortOf(given), run: (workshop) => run(task, workshop) };
    },
  };
}

/** How a person calls it: in a package it is a command of its own, inside Electron. */
const PROGRAM = 'electron' in process.versions ? 'voronoice' : 'npm run -s voronoice --';

/** The help of one command, made of what it declares. */
export function helpOf(name: string, { about, usage, positions = [], options, note }: AnyCommand): string {
  const rows = [
    ...positions,
    ...Object.entries(options).map(
      ([key, { metavar, help }]) => [`--${optionName(key)}${metavar === null ? '' : ` ${metavar}`}`, help] as const,
    ),
  ];
  return `${about}

  ${PROGRAM} ${name} ${usage}

${columns(rows)}
${note === undefined ? '' : `\n${note}\n`}`;
}

/** The list of all commands. */
export function generalHelp(commands: Readonly<Record<string, AnyCommand>>): string {
  const rows = Object.entries(commands).map(
    ([name, { position, summary }]) => [`${name} ${position}`.trim(), summary] as const,
  );
  return `Voronoice on the command line: builds the search index of an RVC voice and says whether it is good.

  ${PROGRAM} <command> [options]

${columns(rows)}

${columns([
  ['--help, -h', 'this text, or with a command what it can do'],
  ['--version, -V', 'the version'],
])}

Progress goes to the error output. With --json the output is exactly one JSON object.
Exit codes: 0 done, 1 our fault, 2 wrong usage, 3 input refused, 4 cancelled.
`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([word]) => word.length));
  return rows
    .flatMap(([word, help]) => help.split('\n').map((line, at) => `  ${(at === 0 ? word : '').padEnd(width)}  ${line}`))
    .join('\n');
}
