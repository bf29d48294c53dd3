import { describe, expect, it, vi } from 'vitest';
import { fileProgramme, groupProgramme, passageOf, passagesOf } from '@/components/sound/programmes';
import { earOf } from '@/components/sound/ear';
import { voice } from '../../../../fixtures/contract';
import { fakeApi } from '../../../../fixtures/fakeApi';

const SOUND = { folder: '16k', files: 1, of: 1 } as const;
const VOICE = 'voice-00000001';
const INDEX = 'index-00000001';
const EAR = earOf(voice({ id: VOICE, sound: SOUND }), null, []);
const GROUPS = { index: INDEX, map: { groups: [], explained: 1 }, ear: EAR };

describe('programmes', () => {
  it('leave out what is missing', () => {
    expect(passagesOf(EAR, [{ file: 'a.npy', frame: 7 }, null])).toEqual([
      { voice: VOICE, file: 'a.npy', from: 7, to: 8 },
    ]);
  });

  it('are the same for the same file, and for the same group', () => {
    expect(fileProgramme(VOICE, 'a.npy').id).toBe(fileProgramme(VOICE, 'a.npy').id);
    expect(fileProgramme(VOICE, 'a.npy').id).not.toBe(fileProgramme(VOICE, 'b.npy').id);
    expect(groupProgramme(GROUPS, 1).id).not.toBe(groupProgramme(GROUPS, 2).id);
  });

  it('span all of a suspect', () => {
    expect(
      passageOf(VOICE, { moment: { file: 'a.npy', frame: 7 }, frames: 5, reason: 'silence', strength: null }),
    ).toEqual({ voice: VOICE, file: 'a.npy', from: 7, to: 12 });
  });

  it('ask for the moments of a group when it is played', async () => {
    const api = fakeApi({
      'sound.group': () => ({ voice: VOICE, moments: [{ file: 'a.npy', frame: 7 }], traced: 1, reason: null }),
    });
    vi.stubGlobal('window', { api });
    const { passages, group, runsOn } = groupProgramme(GROUPS, 3);
    expect(api.calls).toEqual([]);
    expect(group).toEqual({ index: INDEX, list: 3 });
    expect(runsOn).toBe(true);
    expect(await (passages as () => Promise<unknown>)()).toEqual([{ voice: VOICE, file: 'a.npy', from: 7, to: 8 }]);
    expect(api.calls).toEqual([{ channel: 'sound.group', argument: { index: INDEX, list: 3 } }]);
  });

  it.each([
    ['noTrace', 'MOMENTS_UNKNOWN'],
    ['untraced', 'MOMENTS_NOT_OF_VOICE'],
  ] as const)('say why a group cannot be heard: %s', async (reason, code) => {
    const api = fakeApi({ 'sound.group': () => ({ voice: null, moments: [], traced: 0, reason }) });
    vi.stubGlobal('window', { api });
    await expect((groupProgramme(GROUPS, 3).passages as () => Promise<unknown>)()).rejects.toMatchObject({ code });
  });
});
