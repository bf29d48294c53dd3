import type { ValidFactory } from './reading';
import { readFactory } from './reading';
import { cappedNlist, POINTS_PER_CENTROID, rvcNlist } from '../rvc';

export type PresetId = 'rvc' | 'rvc2023' | 'guideline' | 'fastScan' | 'half' | 'quarter' | 'graphLists' | 'exact';

export interface FactoryPreset {
  readonly id: PresetId;
  /** FAISS factory string. */
  readonly factory: string;
  /** Null without lists, or when the string does not say. */
  readonly nprobe: number | null;
  /** Null without a second look. */
  readonly kFactor: number | null;
  /** `few`: FAISS warns, for it wants 39 vectors a center; `impossible`: it refuses. */
  readonly training: 'enough' | 'few' | 'impossible';
}

/**
 * FAISS's guideline of 4 to 16 times the root of N (its wiki, Guidelines to choose an index), with 39 vectors a list
 * where there are as many: below 1,521 frames and factor 4 the lists grow fewer, down to one.
 *
 * @param factor 4 to 16.
 */
export function guidelineNlist(frames: number, factor: number): number {
  return cappedNlist(frames, Math.round(factor * Math.sqrt(frames)));
}

/**
 * Known ways to build an index of so many frames: RVC's own, RVC's of April 2023 (`n_ivf = N // 39`,
 * `nprobe = int(n_ivf ** 0.3)`), FAISS's guideline, the FastScan that RVC's documentation recommends, and some that
 * trade size for exactness.
 *
 * @param frames At least 8.
 * @param dimension Even.
 */
export function factoryPresets(frames: number, dimension: number): FactoryPreset[] {
  const nlist = rvcNlist(frames);
  const nlist2023 = Math.max(1, Math.floor(frames / POINTS_PER_CENTROID));
  const nprobe = Math.min(4, nlist);
  const preset = (
    id: PresetId,
    factory: string,
    nprobe: number | null,
    kFactor: number | null = null,
  ): FactoryPreset => ({
    id,
    factory,
    nprobe,
    kFactor,
    training: trainingOf(readFactory(factory, dimension), frames),
  });
  const guideline = guidelineNlist(frames, 4);
  const fastScan = cappedNlist(frames, 1_024);
  return [
    preset('rvc', `IVF${nlist},Flat`, 1),
    preset('rvc2023', `IVF${nlist2023},Flat`, Math.max(1, Math.floor(nlist2023 ** 0.3))),
    preset('guideline', `IVF${guideline},Flat`, Math.min(4, guideline)),
    preset('fastScan', `IVF${fastScan},PQ${dimension / 2}x4fs,RFlat`, Math.min(4, fastScan), FAST_SCAN_K_FACTOR),
    preset('half', `IVF${nlist},SQfp16`, nprobe),
    preset('quarter', `IVF${nlist},SQ8`, nprobe),
    preset('graphLists', `IVF${nlist}_HNSW32,Flat`, nprobe),
    preset('exact', 'Flat', null),
  ];
}

/** How many times the neighbors asked for are compared exactly: 4 bits a pair of numbers alone miss some. */
const FAST_SCAN_K_FACTOR = 4;

function trainingOf(reading: ReturnType<typeof readFactory>, frames: number): FactoryPreset['training'] {
  if (reading.state !== 'valid' || frames < reading.trainingVectors) return 'impossible';
  return frames < POINTS_PER_CENTROID * trainingCentroids(reading) ? 'few' : 'enough';
}

/** One training vector a centroid is the least, so the least is the number of centroids; below 2 nothing is clustered. */
function trainingCentroids({ trainingVectors }: ValidFactory): number {
  return trainingVectors < 2 ? 0 : trainingVectors;
}
