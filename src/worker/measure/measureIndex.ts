import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { VoronoiceError } from '@shared/contract/errors';
import type { Evidence, Measurement, QueryOrigin, SourceCheck, VoiceMap } from '@shared/contract/measurement';
import type { IndexFile } from '@shared/contract/voices';
import { judgeMeasured } from '@shared/domain/measures/atNprobe';
import { nprobeLadder, suggestNprobe } from '@shared/domain/measures/curve';
import type { Neighbors } from '@shared/domain/measures/measures';
import { type OriginRange, type OriginTrace, sortedOrigins, traceOrigins } from '@shared/domain/measures/origins';
import type { Plane } from '@shared/domain/maths/plane';
import { NEIGHBORS } from '@shared/domain/rvc';
import { selfShare } from '@shared/domain/measures/selfMatch';
import type { Engine, Index } from '../engine';
import { onFile } from '../files/fileErrors';
import type { IndexContents } from '../files/indexFile';
import { requireSameFile } from '../files/randomAccess';
import { openIndex, type OpenedIndex } from '../openIndex';
import { cancelled, type JobContext } from '../context';
import type { AskingFrames } from './frames';
import { drawMap, placeGroups, tellStory } from './map';
import { findTruth, measureCurve, type Truth } from './quality';

/** An index that is open to be measured. */
export interface MeasuredIndex extends OpenedIndex {
  /** SHA-256 of the file. */
  readonly hash: string;
}

/**
 * Opens an index to measure it.
 *
 * @throws what {@link openIndex} throws, `INDEX_NO_VECTORS` for fewer vectors than a search asks for
 */
export async function openToMeasure(
  engine: Engine,
  path: string,
  { signal, progress }: JobContext<'measure'>,
): Promise<MeasuredIndex> {
  const opened = await openIndex(engine, path, signal);
  try {
    requireEnough(opened.facts.vectors);
    progress('read', 1, 2);
    const hash = await hashOf(path, signal);
    await requireSameFile(path, opened.identity);
    progress('read', 2, 2);
    return { ...opened, hash };
  } catch (error) {
    opened.index.close();
    throw error;
  }
}

export interface ObserveOptions {
  /** Who asked; null: told by whether the index holds the frames themselves. */
  readonly origin: QueryOrigin | null;
  /** Empty: the ladder of domain/measures/curve.ts. */
  readonly nprobes: readonly number[];
  /** Axes of another index's map, to draw both on the same. */
  readonly plane: Plane | null;
}

/** What searching showed. */
export interface Observation extends Pick<
  Measurement,
  'queries' | 'stored' | 'curve' | 'suggestion' | 'map' | 'story'
> {
  readonly truth: Truth;
  /** What the stored nprobe found. */
  readonly found: Neighbors;
  readonly plane: Plane | null;
  readonly seconds: number;
}

/** Lets the frames ask: quality and cost at each nprobe, the map of the groups, the story of one search. */
export async function observe(
  engine: Engine,
  index: Index,
  frames: AskingFrames,
  { origin, nprobes: asked, plane: shared }: ObserveOptions,
  context: JobContext<'measure'>,
): Promise<Observation> {
  const start = performance.now();
  const { dimension, nlist, nprobe } = index.describe();
  requireSameDimension(frames, dimension);
  const truth = await findTruth(engine, index, frames, context);
  const optimistic = selfShare(truth.self) >= 0.5;
  const nprobes: readonly (number | null)[] =
    nlist === null || nprobe === null ? [null] : probesToMeasure(nlist, nprobe, asked);
  const curve = await measureCurve(engine, index, frames, truth, nprobes, context);
  const storedAt = nprobes.indexOf(nprobe);
  const [stored, storedFound, narrow] = [curve.points[storedAt], curve.found[storedAt], curve.found[0]];
  if (stored === undefined || storedFound === undefined || narrow === undefined) {
    throw new Error('The stored nprobe is always measured.');
  }

  context.progress('map', 0, 2);
  const places = await placeGroups(index, frames.seed, shared);
  try {
    const map = places === null ? null : await drawMap(engine, places);
    context.progress('map', 1, 2);
    const story =
      places === null || nprobe === null
        ? null
        : await tellStory(engine, index, frames, places, truth, { narrow, stored: storedFound, nprobe });
    context.progress('map', 2, 2);
    const { msPerSecond, ...quality } = stored;
    return {
      queries: {
        n: frames.matrix.rows,
        seed: frames.seed,
        origin: origin ?? (optimistic ? 'stored' : 'held-out'),
        optimistic,
      },
      stored: quality,
      curve: Array.from(curve.points),
      suggestion: nprobe === null ? { nprobe: 1, reason: 'stored' } : suggestNprobe(curve.points, nprobe),
      map,
      story,
      truth,
      found: storedFound,
      plane: places?.plane ?? null,
      seconds: (performance.now() - start) / 1_000,
    };
  } finally {
    places?.centroids.close();
  }
}

