import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  isJobKind,
  isReaderKind,
  JOB_KINDS,
  JobRequest,
  JobResult,
  type RequestOf,
  type ResultOf,
  type StepOf,
  WORK_KINDS,
  WorkRequest,
  workKinds,
} from '@shared/jobs';
import type { TrainResult } from '@shared/jobs/train';

const literals = (
  options: readonly { readonly entries: { readonly kind: { readonly literal: string } } }[],
): string[] => options.map(({ entries }) => entries.kind.literal);

describe('the registry of jobs', () => {
  it('files every kind under the name that its requests and results carry', () => {
    expect(literals(WorkRequest.options)).toEqual(WORK_KINDS);
    expect(literals(JobRequest.options).sort()).toEqual([...JOB_KINDS].sort());
    expect(literals(JobResult.options).sort()).toEqual([...JOB_KINDS].sort());
  });

  it('knows which kinds the page can ask for, and which share a process', () => {
    expect(WORK_KINDS.filter(isJobKind).sort()).toEqual([...JOB_KINDS].sort());
    expect(WORK_KINDS.filter((kind) => !isJobKind(kind))).toEqual([
      'scan',
      'look',
      'inspect',
      'clip',
      'groupMoments',
      'model',
      'exportPlan',
      'compress',
      'expand',
      'probe',
      'uses',
    ]);
    expect(WORK_KINDS.filter(isReaderKind)).toEqual([
      'scan',
      'look',
      'inspect',
      'clip',
      'groupMoments',
      'model',
      'exportPlan',
      'uses',
    ]);
  });

  it('lets only work of a process of its own write', () => {
    const path = '/somewhere';
    expect(workKinds.scan.writes({ kind: 'scan', path, home: null, built: [], pointed: {} })).toEqual([]);
    expect(workKinds.inspect.writes({ kind: 'inspect', path })).toEqual([]);
  });

  it('says where a sample voice is written, from the outside in', () => {
    const request = { kind: 'sample', root: '/r', name: 'v', minutes: 1, version: 'v2', seed: 1 } as const;
    expect(workKinds.sample.writes(request)).toEqual([
      { folder: '/r', below: [] },
      { folder: '/r', below: ['logs'] },
      { folder: '/r', below: ['logs', 'v'] },
      { folder: '/r', below: ['logs', 'v', '3_feature768'] },
    ]);
    expect(workKinds.sample.changes(request)).toEqual({ folder: '/r' });
  });

  it('ties a request to its result and its steps', () => {
    expectTypeOf<ResultOf<'train'>>().toEqualTypeOf<TrainResult>();
    expectTypeOf<RequestOf<'inspect'>['kind']>().toEqualTypeOf<'inspect'>();
    expectTypeOf<StepOf<'export'>>().toEqualTypeOf<'check' | 'copy' | 'verify'>();
  });
});
