import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** The page's clock, ticking four times a second, for times that pass while nothing else changes. */
export function useNow(): Readonly<Ref<number>> {
  const now = ref(performance.now());
  const timer = setInterval(() => {
    now.value = performance.now();
  }, 250);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
