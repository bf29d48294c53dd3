import { dirname } from 'node:path';
import type { BuildRecord } from '@shared/contract/record';
import type { RecipeId } from '@shared/contract/primitives';
import type { RequestOf, ResultOf } from '@shared/jobs';
import type { Source } from '@shared/jobs/fields';
import { DEFAULT_RECIPE } from '@shared/domain/recipes/recipes';
import { locateVoice } from '../../worker/voices/recognize';
import type { Outcome, Workshop } from '../command';
import { absolute, flag, path, text, type Words } from '../option';
import { BUILD, buildOptionsOf, maxMemory, seed } from '../options';
import { count, duration, groupWords, megabytes, minutes, paragraph, percent, table } from '../words';
import { measurementJson, measurementText } from './measurement';
import { compressionLine, expansionLine, selectionLine } from './reports';

/** What the commands that build an index have in common: what can be asked, where it goes, and what they say of it. */

/** A training whose output folder may still have to be found: it is the voice's own unless told otherwise. */
export type Training = Omit<RequestOf<'train'>, 'out'> & { readonly out: string | null };

/** Everything about the index but its recipe. */
export const INDEX = {
  ...BUILD,
  maxMemory,
  seed: seed('seed of the shuffle: the same seed gives the same file'),
  name: text('EXP', "name of the voice in the file name (default: the folder's)"),
  out: path('DIR', 'where the index goes (default: beside what it is made of)'),
  totalFea: flag('write total_fea.npy as well'),
  measure: flag('say how good the index is, by the frames that were kept apart'),
} as const;

export function trainingOf(words: Words<typeof INDEX>, sources: readonly Source[], recipe: RecipeId | null): Training {
  const { values } = words;
  return {
    kind: 'train',
    sources: [...sources],
    ...buildOptionsOf(words, recipe ?? DEFAULT_RECIPE),
    seed: values.seed,
    name: values.name,
    out: values.out,
    totalFea: values.totalFea,
    measure: values.measure,
    traces: null,
    memoryLimit: values.maxMemory,
  };
}

/** Where nothing else is asked for, an index goes beside what it is made of. */
export async function build(training: Training, { run }: Workshop): Promise<Outcome> {
  const [first] = training.sources;
  const out = training.out ?? (first === undefined ? absolute('.') : await placeOf(first.path));
  return builtOutcome(await run({ ...training, out }));
}

async function placeOf(source: string): Promise<string> {
  return /\.index$/i.test(source) ? dirname(source) : (await locateVoice(source)).path;
}

export function builtOutcome(result: ResultOf<'train'>): Outcome {
  return {
    text: [trainText(result), ...(result.measurement === null ? [] : [measurementText(result.measurement)])].join('\n'),
    json: trainJson(result),
    remarks: result.notes.map(({ code, file, message }) => `${code}${file === null ? '' : ` ${file}`}: ${message}`),
  };
}

function trainJson({ lists, seconds, measurement, ...result }: ResultOf<'train'>): object {
  return {
    index: result.index,
    vectors: result.vectors,
    dimension: result.dimension,
    version: result.version,
    nlist: result.nlist,
    nprobe: result.nprobe,
    metric: result.metric,
    factory: result.factory,
    bytes: result.bytes,
    emptyLists: lists?.empty ?? null,
    smallLists: lists?.small ?? null,
    imbalance: lists?.imbalance ?? null,
    compression: result.record.compression,
    expansion: result.record.expansion,
    selection: result.record.selection,
    origins: result.record.origins,
    seconds: {
      read: seconds.read,
      prepare: seconds.prepare,
      train: seconds.train,
      add: seconds.add,
      write: seconds.write,
      ...(measurement === null ? {} : { measure: seconds.measure }),
      total: seconds.total,
    },
    peakRssBytes: result.peakRssBytes,
    ...(measurement === null ? {} : { measurement: measurementJson(measurement) }),
  };
}

function trainText(result: ResultOf<'train'>): string {
  const { lists, seconds } = result;
  return paragraph([
    coverageSentence(result),
    ...recordLines(result.record),
    '',
    ...table([
      ['Index', result.index],
      [
        'Voice',
        `${count(result.vectors)} ${result.record.compression === null ? `frames (${minutes(result.vectors)})` : 'vectors'}, ${result.version ?? `${result.dimension} columns`}`,
      ],
      ...(result.nlist === null
        ? [['Kind', result.factory] as const]
        : [['Groups', `${count(result.nlist)}${lists === null ? '' : `, ${groupWords(lists)}`}`] as const]),
      ...(result.nprobe === null ? [] : [['A search looks into', `${result.nprobe} of them (nprobe)`] as const]),
      ['Size', megabytes(result.bytes)],
      ['Time', `${duration(seconds.total)} (grouping ${duration(seconds.train)})`],
      ['Memory', `${megabytes(result.peakRssBytes)} at most`],
    ]),
  ]);
}

function coverageSentence({ coverage, nprobe, nlist, vectors }: ResultOf<'train'>): string {
  const built = `Built: ${count(vectors)} vectors${nlist === null ? '' : ` in ${count(nlist)} groups`}.`;
  if (coverage === null) return built;
  const last = coverage.missing.at(-1);
  const asked =
    coverage.heldOut > 0
      ? `${count(coverage.heldOut)} frames that the groups had never seen`
      : 'the stored frames, each leaving itself out';
  const short =
    last?.share === 0
      ? `no search came back short at nprobe ${nprobe}`
      : `${percent(last?.share ?? 0)} of the searches came back short even at nprobe ${nprobe}`;
  const width =
    coverage.reason === 'best'
      ? ' It is the best within the time of a search that realtime leaves; not quite all moments come out the same.'
      : '';
  return `${built} Asked with ${asked}, ${short}.${width}`;
}

function recordLines({ compression, expansion, selection, origins }: BuildRecord): string[] {
  return [
    ...(selection === null ? [] : [selectionLine(selection)]),
    ...(compression === null ? [] : [compressionLine(compression)]),
    ...(expansion === null ? [] : [expansionLine(expansion)]),
    ...(origins.length === 0
      ? []
      : [`Merged: ${origins.map(({ name, vectors }) => `${name} ${count(vectors)}`).join(', ')}.`]),
  ];
}
