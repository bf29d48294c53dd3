import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import type { BuildOptions } from '@shared/contract/build';

/** Every place in the app. Ids are those of main's snapshots. */
export type Page =
  /** Language, the folder of RVC, the sample voice: where an empty library begins. */
  | { readonly name: 'welcome' }
  | { readonly name: 'library' }
  /** `index`: the one to show first. */
  | { readonly name: 'voice'; readonly id: string; readonly index?: string }
  /** `index`: built of its vectors instead of the voice's features. `options`: what to begin with, e.g. what was found best. */
  | { readonly name: 'build'; readonly voice: string; readonly index?: string; readonly options?: BuildOptions }
  /** Listening through what is most likely wrong in a voice. */
  | { readonly name: 'listen'; readonly voice: string }
  /** Finding the best way to build; `job`: what a search has found. */
  | { readonly name: 'tune'; readonly voice: string; readonly job?: string }
  /** Merging voices, this one first. */
  | { readonly name: 'merge'; readonly voice?: string }
  | { readonly name: 'index'; readonly id: string }
  /** Indexes of a voice to tick, or the comparison that a job made. */
  | { readonly name: 'compare'; readonly voice?: string; readonly indexes?: readonly string[]; readonly job?: string }
  | { readonly name: 'jobs' }
  /** The first lesson when none is named. `part`: the place in it that is looked for. */
  | { readonly name: 'guide'; readonly lesson?: string; readonly part?: string }
  | { readonly name: 'settings' };
export type PageName = Page['name'];

const LIBRARY: Page = { name: 'library' };
/** So many places are remembered. */
const MOST = 20;

export const isSame = (one: Page, other: Page): boolean => JSON.stringify(one) === JSON.stringify(other);

/** One window, few pages: a stack of places instead of a router with addresses. */
export const useNavigation = defineStore('navigation', () => {
  const stack = shallowRef<readonly Page[]>([LIBRARY]);
  const page = computed<Page>(() => stack.value.at(-1) ?? LIBRARY);
  /** What Back has left, the next one last. */
  const ahead = shallowRef<readonly Page[]>([]);
  const canGoBack = computed(() => stack.value.length > 1);
  /** Whether a person came back to the page: it stands where it was left. */
  const isReturn = ref(false);
  /** Whether the page was opened from one that is not in the side bar. */
  const isDeep = computed(() => stack.value.length > 2);

  /** Opens a page. The ones in the side bar start a new stack, since nothing lies behind them. */
  function open(next: Page): void {
    const bare = next.name === 'compare' && next.voice === undefined && next.job === undefined;
    const contents = next.name === 'guide' && next.lesson === undefined;
    isReturn.value = false;
    const top =
      next.name === 'welcome' ||
      next.name === 'library' ||
      next.name === 'jobs' ||
      next.name === 'settings' ||
      bare ||
      contents;
    if (top) stack.value = next.name === 'library' ? [next] : [LIBRARY, next];
    else stack.value = [...stack.value, next].slice(-MOST);
    ahead.value = [];
  }

  /** Takes the place of the current page, so that Back skips it: after Build comes the voice, not Build again. */
  function replace(next: Page): void {
    isReturn.value = false;
    const before = stack.value.slice(0, -1);
    const last = before.at(-1);
    stack.value = last && isSame(last, next) ? before : [...before, next];
    ahead.value = [];
  }

  function back(): void {
    if (!canGoBack.value) return;
    isReturn.value = true;
    ahead.value = [...ahead.value, page.value];
    stack.value = stack.value.slice(0, -1);
  }

  /** Takes Back back. */
  function forward(): void {
    const next = ahead.value.at(-1);
    if (next === undefined) return;
    isReturn.value = true;
    ahead.value = ahead.value.slice(0, -1);
    stack.value = [...stack.value, next];
  }

  return { page, canGoBack, isReturn, isDeep, open, replace, back, forward };
});
