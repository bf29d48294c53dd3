import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { advanceLife, type Effect, type LifeEvent, Lifecycle, type Phase } from '../../../src/main/lifecycle';

const PHASES: readonly Phase[] = ['open', 'asking', 'agreed', 'stopping', 'killing', 'over'];
const busy = { type: 'close', busy: true } as const;
const idle = { type: 'close', busy: false } as const;

/** The phases and effects of a row of events, from the beginning. */
function live(...events: readonly LifeEvent[]): { readonly phase: Phase; readonly effects: readonly Effect[] } {
  return events.reduce<{ phase: Phase; effects: readonly Effect[] }>(
    (before, event) => {
      const { phase, effects } = advanceLife(before.phase, event);
      return { phase, effects: [...before.effects, ...effects] };
    },
    { phase: 'open', effects: [] },
  );
}

describe('the end of the app', () => {
  it('J5: asks once while a job runs, and stays open when the person says so', () => {
    expect(live(busy)).toEqual({ phase: 'asking', effects: ['hold', 'ask'] });
    expect(live(busy, busy)).toEqual({ phase: 'asking', effects: ['hold', 'ask', 'hold'] });
    expect(live(busy, { type: 'answer', agreed: false })).toEqual({ phase: 'open', effects: ['hold', 'ask'] });
    expect(live(busy, { type: 'answer', agreed: false }, busy).effects).toEqual(['hold', 'ask', 'hold', 'ask']);
  });

  it('asks nothing when nothing runs, or the job has ended meanwhile', () => {
    expect(live(idle)).toEqual({ phase: 'open', effects: [] });
    expect(live(busy, idle)).toEqual({ phase: 'asking', effects: ['hold', 'ask'] });
  });

  it('closes after a yes, stops what runs, and then quits', () => {
    const agreed = { type: 'answer', agreed: true } as const;
    expect(live(busy, agreed, busy, { type: 'quit' }, { type: 'stopped' }, busy, { type: 'quit' })).toEqual({
      phase: 'over',
      effects: ['hold', 'ask', 'quit', 'hold', 'stop', 'quit'],
    });
  });

  it('kills what does not stop in time, and ends even when that does not help', () => {
    const overdue = { type: 'overdue' } as const;
    expect(live({ type: 'quit' }, overdue)).toEqual({ phase: 'killing', effects: ['hold', 'stop', 'kill'] });
    expect(live({ type: 'quit' }, overdue, { type: 'stopped' })).toMatchObject({ phase: 'over' });
    expect(live({ type: 'quit' }, overdue, overdue).effects).toEqual(['hold', 'stop', 'kill', 'quit']);
    expect(live({ type: 'quit' }, { type: 'stopped' }, overdue).effects).toEqual(['hold', 'stop', 'quit']);
  });

  it('stops once and quits once after it has begun to stop, whatever comes', () => {
    const event = fc.constantFrom<LifeEvent>(
      busy,
      idle,
      { type: 'answer', agreed: true },
      { type: 'answer', agreed: false },
      { type: 'quit' },
      { type: 'stopped' },
      { type: 'overdue' },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const { phase, effects } = live(...events);
        const after = effects.slice(effects.indexOf('stop') + 1);
        expect(effects.filter((effect) => effect === 'stop').length).toBeLessThanOrEqual(1);
        expect(effects.filter((effect) => effect === 'kill').length).toBeLessThanOrEqual(1);
        if (effects.includes('stop')) {
          expect(after.filter((effect) => effect === 'quit')).toHaveLength(phase === 'over' ? 1 : 0);
          expect(after).not.toContain('ask');
        }
      }),
    );
  });

  it.each(PHASES)('can always be reached from %s', (from) => {
    const events: LifeEvent[] = [{ type: 'quit' }, { type: 'overdue' }, { type: 'overdue' }];
    expect(events.reduce((phase, event) => advanceLife(phase, event).phase, from)).toBe('over');
  });
});

describe('Lifecycle', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start(stop: () => Promise<void>, agree = true) {
    const seen: string[] = [];
    const life = new Lifecycle({
      ask: () => Promise.resolve(agree),
      stop: () => {
        seen.push('stop');
        return stop();
      },
      kill: () => seen.push('kill'),
      quit: () => seen.push('quit'),
      warn: () => undefined,
    });
    return { life, seen };
  }

  it('goes on when the person agrees', async () => {
    const { life, seen } = start(() => Promise.resolve());
    expect(life.take(busy)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['quit']);
    expect(life.take(busy)).toBe(true);
    expect(life.take({ type: 'quit' })).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['quit', 'stop', 'quit']);
    expect(life.take({ type: 'quit' })).toBe(true);
  });

  it('waits ten seconds at most for a worker that does not stop', async () => {
    const { life, seen } = start(() => new Promise(() => undefined));
    life.take({ type: 'quit' });
    await vi.advanceTimersByTimeAsync(7_999);
    expect(seen).toEqual(['stop']);
    await vi.advanceTimersByTimeAsync(2);
    expect(seen).toEqual(['stop', 'kill']);
    await vi.advanceTimersByTimeAsync(2_001);
    expect(seen).toEqual(['stop', 'kill', 'quit']);
  });

  it('quits although stopping fails', async () => {
    const { life, seen } = start(() => Promise.reject(new Error('no')));
    life.take({ type: 'quit' });
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['stop', 'quit']);
  });
});
