// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';
import { drawFirstPicture } from '@/components/charts/firstPicture';

afterEach(() => vi.restoreAllMocks());

const picture = { setOption: vi.fn(), dispose: vi.fn() };
const begin = vi.fn(() => picture as never);

it('has every text and every part of a picture drawn in a task of its own, and leaves nothing', async () => {
  const tasks = vi.spyOn(globalThis, 'setTimeout');
  const drawn: { readonly what: unknown; readonly task: number }[] = [];
  const note = (what: unknown): void => void drawn.push({ what, task: tasks.mock.calls.length });
  const context = { font: '', measureText: note };
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  picture.setOption.mockImplementation((option: object) => note(Object.keys(option)));
  picture.dispose.mockImplementation(() => note('disposed'));
  await drawFirstPicture(begin);
  const axes = ['animation', 'grid', 'legend', 'tooltip', 'xAxis', 'yAxis'];
  expect(drawn).toEqual([
    { what: '0,1', task: 1 },
    { what: '国', task: 2 },
    { what: ['animation'], task: 4 },
    { what: axes, task: 5 },
    { what: [...axes, 'series'], task: 6 },
    { what: 'disposed', task: 7 },
  ]);
  expect(context.font).toMatch(/^12px .+/);
});

it('leaves the pictures to themselves where there is no canvas', async () => {
  begin.mockClear();
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  await expect(drawFirstPicture(begin)).resolves.toBeUndefined();
  expect(begin).not.toHaveBeenCalled();
});
