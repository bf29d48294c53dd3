import { describe, expect, it } from 'vitest';
import { createMain } from '../../../fixtures/mainServices';

const DAY = 86_400_000;

/** A computer whose clock on the wall is set by hand; the other one, which counts, goes on. */
function createClocks() {
  const wall = { now: 1_700_000_000_000 };
  return { wall, main: createMain({ ground: { now: () => wall.now } }) };
}

describe('a clock that is set while the app runs', () => {
  it.each([
    ['forward', DAY],
    ['back', -DAY],
  ])('%s leaves what was chosen to be opened', async (_way, step) => {
    const { wall, main } = createClocks();
    const token = main.tokens.issue({ kind: 'folder', path: '/rvc' });
    wall.now += step;
    expect(await main.handlers['library.add']({ token })).toMatchObject({ what: 'rvc' });
  });

  it.each([
    ['forward', DAY],
    ['back', -DAY],
  ])('%s lets a job end, and tells of its progress by the clock that counts', (_way, step) => {
    const { wall, main } = createClocks();
    const id = main.jobs.start({ kind: 'sample' });
    wall.now += step;
    main.clock.now += 5_000;
    main.runs[0]?.observer.progress?.({ step: 'generate', done: 1, total: 2 });
    const elapsed = main.jobs.get(id).progress?.elapsedMs;
    expect(elapsed).toBeGreaterThanOrEqual(0);
    expect(elapsed).toBeLessThanOrEqual(5_000);
    expect(main.jobs.get(id).state).toBe('running');
  });
});
