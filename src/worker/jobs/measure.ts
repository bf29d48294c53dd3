import type { HeardMoments, Measurement, QueryOrigin, Reference } from '@shared/contract/measurement';
import type { CompareRequest, CompareResult } from '@shared/jobs/compare';
import type { MeasureRequest } from '@shared/jobs/measure';
import type { Plane } from '@shared/domain/maths/plane';
import { relate } from '@shared/domain/measures/relation';
import { momentsIn, type Trace, tracedShare } from '@shared/domain/sound/trace';
import type { Engine, Index } from '../engine';
import { locateVoice } from '../voices/recognize';
import { type FeatureFolder, listFeatures, ofSpeaker, requireUsable } from '../features/features';
import { readIndexFacts } from '../files/indexFile';
import { readRecord } from '../files/record';
import { type JobContext, within } from '../context';
import { contentsOf, originalsOf } from '../measure/exact';
import { type AskingFrames, framesOfFiles, framesOfIndex } from '../measure/frames';
import {
  conclude,
  observe,
  type MeasuredIndex,
  type Observation,
  openToMeasure,
  requireSameDimension,
  traceIndex,
} from '../measure/measureIndex';
import { askContents } from '../measure/quality';
import { type Answers, askReference } from '../measure/reference';
import { type Beside, lookBeside, noteRows, type VoiceRows } from '../measure/shares';
import { checkSource } from '../measure/source';
import { heardMoments } from '../sound/moments';
import { rowsOfVoice, traceBeside, tracedFiles } from '../sound/trace';
import { keepTrace, readTrace, tracePath } from '../sound/traceFile';

/**
 * Measures one index, held against the voice where its features are given, else against its own contents. A second folder
 * of features asks, or the voice's own frames, or, with nothing else at hand, vectors of the index; each leaves itself out.
 *
 * @throws what opening an index and reading features throw, `INDEX_DIMENSION`, `OUT_OF_MEMORY`, `JOB_CANCELLED`
 */
export async function measure(request: MeasureRequest, context: JobContext<'measure'>): Promise<Measurement> {
  const engine = await context.engine();
  const opened = await openToMeasure(engine, request.index, context);
  try {
    // Of several speakers in a folder, the one that it was built of is its voice.
    const speaker = (await readRecord(opened.path))?.selection?.speaker;
    const asked = await ask(engine, request, opened, { without: 'itself', speaker }, context);
    try {
      return (await measureOpened(engine, opened, asked, { ...request, plane: null }, context)).measurement;
    } finally {
      asked.answers.close();
    }
  } finally {
    opened.index.close();
  }
}

/**
 * Measures two to four indexes by the same frames and against the same reference, on the same map: the voice, or else the
 * contents of the fullest of them. One index is in memory at a time.
 */
export async function compare(request: CompareRequest, context: JobContext<'compare'>): Promise<CompareResult> {
  const engine = await context.engine();
  const first = request.features === null ? await fullest(request.indexes, context) : 0;
  const items = new Map<string, Measurement>();
  let asked: Asked | null = null;
  let plane: Plane | null = null;
  try {
    // The fullest one comes first: it is what the others are held against.
    const order = [
      ...request.indexes.slice(first, first + 1),
      ...request.indexes.filter((_, place) => place !== first),
    ];
    for (const [position, path] of order.entries()) {
      const part = within(context, 'measure', (fraction) =>
        context.progress('compare', position + fraction, order.length),
      );
      const opened = await openToMeasure(engine, path, part);
      try {
        asked ??= await ask(engine, request, opened, { without: 'another', speaker: undefined }, part);
        const item = await measureOpened(engine, opened, asked, { ...request, nprobes: [], plane }, part);
        plane ??= item.plane;
        items.set(path, item.measurement);
      } finally {
        opened.index.close();
      }
    }
    return { items: request.indexes.flatMap((path) => items.get(path) ?? []) };
  } finally {
    asked?.answers.close();
  }
}

/** Position of the index with most vectors; of equals, the one that keeps them as they were. */
async function fullest(paths: readonly string[], { signal }: JobContext<'compare'>): Promise<number> {
  const facts = await Promise.all(paths.map((path) => readIndexFacts(path, signal)));
  const most = Math.max(...facts.map(({ vectors }) => vectors));
  const exact = facts.findIndex(({ vectors, type }) => vectors === most && type.endsWith('Flat'));
  return exact < 0 ? facts.findIndex(({ vectors }) => vectors === most) : exact;
}

/** Who asked, and what the reference answered. */
interface Asked {
  readonly answers: Answers;
  readonly origin: QueryOrigin;
  /** Null where the reference is not the voice. */
  readonly voice: VoiceRows | null;
}

