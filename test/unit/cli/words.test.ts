import { describe, expect, it } from 'vitest';
import type { VerdictRow } from '@shared/contract/measurement';
import { findingWords } from '../../../src/cli/words';

const row = (change: Pick<VerdictRow, 'check' | 'finding' | 'values'>): VerdictRow => ({
  level: 'usable',
  action: 'use',
  ...change,
});

describe('the words of a finding', () => {
  it('say shares of moments of a hundred, however small', () => {
    const words = findingWords(row({ check: 'recall', finding: 'low', values: { same: 0.005 } }));
    expect(words).toBe('0.5 of 100 moments come out the same as with the best possible index.');
  });

  it('say other numbers as they are, also up to 1', () => {
    const words = findingWords(row({ check: 'empty', finding: 'short', values: { seconds: 0.8 } }));
    expect(words).toBe('The voice is only 0.8 seconds long.');
  });
});
