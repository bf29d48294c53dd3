import type { QueryOrigin } from '@shared/contract/measurement';

/**
 * Whether those who ask may be in the index themselves: the voice's own frames, or vectors of the index. Each leaves
 * itself out, but its neighbors of the same second are easy to find; another recording is a harder question.
 */
export function asksItself({ origin }: { readonly origin: QueryOrigin }): boolean {
  return origin === 'voice' || origin === 'stored';
}
