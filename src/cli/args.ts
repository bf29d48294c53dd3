import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { type RequestOf, type WorkKind, WorkRequest } from '@shared/contract/work';
import { MOST_QUERIES } from '@shared/domain/holdOut';
import { DEFAULT_SEED } from '@shared/domain/random';
import { SAMPLE_VOICE } from '@shared/domain/sampleVoice';

export const COMMANDS = ['train', 'inspect', 'measure', 'compare', 'repair', 'scan', 'export', 'sample'] as const;
export type Command = (typeof COMMANDS)[number];

/** A train request whose output folder may still have to be found: it is the voice's own unless told otherwise. */
export type TrainArguments = Omit<RequestOf<'train'>, 'out'> & { readonly out: string | null };

/** A repair whose nprobe may still have to be found: null leaves it to a measurement, by these features. */
export interface RepairArguments {
  readonly kind: 'repair';
  readonly index: string;
  readonly nprobe: number | null;
  readonly features: string | null;
  readonly out: string | null;
  readonly seed: number;
}

export type Invocation =
  | { readonly kind: 'help'; readonly command: Command | null }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'work';
      readonly json: boolean;
      readonly request:
        TrainArguments | RepairArguments | RequestOf<'inspect' | 'measure' | 'compare' | 'scan' | 'export' | 'sample'>;
    };

type Options = NonNullable<ParseArgsConfig['options']>;

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const satisfies Options;

const OPTIONS = {
  train: {
    ...COMMON,
    recipe: { type: 'string' },
    seed: { type: 'string' },
    name: { type: 'string' },
    out: { type: 'string' },
    nprobe: { type: 'string' },
    'total-fea': { type: 'boolean' },
  },
  inspect: COMMON,
  measure: {
    ...COMMON,
    features: { type: 'string' },
    queries: { type: 'string' },
    nprobe: { type: 'string' },
    most: { type: 'string' },
    seed: { type: 'string' },
  },
  compare: {
    ...COMMON,
    features: { type: 'string' },
    queries: { type: 'string' },
    most: { type: 'string' },
    seed: { type: 'string' },
  },
  repair: {
    ...COMMON,
    nprobe: { type: 'string' },
    features: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string' },
  },
  scan: COMMON,
  export: {
    ...COMMON,
    host: { type: 'string' },
    root: { type: 'string' },
    name: { type: 'string' },
    'set-aside': { type: 'boolean' },
  },
  sample: {
    ...COMMON,
    out: { type: 'string' },
    name: { type: 'string' },
    minutes: { type: 'string' },
    version: { type: 'string' },
    seed: { type: 'string' },
  },
} as const satisfies Record<Command, Options>;

/**
 * Reads the words after the program's name.
 *
 * @throws `USAGE` with a sentence that says what is wrong
 */
export function parseInvocation(words: readonly string[]): Invocation {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', command: null };
  if (first === 'help') return { kind: 'help', command: rest[0] === undefined ? null : commandOf(rest[0]) };
  if (first === '--version' || first === '-V') return { kind: 'version' };
  const command = commandOf(first);
  const { values, positionals } = parseWords(rest, command);
  if (values['help'] === true) return { kind: 'help', command };
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' ? value : null;
  };
  const given: Given = { text, flag: (name) => values[name] === true, positionals };
  return { kind: 'work', json: values['json'] === true, request: requestOf(command, given) };
}

interface Given {
  readonly text: (name: string) => string | null;
  readonly flag: (name: string) => boolean;
  readonly positionals: readonly string[];
}

type Work = Extract<Invocation, { kind: 'work' }>['request'];

