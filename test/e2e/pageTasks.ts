import { readFile, rm } from 'node:fs/promises';
import { expect, type ElectronApplication, type Page } from '@playwright/test';

/** Of a task of the page: what takes longer is felt. */
export const MOST_TASK_MS = 50;

/** From what a person presses to its answer on the screen. */
export const MOST_ANSWER_MS = 100;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The longest that the page worked at a stretch meanwhile, in ms of the processor: what others do there does not count. */
export async function longestTask(app: ElectronApplication, meanwhile: () => Promise<void>): Promise<number> {
  await app.evaluate(({ contentTracing }) => contentTracing.startRecording({ included_categories: ['toplevel'] }));
  await meanwhile();
  const path = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  const { traceEvents } = JSON.parse(await readFile(path, 'utf8')) as { readonly traceEvents: readonly TraceEvent[] };
  await rm(path);
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const pages = new Set(named.map(threadOf));
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && pages.has(threadOf(event)));
  expect(tasks.length).toBeGreaterThan(0);
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** The best of a few, as soon as one is good enough: the first time code runs it is not yet made quick. */
export async function leastOf(measure: () => Promise<number>, enough: number, runs = 4): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs && least > enough; run++) least = Math.min(least, await measure());
  return least;
}

/** Work as a page does it, rows of text made and laid out; and what a computer of ordinary speed takes for so many, in ms. */
const YARDSTICK = { rows: 1_000, ms: 20 } as const;

/**
 * How many times longer than an ordinary computer this one takes at this moment for what a page does, at least 1. What a person
 * feels is said of an ordinary one; where memory or processor are slow, all tasks are slow alike.
 */
export async function slowness(app: ElectronApplication, page: Page): Promise<number> {
  const layOut = (): Promise<void> =>
    page.evaluate((rows) => {
      const list = document.createElement('ul');
      list.style.cssText = 'position: fixed; inset: 0; visibility: hidden; overflow: auto';
      for (let row = 0; row < rows; row++) {
        const item = list.appendChild(document.createElement('li'));
        for (const word of ['one', 'two', 'three']) {
          const part = item.appendChild(document.createElement('span'));
          part.className = 'whole truncate';
          part.textContent = `${word} ${row} `;
        }
      }
      document.body.append(list);
      list.getBoundingClientRect();
      list.remove();
    }, YARDSTICK.rows);
  const took = await leastOf(() => longestTask(app, layOut), 0);
  return Math.max(1, took / YARDSTICK.ms);
}
