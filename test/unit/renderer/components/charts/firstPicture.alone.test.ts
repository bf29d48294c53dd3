// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { measureFirstText } from '@/components/charts/firstText';

afterEach(() => vi.restoreAllMocks());

it('has every text measured in a task of its own, before a picture is drawn', async () => {
  const tasks = vi.spyOn(globalThis, 'setTimeout');
  const measured: { readonly text: string; readonly task: number }[] = [];
  const measureText = (text: string): void => void measured.push({ text, task: tasks.mock.calls.length });
  const context = { font: '', measureText };
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  await measureFirstText();
  expect(measured).toEqual([
    { text: '0,1', task: 1 },
    { text: '国', task: 2 },
  ]);
  expect(tasks).toHaveBeenCalledTimes(3);
  expect(context.font).toMatch(/^12px .+/);
});

it('draws all the same where there is no canvas', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  await expect(measureFirstText()).resolves.toBeUndefined();
});
