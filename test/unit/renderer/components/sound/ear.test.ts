import { describe, expect, it } from 'vitest';
import { earOf } from '@/components/sound/ear';
import { voice } from '../../../../fixtures/contract';

const sound = { folder: '16k', files: 1, of: 1 } as const;
const aria = voice({ id: 'voice-0000000a', name: 'aria', sound });
const bela = voice({ id: 'voice-0000000b', name: 'bela', sound });
const origins = (...names: readonly string[]) => ({ voices: names.map((name) => ({ name, vectors: 1 })) });

describe('earOf', () => {
  it('hears a moment in the recordings of its voice', () => {
    const ear = earOf(aria, null, [aria, bela]);
    expect(ear({ file: '0.npy', frame: 7 })).toEqual({ voice: aria.id, file: '0.npy', from: 7, to: 8 });
    expect(ear(null)).toBeNull();
  });

  it('hears each moment of merged voices in its own', () => {
    const ear = earOf(aria, origins('aria', 'bela'), [aria, bela]);
    expect(ear({ file: '0.npy', frame: 7, voice: 1 })).toMatchObject({ voice: bela.id, of: 'bela' });
    expect(ear({ file: '0.npy', frame: 7, voice: 0 })).toMatchObject({ voice: aria.id, of: 'aria' });
  });

  it('hears nothing of a voice that is away, silent, or one of two of its name', () => {
    const moment = { file: '0.npy', frame: 7, voice: 1 };
    const ear = (...voices: readonly ReturnType<typeof voice>[]) =>
      earOf(aria, origins('aria', 'bela'), voices)(moment);
    expect(ear(aria)).toBeNull();
    expect(ear(aria, { ...bela, sound: null })).toBeNull();
    expect(ear(aria, bela, { ...bela, id: 'voice-0000000c' })).toBeNull();
    expect(ear(aria, bela)).not.toBeNull();
  });
});
