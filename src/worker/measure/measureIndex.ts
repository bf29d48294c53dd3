import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { VoronoiceError } from '@shared/contract/errors';
import type { Evidence, Measurement, QueryOrigin, VoiceMap } from '@shared/contract/measurement';
import { judgeMeasured } from '@shared/domain/measures/atNprobe';
import { nprobeLadder, suggestNprobe, withinBudget } from '@shared/domain/measures/curve';
import { hostSearchMs } from '@shared/domain/measures/searchTime';
import { type OriginRange, type OriginTrace, sortedOrigins, traceOrigins } from '@shared/domain/measures/origins';
import type { Plane } from '@shared/domain/maths/plane';
import type { Neighbors } from '@shared/domain/measures/measures';
import { NEIGHBORS } from '@shared/domain/rvc';
import type { Engine, Index } from '../engine';
import type { IndexContents } from '../files/indexFile';
import { requireSameFile, streamFile } from '../files/randomAccess';
import { openIndex, type OpenedIndex } from '../openIndex';
import { cancelled, type JobContext } from '../context';
import { drawMap, placeGroups, tellStory, type ToldStory } from './map';
import { type Contents, type Curve, likenessOf, measureCurve, searchedOf, timeSearches } from './quality';
import type { Answers } from './reference';

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
  readonly origin: QueryOrigin;
  /** What was measured already; null: nothing. It holds the nprobe that is stored. */
  readonly curve: Curve | null;
  /** Exact search over the index; null: the same as the reference's. */
  readonly contents: Contents | null;
  /** Empty: the ladder of domain/measures/curve.ts. */
  readonly nprobes: readonly number[];
  /** Axes of another index's map, to draw both on the same. */
  readonly plane: Plane | null;
}

/** The searches at the stored nprobe themselves. */
export interface Searches extends Pick<Answers, 'frames' | 'neighbors'> {
  /** By ids of the index. */
  readonly found: Neighbors;
  /** How far the blend of each frame lies from that of the true neighbors; NaN where nothing was found. */
  readonly differences: Float32Array;
  readonly told: ToldStory | null;
}

/** What searching showed. */
export interface Observation extends Pick<
  Measurement,
  'reference' | 'queries' | 'stored' | 'curve' | 'contents' | 'map'
> {
  readonly searches: Searches;
  readonly plane: Plane | null;
  readonly seconds: number;
}

/** Lets the frames ask: quality and cost at each nprobe, the map of the groups, the story of one search. */
export async function observe(
  engine: Engine,
  index: Index,
  answers: Answers,
  { origin, curve: known, contents, nprobes: asked, plane: shared }: ObserveOptions,
  context: JobContext<'measure'>,
): Promise<Observation> {
  const start = performance.now();
  const { nlist, nprobe: written } = index.describe();
  const { frames, reference } = answers;
  const nprobe = nlist === null || written === null ? null : searchable(written, nlist);
  const nprobes: readonly (number | null)[] =
    known !== null
      ? known.points.map((point) => point.nprobe)
      : nlist === null || nprobe === null
        ? [null]
        : probesToMeasure(index, nlist, nprobe, asked);
  const copies = Math.min(contents?.copies ?? answers.copies, index.describe().ntotal);
  const curve = known ?? (await measureCurve(index, answers, { copies, nprobes }, context));
  const storedAt = nprobes.indexOf(nprobe);
  const [stored, found, narrow] = [curve.points[storedAt], curve.found[storedAt], curve.found[0]];
  const differences = curve.differences[storedAt];
  if (stored === undefined || found === undefined || differences === undefined || narrow === undefined) {
    throw new Error('The stored nprobe is always measured.');
  }
  const costs = await timeSearches(index, frames.matrix, nprobes, context);
  const timed = curve.points.map((point, place) => {
    const msPerSecond = costs[place];
    if (msPerSecond === undefined) throw new Error('Every nprobe is timed.');
    return { ...point, msPerSecond };
  });
  const allowed = reference === 'itself' ? null : await likenessOf(index, answers, contents, context.signal);

  context.progress('map', 0, 2);
  const places = await placeGroups(index, frames.seed, shared);
  try {
    const map = places === null ? null : await drawMap(engine, places);
    context.progress('map', 1, 2);
    const told =
      places === null || nprobe === null
        ? null
        : await tellStory(
            engine,
            index,
            answers,
            places,
            { narrow, stored: found, nprobe, contents: contents?.neighbors ?? null },
            context.signal,
          );
    context.progress('map', 2, 2);
    const { hostMs, ...quality } = stored;
    return {
      reference,
      queries: { n: frames.matrix.rows, seed: frames.seed, origin },
      stored: quality,
      curve: timed,
      contents: allowed,
      map,
      searches: { frames, neighbors: answers.neighbors, found, differences, told },
      plane: places?.plane ?? null,
      seconds: (performance.now() - start) / 1_000,
    };
  } finally {
    places?.centroids.close();
  }
}

