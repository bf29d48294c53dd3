import { describe, expect, it } from 'vitest';
import { VerdictAction, VerdictCheck, VerdictLevel } from '@shared/contract/measurement';
import { findingOf, FINDINGS } from '@/words/useHealthWords';

describe('findingOf', () => {
  const rows = VerdictCheck.options.flatMap((check) =>
    VerdictLevel.options.flatMap((level) =>
      VerdictAction.options.map((action) => ({ check, level, action, values: {} })),
    ),
  );

  it('has words for every check, level and action', () => {
    for (const row of rows)
      expect(FINDINGS[row.check] as readonly string[], JSON.stringify(row)).toContain(findingOf(row));
  });

  it('never speaks well of what is not good', () => {
    for (const row of rows.filter(({ level }) => level !== 'good')) {
      expect(['good', 'whole'], JSON.stringify(row)).not.toContain(findingOf(row));
    }
  });

  it.each([
    ['missing', 'usable', 'measure', {}, 'unmeasured'],
    ['missing', 'good', 'use', { missing: 0 }, 'good'],
    ['missing', 'good', 'use', {}, 'whole'],
    ['missing', 'repair', 'setNprobe', { missing: 0.1 }, 'bad'],
    ['missing', 'repair', 'setNprobe', { missing: 0.1, droppedBlocks: 0.3 }, 'dropped'],
    ['stale', 'repair', 'rebuild', { reason: 'larger' }, 'larger'],
    ['name', 'repair', 'rename', { code: 'TRAINED_IN_PATH' }, 'trained'],
    ['empty', 'unusable', 'finish', { vectors: 0 }, 'none'],
  ] as const)('says of %s %s %s %o: %s', (check, level, action, values, finding) => {
    expect(findingOf({ check, level, action, values })).toBe(finding);
  });
});
