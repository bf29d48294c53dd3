import type { ErrorCode, Failure } from '@shared/contract/errors';
import {
  HostMode,
  type Measurement,
  type MeasurementOutline,
  type QuerySet,
  type Verdict,
  type VerdictAction,
  type VerdictCheck,
  type VerdictLevel,
  type VerdictRow,
} from '@shared/contract/measurement';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { hostOf } from '../hosts/hostOf';
import { exportWarnings, parseIndexName } from '../hosts/names';
import { NEIGHBORS } from '../rvc';
import { judge } from './verdict';

/**
 * How healthy an index or a voice is today: what has been measured, with what may have changed since without the file
 * (its name and place, the features of its voice).
 */

/** `none`: there is nothing to judge yet. `unmeasured`: nothing speaks against it, but only measuring would tell. */
export type HealthLevel = VerdictLevel | 'none' | 'unmeasured';

export const NOTHING_REASONS = ['noIndex', 'noFeatures', 'unfitFeatures', 'unread'] as const;

/** What the verdict rests on. */
export type Finding =
  /** Nothing to judge: `problem` says why, where something does. */
  | {
      readonly kind: 'nothing';
      readonly reason: (typeof NOTHING_REASONS)[number];
      readonly problem: Pick<Failure, 'code' | 'details'> | null;
    }
  /** A link that leads nowhere. */
  | { readonly kind: 'link' }
  /** A file that cannot be read as an index. */
  | { readonly kind: 'problem'; readonly code: ErrorCode }
  /** `row` is the one to speak of. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly row: VerdictRow };

/** `build`: the first index of a voice. `mendLink`: a copy in the place of a broken link. */
export type HealthAction = VerdictAction | 'build' | 'mendLink';

export interface Health {
  readonly level: HealthLevel;
  readonly finding: Finding;
  readonly action: HealthAction | null;
  /** The frames that asked; null: judged by the file alone, which is an estimate. */
  readonly queries: QuerySet | null;
}

/** @param measured Null: nothing is, and the file alone is judged. */
export function indexHealth(index: IndexFile, measured: MeasurementOutline | null): Health {
  const { facts, problem } = index;
  const unjudged = { queries: null } as const;
  if (index.link === 'dangling')
    return { ...unjudged, level: 'unusable', finding: { kind: 'link' }, action: 'mendLink' };
  if (problem) {
    const action = problem.code === 'INDEX_NO_VECTORS' ? 'finish' : 'rebuild';
    return { ...unjudged, level: 'unusable', finding: { kind: 'problem', code: problem.code }, action };
  }
  if (!facts) {
    return { ...unjudged, level: 'none', finding: { kind: 'nothing', reason: 'unread', problem: null }, action: null };
  }
  const verdict = judge({
    ...measured?.evidence,
    facts,
    quality: measured?.stored ?? null,
    suggestion: measured?.suggestion ?? null,
    origin: measured?.queries.origin ?? null,
    relation: relationToday(index, measured),
    stale: index.stale,
    nameWarnings: nameWarnings(index),
  });
  return {
    level: verdict.action === 'measure' ? 'unmeasured' : verdict.level,
    finding: { kind: 'verdict', verdict, row: spokenRow(verdict) },
    action: actionFor(verdict),
    queries: measured?.queries ?? null,
  };
}

/** Where a folder's name is the trouble, another name does not help, only another place does. */
function actionFor({ action, reason }: Verdict): VerdictAction {
  return action === 'rename' && reason.values['proposal'] === undefined ? 'use' : action;
}

/** What was measured of how index and voice relate, unless the voice has another number of frames since. */
function relationToday({ stale }: IndexFile, measured: MeasurementOutline | null): Measurement['relation'] {
  if (measured === null) return null;
  return stale === null || stale.frames === measured.source?.frames ? measured.relation : null;
}

/** Where all is well, what is found says more than that the file is of the right kind. */
function spokenRow(verdict: Verdict): VerdictRow {
  if (verdict.level !== 'good') return verdict.reason;
  const row = (check: VerdictCheck): VerdictRow | undefined => verdict.rows.find((known) => known.check === check);
  return row('recall') ?? row('missing') ?? verdict.reason;
}

export interface HostLevel {
  readonly mode: HostMode;
  readonly level: VerdictLevel;
  readonly check: VerdictCheck;
}

/** The verdict in each program, in the order in which they are shown. */
export function hostLevels({ hosts }: Verdict): HostLevel[] {
  return HostMode.options.flatMap((mode) => {
    const found = hosts[mode];
    return found === undefined ? [] : [{ mode, ...found }];
  });
}

/** What hosts make of its name and place. Nothing is said of what no host looks for yet. */
function nameWarnings(index: IndexFile): ReturnType<typeof exportWarnings> | null {
  if (index.place === 'built' || index.kind === 'trained') return null;
  const name = voiceNameOf(index);
  return exportWarnings({
    host: hostOf(null, index),
    requestedName: name,
    name,
    targets: [index.place === 'opened' ? index.name : index.path],
    otherNames: [],
    otherIndexes: [],
    replaced: [],
  });
}

/** The voice that a file's name speaks of. */
export function voiceNameOf(index: IndexFile): string {
  return parseIndexName(index.name)?.name ?? index.name.replace(/\.index$/i, '');
}

/** An index that a host can search. */
export function isSearchable({ facts, link, problem }: IndexFile): boolean {
  return facts !== null && facts.vectors >= NEIGHBORS && link !== 'dangling' && problem === null;
}

/** One that its voice can ask, too, and so one to measure and to compare. */
export function isMeasurable(index: IndexFile): boolean {
  return isSearchable(index) && index.stale?.reason !== 'version';
}

/** What is known to work comes before what may. */
const ORDER: readonly HealthLevel[] = ['good', 'usable', 'unmeasured', 'repair', 'none', 'unusable'];

/** Looks up what is measured about an index; null when nothing is. */
export type Look = (index: IndexFile) => MeasurementOutline | null;

/**
 * Best first; of equals the host's copies last, then the newest. What is the same to the bit as another is no better than
 * that, measured or not, and comes after it.
 */
export function byHealth(look: Look): (a: IndexFile, b: IndexFile) => number {
  const isCopy = (index: IndexFile): number => Number(index.copyOf !== undefined);
  const rank = (index: IndexFile): number => ORDER.indexOf(indexHealth(index, look(index)).level);
  return (a, b) =>
    isCopy(a) - isCopy(b) ||
    rank(a) - rank(b) ||
    Number(a.place === 'outside') - Number(b.place === 'outside') ||
    b.modified - a.modified;
}

export function bestIndex(voice: Voice, look: Look): IndexFile | null {
  return [...voice.indexes].sort(byHealth(look))[0] ?? null;
}

/** Whether there are no features at all, or there are some that cannot be used. */
function hasNone(code: ErrorCode): boolean {
  return code === 'NO_FEATURES' || code === 'FEATURES_EMPTY' || code === 'MERGED_VOICE';
}

/** A voice is as healthy as its best index. */
export function voiceHealth(voice: Voice, look: Look): Health {
  const best = bestIndex(voice, look);
  if (best) return indexHealth(best, look(best));
  const finding: Finding = voice.problem
    ? { kind: 'nothing', reason: hasNone(voice.problem.code) ? 'noFeatures' : 'unfitFeatures', problem: voice.problem }
    : { kind: 'nothing', reason: 'noIndex', problem: null };
  return { level: 'none', finding, action: voice.problem ? null : 'build', queries: null };
}