/** What is known of the file beside what searching showed. */
export interface Findings extends Pick<IndexContents, 'facts' | 'ids'> {
  readonly bytes: number;
  readonly hash: string;
  readonly source: SourceCheck | null;
  readonly original: Measurement['original'];
  readonly expansion?: Measurement['expansion'];
  /** From {@link traceIndex}, when voices were merged. */
  readonly origins?: OriginTrace | null;
  /** Undefined: there are no features to compare with. */
  readonly stale: IndexFile['stale'] | undefined;
  readonly compressed?: boolean;
  readonly featuresDistanceRatio: number | null;
}

/** Draws the conclusion: the measurement with its verdict. */
export function conclude(observation: Observation, findings: Findings): Measurement {
  const { queries, stored, curve, suggestion, map, story, seconds } = observation;
  const { facts, ids, bytes, hash, source, original, expansion, origins, stale, compressed } = findings;
  const evidence: Evidence = {
    idsSequential: ids?.idsSequential ?? null,
    nonFinite: ids?.nonFinite ?? null,
    meanNorm: ids?.meanNorm ?? null,
    ...(stale === undefined ? {} : { stale }),
    compressed: compressed ?? false,
    featuresDistanceRatio: findings.featuresDistanceRatio,
    changed: original?.blend?.different ?? null,
  };
  const { lists } = facts;
  const traced = origins ?? null;
  return {
    facts,
    bytes,
    hash,
    queries,
    stored,
    curve,
    suggestion,
    original,
    expansion: expansion ?? null,
    origins: traced === null ? null : { voices: traced.voices, sorted: lists === null ? [] : sortedOrigins(traced) },
    lists,
    source,
    map: map === null || traced === null ? map : withOrigins(map, traced),
    story,
    evidence,
    verdict: judgeMeasured({ facts, queries, stored, suggestion, evidence }),
    seconds,
  };
}

/**
 * Which voice each group of a merged index mostly is.
 *
 * @param ranges The voices in the order of their ids, from 0 (domain/measures/origins.ts).
 */
export function traceIndex(index: Index, ranges: readonly OriginRange[]): OriginTrace {
  const nlist = index.describe().nlist ?? 0;
  return traceOrigins(
    ranges,
    (function* () {
      for (let list = 0; list < nlist; list++) yield index.listIds(list);
    })(),
  );
}

function withOrigins(map: VoiceMap, { byList }: OriginTrace): VoiceMap {
  const originOf = (list: number): number | null => {
    const voice = byList[list] ?? -1;
    return voice < 0 ? null : voice;
  };
  return { ...map, groups: map.groups.map((group) => ({ ...group, origin: originOf(group.list) })) };
}

/** Ascending, with the stored one always among them. */
function probesToMeasure(nlist: number, nprobe: number, asked: readonly number[]): readonly number[] {
  if (asked.length === 0) return nprobeLadder(nlist, nprobe);
  const probes = new Set([...asked.filter((value) => value <= nlist), nprobe]);
  return [...probes].sort((left, right) => left - right);
}

function requireEnough(vectors: number): void {
  if (vectors >= NEIGHBORS) return;
  throw new VoronoiceError('INDEX_NO_VECTORS', `The index holds ${vectors} vectors; a search asks for ${NEIGHBORS}.`, {
    vectors,
  });
}

function requireSameDimension({ matrix }: AskingFrames, dimension: number): void {
  if (matrix.columns === dimension) return;
  throw new VoronoiceError(
    'INDEX_DIMENSION',
    `The frames that ask have ${matrix.columns} numbers each, the index has ${dimension}.`,
    { asked: matrix.columns, dimension },
  );
}

export async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await onFile(path, 'read', () => pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal }));
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
  return hash.digest('hex');
}
