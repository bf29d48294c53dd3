import { describe, expect, it } from 'vitest';
import type { IndexFacts } from '@shared/contract/voices';
import { hostProblems, indexProblems, typeFitness } from '@shared/domain/hosts/compatibility';

const healthy: IndexFacts = {
  type: 'IndexIVFFlat',
  vectors: 9_000,
  dimension: 768,
  metric: 'l2',
  nlist: 230,
  nprobe: 4,
  trained: true,
  lists: null,
};

describe('indexProblems', () => {
  it('finds nothing in a healthy index', () => {
    expect(indexProblems(healthy)).toEqual([]);
    expect(indexProblems(healthy, { idsSequential: true, nonFinite: 0 })).toEqual([]);
  });

  it.each([
    [{ vectors: 0 }, {}, 'INDEX_NO_VECTORS'],
    [{ trained: false, vectors: 0 }, {}, 'INDEX_NO_VECTORS'],
    [{ dimension: 512 }, {}, 'INDEX_DIMENSION'],
    [{}, { idsSequential: false }, 'INDEX_NOT_FOR_HOST'],
    [{}, { nonFinite: 3 }, 'INDEX_NOT_FOR_HOST'],
  ] as const)('reports %o %o as %s', (facts, checks, code) => {
    expect(indexProblems({ ...healthy, ...facts }, checks).map((problem) => problem.code)).toEqual([code]);
  });
});

describe('hostProblems', () => {
  it('lets through what works in RVC and Applio', () => {
    for (const type of ['IndexIVFFlat', 'IndexFlatL2', 'IndexHNSWFlat', 'IndexIVFScalarQuantizer', 'IndexIVFPQ']) {
      expect(hostProblems({ ...healthy, type }, 'rvc')).toEqual([]);
    }
    expect(hostProblems({ ...healthy, dimension: 256 }, 'applio')).toEqual([]);
  });

  it.each([
    [{ type: 'IndexIDMap' }, 'type'],
    [{ type: 'IndexIVFPQFastScan' }, 'type'],
    [{ type: 'IndexLSH' }, 'type'],
    [{ type: 'toString' }, 'type'],
    [{ metric: 'ip' }, 'metric'],
    [{ vectors: 7 }, 'few'],
    [{ nprobe: 0 }, 'nprobe'],
  ] as const)('stops %o: %s', (facts, reason) => {
    const problems = hostProblems({ ...healthy, ...facts }, 'rvc');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'INDEX_NOT_FOR_HOST', details: { reason } });
  });
});

describe('typeFitness', () => {
  it('does not claim to know what was never tried', () => {
    expect(typeFitness({ type: 'IndexLattice', nlist: null })).toBe('unknown');
    expect(typeFitness({ type: 'IndexPreTransform', nlist: 10 })).toBe('lossy');
    expect(typeFitness({ type: 'IndexIDMap2', nlist: null })).toBe('exact');
    expect(typeFitness({ type: 'IndexIDMap2', nlist: 10 })).toBe('unusable');
  });
});
