import { describe, expect, it } from 'vitest';
import type { Suspect } from '@shared/contract/sound';
import { heardByRule } from '@/pages/build/framesHeard';

const VOICE = 'voice-00000001';

const suspect = (file: string, frame: number, reason: Suspect['reason']): Suspect => ({
  moment: { file, frame },
  frames: 3,
  reason,
  strength: null,
});

describe('heardByRule', () => {
  const found = [
    suspect('a.npy', 5, 'outlier'),
    suspect('b.npy', 9, 'silence'),
    suspect('c.npy', 7, 'outlier'),
    suspect('d.npy', 2, 'duplicate'),
    suspect('e.npy', 1, 'clipping'),
  ];

  it('plays what each rule takes, in the order it was found', () => {
    const { silence, duplicates, outliers } = heardByRule(VOICE, found);
    expect(silence?.passages).toEqual([{ voice: VOICE, file: 'b.npy', from: 9, to: 12 }]);
    expect(duplicates?.passages).toEqual([{ voice: VOICE, file: 'd.npy', from: 2, to: 5 }]);
    expect(outliers?.passages).toMatchObject([{ file: 'a.npy' }, { file: 'c.npy' }]);
    expect(outliers?.runsOn).toBe(true);
    expect(new Set([silence?.id, duplicates?.id, outliers?.id]).size).toBe(3);
  });

  it('offers nothing where nothing is taken, or can be heard', () => {
    const none = { silence: null, duplicates: null, outliers: null };
    expect(heardByRule(VOICE, [suspect('e.npy', 1, 'clipping')])).toEqual(none);
    expect(heardByRule(null, found)).toEqual(none);
  });
});
