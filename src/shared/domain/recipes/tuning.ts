import { type BuildOptions, type Compression, plain, type TuneLimits } from '@shared/contract/build';
import type { TuneCandidate } from '@shared/jobs/tune';
import { HOST_CLUSTERS, NEIGHBORS } from '../rvc';
import { DEFAULT_RECIPE, ownNlist } from './recipes';

/** One way to build an index of the whole voice. Each id has words under `tune.candidates` in the locale files. */
export interface Candidate {
  readonly id: CandidateId;
  readonly options: BuildOptions;
}

export const CANDIDATE_IDS = ['balanced', 'small', 'best', 'half', 'rvc', 'kmeans', 'tiny'] as const;
export type CandidateId = (typeof CANDIDATE_IDS)[number];

/**
 * The ways that are worth trying for a voice, the most telling first, in case the time ends: every one is fit for the
 * hosts, and each is the best at something on some voice (docs/decisions/0010-recipes-by-measurement.md).
 */
export function usualCandidates(frames: number): readonly Candidate[] {
  const lists = ownNlist(frames);
  const kept = (framesPerVector: number, method: Compression['method']): Partial<BuildOptions> => {
    const clusters = Math.max(NEIGHBORS, Math.min(HOST_CLUSTERS, Math.floor(frames / framesPerVector)));
    return { factory: `IVF${ownNlist(clusters)},SQ8`, compression: { clusters, method } };
  };
  const way = (id: CandidateId, change: Partial<BuildOptions> = {}): Candidate => ({
    id,
    options: { ...plain(DEFAULT_RECIPE), ...change },
  });
  const all: readonly Candidate[] = [
    way('balanced'),
    way('small', { recipe: 'small' }),
    way('best', { recipe: 'best' }),
    way('half', { factory: `IVF${lists},SQfp16` }),
    way('rvc', { recipe: 'rvc' }),
    way('kmeans', kept(2, 'kmeans')),
    way('tiny', kept(8, 'minibatch')),
  ];
  return all.filter(({ options: { compression } }) => compressible(compression, frames));
}

function compressible(compression: BuildOptions['compression'], frames: number): boolean {
  return compression === null || compression === 'none' || compression.clusters < frames;
}

/**
 * The same way for a part of the voice: as many vectors for each center and as many for each group as in the whole.
 *
 * @param share Frames of the part over frames of the whole, above 0 and at most 1.
 */
export function scaledOptions(options: BuildOptions, share: number): BuildOptions {
  const { factory, compression } = options;
  return {
    ...options,
    // Where groups are given by number, they hold as many vectors in the part.
    factory:
      factory?.replace(/IVF(\d+)/, (_, nlist: string) => `IVF${Math.max(1, Math.round(Number(nlist) * share))}`) ??
      null,
    compression:
      compression === null || compression === 'none'
        ? compression
        : { ...compression, clusters: Math.max(NEIGHBORS, Math.round(compression.clusters * share)) },
  };
}

/**
 * What a search costs in an index of the whole, from what it costs in a part: it compares with every centroid, then with
 * the vectors of the groups it looks into.
 */
export function searchWork({
  vectors,
  nlist,
  nprobe,
}: {
  readonly vectors: number;
  readonly nlist: number | null;
  readonly nprobe: number | null;
}): number {
  if (nlist === null || nprobe === null) return vectors;
  return nlist + (Math.min(nprobe, nlist) * vectors) / nlist;
}

type Judged = Pick<TuneCandidate, 'quality' | 'bytes' | 'msPerSecond'>;

/** Whether a candidate keeps every limit. */
export function fitsLimits(
  { quality, bytes, msPerSecond }: Judged,
  { maxBytes, maxMs, minQuality }: TuneLimits,
): boolean {
  return (
    (maxBytes === null || bytes <= maxBytes) &&
    (maxMs === null || msPerSecond <= maxMs) &&
    (minQuality === null || quality.value >= minQuality)
  );
}

/** For each candidate, whether none of the others is at least as good in everything and better in something. */
export function frontierOf(candidates: readonly Judged[]): readonly boolean[] {
  return candidates.map((one) => !candidates.some((other) => other !== one && beats(other, one)));
}

function beats(one: Judged, other: Judged): boolean {
  const noWorse =
    one.quality.value >= other.quality.value && one.bytes <= other.bytes && one.msPerSecond <= other.msPerSecond;
  const better =
    one.quality.value > other.quality.value || one.bytes < other.bytes || one.msPerSecond < other.msPerSecond;
  return noWorse && better;
}

/** Nobody hears one moment in a hundred. */
const LEVEL_QUALITY = 0.01;

/**
 * The one to propose among those that keep the limits: with a least quality asked for, the smallest; else the smallest
 * of those that are as good as the best to within one moment in a hundred. Of equal size, the fastest.
 *
 * @returns its position, null when none keeps the limits
 */
export function proposeCandidate(
  candidates: readonly (Judged & { readonly fits: boolean })[],
  limits: TuneLimits,
): number | null {
  const fitting = candidates.flatMap((candidate, position) => (candidate.fits ? [{ candidate, position }] : []));
  const best = Math.max(...fitting.map(({ candidate }) => candidate.quality.value));
  const enough = limits.minQuality ?? best - LEVEL_QUALITY;
  const [first] = fitting
    .filter(({ candidate }) => candidate.quality.value >= enough)
    .sort(
      (left, right) =>
        left.candidate.bytes - right.candidate.bytes || left.candidate.msPerSecond - right.candidate.msPerSecond,
    );
  return first?.position ?? null;
}
