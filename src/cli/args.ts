import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { type Expansion, type Selection, type TuneLimits, USUAL_EXPANSION } from '@shared/contract/build';
import { type RequestOf, type WorkKind, workKinds } from '@shared/jobs';
import type { Source } from '@shared/jobs/fields';
import { MOST_QUERIES } from '@shared/domain/measures/holdOut';
import { DEFAULT_SEED } from '@shared/domain/maths/random';
import { SAMPLE_VOICE } from '@shared/domain/voice/sampleVoice';

export const COMMANDS = [
  'train',
  'tune',
  'expand',
  'compress',
  'merge',
  'inspect',
  'measure',
  'compare',
  'repair',
  'scan',
  'export',
  'sample',
] as const;
export type Command = (typeof COMMANDS)[number];

/** A train request whose output folder may still have to be found: it is the voice's own unless told otherwise. */
export type TrainArguments = Omit<RequestOf<'train'>, 'out'> & { readonly out: string | null };

/** A training whose way is looked for first, in so many seconds. */
export interface AutoArguments {
  readonly kind: 'auto';
  readonly train: TrainArguments;
  readonly limits: TuneLimits;
  readonly budgetSeconds: number;
}

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
        | TrainArguments
        | AutoArguments
        | RepairArguments
        | RequestOf<'inspect' | 'measure' | 'compare' | 'scan' | 'export' | 'sample' | 'compress' | 'expand' | 'tune'>;
    };

type Options = NonNullable<ParseArgsConfig['options']>;

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const satisfies Options;

const EXPANSION = {
  alpha: { type: 'string' },
  neighbours: { type: 'string' },
  neighbors: { type: 'string' },
  'no-self': { type: 'boolean' },
  'no-restore-norm': { type: 'boolean' },
  repeat: { type: 'string' },
  exact: { type: 'boolean' },
} as const satisfies Options;

const SELECTION = {
  drop: { type: 'string', multiple: true },
  'drop-silence': { type: 'boolean' },
  'drop-duplicates': { type: 'boolean' },
  'drop-outliers': { type: 'string' },
} as const satisfies Options;

const BUILD = {
  ...COMMON,
  ...EXPANSION,
  ...SELECTION,
  recipe: { type: 'string' },
  factory: { type: 'string' },
  metric: { type: 'string' },
  nprobe: { type: 'string' },
  'k-factor': { type: 'string' },
  compress: { type: 'string' },
  'compress-method': { type: 'string' },
  seed: { type: 'string' },
  name: { type: 'string' },
  out: { type: 'string' },
  'total-fea': { type: 'boolean' },
  'max-memory': { type: 'string' },
} as const satisfies Options;

const LIMITS = {
  budget: { type: 'string' },
  'max-size': { type: 'string' },
  'max-ms': { type: 'string' },
  'min-quality': { type: 'string' },
} as const satisfies Options;

const OPTIONS = {
  train: { ...BUILD, ...LIMITS },
  tune: { ...COMMON, ...LIMITS, seed: { type: 'string' } },
  expand: { ...BUILD, by: { type: 'string' } },
  compress: {
    ...COMMON,
    ...SELECTION,
    clusters: { type: 'string' },
    method: { type: 'string' },
    seed: { type: 'string' },
    out: { type: 'string' },
    'max-memory': { type: 'string' },
  },
  merge: { ...BUILD, share: { type: 'string' } },
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
  const list = (name: string): readonly string[] => {
    const value = values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  };
  const given: Given = { text, list, flag: (name) => values[name] === true, positionals };
  return { kind: 'work', json: values['json'] === true, request: requestOf(command, given) };
}

interface Given {
  readonly text: (name: string) => string | null;
  readonly list: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
  readonly positionals: readonly string[];
}

type Work = Extract<Invocation, { kind: 'work' }>['request'];

