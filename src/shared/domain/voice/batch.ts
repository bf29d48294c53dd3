import { plain } from '@shared/contract/build';
import type { IndexFile } from '@shared/contract/voices';
import type { JobRequest } from '@shared/jobs';
import { hostOf } from '../hosts/hostOf';
import { modelToServe, namedFor } from '../hosts/modelNames';
import { usableName } from '../hosts/names';
import { buildProblem } from '../recipes/buildProblem';
import { DEFAULT_RECIPE } from '../recipes/recipes';
import { isMeasurable, type Look } from '../verdict/health';
import { isMendable, mendingOf } from '../verdict/mending';
import { type Away, isAway, type JudgedVoice } from './arranging';
import { hasMaterial } from './material';

/** What can be done with several voices at once. */
export const BATCH_ACTIONS = ['build', 'measure', 'repair', 'use'] as const;
export type BatchAction = (typeof BATCH_ACTIONS)[number];

/** Why a voice is left out. */
const BATCH_REASONS = ['away', 'noFeatures', 'noIndex', 'measured', 'fine', 'building', 'unusable'] as const;
export type BatchReason = (typeof BATCH_REASONS)[number];

export interface BatchContext {
  readonly look: Look;
  readonly away: Away;
  /** The names of all voices. */
  readonly names: readonly string[];
}

export interface Batch {
  readonly requests: readonly { readonly judged: JudgedVoice; readonly request: JobRequest }[];
  readonly refused: readonly { readonly judged: JudgedVoice; readonly reason: BatchReason }[];
}

/** The jobs that do something with a voice, or why it is left out. */
export const planVoice = (action: BatchAction, judged: JudgedVoice, context: BatchContext): ReturnType<Plan> =>
  isAway(judged.voice, context.away) ? 'away' : PLANS[action](judged, context);

type Plan = (judged: JudgedVoice, context: BatchContext) => readonly JobRequest[] | BatchReason;

const PLANS: Readonly<Record<BatchAction, Plan>> = {
  build: ({ voice }) => {
    const options = plain(DEFAULT_RECIPE);
    const { frames, dimension } = voice;
    const possible = hasMaterial(voice) && dimension !== null;
    if (!possible || buildProblem({ options, frames, dimension }) !== null) return 'noFeatures';
    const sources = [{ type: 'voice', id: voice.id, weight: null }] as const;
    return [{ kind: 'train', sources: [...sources], ...options, name: null, totalFea: false }];
  },
  measure: (judged, { look }) => {
    const measurable = judged.voice.indexes.filter(isMeasurable);
    if (measurable.length === 0) return 'noIndex';
    const unmeasured = toMeasure(judged, look);
    return unmeasured.length === 0
      ? 'measured'
      : unmeasured.map((index) => ({ kind: 'measure', index: index.id, queries: null }));
  },
  repair: ({ voice, health, best }, { look, names }) => {
    if (best === null) return 'noIndex';
    const change = mendingOf(health, { voice, index: best, names }, look);
    if (change !== null) return [{ kind: 'repair', index: best.id, change }];
    return health.level === 'good' || health.level === 'usable' || health.level === 'unmeasured' ? 'fine' : 'building';
  },
  use: ({ voice, health, best }) => {
    if (best === null) return 'noIndex';
    if (health.level === 'repair' || health.level === 'unusable' || health.level === 'none') return 'unusable';
    const name = usableName(voice.name);
    const host = hostOf(voice, best);
    const asked = namedFor(modelToServe(voice.models, voice.name)?.name ?? null, name);
    return [{ kind: 'export', index: best.id, host, root: null, name, ...asked, slot: null, setAside: false }];
  },
};

/** The indexes of a voice that nothing is known about; of those that are the same to the bit, one. */
export function toMeasure({ voice }: JudgedVoice, look: Look): readonly IndexFile[] {
  return voice.indexes.filter((index) => isMeasurable(index) && index.copyOf === undefined && look(index) === null);
}

/** How the voices of a library are, in numbers. */
export interface Tally {
  readonly fine: number;
  /** One press mends them. */
  readonly repair: number;
  /** An index could be built that works. */
  readonly build: number;
  readonly withoutFeatures: number;
  /** Nothing is known of them. */
  readonly unknown: number;
  readonly away: number;
}

/** Each voice counts once. */
export function tally(voices: readonly JudgedVoice[], context: BatchContext): Tally {
  const counts = { fine: 0, repair: 0, build: 0, withoutFeatures: 0, unknown: 0, away: 0 };
  for (const judged of voices) counts[stateOf(judged, context)] += 1;
  return counts;
}

function stateOf(judged: JudgedVoice, context: BatchContext): keyof Tally {
  const { voice, health, best } = judged;
  if (isAway(voice, context.away)) return 'away';
  if (best !== null && isMendable(health, { voice, index: best }, context.look)) return 'repair';
  const { level } = health;
  if (level === 'good' || level === 'usable') return 'fine';
  if (level === 'unmeasured') return 'unknown';
  return PLANS.build(judged, context) === 'noFeatures' ? 'withoutFeatures' : 'build';
}