function requestOf(command: Command, given: Given): Work {
  const { text, flag } = given;
  switch (command) {
    case 'train': {
      const out = text('out');
      const folder = resolve(onePosition(given, 'train', 'folder'));
      const request = checked({
        kind: 'train',
        folder,
        recipe: text('recipe') ?? 'balanced',
        seed: number(text('seed'), 'seed') ?? DEFAULT_SEED,
        name: text('name'),
        out: folder,
        nprobe: number(text('nprobe'), 'nprobe'),
        totalFea: flag('total-fea'),
        measure: false,
      });
      return { ...request, out: out === null ? null : resolve(out) };
    }
    case 'inspect':
      return checked({ kind: 'inspect', path: resolve(onePosition(given, 'inspect', 'index')) });
    case 'measure':
      return checked({
        kind: 'measure',
        index: resolve(onePosition(given, 'measure', 'index')),
        ...asking(given),
        nprobes: (text('nprobe') ?? '')
          .split(',')
          .filter((value) => value !== '')
          .map((value) => number(value, 'nprobe')),
      });
    case 'compare':
      if (given.positionals.length < 2 || given.positionals.length > 4)
        throw usage('compare needs two to four indexes.');
      return checked({
        kind: 'compare',
        indexes: given.positionals.map((path) => resolve(path)),
        ...asking(given),
      });
    case 'repair': {
      const nprobe = needed(text('nprobe'), 'nprobe');
      const { features, seed } = asking(given);
      const out = text('out');
      return {
        kind: 'repair',
        index: resolve(onePosition(given, 'repair', 'index')),
        nprobe: nprobe === 'auto' ? null : number(nprobe, 'nprobe'),
        features,
        out: out === null ? null : resolve(out),
        seed,
      };
    }
    case 'scan':
      return checked({ kind: 'scan', path: resolve(onePosition(given, 'scan', 'folder')), builtRoot: null });
    case 'export':
      return checked({
        kind: 'export',
        index: resolve(onePosition(given, 'export', 'index')),
        host: needed(text('host'), 'host'),
        root: resolve(needed(text('root'), 'root')),
        name: needed(text('name'), 'name'),
        setAside: flag('set-aside'),
      });
    case 'sample':
      if (given.positionals.length > 0) throw usage('sample takes no folder; use --out.');
      return checked({
        kind: 'sample',
        root: resolve(text('out') ?? 'sample-voice'),
        name: text('name') ?? 'sample',
        minutes: number(text('minutes'), 'minutes') ?? SAMPLE_VOICE.minutes,
        version: text('version') ?? 'v2',
        seed: number(text('seed'), 'seed') ?? SAMPLE_VOICE.seed,
      });
  }
}

/** Who asks, in the commands that measure. */
function asking({ text }: Given): { features: string | null; queries: string | null; seed: number; most: number } {
  const folder = (name: string): string | null => {
    const path = text(name);
    return path === null ? null : resolve(path);
  };
  return {
    features: folder('features'),
    queries: folder('queries'),
    seed: number(text('seed'), 'seed') ?? DEFAULT_SEED,
    most: number(text('most'), 'most') ?? MOST_QUERIES,
  };
}

function commandOf(word: string): Command {
  const command = COMMANDS.find((known) => known === word);
  if (command === undefined) throw usage(`"${word}" is not a command. There are ${COMMANDS.join(', ')}.`);
  return command;
}

function parseWords(
  words: readonly string[],
  command: Command,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...words], options: OPTIONS[command], allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function onePosition({ positionals }: Given, command: Command, what: string): string {
  const [only] = positionals;
  if (only === undefined || only === '') throw usage(`${command} needs a ${what}.`);
  if (positionals.length > 1) throw usage(`${command} takes one ${what}, not ${positionals.length}.`);
  return only;
}

function needed(value: string | null, option: string): string {
  if (value === null || value === '') throw usage(`--${option} is needed.`);
  return value;
}

function number(value: string | null, option: string): number | null {
  if (value === null) return null;
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed)) throw usage(`--${option} needs a number, not "${value}".`);
  return parsed;
}

/** The contract's own rules say which values there are and how far numbers go. */
function checked<K extends WorkKind>(request: { readonly kind: K } & Readonly<Record<string, unknown>>): RequestOf<K> {
  const result = v.safeParse(WorkRequest, request);
  if (result.success) return result.output as RequestOf<K>;
  const [issue] = result.issues;
  const option = v.getDotPath(issue)?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`--${option ?? request.kind} cannot be ${issue.received}: expected ${issue.expected ?? issue.message}.`);
}

function usage(message: string): VoronoiceError {
  return new VoronoiceError('USAGE', message);
}
