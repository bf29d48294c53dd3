import { type BuildOptions, plain, type TuneLimits } from '@shared/contract/build';
import type { JobSnapshot } from '@shared/contract/jobs';
import type { TuneCandidate, TuneResult } from '@shared/jobs/tune';
import { plannedBytes } from '@shared/domain/recipes/forecast';
import { choosesNprobe, type PlanInput, planIndex } from '@shared/domain/recipes/plan';
import { DEFAULT_RECIPE } from '@shared/domain/recipes/recipes';
import { fitsLimits, proposeCandidate } from '@shared/domain/recipes/tuning';
import type { Term } from '@/language/glossary';

/** Seconds that a search may take, to choose from. */
export const BUDGETS = [30, 60, 120, 300] as const;

export const NO_LIMITS: TuneLimits = { maxBytes: null, maxMs: null, minQuality: null };

export type Limit = keyof TuneLimits;
export const LIMITS = ['maxBytes', 'maxMs', 'minQuality'] as const satisfies readonly Limit[];

/** What realtime conversion does not notice, whatever else it does. */
const FIRST_MS = 20;
const FIRST_QUALITY = 0.95;

/** Frames and dimension of the voice. */
export type Size = Omit<PlanInput, 'options'>;

/** What a limit begins with when it is turned on: the size is half of what everything takes. */
export function firstLimit(limit: Limit, size: Size): number {
  switch (limit) {
    case 'maxBytes':
      return roundUp(limit, (plannedBytes(planIndex({ ...size, options: plain(DEFAULT_RECIPE) })) ?? 0) / 2);
    case 'maxMs':
      return FIRST_MS;
    case 'minQuality':
      return FIRST_QUALITY;
  }
}

/** Units of a limit in one unit of its field: megabytes, milliseconds, moments of 100. */
const FIELD_UNIT: Readonly<Record<Limit, number>> = { maxBytes: 1e6, maxMs: 1, minQuality: 0.01 };
/** Steps that a field takes and shows in one unit. */
const FIELD_STEPS = 10;

/** A limit as its field shows it, e.g. 31.6 for 31.6 MB. */
export function inField(limit: Limit, value: number): number {
  return Math.round((value / FIELD_UNIT[limit]) * FIELD_STEPS) / FIELD_STEPS;
}

/** What a field stands for. */
export function fromField(limit: Limit, shown: number): number {
  const steps = Math.round(Math.max(0, shown) * FIELD_STEPS);
  switch (limit) {
    case 'maxBytes':
      return (steps * FIELD_UNIT.maxBytes) / FIELD_STEPS;
    case 'maxMs':
      return steps / FIELD_STEPS;
    case 'minQuality':
      return Math.min(1, steps / (100 * FIELD_STEPS));
  }
}

/** What was found, held against limits that may have changed since: no search is needed for that. */
export interface Judged {
  readonly candidates: readonly TuneCandidate[];
  readonly proposal: TuneCandidate | null;
}

export function judge({ candidates }: Pick<TuneResult, 'candidates'>, limits: TuneLimits): Judged {
  const judged = candidates.map((candidate) => ({ ...candidate, fits: fitsLimits(candidate, limits) }));
  const position = proposeCandidate(judged, limits);
  return { candidates: judged, proposal: position === null ? null : (judged[position] ?? null) };
}

/** The limits that a candidate does not keep. */
export function brokenLimits(candidate: TuneCandidate, limits: TuneLimits): readonly Limit[] {
  return LIMITS.filter((limit) => !fitsLimits(candidate, { ...NO_LIMITS, [limit]: limits[limit] }));
}

/**
 * Why this one is proposed. `only`: no other keeps the limits; `enough`: the smallest that sounds as well as asked for;
 * `smallest`: none is smaller, and none clearly closer; `closer`: the smaller ones are less close. `…Within`: of those
 * that keep the limits.
 */
export type Reason = 'only' | 'enough' | 'smallest' | 'closer' | 'smallestWithin' | 'closerWithin';

export function reasonFor({ candidates, proposal }: Judged, limits: TuneLimits): Reason | null {
  if (proposal === null) return null;
  const fitting = candidates.filter(({ fits }) => fits);
  if (fitting.length === 1 && candidates.length > 1) return 'only';
  if (limits.minQuality !== null) return 'enough';
  const smallest = fitting.every(({ bytes }) => bytes >= proposal.bytes);
  if (fitting.length === candidates.length) return smallest ? 'smallest' : 'closer';
  return smallest ? 'smallestWithin' : 'closerWithin';
}

/** One limit to loosen, and how far, so that a candidate keeps them all. */
export interface Loosening {
  readonly limit: Limit;
  readonly to: number;
}

/** Each limit that is enough to loosen by itself. Empty when something fits, or when more than one is in the way. */
export function loosenings(candidates: readonly TuneCandidate[], limits: TuneLimits): readonly Loosening[] {
  if (candidates.some((candidate) => fitsLimits(candidate, limits))) return [];
  return LIMITS.flatMap((limit) => {
    const rest = candidates.filter((candidate) => fitsLimits(candidate, { ...limits, [limit]: null }));
    return rest.length === 0 || limits[limit] === null ? [] : [{ limit, to: nearest(limit, rest) }];
  });
}

function nearest(limit: Limit, candidates: readonly TuneCandidate[]): number {
  switch (limit) {
    case 'maxBytes':
      return roundUp(limit, Math.min(...candidates.map(({ bytes }) => bytes)));
    case 'maxMs':
      return roundUp(limit, Math.min(...candidates.map(({ msPerSecond }) => msPerSecond)));
    case 'minQuality': {
      const best = Math.max(...candidates.map(({ quality }) => quality.value));
      return Math.floor(best * 100 * FIELD_STEPS) / (100 * FIELD_STEPS);
    }
  }
}

/** To what the field can show, and not below the value. */
function roundUp(limit: 'maxBytes' | 'maxMs', value: number): number {
  return fromField(limit, Math.ceil((value / FIELD_UNIT[limit]) * FIELD_STEPS) / FIELD_STEPS);
}

export const COLUMNS = ['quality', 'bytes', 'msPerSecond'] as const;
export type Column = (typeof COLUMNS)[number];

/** What the figures and the limits to them are called in the glossary. */
export const COLUMN_TERMS: Readonly<Record<Column, Term>> = { quality: 'same', bytes: 'size', msPerSecond: 'cost' };
export const LIMIT_TERMS: Readonly<Record<Limit, Term>> = { maxBytes: 'size', maxMs: 'cost', minQuality: 'same' };

export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

/** A column's first order has the best on top. */
export function bestFirst(column: Column): Order {
  return { column, descending: column === 'quality' };
}

/** Of equal candidates, the one tried first stands first. */
export function sorted(candidates: readonly TuneCandidate[], { column, descending }: Order): readonly TuneCandidate[] {
  const value = (candidate: TuneCandidate): number =>
    column === 'quality' ? candidate.quality.value : candidate[column];
  return candidates.toSorted((left, right) => (descending ? value(right) - value(left) : value(left) - value(right)));
}

/** What to build a candidate with: where the recipe would look for the number of groups to search, it is the one found. */
export function optionsOf({ options, nprobe }: TuneCandidate, size: Size): BuildOptions {
  return choosesNprobe(planIndex({ ...size, options })) ? { ...options, nprobe } : options;
}

/** The searches of a voice among all jobs, in their order: those for the best, not those that try one's own options. */
export function searchesOf(jobs: readonly JobSnapshot[], voice: string): readonly JobSnapshot[] {
  return jobs.filter(({ request }) => request.kind === 'tune' && request.voice === voice && request.options === null);
}
