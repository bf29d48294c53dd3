// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bringTo } from '@/app/scrollPlace';

/** What is told when the page grows; nothing once it is not watched any more. */
let grow: () => void = () => undefined;

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(told: () => void) {
        grow = told;
      }
      observe = (): void => undefined;
      disconnect = (): void => {
        grow = () => undefined;
      };
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

/** A window of which `longest` says how far its page can be scrolled by now. */
function scroller(page: { longest: number }): HTMLElement {
  const main = document.createElement('main');
  main.append(document.createElement('div'));
  let at = 0;
  Object.defineProperty(main, 'scrollTop', { get: () => at });
  main.scrollTo = ((_left: number, top: number) => {
    at = Math.min(top, page.longest);
  }) as typeof main.scrollTo;
  return main;
}

describe('a page', () => {
  it('is brought to its place as it grows, and is left alone from then on', () => {
    const page = { longest: 100 };
    const main = scroller(page);
    bringTo(main, 500);
    expect(main.scrollTop).toBe(100);
    page.longest = 300;
    grow();
    expect(main.scrollTop).toBe(300);
    page.longest = 900;
    grow();
    expect(main.scrollTop).toBe(500);
    main.scrollTo(0, 0);
    grow();
    expect(main.scrollTop).toBe(0);
  });

  it.each(['wheel', 'keydown', 'pointerdown'])('is a person’s own after a %s', (move) => {
    const page = { longest: 100 };
    const main = scroller(page);
    bringTo(main, 500);
    window.dispatchEvent(new Event(move));
    page.longest = 900;
    grow();
    expect(main.scrollTop).toBe(100);
  });

  it('is given up for another', () => {
    const page = { longest: 100 };
    const main = scroller(page);
    bringTo(main, 500)();
    page.longest = 900;
    grow();
    expect(main.scrollTop).toBe(100);
  });
});
