import { readFile, rm } from 'node:fs/promises';
import { setInterval } from 'node:timers/promises';
import { expect, type ElectronApplication, type Page } from '@playwright/test';

/** Of a task of the page: what takes longer is felt. On an ordinary computer, as {@link longestTask} says it. */
export const MOST_TASK_MS = 50;

/** From what a person presses to its answer on the screen; on an ordinary computer. */
export const MOST_ANSWER_MS = 100;

/** Work as a page does it, rows of text made and laid out; and what an ordinary computer takes for so many, in ms. */
const YARDSTICK = { name: 'yardstick', rows: 1_000, ms: 20, everyMs: 1_000 } as const;

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** In microseconds, as all times here. */
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

interface Tasks {
  /** The longest that the page worked at a stretch, in ms of the processor: what others do there does not count. */
  readonly longest: number;
  /**
   * How many times longer than an ordinary computer this one took meanwhile for what a page does, at least 1. Where memory or
   * processor are slow, or others need them, all tasks take longer alike.
   */
  readonly slowness: number;
}

/** The tasks of the page meanwhile, and the same work time and again between them. */
export async function tasksOf(app: ElectronApplication, page: Page, meanwhile: () => Promise<void>): Promise<Tasks> {
  // The first time it runs it is not yet made quick.
  await layOutRows(page);
  const recorded = { included_categories: ['toplevel', 'blink.user_timing'] };
  await app.evaluate(({ contentTracing }, options) => contentTracing.startRecording(options), recorded);
  await layOutRows(page);
  const over = new AbortController();
  const [done] = await Promise.allSettled([meanwhile().finally(() => over.abort()), layOutUntil(page, over.signal)]);
  await layOutRows(page);
  const path = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording());
  if (done.status === 'rejected') throw done.reason;
  const { traceEvents } = JSON.parse(await readFile(path, 'utf8')) as { readonly traceEvents: readonly TraceEvent[] };
  await rm(path);
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const named = traceEvents.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const pages = new Set(named.map(threadOf));
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && pages.has(threadOf(event)));
  const marks = traceEvents.filter(({ name }) => name === YARDSTICK.name);
  const isYardstick = (task: TraceEvent): boolean =>
    marks.some(
      (mark) => threadOf(mark) === threadOf(task) && mark.ts >= task.ts && mark.ts <= task.ts + (task.dur ?? 0),
    );
  const milliseconds = (some: readonly TraceEvent[]): readonly number[] => some.map(({ tdur = 0 }) => tdur / 1_000);
  const took = milliseconds(tasks.filter(isYardstick)).toSorted((one, other) => one - other);
  expect(took.length).toBeGreaterThan(1);
  return {
    longest: Math.max(...milliseconds(tasks.filter((task) => !isYardstick(task)))),
    slowness: Math.max(1, (took[took.length >> 1] ?? 0) / YARDSTICK.ms),
  };
}

/** The longest task of the page meanwhile, in ms that an ordinary computer would take. */
export async function longestTask(
  app: ElectronApplication,
  page: Page,
  meanwhile: () => Promise<void>,
): Promise<number> {
  const { longest, slowness } = await tasksOf(app, page, meanwhile);
  return longest / slowness;
}

/** The best of a few, as soon as one is good enough: the first time code runs it is not yet made quick. */
export async function leastOf(measure: () => Promise<number>, enough: number, runs = 4): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs && least > enough; run++) least = Math.min(least, await measure());
  return least;
}

function layOutRows(page: Page): Promise<void> {
  return page.evaluate(({ name, rows }) => {
    performance.mark(name);
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
  }, YARDSTICK);
}

/** Ends with an error, as everything does that is aborted. */
async function layOutUntil(page: Page, over: AbortSignal): Promise<void> {
  for await (const layOut of setInterval(YARDSTICK.everyMs, layOutRows, { signal: over })) await layOut(page);
}
