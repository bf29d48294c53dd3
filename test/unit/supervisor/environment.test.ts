import { describe, expect, it } from 'vitest';
import { workerEnvironment } from '../../../src/supervisor/environment';
import { markOf } from '../../../src/supervisor/mark';

describe('a worker’s environment', () => {
  it('has what is allowed, and nothing that would change what it does', () => {
    expect(
      workerEnvironment(
        {
          PATH: '/bin',
          LANG: 'ko_KR.UTF-8',
          OMP_NUM_THREADS: '2',
          NODE_OPTIONS: '--require /evil.js',
          ELECTRON_RUN_AS_NODE: '1',
          LD_PRELOAD: '/evil.so',
          AWS_SECRET_ACCESS_KEY: 'secret',
        },
        'train-1',
      ),
    ).toEqual({ PATH: '/bin', LANG: 'ko_KR.UTF-8', OMP_NUM_THREADS: '2', VORONOICE_MARK: markOf('train-1') });
  });
});
