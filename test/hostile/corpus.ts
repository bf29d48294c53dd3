import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { VoronoiceError } from '@shared/contract/errors';
import { ModelFacts } from '@shared/contract/models';
import { NPY_HEADER_BYTES, parseNpyHeader } from '@shared/formats/npy';
import { walkBytes } from '@shared/formats/walk';
import { readWavHeader } from '@shared/formats/wav';
import { readModelFile } from '../../src/worker/files/modelFile';
import { type BuiltFile, type Change, fieldVariants } from '../fixtures/fields';
import { judge } from '../fuzz/indexes';
import { indexSpecimens } from './index';
import { lookAlikes } from './lookAlikes';
import { npySpecimens } from './npy';
import { pthSpecimens } from './pth';
import { wavSpecimens } from './wav';

/** A code of errors.ts, or that nothing speaks against it. */
type Answer = string;

/** What is said of a file, of its beginnings by their length (each holds up to the next), and with each field changed. */
export interface Expected {
  readonly whole: Answer;
  readonly cut?: Readonly<Record<string, Answer>>;
  readonly fields?: Readonly<Record<string, Answer | Readonly<Partial<Record<Change, Answer>>>>>;
}

const ACCEPTED = 'accepted';

interface Format {
  readonly specimens: () => Readonly<Record<string, BuiltFile>>;
  readonly answer: (bytes: Uint8Array) => Answer | Promise<Answer>;
}

export const FORMAT_NAMES = ['index', 'npy', 'wav', 'pth'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

/** Every format that is read, with files of it and of others, and what reads it. */
const FORMATS: Readonly<Record<FormatName, Format>> = {
  index: { specimens: () => ({ ...indexSpecimens(), ...lookAlikes() }), answer: answerOfGate },
  npy: {
    specimens: () => ({ ...npySpecimens(), ...lookAlikes() }),
    answer: (bytes) => answerOf(() => parseNpyHeader(bytes.subarray(0, NPY_HEADER_BYTES), bytes.length)),
  },
  wav: {
    specimens: () => ({ ...wavSpecimens(), ...lookAlikes() }),
    answer: (bytes) => answerOf(() => walkBytes(bytes, readWavHeader(bytes.length))),
  },
  pth: { specimens: () => ({ ...pthSpecimens(), ...lookAlikes() }), answer: answerOfModel },
};

/** What is said of every file of a format. */
export async function answers(format: FormatName): Promise<Readonly<Record<string, Expected>>> {
  const { specimens, answer } = FORMATS[format];
  const said: Record<string, Expected> = {};
  for (const [name, built] of Object.entries(specimens())) {
    const whole = await answer(built.bytes);
    said[name] =
      built.fields.length === 0
        ? { whole }
        : { whole, cut: await answersOfCuts(built, answer), fields: await answersOfFields(built, answer) };
  }
  return said;
}

const WRITTEN = 'test/hostile/expected.json';

/** What must be said of every file of a format. */
export function expectedAnswers(format: FormatName): Readonly<Record<string, Expected>> {
  return written()[format];
}

/** Writes down what is said now. */
export function writeAnswers(format: FormatName, said: Readonly<Record<string, Expected>>): void {
  writeFileSync(WRITTEN, `${JSON.stringify({ ...written(), [format]: said }, null, 2)}\n`);
}

function written(): Readonly<Record<FormatName, Readonly<Record<string, Expected>>>> {
  return JSON.parse(readFileSync(WRITTEN, 'utf8')) as ReturnType<typeof written>;
}

/** How many files of a format are tried, cut and changed ones included. */
export function filesOf(format: FormatName): number {
  return Object.values(FORMATS[format].specimens()).reduce(
    (sum, built) => sum + 1 + (built.fields.length === 0 ? 0 : built.bytes.length + [...fieldVariants(built)].length),
    0,
  );
}

async function answersOfCuts({ bytes }: BuiltFile, answer: Format['answer']): Promise<Record<string, Answer>> {
  const said: Record<string, Answer> = {};
  let last = '';
  for (let length = 0; length < bytes.length; length++) {
    const now = await answer(bytes.slice(0, length));
    if (now !== last) said[length] = now;
    last = now;
  }
  return said;
}

/** One answer where all changes of a field have the same. */
async function answersOfFields(built: BuiltFile, answer: Format['answer']): Promise<NonNullable<Expected['fields']>> {
  const said: Record<string, Partial<Record<Change, Answer>>> = {};
  for (const { field, change, bytes } of fieldVariants(built)) {
    (said[field.name] ??= {})[change] = await answer(bytes);
  }
  return Object.fromEntries(
    Object.entries(said).map(([name, changes]) => {
      const [first = '', ...others] = Object.values(changes);
      return [name, others.every((other) => other === first) ? first : changes];
    }),
  );
}

function answerOfGate(bytes: Uint8Array): Answer {
  const verdict = judge(bytes);
  switch (verdict.kind) {
    case 'accepted':
      return ACCEPTED;
    case 'refused':
      return verdict.code;
    case 'fell':
      throw verdict.error;
  }
}

function answerOf(read: () => unknown): Answer {
  try {
    read();
    return ACCEPTED;
  } catch (error) {
    return codeOf(error);
  }
}

/** Models are read from a file, for a ZIP is read from its end. */
async function answerOfModel(bytes: Uint8Array): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), 'voronoice-hostile-'));
  try {
    const path = join(folder, 'model.pth');
    writeFileSync(path, bytes);
    return await readModelFile(path).then((facts) => (v.parse(ModelFacts, facts), ACCEPTED), codeOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Anything but an error of ours is a fault of the reader. */
function codeOf(error: unknown): Answer {
  if (error instanceof VoronoiceError && error.code !== 'INTERNAL') return error.code;
  throw error;
}
