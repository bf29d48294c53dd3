import type { ErrorCode } from '@shared/contract/errors';
import {
  type HostMode,
  type QuerySet,
  type Verdict,
  type VerdictAction,
  VerdictCheck,
  VerdictLevel,
  type VerdictRow,
} from '@shared/contract/measurement';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { exportWarnings, parseIndexName } from '@shared/domain/hosts/names';
import { HOST_MODES, judge, type VerdictInput } from '@shared/domain/verdict/verdict';
import { hostOf } from './host';

/** `none`: there is nothing to judge yet. */
export type HealthLevel = VerdictLevel | 'none';

export const NOTHING_REASONS = ['noIndex', 'noFeatures', 'unread'] as const;

/** What the verdict rests on. */
export type Finding =
  /** Nothing to judge: `code` says why, where something does. */
  | { readonly kind: 'nothing'; readonly reason: (typeof NOTHING_REASONS)[number]; readonly code: ErrorCode | null }
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

/** What a measurement says about an index, without its pictures. */
export interface Judged {
  readonly verdict: Verdict;
  readonly queries: QuerySet;
  readonly input: Pick<VerdictInput, 'facts' | 'quality' | 'suggestion'>;
}

/** By the file alone nothing is wrong, but only measuring would tell. */
export function isEstimate({ action, queries }: Health): boolean {
  return action === 'measure' && queries === null;
}

export function indexHealth(index: IndexFile, judged: Judged | null): Health {
  const { facts, problem } = index;
  const unjudged = { queries: null } as const;
  if (index.link === 'dangling')
    return { ...unjudged, level: 'unusable', finding: { kind: 'link' }, action: 'mendLink' };
  if (problem) {
    const action = problem.code === 'INDEX_NO_VECTORS' ? 'finish' : 'rebuild';
    return { ...unjudged, level: 'unusable', finding: { kind: 'problem', code: problem.code }, action };
  }
  if (!facts) {
    return { ...unjudged, level: 'none', finding: { kind: 'nothing', reason: 'unread', code: null }, action: null };
  }
  const compressed = isCompressed(index, judged);
  const input = { facts, stale: index.stale, compressed, nameWarnings: nameWarnings(index) };
  const verdict = judged
    ? merge(judged.verdict, judge({ ...judged.input, ...input, optimistic: judged.queries.optimistic }))
    : judge(input);
  return {
    level: verdict.level,
    finding: { kind: 'verdict', verdict, row: spokenRow(verdict) },
    action: verdict.action,
    queries: judged?.queries ?? null,
  };
}

/** Measuring has told that its fewer vectors stand for all frames, and there are no more frames today than then. */
function isCompressed({ stale }: IndexFile, judged: Judged | null): boolean {
  const values = judged?.verdict.rows.find(({ check }) => check === 'stale')?.values;
  return stale !== null && values?.['reason'] === 'compressed' && values['frames'] === stale.frames;
}

/** Where all is well, what is found says more than that the file is of the right kind. */
function spokenRow(verdict: Verdict): VerdictRow {
  if (verdict.level !== 'good') return verdict.reason;
  const row = (check: VerdictCheck): VerdictRow | undefined => verdict.rows.find((known) => known.check === check);
  return row('recall') ?? row('missing') ?? verdict.reason;
}

/** These may change without the file: the library knows them better than an earlier measurement. */
const OF_TODAY: readonly VerdictCheck[] = ['stale', 'name'];

/** The measurement's rows that need the vectors themselves, and today's for everything else. */
function merge(measured: Verdict, today: Verdict): Verdict {
  const kept = measured.rows.filter(
    ({ check }) => !OF_TODAY.includes(check) && !today.rows.some((row) => row.check === check),
  );
  const rows = [...today.rows, ...kept].sort(
    (a, b) => VerdictCheck.options.indexOf(a.check) - VerdictCheck.options.indexOf(b.check),
  );
  const reason = rows.reduce(
    (before, row) => (isWorse(row.level, before.level) ? row : before),
    rows[0] ?? today.reason,
  );
  const hosts = { ...today.hosts };
  for (const { mode, ...before } of hostLevels(measured)) {
    const now = hosts[mode];
    if (!OF_TODAY.includes(before.check) && now !== undefined && isWorse(before.level, now.level)) hosts[mode] = before;
  }
  return { level: reason.level, reason, action: reason.action, rows, hosts };
}

export interface HostLevel {
  readonly mode: HostMode;
  readonly level: VerdictLevel;
  readonly check: VerdictCheck;
}

/** The verdict in each program, in the order in which they are shown. */
export function hostLevels({ hosts }: Verdict): HostLevel[] {
  return HOST_MODES.flatMap((mode) => {
    const found = hosts[mode];
    return found === undefined ? [] : [{ mode, ...found }];
  });
}

function isWorse(level: VerdictLevel, than: VerdictLevel): boolean {
  return VerdictLevel.options.indexOf(level) > VerdictLevel.options.indexOf(than);
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

/** An index that can be searched, and so measured and compared. */
export function isMeasurable({ facts, link, problem }: IndexFile): boolean {
  return facts !== null && facts.vectors >= 8 && link !== 'dangling' && problem === null;
}

const ORDER: readonly HealthLevel[] = ['good', 'usable', 'repair', 'none', 'unusable'];

/** Looks up what is measured about an index; null when nothing is. */
export type Look = (index: IndexFile) => Judged | null;

/** Best first; of equals the host's copies last, then the newest. */
export function byHealth(look: Look): (a: IndexFile, b: IndexFile) => number {
  const rank = (index: IndexFile): number => ORDER.indexOf(indexHealth(index, look(index)).level);
  return (a, b) =>
    rank(a) - rank(b) || Number(a.place === 'outside') - Number(b.place === 'outside') || b.modified - a.modified;
}

export function bestIndex(voice: Voice, look: Look): IndexFile | null {
  return [...voice.indexes].sort(byHealth(look))[0] ?? null;
}

/** A voice is as healthy as its best index. */
export function voiceHealth(voice: Voice, look: Look): Health {
  const best = bestIndex(voice, look);
  if (best) return indexHealth(best, look(best));
  const finding: Finding = voice.problem
    ? { kind: 'nothing', reason: 'noFeatures', code: voice.problem.code }
    : { kind: 'nothing', reason: 'noIndex', code: null };
  return { level: 'none', finding, action: voice.problem ? null : 'build', queries: null };
}
