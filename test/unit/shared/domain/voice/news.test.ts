import { describe, expect, it } from 'vitest';
import { newsOf } from '@shared/domain/voice/news';
import { indexFile, voice } from '../../../../fixtures/mainServices';

const aria = voice('/logs/aria', { frames: 1000 });
const index = indexFile('/logs/aria/added.index');

describe('news of voices', () => {
  it('are new voices, more frames and new indexes, of each the one that says most', () => {
    const grown = { ...aria, frames: 1312, indexes: [index] };
    expect(newsOf([aria], [grown])).toEqual([{ what: 'frames', voice: aria.id, count: 312 }]);
    expect(newsOf([aria], [{ ...aria, indexes: [index] }])).toEqual([
      { what: 'index', voice: aria.id, index: index.id },
    ]);
    expect(newsOf([], [aria])).toEqual([{ what: 'voice', voice: aria.id }]);
  });

  it('are not what went away, what the app has built, and the first frames of a voice', () => {
    expect(newsOf([aria], [])).toEqual([]);
    expect(newsOf([aria], [{ ...aria, frames: 900 }])).toEqual([]);
    expect(newsOf([aria], [{ ...aria, indexes: [{ ...index, place: 'built' }] }])).toEqual([]);
    expect(newsOf([{ ...aria, frames: 0 }], [aria])).toEqual([]);
  });
});