function requestOf(command: Command, given: Given): Work {
  const { text, flag } = given;
  switch (command) {
    case 'train': {
      const folder = resolve(onePosition(given, 'train', 'folder'));
      if (text('recipe') !== 'auto') return training(given, [{ path: folder, weight: null }], text('recipe'));
      const { budgetSeconds, limits } = tuning(given, folder);
      return {
        kind: 'auto',
        train: training(given, [{ path: folder, weight: null }], 'balanced'),
        budgetSeconds,
        limits,
      };
    }
    case 'tune':
      return tuning(given, resolve(onePosition(given, 'tune', 'folder')));
    case 'expand': {
      const path = resolve(onePosition(given, 'expand', 'folder or index'));
      const out = resolve(needed(text('out'), 'out'));
      const expansion = expansionOf(given) ?? USUAL_EXPANSION;
      const by = text('by');
      if (by === null) {
        return { ...training(given, [{ path, weight: null }], text('recipe')), expansion };
      }
      const seed = number(text('seed'), 'seed') ?? DEFAULT_SEED;
      return checked({ kind: 'expand', folder: path, by: resolve(by), ...expansion, seed, out });
    }
    case 'compress':
      return checked({
        kind: 'compress',
        folder: resolve(onePosition(given, 'compress', 'folder')),
        clusters: number(needed(text('clusters'), 'clusters'), 'clusters'),
        method: text('method') ?? 'minibatch',
        selection: selectionOf(given),
        seed: number(text('seed'), 'seed') ?? DEFAULT_SEED,
        out: resolve(needed(text('out'), 'out')),
        memoryLimit: megabytes(text('max-memory'), 'max-memory'),
      });
    case 'merge': {
      if (given.positionals.length < 2) throw usage('merge needs at least two folders or indexes.');
      needed(text('out'), 'out');
      const share = text('share');
      const weights = share === null ? null : share.split(',').map((value) => number(value, 'share'));
      if (weights !== null && weights.length !== given.positionals.length) {
        throw usage(`--share needs ${given.positionals.length} numbers, one for each.`);
      }
      const sources = given.positionals.map((path, at) => ({ path: resolve(path), weight: weights?.[at] ?? null }));
      return training(given, sources, text('recipe'));
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

/** What is built, and how. The output folder may still have to be found. */
function training(given: Given, sources: readonly Source[], recipe: string | null): TrainArguments {
  const { text, flag } = given;
  const out = text('out');
  const request = checked({
    kind: 'train',
    sources,
    recipe: recipe ?? 'balanced',
    factory: text('factory'),
    metric: text('metric') ?? 'l2',
    nprobe: number(text('nprobe'), 'nprobe'),
    kFactor: number(text('k-factor'), 'k-factor'),
    compression: compressionOf(given),
    expansion: expansionOf(given),
    selection: selectionOf(given),
    seed: number(text('seed'), 'seed') ?? DEFAULT_SEED,
    name: text('name'),
    out: '.',
    totalFea: flag('total-fea'),
    measure: false,
    memoryLimit: megabytes(text('max-memory'), 'max-memory'),
  });
  return { ...request, out: out === null ? null : resolve(out) };
}

function compressionOf({ text }: Given): unknown {
  const clusters = text('compress');
  if (clusters === null || clusters === 'none') return clusters;
  return { clusters: number(clusters, 'compress'), method: text('compress-method') ?? 'minibatch' };
}

/** Null unless it is asked for, by any of the two numbers that make it. */
function expansionOf({ text, flag }: Given): Expansion | null {
  const neighbors = number(text('neighbours') ?? text('neighbors'), 'neighbours');
  const alpha = number(text('alpha'), 'alpha');
  if (neighbors === null && alpha === null) return null;
  return {
    alpha: alpha ?? USUAL_EXPANSION.alpha,
    neighbors: neighbors ?? USUAL_EXPANSION.neighbors,
    includeSelf: !flag('no-self'),
    restoreNorms: !flag('no-restore-norm'),
    repetitions: number(text('repeat'), 'repeat') ?? USUAL_EXPANSION.repetitions,
    search: flag('exact') ? 'exact' : 'fast',
  };
}

function selectionOf({ text, list, flag }: Given): Selection | null {
  const selection = {
    files: [...list('drop')],
    silence: flag('drop-silence'),
    duplicates: flag('drop-duplicates'),
    outliers: number(text('drop-outliers'), 'drop-outliers') ?? 0,
  };
  const { files, silence, duplicates, outliers } = selection;
  return files.length > 0 || silence || duplicates || outliers !== 0 ? selection : null;
}

/** Long enough for every usual candidate on a voice of an hour. */
const DEFAULT_BUDGET_SECONDS = 120;

function tuning({ text }: Given, folder: string): RequestOf<'tune'> {
  return checked({
    kind: 'tune',
    folder,
    budgetSeconds: number(text('budget'), 'budget') ?? DEFAULT_BUDGET_SECONDS,
    options: null,
    limits: {
      maxBytes: megabytes(text('max-size'), 'max-size'),
      maxMs: number(text('max-ms'), 'max-ms'),
      minQuality: number(text('min-quality'), 'min-quality'),
    },
    seed: number(text('seed'), 'seed') ?? DEFAULT_SEED,
  });
}

/** Megabytes as file managers count them, in bytes. */
function megabytes(value: string | null, option: string): number | null {
  const amount = number(value, option);
  return amount === null ? null : Math.round(amount * 1e6);
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
  const result = v.safeParse(workKinds[request.kind].request, request);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const option = v.getDotPath(issue)?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usage(`--${option ?? request.kind} cannot be ${issue.received}: expected ${issue.expected ?? issue.message}.`);
}

function usage(message: string): VoronoiceError {
  return new VoronoiceError('USAGE', message);
}
