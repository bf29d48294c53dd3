import type { VerdictLevel } from '@shared/contract/measurement';
import type { ErrorCode } from '@shared/contract/errors';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { versionOf, MIN_FRAMES } from '@shared/domain/recipes';

/** `none`: there is nothing to judge yet. */
export type HealthLevel = VerdictLevel | 'none';

export const HEALTH_REASONS = [
  'noIndex',
  'noFeatures',
  'unread',
  'problem',
  'danglingLink',
  'onlyTrained',
  'dimension',
  'fewVectors',
  'older',
  'smaller',
  'larger',
  'fewProbes',
  'fine',
] as const;
export type HealthReason = (typeof HEALTH_REASONS)[number];

/** What can be said about an index from its facts alone, before anything is measured. */
export interface Health {
  readonly level: HealthLevel;
  /** Words under `health.reasons`; `problem` and `noFeatures` speak with the words of `code`. */
  readonly reason: HealthReason;
  readonly code: ErrorCode | null;
}

/** From this many groups searched on, no frame missed a neighbour in any voice tried (RVC's 8 neighbours). */
const SAFE_NPROBE = 4;

function health(level: HealthLevel, reason: HealthReason, code: ErrorCode | null = null): Health {
  return { level, reason, code };
}

/** The first finding decides; they are ordered from what makes a file useless to what makes it worse. */
export function indexHealth(index: IndexFile): Health {
  const { facts, problem, stale } = index;
  if (index.link === 'dangling') return health('unusable', 'danglingLink');
  if (problem?.code === 'INDEX_NO_VECTORS' || facts?.vectors === 0) return health('unusable', 'onlyTrained');
  if (problem) return health('unusable', 'problem', problem.code);
  if (!facts) return health('none', 'unread');
  if (versionOf(facts.dimension) === null) return health('unusable', 'dimension');
  if (facts.vectors < MIN_FRAMES) return health('unusable', 'fewVectors');
  if (stale) return health('repair', stale.reason);
  const { lists, nprobe } = facts;
  if (lists && nprobe !== null && lists.small > 0 && nprobe < Math.min(SAFE_NPROBE, lists.nlist)) {
    return health('usable', 'fewProbes');
  }
  return health('good', 'fine');
}

const ORDER: readonly HealthLevel[] = ['good', 'usable', 'repair', 'none', 'unusable'];

/** Best first; of equals the host's copies last, then the newest. */
export function byHealth(a: IndexFile, b: IndexFile): number {
  return (
    ORDER.indexOf(indexHealth(a).level) - ORDER.indexOf(indexHealth(b).level) ||
    Number(a.place === 'outside') - Number(b.place === 'outside') ||
    b.modified - a.modified
  );
}

export function bestIndex(voice: Voice): IndexFile | null {
  return [...voice.indexes].sort(byHealth)[0] ?? null;
}

/** A voice is as healthy as its best index. */
export function voiceHealth(voice: Voice): Health {
  const best = bestIndex(voice);
  if (best) return indexHealth(best);
  return voice.problem ? health('none', 'noFeatures', voice.problem.code) : health('none', 'noIndex');
}
