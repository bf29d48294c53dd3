import { describe, expect, it } from 'vitest';
import { judgeMeasured } from '@shared/domain/measures/atNprobe';
import { measurementText } from '../../../src/cli/commands/measurement';
import { measurement, relation } from '../renderer/components/charts/measurements';

/** What is said of 9,000 vectors at nprobe 1, with a better value at 8. */
function said(kind: 'whole' | 'part'): string {
  const plain = measurement({ relation: relation({ kind }) });
  const measured = { ...plain, facts: { ...plain.facts, vectors: 9_000 } };
  return measurementText({ ...measured, verdict: judgeMeasured(measured) });
}

describe('the text of a measurement', () => {
  it('suggests another number of groups where the verdict does', () => {
    expect(said('whole')).toContain('Suggested: repair <index> --nprobe 8');
  });

  it('does not where the verdict says to build again: a wider search adds nothing that is missing', () => {
    expect(said('part')).toContain('Needs repair. ');
    expect(said('part')).not.toContain('Suggested');
  });
});
