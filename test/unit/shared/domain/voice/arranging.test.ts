import { describe, expect, it } from 'vitest';
import type { MeasurementOutline } from '@shared/contract/measurement';
import { type JudgedVoice, judgedVoice, passes, voiceOrder, wished } from '@shared/domain/voice/arranging';
import { facts, indexFile, voice } from '../../../../fixtures/contract';
import { quality } from '../../../renderer/components/charts/measurements';

const problem = { code: 'NO_FEATURES', message: '', details: {} } as const;
const good: MeasurementOutline = {
  queries: { n: 552, seed: 1, origin: 'held-out' },
  stored: quality(4, 0.99, 0),
  suggestion: { nprobe: 8, reason: 'target' },
  evidence: { idsSequential: true, nonFinite: 0, meanNorm: null },
  relation: null,
  source: null,
};

const unmeasured = judgedVoice(voice({ name: 'Unmeasured', indexes: [indexFile()] }), () => null);
const fine = judgedVoice(voice({ name: 'Fine', frames: 20_000, indexes: [indexFile({ modified: 50 })] }), () => good);
const bare = judgedVoice(voice({ name: 'Bare' }), () => null);
const hollow = judgedVoice(voice({ name: 'Älter', problem }), () => null);
const empty = judgedVoice(
  voice({ name: 'Empty', indexes: [indexFile({ modified: 10, facts: facts({ vectors: 0 }) })] }),
  () => null,
);
const older = judgedVoice(
  voice({ name: 'Older', indexes: [indexFile({ stale: { reason: 'smaller', frames: 9_000, vectors: 5_000 } })] }),
  () => null,
);
const larger = judgedVoice(
  voice({ indexes: [indexFile({ stale: { reason: 'larger', frames: 5_000, vectors: 9_000 } })] }),
  () => null,
);
const ALL = [fine, unmeasured, bare, hollow, empty, older];
const namesOf = (voices: readonly JudgedVoice[]): string[] => voices.map((judged) => judged.voice.name);

describe('a filter', () => {
  it.each([
    ['repair', ['Empty', 'Older']],
    ['noIndex', ['Bare', 'Älter']],
    ['unmeasured', ['Unmeasured', 'Older']],
    ['older', ['Older']],
    ['away', []],
  ] as const)('shows for %s only what is meant', (filter, names) => {
    expect(namesOf(ALL.filter((judged) => passes(judged, filter, {})))).toEqual(names);
  });

  it('takes an index with more than the voice not for an older one', () => {
    expect(passes(larger, 'older', {})).toBe(false);
  });

  it('shows what the library says is away', () => {
    const away = { [fine.voice.id]: { source: 'source-00000001', absence: 'gone' } } as const;
    expect(namesOf([fine].filter((judged) => passes(judged, 'away', away)))).toEqual(['Fine']);
  });
});

describe('an order', () => {
  const sorted = (sort: 'name' | 'attention' | 'recent' | 'length'): string[] =>
    namesOf([...ALL].sort(voiceOrder(sort, new Intl.Collator('en').compare)));

  it('goes by name as people sort', () => {
    expect(sorted('name')).toEqual(['Älter', 'Bare', 'Empty', 'Fine', 'Older', 'Unmeasured']);
  });

  it('puts first what needs attention', () => {
    expect(sorted('attention')).toEqual(['Empty', 'Older', 'Bare', 'Älter', 'Unmeasured', 'Fine']);
  });

  it('goes by the newest index, and by length', () => {
    expect(sorted('recent')).toEqual(['Older', 'Unmeasured', 'Fine', 'Empty', 'Älter', 'Bare']);
    expect(sorted('length')[0]).toBe('Fine');
  });
});

it('narrows by name and filter together', () => {
  expect(namesOf(wished(ALL, { query: 'alter', filter: null }, {}))).toEqual(['Älter']);
  expect(namesOf(wished(ALL, { query: 'e', filter: 'repair' }, {}))).toEqual(['Empty', 'Older']);
  expect(namesOf(wished(ALL, { query: 'zzz', filter: null }, {}))).toEqual([]);
});
