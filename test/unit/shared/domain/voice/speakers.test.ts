import { describe, expect, it } from 'vitest';
import { speakersOf, takesFile } from '@shared/domain/voice/speakers';

describe('speakersOf', () => {
  it("are told by the first of three numbers, as in Applio's names", () => {
    expect(speakersOf(['0_0_0.npy', '0_1_0.npy', '12_0_0.NPY'])).toEqual(['0', '12']);
    expect(speakersOf(['0_0_0.npy', '0_1_0.npy'])).toEqual(['0']);
  });

  it('are not told by the names of RVC, nor by any others', () => {
    expect(speakersOf(['0_0.npy', '1_0.npy'])).toEqual([]);
    expect(speakersOf(['0_0_0.npy', '1_0_0.npy', 'take.npy'])).toEqual([]);
    expect(speakersOf([])).toEqual([]);
  });
});

describe('takesFile', () => {
  it('takes all but those that are left out by name', () => {
    const takes = takesFile({ files: ['a.npy'] });
    expect(['a.npy', 'b.npy'].map(takes)).toEqual([false, true]);
  });

  it('takes those of one speaker', () => {
    const takes = takesFile({ files: ['1_0_0.npy'], speaker: '1' });
    expect(['0_0_0.npy', '1_0_0.npy', '1_1_0.npy', '11_0_0.npy'].map(takes)).toEqual([false, false, true, false]);
  });
});