/** What is known of the file beside what searching showed. */
export interface Findings
  extends
    Pick<IndexContents, 'facts' | 'ids'>,
    Pick<Measurement, 'bytes' | 'hash' | 'source' | 'relation' | 'expansion' | 'moments'> {
  /** From {@link traceIndex}, when voices were merged. */
  readonly origins: OriginTrace | null;
}

/** Draws the conclusion: the measurement with its verdict. */
export function conclude(observation: Observation, findings: Findings): Measurement {
  const { map, searches, plane: _, ...seen } = observation;
  const { facts, ids, bytes, hash, source, relation, expansion, moments, origins } = findings;
  const suggestion = suggestNprobe(seen.curve, seen.stored.nprobe, relation);
  const evidence: Evidence = {
    idsSequential: ids?.idsSequential ?? null,
    nonFinite: ids?.nonFinite ?? null,
    meanNorm: ids?.meanNorm ?? null,
  };
  const { lists } = facts;
  const known = { ...seen, suggestion, facts, relation, evidence };
  return {
    ...known,
    bytes,
    hash,
    expansion,
    origins: origins === null ? null : { voices: origins.voices, sorted: lists === null ? [] : sortedOrigins(origins) },
    lists,
    source,
    map: map === null || origins === null ? map : withOrigins(map, origins),
    story: searches.told?.story ?? null,
    moments,
    verdict: judgeMeasured(known),
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

/** The nprobe that a search comes down to: FAISS searches all groups where more are asked for, and none for 0. */
function searchable(nprobe: number, nlist: number): number {
  return Math.min(Math.max(1, nprobe), nlist);
}

/** Ascending, with the stored one always among them. */
function probesToMeasure(index: Index, nlist: number, nprobe: number, asked: readonly number[]): readonly number[] {
  if (asked.length === 0) {
    const searched = searchedOf(index);
    return withinBudget(nprobeLadder(nlist, nprobe), nprobe, (wide) => hostSearchMs(searched, wide));
  }
  const probes = new Set([...asked.map((value) => searchable(value, nlist)), nprobe]);
  return [...probes].sort((left, right) => left - right);
}

function requireEnough(vectors: number): void {
  if (vectors >= NEIGHBORS) return;
  throw new VoronoiceError('INDEX_NO_VECTORS', `The index holds ${vectors} vectors; a search asks for ${NEIGHBORS}.`, {
    vectors,
  });
}

/** @throws `INDEX_DIMENSION` */
export function requireSameDimension(asked: number, index: Index): void {
  const { dimension } = index.describe();
  if (asked === dimension) return;
  throw new VoronoiceError(
    'INDEX_DIMENSION',
    `The frames that ask have ${asked} numbers each, the index has ${dimension}.`,
    { asked, dimension },
  );
}

export async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    await streamFile(path, (bytes) => pipeline(bytes, hash, { signal }));
  } catch (error) {
    throw signal.aborted ? cancelled() : error;
  }
  return hash.digest('hex');
}
