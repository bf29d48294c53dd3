import { describe, expect, it } from 'vitest';
import { advanceClock, type Clock, isOver, type Timed } from '@/app/noticeClock';

const usual: Timed = { id: 'a' };
const long: Timed = { id: 'b', duration: 12_000 };
const always = (): boolean => true;

describe('the time of notices', () => {
  it('runs out by itself, for each its own', () => {
    let clock: Clock = advanceClock(new Map(), [usual, long], 250, always);
    expect([usual, long].map((notice) => isOver(clock, notice))).toEqual([false, false]);
    clock = advanceClock(clock, [usual, long], 6_000, always);
    expect([usual, long].map((notice) => isOver(clock, notice))).toEqual([true, false]);
    clock = advanceClock(clock, [long], 6_000, always);
    expect(isOver(clock, long)).toBe(true);
    expect(clock.size).toBe(1);
  });

  it('stands still while somebody is there, however often', () => {
    let clock: Clock = advanceClock(new Map(), [usual], 0, always);
    for (let i = 0; i < 100; i++) clock = advanceClock(clock, [usual], 0, always);
    expect(isOver(clock, usual)).toBe(false);
    clock = advanceClock(clock, [usual], 6_000, always);
    expect(isOver(clock, usual)).toBe(true);
  });

  it('never runs out for what stays until it is closed', () => {
    const kept: Timed = { id: 'c', duration: 0 };
    let clock: Clock = advanceClock(new Map(), [kept], 250, always);
    clock = advanceClock(clock, [kept], 1e9, always);
    expect(isOver(clock, kept)).toBe(false);
  });

  it('begins anew when the same is told again', () => {
    let clock: Clock = advanceClock(new Map(), [usual], 0, always);
    clock = advanceClock(clock, [usual], 5_900, always);
    const again: Timed = { id: 'a' };
    clock = advanceClock(clock, [again], 5_900, always);
    expect(isOver(clock, again)).toBe(false);
  });

  it('stands still for what waits behind another', () => {
    const shown = (notice: Timed): boolean => notice === long;
    let clock: Clock = advanceClock(new Map(), [usual, long], 0, shown);
    clock = advanceClock(clock, [usual, long], 12_000, shown);
    expect([usual, long].map((notice) => isOver(clock, notice))).toEqual([false, true]);
    clock = advanceClock(clock, [usual], 6_000, always);
    expect(isOver(clock, usual)).toBe(true);
  });
});
