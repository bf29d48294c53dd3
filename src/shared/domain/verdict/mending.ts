import type { MeasurementOutline } from '@shared/contract/measurement';
import type { IndexFile, Voice } from '@shared/contract/voices';
import type { JobRequestOf } from '@shared/jobs';
import { proposeName, renamed } from '../hosts/names';
import { byHealth, type Health, isSearchable, type Look, voiceNameOf } from './health';

/** What a repair changes, as the page asks for it. */
export type Mending = JobRequestOf<'repair'>['change'];

/** Without a measurement: from here on no voice tried had a frame with a missing neighbor. */
const UNMEASURED_SUGGESTION = 4;

/** How many groups should be searched. */
export function suggestedNprobe(
  { facts }: Pick<IndexFile, 'facts'>,
  measured: Pick<MeasurementOutline, 'suggestion'> | null,
): number {
  return measured?.suggestion.nprobe ?? Math.min(UNMEASURED_SUGGESTION, facts?.nlist ?? 1);
}

/** A name that every program can read. `others`: the names of the other voices. */
export function mendedName(index: IndexFile, voice: Pick<Voice, 'name'> | null, others: readonly string[]): string {
  const name = proposeName(voice?.name ?? voiceNameOf(index), others);
  return renamed(index.name, { name, facts: index.facts, shared: index.place === 'outside' });
}

/** The indexes of a voice that may take the place of a broken link, the best first. */
export function linkTargets(voice: Voice | null, { id }: Pick<IndexFile, 'id'>, look: Look): IndexFile[] {
  return (voice?.indexes ?? []).filter((other) => other.id !== id && isSearchable(other)).sort(byHealth(look));
}

/** An index, and the voice that it is of. */
interface Mended {
  readonly voice: Voice;
  readonly index: IndexFile;
}

/** Whether one press mends an index. Among thousands of voices that is known far sooner than how. */
export function isMendable({ action }: Pick<Health, 'action'>, mended: Mended, look: Look): boolean {
  return action === 'rename' || mendingOf({ action }, { ...mended, names: [] }, look) !== null;
}

/**
 * What mends an index by one press, without building; null where nothing does.
 *
 * @param names of all voices; only those who are called otherwise count
 */
export function mendingOf(
  { action }: Pick<Health, 'action'>,
  { voice, index, names }: Mended & { readonly names: readonly string[] },
  look: Look,
): Mending | null {
  switch (action) {
    case 'setNprobe': {
      const nprobe = suggestedNprobe(index, look(index));
      return nprobe === index.facts?.nprobe ? null : { type: 'nprobe', nprobe };
    }
    case 'rename':
      return {
        type: 'name',
        name: mendedName(
          index,
          voice,
          names.filter((name) => name !== voice.name),
        ),
      };
    case 'mendLink': {
      const [target] = linkTargets(voice, index, look);
      return target === undefined ? null : { type: 'link', target: target.id };
    }
    case 'use':
    case 'build':
    case 'rebuild':
    case 'finish':
    case 'measure':
    case 'chooseFeatures':
    case null:
      return null;
  }
}
