import { performance } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inTurns } from '../../../../src/main/system/turns';

function busy(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('inTurns', () => {
  it('maps everything in order', async () => {
    expect(await inTurns([1, 2, 3], (item) => item * 2)).toEqual([2, 4, 6]);
    expect(await inTurns([], String)).toEqual([]);
  });

  it('lets others come to their turn in long work, and only there', async () => {
    let turns = 0;
    let goesOn = true;
    const looking = (async () => {
      while (goesOn) {
        await turn();
        turns++;
      }
    })();
    await inTurns([1, 2, 3, 4, 5, 6], () => busy(11));
    expect(turns).toBeGreaterThanOrEqual(5);
    goesOn = false;
    await looking;
  });

  it('passes on what is thrown', async () => {
    const failing = (): never => {
      throw new Error('no');
    };
    await expect(inTurns([1], failing)).rejects.toThrow('no');
  });
});
