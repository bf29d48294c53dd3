import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Patience } from '../../../../src/main/system/patience';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A drive whose answers come when the test says so. */
function drive() {
  const asked: ((answer: string) => void)[] = [];
  return { asked, question: () => new Promise<string>((resolve) => asked.push(resolve)) };
}

it('passes on what a disk answers', async () => {
  const patience = new Patience();
  expect(await patience.ask('/a', () => Promise.resolve(1))).toEqual({ type: 'answer', value: 1 });
});

it('does not wait for a drive that hangs, and asks it again only when it has answered', async () => {
  const patience = new Patience();
  const { asked, question } = drive();
  const first = patience.ask('/nas', question);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await first).toEqual({ type: 'silent' });
  expect(await patience.ask('/nas', question)).toEqual({ type: 'silent' });
  expect(asked).toHaveLength(1);
  asked[0]!('late');
  await vi.advanceTimersByTimeAsync(0);
  expect(await patience.ask('/nas', () => Promise.resolve('there'))).toEqual({ type: 'answer', value: 'there' });
});

it('leaves threads for others: drives that hang hold two at most', async () => {
  const patience = new Patience();
  const { asked, question } = drive();
  for (const path of ['/nas/a', '/nas/b']) {
    const answer = patience.ask(path, question);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await answer).toEqual({ type: 'silent' });
  }
  expect(await patience.ask('/nas/c', question)).toEqual({ type: 'unasked' });
  expect(asked).toHaveLength(2);
});
