import type { LibrarySnapshot } from '@shared/contract/library';
import type { VoiceSort } from '@shared/contract/settings';
import type { IndexFile, Voice } from '@shared/contract/voices';
import { bestIndex, type Health, type HealthLevel, isMeasurable, type Look, voiceHealth } from '../verdict/health';
import { finder, folded } from './naming';

/** A voice with what a list of voices goes by. */
export interface JudgedVoice {
  readonly voice: Voice;
  readonly health: Health;
  readonly best: IndexFile | null;
  /** Its name as a search compares it. */
  readonly folded: string;
}

export function judgedVoice(voice: Voice, look: Look): JudgedVoice {
  return { voice, health: voiceHealth(voice, look), best: bestIndex(voice, look), folded: folded(voice.name) };
}

/** What can be asked for among the voices. */
export const VOICE_FILTERS = ['repair', 'noIndex', 'unmeasured', 'older', 'away'] as const;
export type VoiceFilter = (typeof VOICE_FILTERS)[number];

/** By the id of what cannot be reached now. */
export type Away = LibrarySnapshot['away'];

/** Whether a voice cannot be reached now. */
export function isAway({ id }: Pick<Voice, 'id'>, away: Away): boolean {
  return away[id] !== undefined;
}

/** Whether a voice is what was asked for. */
export function passes({ voice, health, best }: JudgedVoice, filter: VoiceFilter, away: Away): boolean {
  switch (filter) {
    case 'repair':
      return health.level === 'repair' || health.level === 'unusable';
    case 'noIndex':
      return best === null;
    case 'unmeasured':
      return best !== null && isMeasurable(best) && health.queries === null;
    case 'older':
      return isOlder(health);
    case 'away':
      return isAway(voice, away);
  }
}

/** Whether its best index lacks a part of the voice, by its number of vectors or by what was measured. */
function isOlder({ finding }: Health): boolean {
  return (
    finding.kind === 'verdict' &&
    finding.verdict.rows.some((row) => row.check === 'stale' && row.finding === 'smaller' && row.level !== 'good')
  );
}

/** What needs a person most comes first. */
const ATTENTION: readonly HealthLevel[] = ['unusable', 'repair', 'none', 'unmeasured', 'usable', 'good'];

/** @param compareNames in the order of the person's language */
export function voiceOrder(
  sort: VoiceSort,
  compareNames: (a: string, b: string) => number,
): (a: JudgedVoice, b: JudgedVoice) => number {
  const byName = (a: JudgedVoice, b: JudgedVoice): number => compareNames(a.voice.name, b.voice.name);
  switch (sort) {
    case 'name':
      return byName;
    case 'attention':
      return (a, b) => attention(a) - attention(b) || byName(a, b);
    case 'recent':
      return (a, b) => (b.best?.modified ?? 0) - (a.best?.modified ?? 0) || byName(a, b);
    case 'length':
      return (a, b) => b.voice.frames - a.voice.frames || byName(a, b);
  }
}

/** Of the voices without an index those come first that one could be built of. */
function attention({ health }: JudgedVoice): number {
  return ATTENTION.indexOf(health.level) + (health.level === 'none' && health.action === null ? 0.5 : 0);
}

export interface Wish {
  readonly query: string;
  /** Null: all. */
  readonly filter: VoiceFilter | null;
}

/** The voices that a person asked for, in the order they came. */
export function wished(voices: readonly JudgedVoice[], { query, filter }: Wish, away: Away): readonly JudgedVoice[] {
  const finds = finder(query);
  return voices.filter((judged) => finds(judged.folded) && (filter === null || passes(judged, filter, away)));
}
