import { expect, it } from 'vitest';
import { walkerSeeds } from '../fuzz/seeds';
import { fuzzWalkers } from '../fuzz/walkers';

const MS = 2_000;
const LEAST = 500;

// Longer, and of other files each time: npm run reliability.
it('F9: whatever is damaged, a reader answers with a value or an error of its own, soon', () => {
  const end = performance.now() + MS;
  const { tried, findings } = fuzzWalkers(walkerSeeds(), {
    seed: 1,
    until: (count) => count >= LEAST && performance.now() > end,
  });
  expect(findings).toEqual([]);
  expect(tried).toBeGreaterThanOrEqual(LEAST);
});
