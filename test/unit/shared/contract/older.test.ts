import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { plain, Selection } from '@shared/contract/build';
import { BuildRecord } from '@shared/contract/record';
import { Voice } from '@shared/contract/voices';
import { SiftRequest } from '@shared/jobs/sift';
import { voice } from '../../../fixtures/mainServices';

/** What earlier versions have written and is still on people's disks. */
describe('what was written before there was sound', () => {
  const selection = { files: ['a.npy'], silence: true, duplicates: false, outliers: 0 };

  it('is a selection without moments', () => {
    expect(v.parse(Selection, selection)).toEqual({ ...selection, moments: [] });
    expect(v.parse(SiftRequest, { kind: 'sift', folder: '/a', selection, seed: 1 })).toMatchObject({ pointed: null });
  });

  it('is a record of how an index was made', () => {
    const report = {
      ...selection,
      frames: 100,
      kept: 90,
      dropped: { files: 10, silence: 0, duplicates: 0, outliers: 0 },
    };
    const { selection: _, ...options } = plain('balanced');
    const record = {
      format: 1,
      options: { ...options, selection },
      compression: null,
      expansion: null,
      selection: report,
      origins: [],
    };
    const parsed = v.parse(BuildRecord, record);
    expect(parsed.options.selection?.moments).toEqual([]);
    expect(parsed.selection).toMatchObject({ moments: [], dropped: { moments: 0, files: 10 } });
  });

  it('is a voice of which nobody knows whether it can be heard', () => {
    const { sound: _, ...older } = voice('/rvc/logs/aria');
    expect(v.parse(Voice, older).sound).toBeNull();
  });
});
