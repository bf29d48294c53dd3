import { describe, expect, it } from 'vitest';
import type { IndexFacts } from '@shared/contract/voices';
import { objections, problemsOf } from '@shared/domain/verdict/problems';
import { facts } from '../../../../fixtures/contract';

const healthy = facts({ lists: null });

describe('problemsOf', () => {
  it('finds nothing in a healthy index', () => {
    expect(objections(healthy)).toEqual([]);
    const looked = { idsSequential: true, incomplete: false, nonFinite: 0, zero: 0, meanNorm: 9 };
    expect(objections(healthy, looked)).toEqual([]);
  });

  it('lets through what hosts work with, if only roughly', () => {
    expect(problemsOf({ ...healthy, type: 'IndexIVFPQ', flaws: ['rounded'] })).toEqual([]);
    expect(problemsOf({ ...healthy, type: 'IndexPreTransform', flaws: ['transformed'] })).toEqual([]);
    expect(problemsOf({ ...healthy, dimension: 256 })).toEqual([]);
    expect(problemsOf({ ...healthy, nprobe: 1_000 })).toEqual([]);
  });

  it.each([
    [{ vectors: 0 }, {}, 'INDEX_NO_VECTORS', undefined],
    [{ trained: false, vectors: 0 }, {}, 'INDEX_NO_VECTORS', undefined],
    [{ dimension: 512 }, {}, 'INDEX_DIMENSION', undefined],
    [{ vectors: 7 }, {}, 'INDEX_NOT_FOR_HOST', 'few'],
    [{ metric: 'ip' }, {}, 'INDEX_NOT_FOR_HOST', 'metric'],
    [{ metric: 'other' }, {}, 'INDEX_NOT_FOR_HOST', 'metric'],
    [{ nprobe: 0 }, {}, 'INDEX_NOT_FOR_HOST', 'nprobe'],
    [{ flaws: ['idMap'] }, {}, 'INDEX_NOT_FOR_HOST', 'type'],
    [{ flaws: ['rounded', 'newer'] }, {}, 'INDEX_NOT_FOR_HOST', 'type'],
    [{ flaws: ['notTried'] }, {}, 'INDEX_NOT_FOR_HOST', 'type'],
    [{ flaws: ['listsElsewhere'] }, {}, 'INDEX_NOT_FOR_HOST', 'type'],
    [{}, { idsSequential: false }, 'INDEX_NOT_FOR_HOST', 'ids'],
    [{}, { idsSequential: false, incomplete: true }, 'INDEX_TRUNCATED', undefined],
    [{}, { nonFinite: 3 }, 'INDEX_NOT_FOR_HOST', 'finite'],
  ] as const)('stops %o %o: %s %s', (facts, contents, code, reason) => {
    const problems = problemsOf({ ...healthy, ...facts } as IndexFacts, contents);
    expect(problems.map((problem) => [problem.code, problem.details['reason']])).toEqual([[code, reason]]);
  });

  it.each([
    [{ flaws: ['newer'] }, {}, /newer FAISS/, { flaw: 'newer' }],
    [{ flaws: ['listsElsewhere'] }, {}, /another file/, { flaw: 'listsElsewhere' }],
    [{ flaws: ['noLists'] }, {}, /without its vectors/, { flaw: 'noLists' }],
    [{ flaws: ['normalizing'] }, {}, /with length 1/, { flaw: 'normalizing' }],
    [{ flaws: ['notInvertible'] }, {}, /cannot give back/, { flaw: 'notInvertible' }],
    [{ flaws: ['idMap'] }, {}, /does not work in the hosts/, { flaw: 'idMap' }],
    [{ nprobe: 0 }, {}, /no group/, { nprobe: 0 }],
    [{}, { nonFinite: 3 }, /^3 /, { count: 3 }],
    [{}, { nonFinite: 0, zero: 2 }, /^2 /, { count: 2 }],
  ] as const)('says of %o %o what it is: %s', (facts, contents, message, details) => {
    const [objection] = objections({ ...healthy, ...facts } as IndexFacts, contents);
    expect(objection?.problem).toMatchObject({ message: expect.stringMatching(message) as string, details });
  });

  it.each([
    [{ meanNorm: 1 }, 'scale'],
    [{ nonFinite: 0, zero: 2 }, 'zeros'],
  ])('says %o without stopping for it', (contents, reason) => {
    expect(problemsOf(healthy, contents)).toEqual([]);
    expect(objections(healthy, contents).map(({ problem, stops }) => [problem.details['reason'], stops])).toEqual([
      [reason, false],
    ]);
  });
});
