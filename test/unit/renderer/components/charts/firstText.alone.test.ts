// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { measureFirstText } from '@/components/charts/firstText';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('has every text measured in a task of its own, before a picture is drawn', async () => {
  vi.useFakeTimers();
  const measured: string[] = [];
  const context = { font: '', measureText: (text: string) => measured.push(text) };
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  const over = measureFirstText();
  const seen: number[] = [measured.length];
  for (let task = 0; task < 3; task++) {
    await vi.advanceTimersToNextTimerAsync();
    seen.push(measured.length);
  }
  await over;
  expect(seen).toEqual([0, 1, 2, 2]);
  expect(measured).toContain('国');
  expect(context.font).toMatch(/^12px .+/);
});

it('draws all the same where there is no canvas', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  await expect(measureFirstText()).resolves.toBeUndefined();
});
