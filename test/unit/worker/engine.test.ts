import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { engineError, onEngine } from '../../../src/worker/engine';
import { engineFailure } from './fakeEngine';

describe('engineError', () => {
  it.each([
    ['CANCELLED', 'JOB_CANCELLED'],
    ['MEMORY', 'OUT_OF_MEMORY'],
    ['TOO_FEW_POINTS', 'FEATURES_TOO_FEW'],
    ['CORRUPT', 'INDEX_CORRUPT'],
    ['UNSUPPORTED', 'INDEX_UNSUPPORTED'],
    ['FACTORY', 'FACTORY_INVALID'],
    ['IO', 'FILE_UNREADABLE'],
    ['FAISS', 'ENGINE_FAILED'],
    ['NOT_FINITE', 'ENGINE_FAILED'],
    ['ARGUMENT', 'ENGINE_FAILED'],
  ])('%s becomes %s', (code, ours) => {
    const error = engineError(engineFailure(code));
    expect(error).toBeInstanceOf(VoronoiceError);
    expect(error).toMatchObject({ code: ours });
  });

  it.each([
    ['ENOSPC', 'write', 'DISK_FULL'],
    ['EACCES', 'write', 'FOLDER_READ_ONLY'],
    ['EACCES', 'read', 'FILE_UNREADABLE'],
    ['ENOENT', 'read', 'FILE_NOT_FOUND'],
    ['EEXIST', 'write', 'FILE_EXISTS'],
  ] as const)('%s on %s becomes %s', (errno, purpose, code) => {
    expect(engineError(engineFailure('IO', errno), { path: 'a', purpose })).toMatchObject({
      code,
      details: { path: 'a' },
    });
  });

  it('passes on what is not of the engine', async () => {
    const error = new Error('bug');
    expect(engineError(error)).toBe(error);
    await expect(onEngine(() => Promise.reject(error))).rejects.toBe(error);
  });
});
