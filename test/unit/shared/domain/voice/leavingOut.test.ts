import { describe, expect, it } from 'vitest';
import { leavable } from '@shared/domain/voice/leavingOut';
import { voice } from '../../../../fixtures/mainServices';

const mixed = voice('/rvc/logs/mixed', { odd: ['b.npy', 'c.npy'] });
const fine = voice('/rvc/logs/fine');
const VOICES = [fine, mixed];

describe('leavable', () => {
  it('names the files that do not fit the others of their voice', () => {
    const details = { path: '/rvc/logs/mixed/3_feature768', file: 'b.npy' };
    expect(leavable({ code: 'FEATURES_MIXED_DIMENSIONS', details }, VOICES)).toEqual({
      voice: mixed,
      files: ['b.npy', 'c.npy'],
    });
  });

  it('names none of a voice that can be used by now', () => {
    const details = { path: '/rvc/logs/fine/3_feature768' };
    expect(leavable({ code: 'FEATURES_MIXED_DIMENSIONS', details }, VOICES)).toBeNull();
  });

  it('names the one file that cannot be read, on any system', () => {
    const windows = voice('C:\\rvc\\logs\\aria', { featuresPath: 'C:\\rvc\\logs\\aria\\3_feature768' });
    for (const [path, found] of [
      ['/rvc/logs/fine/3_feature768/0_1.npy', fine],
      ['C:\\rvc\\logs\\aria\\3_feature768\\0_1.npy', windows],
    ] as const) {
      const failure = { code: 'DISK_FAILED', details: { path } } as const;
      expect(leavable(failure, [...VOICES, windows])).toEqual({ voice: found, files: ['0_1.npy'] });
    }
  });

  it('leaves alone what is no file of features, what another try mends, and the only file there is', () => {
    const path = '/rvc/logs/fine/3_feature768/0_1.npy';
    expect(leavable({ code: 'DISK_FAILED', details: { path: '/rvc/logs/fine/added.index' } }, VOICES)).toBeNull();
    expect(leavable({ code: 'DISK_FAILED', details: { path: '/elsewhere/0_1.npy' } }, VOICES)).toBeNull();
    expect(leavable({ code: 'FILE_CHANGED', details: { path } }, VOICES)).toBeNull();
    expect(leavable({ code: 'DISK_FAILED', details: {} }, VOICES)).toBeNull();
    expect(leavable({ code: 'DISK_FAILED', details: { path } }, [{ ...fine, files: 1 }])).toBeNull();
  });
});
