import type { VoiceNews } from '../../contract/library';
import type { Voice } from '../../contract/voices';

/** What of a voice can have become more. */
type Known = Pick<Voice, 'id' | 'frames' | 'indexes'>;

/**
 * What other programs have added between two looks at the same folder: of each voice the one thing that says most. New
 * frames come before a new index: an index of fewer frames is old already.
 */
export function newsOf(before: readonly Known[], after: readonly Known[]): readonly VoiceNews[] {
  const known = new Map(before.map((voice) => [voice.id, voice]));
  return after.flatMap((voice): readonly VoiceNews[] => {
    const old = known.get(voice.id);
    if (old === undefined) return [{ what: 'voice', voice: voice.id }];
    // A voice without frames is one whose features are being made, or could not be read: all of them are no news.
    const count = old.frames === 0 ? 0 : voice.frames - old.frames;
    if (count > 0) return [{ what: 'frames', voice: voice.id, count }];
    const index = voice.indexes.find(({ id, place }) => place !== 'built' && !old.indexes.some((had) => had.id === id));
    return index === undefined ? [] : [{ what: 'index', voice: voice.id, index: index.id }];
  });
}
