import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXPECTED_SAME } from '@shared/domain/recipes/expectedSame';
import en from '../../../../../resources/locales/en.json';

/** The last table of the decision, as the measuring command printed it. */
const rows = readFileSync('docs/decisions/0010-recipes-by-measurement.md', 'utf8')
  .split('\n')
  .filter((line) => /nprobe \d+ +\|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('what a card promises', () => {
  it.each(['balanced', 'best', 'small'] as const)('%s: what three of four of the measured voices reach', (recipe) => {
    const shares = rows
      .filter((cells) => cells.includes(en.recipes[recipe].name))
      .map((cells) => Number.parseFloat(cells[4] ?? ''))
      .sort((one, other) => one - other);
    expect(shares.length).toBeGreaterThan(7);
    const reached = shares[Math.floor(shares.length / 4)] ?? NaN;
    expect(Math.round(reached / 5) / 20).toBe(EXPECTED_SAME[recipe]);
  });
});
