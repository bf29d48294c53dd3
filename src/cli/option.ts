import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { errnoOf } from '@shared/contract/systemErrors';

/** One option of a command: its name is the key it is declared under, `totalFea` for `--total-fea`. */
export interface Option<T> {
  /** Stands for the value in the help; null for a switch. */
  readonly metavar: string | null;
  /** One sentence, or more lines. */
  readonly help: string;
  /** It may be given several times. */
  readonly multiple: boolean;
  /** Older names, which go on working. */
  readonly aliases: readonly string[];
  /** @throws USAGE */
  readonly read: (given: readonly string[], name: string) => T;
}
export type Options = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<O extends Options> = { readonly [N in keyof O]: O[N] extends Option<infer T> ? T : never };

/** What stands behind the command's name. */
export interface Words<O extends Options> {
  readonly values: ValuesOf<O>;
  readonly given: ReadonlySet<string>;
  readonly positions: readonly string[];
}

export function usage(message: string): VoronoiceError {
  return new VoronoiceError('USAGE', message);
}

function option<T>(metavar: string | null, help: string, read: Option<T>['read']): Option<T> {
  return { metavar, help, multiple: false, aliases: [], read };
}

/** As the contract has it for names. */
const LONGEST = 300;

/** A switch. */
export function flag(help: string): Option<boolean> {
  return option(null, help, (given) => given.length > 0);
}

export function text(metavar: string, help: string): Option<string | null> {
  return option(metavar, help, (given, name) => {
    const [value] = given;
    if (value === '') throw usage(`--${name} needs a value.`);
    if (value !== undefined && value.length > LONGEST) throw usage(`--${name} takes at most ${LONGEST} characters.`);
    return value ?? null;
  });
}

export function texts(metavar: string, help: string): Option<readonly string[]> {
  return { ...option(metavar, help, (given) => given), multiple: true };
}

/** A path, as it is meant in the folder that this was called in. @throws FOLDER_VANISHED when that has gone */
export function absolute(path: string): string {
  try {
    return resolve(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    throw new VoronoiceError('FOLDER_VANISHED', 'The folder that this was called in is not there any more.');
  }
}

/** A path, made absolute. */
export function path(metavar: string, help: string): Option<string | null> {
  return option(metavar, help, ([value], name) => {
    if (value === '') throw usage(`--${name} needs a value.`);
    return value === undefined ? null : absolute(value);
  });
}

/** One of a few words. */
export function choice<const C extends string>(metavar: string, help: string, words: readonly C[]): Option<C | null> {
  return option(metavar, help, ([value], name) => {
    if (value === undefined) return null;
    const known = words.find((word) => word === value);
    if (known === undefined) throw usage(`--${name} cannot be "${value}": it is one of ${words.join(', ')}.`);
    return known;
  });
}

/** A number within what the schema allows. */
export function number(
  metavar: string,
  help: string,
  schema: v.GenericSchema<number, number> = v.number(),
): Option<number | null> {
  return option(metavar, help, ([value], name) => (value === undefined ? null : numberOf(value, name, schema)));
}

/** Numbers with commas between them. */
export function numbers(
  metavar: string,
  help: string,
  schema: v.GenericSchema<number, number>,
): Option<readonly number[] | null> {
  return option(metavar, help, ([value], name) =>
    value === undefined
      ? null
      : value
          .split(',')
          .filter((item) => item !== '')
          .map((item) => numberOf(item, name, schema)),
  );
}

/** A byte at least, and no more than can be counted. */
const Megabytes = v.pipe(v.number(), v.minValue(1e-6), v.maxValue(1e9));

/** Megabytes as file managers count them; in bytes. */
export function megabytes(help: string): Option<number | null> {
  return option('MB', help, ([value], name) =>
    value === undefined ? null : Math.round(numberOf(value, name, Megabytes) * 1e6),
  );
}

/** The same option with what it is when it is not given. */
export function initially<T>(base: Option<T | null>, initial: T): Option<T> {
  const help = `${base.help} (default ${typeof initial === 'number' ? initial.toLocaleString('en-US', { useGrouping: initial >= 2_000 }) : String(initial)})`;
  return { ...base, help, read: (given, name) => base.read(given, name) ?? initial };
}

/** The same option with older names. */
export function alias<T>(base: Option<T>, ...aliases: readonly string[]): Option<T> {
  return { ...base, aliases };
}

/** @throws USAGE when it is no number, or not one that the schema allows */
export function numberOf(value: string, name: string, schema: v.GenericSchema<number, number> = v.number()): number {
  const parsed = Number(value);
  if (value.trim() === '' || !Number.isFinite(parsed)) throw usage(`--${name} needs a number, not "${value}".`);
  const checked = v.safeParse(schema, parsed);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  // Of a whole number the schema tells no range.
  throw usage(`--${name} cannot be ${value}: expected ${issue.expected ?? 'a whole number'}.`);
}

/** `totalFea` is `--total-fea`. */
export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @throws USAGE for an option that is not declared, or a value that is missing or wrong */
export function readWords<O extends Options>(words: readonly string[], options: O): Words<O> {
  const names = Object.entries(options).flatMap(([key, { metavar, aliases }]) =>
    [optionName(key), ...aliases].map(
      (name) => ({ key, name, type: metavar === null ? 'boolean' : 'string' }) as const,
    ),
  );
  const { values, positionals } = parse(
    words,
    Object.fromEntries(names.map(({ name, type }) => [name, { type, multiple: true } as const])),
  );
  const given = new Set<string>();
  const read = Object.entries(options).map(([key, { multiple, read: readOption }]) => {
    const found = names.filter((each) => each.key === key && values[each.name] !== undefined);
    const texts = found.flatMap(({ name }) => (values[name] ?? []).map(String));
    if (found.length > 0) given.add(key);
    // Given twice, the last one counts.
    const counted = multiple ? texts : texts.slice(-1);
    return [key, readOption(counted, found.at(-1)?.name ?? optionName(key))] as const;
  });
  return { values: Object.fromEntries(read) as ValuesOf<O>, given, positions: positionals };
}

function parse(
  words: readonly string[],
  options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple: true }>>,
): {
  readonly values: Readonly<Record<string, readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
} {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

/** @throws USAGE when options were given that have no effect here */
export function refuseUnused<O extends Options>(
  { given }: Words<O>,
  options: readonly (keyof O & string)[],
  unless: string,
): void {
  const unused = options.find((key) => given.has(key));
  if (unused !== undefined) throw usage(`--${optionName(unused)} has no effect ${unless}.`);
}

/** @throws USAGE when it was not given */
export function needed<T>(value: T | null, key: string): T {
  if (value === null) throw usage(`--${optionName(key)} is needed.`);
  return value;
}

/** @throws USAGE unless exactly one was given */
export function onePosition(
  { positions }: { readonly positions: readonly string[] },
  command: string,
  what: string,
): string {
  const [only] = positions;
  if (only === undefined || only === '') throw usage(`${command} needs a ${what}.`);
  if (positions.length > 1) throw usage(`${command} takes one ${what}, not ${positions.length}.`);
  return absolute(only);
}
