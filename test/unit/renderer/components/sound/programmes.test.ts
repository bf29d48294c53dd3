import { describe, expect, it } from 'vitest';
import { fileProgramme, passageOf, passagesOf } from '@/components/sound/programmes';
import { earOf } from '@/components/sound/ear';
import { voice } from '../../../../fixtures/fakeApi';

const SOUND = { folder: '16k', files: 1, of: 1 } as const;
const VOICE = 'voice-00000001';
const EAR = earOf(voice({ id: VOICE, sound: SOUND }), null, []);

describe('programmes', () => {
  it('leave out what is missing', () => {
    expect(passagesOf(EAR, [{ file: 'a.npy', frame: 7 }, null])).toEqual([
      { voice: VOICE, file: 'a.npy', from: 7, to: 8 },
    ]);
  });

  it('are the same for the same file', () => {
    expect(fileProgramme(VOICE, 'a.npy').id).toBe(fileProgramme(VOICE, 'a.npy').id);
    expect(fileProgramme(VOICE, 'a.npy').id).not.toBe(fileProgramme(VOICE, 'b.npy').id);
  });

  it('span all of a suspect', () => {
    expect(
      passageOf(VOICE, { moment: { file: 'a.npy', frame: 7 }, frames: 5, reason: 'silence', strength: null }),
    ).toEqual({ voice: VOICE, file: 'a.npy', from: 7, to: 12 });
  });
});
