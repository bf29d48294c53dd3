import { describe, expect, it } from 'vitest';
import { MOST_WORST } from '@shared/contract/measurement';
import { worstFrames } from '@shared/domain/sound/moments';

const rowsOf = (count: number, apart: number): Int32Array => Int32Array.from({ length: count }, (_, at) => at * apart);

describe('worstFrames', () => {
  it('lists the worst first, what found nothing before all', () => {
    expect(worstFrames(Float32Array.of(1, NaN, 3, 2), rowsOf(4, 100), 0.5)).toEqual([1, 2, 3, 0]);
  });

  it('leaves out what is as good as the same', () => {
    expect(worstFrames(Float32Array.of(0.4, 0.6, 0.1), rowsOf(3, 100), 0.5)).toEqual([1]);
  });

  it('lists a sound once, by its worst frame', () => {
    expect(worstFrames(Float32Array.of(5, 6, 7, 1), Int32Array.of(10, 11, 12, 60), 0.5)).toEqual([2, 3]);
  });

  it('ends where there are enough', () => {
    expect(worstFrames(new Float32Array(100).fill(2), rowsOf(100, 100), 0.5)).toHaveLength(MOST_WORST);
  });
});
