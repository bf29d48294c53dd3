import { stat } from 'node:fs/promises';
import type { Measurement, QueryOrigin } from '@shared/contract/measurement';
import type { CompareRequest, CompareResult } from '@shared/jobs/compare';
import type { MeasureRequest } from '@shared/jobs/measure';
import type { Plane } from '@shared/domain/maths/plane';
import { staleness } from '@shared/domain/verdict/staleness';
import { THRESHOLDS } from '@shared/domain/verdict/verdict';
import type { Engine } from '../engine';
import { locateVoice, madeOf } from '../features/experiment';
import { type FeatureFolder, listFeatures, requireUsable } from '../features/features';
import { onFile } from '../files/fileErrors';
import { readRecord } from '../files/record';
import { type JobContext, within } from '../context';
import { type AskingFrames, framesOfFolder, framesOfIndex } from '../measure/frames';
import {
  conclude,
  type Findings,
  type Observation,
  observe,
  type MeasuredIndex,
  openToMeasure,
  traceIndex,
} from '../measure/measureIndex';
import { againstOriginal, distanceRatio, heldShare, originalsOf } from '../measure/original';
import { checkSource } from '../measure/source';

/**
 * Measures one index: by a second folder of features, by some of the features it was made from (each frame then leaves
 * itself out), or, with nothing else at hand, by some of its own vectors.
 *
 * @throws what opening an index and reading features throw, `INDEX_DIMENSION`, `OUT_OF_MEMORY`, `JOB_CANCELLED`
 */
export async function measure(request: MeasureRequest, context: JobContext<'measure'>): Promise<Measurement> {
  const engine = await context.engine();
  const opened = await openToMeasure(engine, request.index, context);
  try {
    const asking = await prepare(engine, request, opened, context);
    try {
      const options = { origin: asking.origin, nprobes: request.nprobes, plane: null };
      const observation = await observe(engine, opened.index, asking.frames, options, context);
      return await finish(engine, opened, asking, observation, context);
    } finally {
      asking.frames.matrix.close();
    }
  } finally {
    opened.index.close();
  }
}

/** Measures two to four indexes by the same frames, on the same map. One index is in memory at a time. */
export async function compare(request: CompareRequest, context: JobContext<'compare'>): Promise<CompareResult> {
  const engine = await context.engine();
  const items: Measurement[] = [];
  let asking: Asking | null = null;
  let plane: Plane | null = null;
  try {
    for (const [position, path] of request.indexes.entries()) {
      const part = within(context, 'measure', (fraction) =>
        context.progress('compare', position + fraction, request.indexes.length),
      );
      const opened = await openToMeasure(engine, path, part);
      try {
        asking ??= await prepare(engine, request, opened, part);
        // The rows of the first index mean nothing in the others; there a frame is recognized by its place.
        const frames: AskingFrames = position === 0 ? asking.frames : { ...asking.frames, rows: null };
        const options = { origin: asking.origin, nprobes: [], plane };
        const observation = await observe(engine, opened.index, frames, options, part);
        plane ??= observation.plane;
        items.push(await finish(engine, opened, asking, observation, part));
      } finally {
        opened.index.close();
      }
    }
    return { items };
  } finally {
    asking?.frames.matrix.close();
  }
}

interface Asking {
  readonly frames: AskingFrames;
  readonly origin: QueryOrigin | null;
  readonly features: FeatureFolder | null;
}

async function prepare(
  engine: Engine,
  request: Pick<MeasureRequest, 'features' | 'queries' | 'seed' | 'most'>,
  opened: MeasuredIndex,
  context: JobContext<'measure'>,
): Promise<Asking> {
  const features = request.features === null ? null : await usableFeatures(request.features, context);
  const folder = request.queries === null ? null : (await locateVoice(request.queries)).featuresPath;
  if (folder !== null) {
    return { frames: await framesOfFolder(engine, folder, request, context), origin: 'second-folder', features };
  }
  if (features !== null) {
    return { frames: await framesOfFolder(engine, features.path, request, context), origin: null, features };
  }
  return { frames: await framesOfIndex(engine, opened.index, request, context), origin: 'stored', features };
}

async function usableFeatures(path: string, { signal }: JobContext<'measure'>): Promise<FeatureFolder> {
  const folder = await listFeatures((await locateVoice(path)).featuresPath, signal);
  requireUsable(folder);
  return folder;
}

/** Draws the conclusion. Frames of the features that an index was made of have been seen by it, whatever it made of them. */
async function finish(
  engine: Engine,
  opened: MeasuredIndex,
  asking: Asking,
  observation: Observation,
  context: JobContext<'measure'>,
): Promise<Measurement> {
  const found = await findings(engine, opened, asking, observation, context);
  const seen = asking.origin === null && found.original !== null && isNear(found.featuresDistanceRatio);
  const queries = seen ? { ...observation.queries, origin: 'stored' as const, optimistic: true } : observation.queries;
  return conclude({ ...observation, queries }, found);
}

/** Whether frames lie as near to an index as it would be if it was made of them. */
function isNear(ratio: number | null): boolean {
  return ratio !== null && ratio < THRESHOLDS.featuresDistanceRatio.otherFrom;
}

async function findings(
  engine: Engine,
  { index, path, facts, ids, bytes, hash }: MeasuredIndex,
  { frames, features }: Asking,
  { queries, truth, found }: Observation,
  { signal }: JobContext<'measure'>,
): Promise<Findings> {
  const record = await readRecord(path);
  const merged = record !== null && record.origins.length > 0 && facts.nlist !== null;
  const known = {
    facts,
    ids,
    bytes,
    hash,
    expansion: record?.expansion?.strength ?? null,
    origins: merged ? traceIndex(index, record.origins) : null,
  };
  if (features === null)
    return { ...known, source: null, original: null, stale: undefined, featuresDistanceRatio: null };
  const { mtimeMs: indexModified } = await onFile(path, 'read', () => stat(path));
  const { frames: count, modified: featuresModified } = features;
  const originals = originalsOf(engine, features, signal);
  // An index of the frames themselves has nothing to be held against. Of one that is known to be changed, single vectors
  // may still be frames: a center of one frame is that frame.
  const changed = record !== null && (record.compression !== null || record.expansion !== null);
  const holdsFrames = !changed && (await heldShare(engine, index, originals, frames.seed, signal)) >= 0.5;
  const original = holdsFrames ? null : await againstOriginal(engine, index, originals, frames, found, signal);
  // An index that holds these very frames was made from them.
  const ratio = queries.optimistic ? null : await distanceRatio(engine, features, frames, truth, signal);
  return {
    ...known,
    source: await checkSource(engine, features, signal),
    original,
    stale: staleness({ vectors: facts.vectors, indexModified, frames: count, featuresModified, made: madeOf(record) }),
    // Fewer vectors, none of them a frame, but all frames lie near them.
    compressed: facts.vectors < count && original !== null && isNear(ratio),
    featuresDistanceRatio: ratio,
  };
}
