import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { channels } from '@shared/contract/channels';
import type { Voice } from '@shared/contract/voices';
import { createMain, voice } from '../../../fixtures/mainServices';

const ID = 'voice-aria-00000000';
const HERE: Voice['sound'] = { folder: 'pointed', files: 3, of: 49 };

/** A library whose voice is heard when its recordings are looked for in /sounds. */
async function createVoice() {
  const scans: Readonly<Record<string, string>>[] = [];
  const main = createMain({
    ground: {
      scan: (_path, { pointed }) => {
        scans.push(pointed);
        const sound = pointed[ID] === '/sounds' ? HERE : null;
        return Promise.resolve({
          root: '/rvc',
          what: 'rvc',
          voices: [voice('/rvc/logs/aria', { sound })],
          indexes: [],
        });
      },
    },
  });
  await main.library.add('/rvc');
  const point = (path: string) =>
    main.handlers['sound.point']({ voice: ID, token: main.tokens.issue({ kind: 'folder', path }) });
  return { ...main, scans, point };
}

describe('pointing to the recordings of a voice', () => {
  it('is remembered and looked at each time', async () => {
    const { point, library, scans } = await createVoice();
    expect(library.voice(ID).sound).toBeNull();
    expect(await point('/sounds')).toBeNull();
    expect(library.voice(ID).sound).toEqual(HERE);
    await library.refresh();
    expect(scans.at(-1)).toEqual({ [ID]: '/sounds' });
  });

  it('is forgotten where there is no recording of this voice', async () => {
    const { point, library, scans } = await createVoice();
    await expect(point('/photos')).rejects.toMatchObject({ code: 'NO_SLICES' });
    expect(scans.at(-1)).toEqual({});
    await point('/sounds');
    await expect(point('/photos')).rejects.toMatchObject({ code: 'NO_SLICES' });
    expect(library.voice(ID).sound).toEqual(HERE);
  });

  it('takes a folder that was chosen for it, once', async () => {
    const { handlers, tokens } = await createVoice();
    const token = tokens.issue({ kind: 'file', path: '/sounds' });
    await expect(handlers['sound.point']({ voice: ID, token })).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' });
  });
});

describe('marks', () => {
  it('are kept for each voice, in order and joined', async () => {
    const { handlers } = await createVoice();
    expect(await handlers['marks.get']({ voice: ID })).toEqual([]);
    const marks = [
      { file: 'b.npy', from: 4, to: 8 },
      { file: 'a.npy', from: 10, to: 20 },
      { file: 'b.npy', from: 2, to: 5 },
    ];
    const kept = [
      { file: 'a.npy', from: 10, to: 20 },
      { file: 'b.npy', from: 2, to: 8 },
    ];
    expect(await handlers['marks.set']({ voice: ID, marks })).toEqual(kept);
    expect(await handlers['marks.get']({ voice: ID })).toEqual(kept);
  });

  it('belong to voices that there are', async () => {
    const { handlers } = await createVoice();
    expect(() => handlers['marks.get']({ voice: 'voice-none-00000000' })).toThrow('library');
    expect(() => handlers['marks.set']({ voice: 'voice-none-00000000', marks: [] })).toThrow('library');
  });
});

describe('what the page may ask of sound', () => {
  const asks = (file: unknown, from: unknown = 0, frames: unknown = 1): boolean =>
    v.is(channels['sound.clip'].argument, { voice: ID, file, from, frames });

  it('is a file in the folder of the voice, and half a minute of it', () => {
    expect(asks('0_0.npy')).toBe(true);
    expect(asks('测试 ü.npy', 2 ** 31, 1_500)).toBe(true);
    for (const file of ['', '../x.npy', 'a/b.npy', 'a\\b.npy', 'a\0.npy', '/etc/passwd', 'x'.repeat(301), 1, null]) {
      expect(asks(file)).toBe(false);
    }
    for (const from of [-1, 0.5, 2 ** 31 + 1, Number.NaN, '0']) expect(asks('a.npy', from)).toBe(false);
    for (const frames of [0, -1, 1_501, 1.5, Number.POSITIVE_INFINITY]) expect(asks('a.npy', 0, frames)).toBe(false);
  });

  it('marks at least one frame each', () => {
    const marks = (from: number, to: number): boolean =>
      v.is(channels['marks.set'].argument, { voice: ID, marks: [{ file: 'a.npy', from, to }] });
    expect(marks(0, 1)).toBe(true);
    expect(marks(1, 1)).toBe(false);
    expect(marks(2, 1)).toBe(false);
  });
});