async function ask(
  engine: Engine,
  request: Pick<MeasureRequest, 'features' | 'queries' | 'seed' | 'most'>,
  opened: MeasuredIndex,
  { without, speaker }: { readonly without: Exclude<Reference, 'voice'>; readonly speaker: string | undefined },
  context: JobContext<'measure'>,
): Promise<Asked> {
  const { index } = opened;
  const { signal } = context;
  const features = request.features === null ? null : await usableFeatures(request.features, speaker, context);
  if (features?.dimension != null) requireSameDimension(features.dimension, index);
  const { frames, origin } = await asking(engine, request, opened, features, context);
  if (features === null) {
    return {
      answers: await askReference(engine, without, contentsOf(index, signal), frames, signal),
      origin,
      voice: null,
    };
  }
  const { rows, show } = noteRows(features);
  const onRows = (done: number): void => context.progress('truth', done, features.frames);
  const originals = originalsOf(engine, features, signal);
  const answers = await askReference(engine, 'voice', originals, frames, signal, { show, onRows });
  return { answers, origin, voice: rows };
}

async function asking(
  engine: Engine,
  request: Pick<MeasureRequest, 'queries' | 'seed' | 'most'>,
  { index }: MeasuredIndex,
  features: FeatureFolder | null,
  context: JobContext<'measure'>,
): Promise<{ readonly frames: AskingFrames; readonly origin: QueryOrigin }> {
  const others = request.queries === null ? null : await usableFeatures(request.queries, undefined, context);
  const folder = others ?? features;
  if (folder === null) return { frames: await framesOfIndex(index, request, context), origin: 'stored' };
  const frames = await framesOfFiles(engine, folder, request, context);
  try {
    requireSameDimension(frames.matrix.columns, index);
  } catch (error) {
    frames.matrix.close();
    throw error;
  }
  return { frames, origin: others === null ? 'voice' : 'second-folder' };
}

async function usableFeatures(
  path: string,
  speaker: string | undefined,
  { signal, leftOut }: JobContext<'measure'>,
): Promise<FeatureFolder> {
  const voice = await locateVoice(path);
  const folder = await listFeatures(voice.featuresPath, signal, { without: leftOut(voice.path) });
  requireUsable(folder);
  return ofSpeaker(folder, speaker);
}

async function measureOpened(
  engine: Engine,
  opened: MeasuredIndex,
  { answers, origin, voice }: Asked,
  { nprobes, traces, plane }: Pick<MeasureRequest, 'nprobes' | 'traces'> & { readonly plane: Plane | null },
  context: JobContext<'measure'>,
): Promise<{ readonly measurement: Measurement; readonly plane: Plane | null }> {
  const { index, path, facts } = opened;
  const { signal } = context;
  requireSameDimension(answers.frames.matrix.columns, index);
  const record = await readRecord(path);
  const beside = voice === null ? null : await lookBeside(engine, index, voice, record, answers.frames.seed, signal);
  const same = beside?.equal ?? answers.reference === 'itself';
  const contents = same ? null : await askContents(engine, index, answers, context);
  const seen = await observe(engine, index, answers, { origin, curve: null, contents, nprobes, plane }, context);
  const known = { hash: opened.hash, voice, beside, traces };
  const trace = await traceOpened(engine, index, known, context);
  const merged = record !== null && record.origins.length > 0 && facts.nlist !== null;
  const measurement = conclude(seen, {
    ...opened,
    source: voice === null ? null : await checkSource(engine, voice.folder, signal),
    relation: beside === null ? null : relate(beside),
    moments: trace === null || voice === null ? null : momentsOf(seen, trace, voice.folder),
    expansion: record?.expansion?.strength ?? null,
    origins: merged ? traceIndex(index, record.origins) : null,
  });
  return { measurement, plane: seen.plane };
}

/** What is needed to trace an index that is open. */
interface Traceable extends Pick<MeasureRequest, 'traces'>, Pick<MeasuredIndex, 'hash'> {
  readonly voice: VoiceRows | null;
  readonly beside: Beside | null;
}

/** The frames of its vectors, from where they are kept or found now and kept; null where nobody will listen. */
async function traceOpened(
  engine: Engine,
  index: Index,
  { hash, voice, beside, traces }: Traceable,
  { signal, log }: JobContext<'measure'>,
): Promise<Trace | null> {
  if (traces === null || voice === null || beside === null) return null;
  const path = tracePath(traces, hash);
  const kept = await readTrace(path);
  if (kept !== null && kept.rows.length === index.describe().ntotal && rowsOfVoice(kept, voice.folder) !== null)
    return kept;
  const trace = await traceBeside(engine, index, voice, beside, signal);
  await keepTrace(path, trace, log);
  return trace;
}

function momentsOf({ searches, queries }: Observation, trace: Trace, folder: FeatureFolder): HeardMoments {
  const ofVoice = momentsIn(tracedFiles(folder));
  const ofTrace = momentsIn(trace.files);
  return heardMoments(searches, {
    asked: queries.origin === 'second-folder' ? null : ofVoice,
    reference: ofVoice,
    vector: (id) => ofTrace(trace.rows[id] ?? -1),
    traced: tracedShare(trace.rows),
  });
}
