import { plain } from '@shared/contract/build';
import type { TuneCandidate } from '@shared/jobs/tune';

/** A way that was tried, with these figures. */
export function candidate({
  quality = 0.9,
  ...change
}: Partial<Omit<TuneCandidate, 'quality'>> & { readonly quality?: number }): TuneCandidate {
  return {
    id: 'balanced',
    options: plain('balanced'),
    factory: 'IVF230,Flat',
    nprobe: 4,
    vectors: 9_000,
    bytes: 28_000_000,
    msPerSecond: 5,
    recall: { value: 0.9, low: 0.88, high: 0.92 },
    missing: 0,
    frontier: true,
    fits: true,
    seconds: 1,
    ...change,
    quality: { value: quality, low: Math.max(0, quality - 0.02), high: Math.min(1, quality + 0.02) },
  };
}
