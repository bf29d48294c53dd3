import { homedir, hostname, userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { countsOf, secretsOf } from '../../../../src/main/library/secrets';
import type { Library } from '../../../../src/main/library/library';
import { indexFile, voice } from '../../../fixtures/contract';
import { modelFile } from '../../../fixtures/mainServices';

const library = {
  snapshot: () =>
    ({
      folders: [{ path: '/disk/My folder' }],
      voices: [
        voice({
          name: 'Aria',
          path: '/disk/My folder/logs/aria-2',
          frames: 9_000,
          indexes: [indexFile({ name: 'of-a-voice.index' })],
          models: [modelFile('/disk/of-a-voice.pth')],
        }),
        voice({ name: 'Bea', path: '/disk/My folder/logs/Bea', frames: 500 }),
      ],
      indexes: [indexFile({ name: 'of-nobody.index' })],
      models: [modelFile('/disk/model.of.nobody.pth')],
    }) as unknown as ReturnType<Library['snapshot']>,
};

describe('secretsOf', () => {
  it('knows every name of the library, of its files without their endings too, and of jobs', () => {
    const { names, ...others } = secretsOf(library, ['A voice that went', 'Bea'], { app: '/app', data: '/data' });
    expect([...names].sort()).toEqual([
      'A voice that went',
      'Aria',
      'Bea',
      'My folder',
      'aria-2',
      'model.of.nobody',
      'model.of.nobody.pth',
      'of-a-voice',
      'of-a-voice.index',
      'of-a-voice.pth',
      'of-nobody',
      'of-nobody.index',
    ]);
    expect(others).toEqual({
      home: homedir(),
      user: userInfo().username,
      computer: hostname(),
      ownFolders: { '/app': 'app', '/data': 'data' },
    });
  });
});

describe('countsOf', () => {
  it('says how much there is, and names nothing', () => {
    expect(countsOf(library)).toEqual({
      folders: 1,
      voices: 2,
      indexes: 1,
      'indexes without a voice': 1,
      moments: 9_500,
    });
  });
});
