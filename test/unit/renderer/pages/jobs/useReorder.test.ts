import { describe, expect, it } from 'vitest';
import { beforeAt, isIdle, stepOf } from '@/pages/jobs/useReorder';

const ids = ['a', 'b', 'c'];

describe('an order of jobs', () => {
  it('steps up and down by keys, and no further than the ends', () => {
    expect(stepOf(ids, 'b', -1)).toEqual({ id: 'b', before: 'a' });
    expect(stepOf(ids, 'b', 1)).toEqual({ id: 'b', before: null });
    expect(stepOf(ids, 'a', 1)).toEqual({ id: 'a', before: 'c' });
    expect(stepOf(ids, 'a', -1)).toBeNull();
    expect(stepOf(ids, 'c', 1)).toBeNull();
    expect(stepOf(ids, 'gone', 1)).toBeNull();
  });

  it('takes the place above the middle that the pointer is over', () => {
    const middles = ids.map((id, i) => ({ id, y: 100 * i + 50 }));
    expect([0, 49, 51, 200, 251].map((y) => beforeAt(middles, y))).toEqual(['a', 'a', 'b', 'c', null]);
  });

  it('knows a move to where it is', () => {
    expect(isIdle(ids, { id: 'b', before: 'b' })).toBe(true);
    expect(isIdle(ids, { id: 'b', before: 'c' })).toBe(true);
    expect(isIdle(ids, { id: 'c', before: null })).toBe(true);
    expect(isIdle(ids, { id: 'b', before: 'a' })).toBe(false);
    expect(isIdle(ids, { id: 'b', before: null })).toBe(false);
  });
});
