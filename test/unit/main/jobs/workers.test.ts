import { expect, it } from 'vitest';
import type { RequestOf } from '@shared/jobs';
import { effortOf } from '../../../../src/main/jobs/workers';

const measure: RequestOf<'measure'> = {
  kind: 'measure',
  index: '/a.index',
  features: null,
  queries: null,
  seed: 1,
  most: 2_000,
  traces: null,
  nprobes: [],
};

it('lets other programs go before what nobody waits for, and else takes what jobs may take', () => {
  const usual = { threads: 3, priority: 'normal' } as const;
  expect(effortOf(measure, usual)).toEqual(usual);
  expect(effortOf({ ...measure, background: true }, usual)).toEqual({ threads: 3, priority: 'low' });
});
