import { describe, expect, it } from 'vitest';
import { threadChoices } from '@/pages/settings/threadChoices';

describe('the threads to choose from', () => {
  it.each([
    [1, null, []],
    [2, null, [1]],
    [4, null, [3, 2, 1]],
    [12, null, [11, 6, 3, 1]],
    // Chosen on a larger computer, or by hand in the file.
    [2, 16, [16, 1]],
    [12, 5, [11, 6, 5, 3, 1]],
  ])('of %i, with %s chosen', (processors, chosen, choices) => {
    expect(threadChoices(processors, chosen)).toEqual(choices);
  });
});
