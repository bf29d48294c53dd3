import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { useTurn } from '@/components/ui/turns';

/** What the browser would do at the next frame. */
let frames: (() => void)[] = [];

async function nextFrame(): Promise<void> {
  const due = frames;
  frames = [];
  for (const frame of due) frame();
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
});

afterEach(async () => {
  while (frames.length > 0) await nextFrame();
  vi.unstubAllGlobals();
});

describe('turns', () => {
  it('come one a frame, in the order in which they were asked for', async () => {
    const scope = effectScope();
    const parts = scope.run(() => [useTurn(), useTurn(), useTurn()]) ?? [];
    const come = (): boolean[] => parts.map(({ value }) => value);
    expect(come()).toEqual([false, false, false]);
    await nextFrame();
    expect(come()).toEqual([true, false, false]);
    await nextFrame();
    expect(come()).toEqual([true, true, false]);
    await nextFrame();
    expect(come()).toEqual([true, true, true]);
    scope.stop();
  });

  it('are not kept for what is gone', async () => {
    const [gone, there] = [effectScope(), effectScope()];
    const first = gone.run(() => useTurn());
    const second = there.run(() => useTurn());
    gone.stop();
    await nextFrame();
    expect([first?.value, second?.value]).toEqual([false, true]);
    there.stop();
  });

  it('begin anew after a rest', async () => {
    const scope = effectScope();
    scope.run(() => useTurn());
    await nextFrame();
    await nextFrame();
    expect(frames).toHaveLength(0);
    const later = scope.run(() => useTurn());
    await nextFrame();
    expect(later?.value).toBe(true);
    scope.stop();
  });
});
