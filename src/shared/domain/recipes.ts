import type { RecipeId, Version } from '@shared/contract/primitives';

/** RVC blends 8 neighbours; with fewer vectors every search comes back short. */
export const MIN_FRAMES = 8;

/** Above this many frames RVC and Applio replace the voice by 10,000 k-means centers before they index it. */
export const COMPRESS_ABOVE_FRAMES = 200_000;

/** The least nprobe that Balanced stores: what it costs is not noticeable, and it is RVC realtime's safe range. */
const BALANCED_MIN_NPROBE = 4;

/** Rows a call of `add`, as RVC does (train_index, `batch_size_add`). */
const ADD_BATCH = 8_192;

const MAX_NPROBE = 65_536;

/** How an index is to be built. */
export interface IndexPlan {
  readonly recipe: RecipeId;
  /** FAISS factory string. */
  readonly factory: string;
  readonly dimension: number;
  readonly nlist: number;
  /** Null: to be chosen from `nprobeCandidates` by what the held-out frames show. */
  readonly nprobe: number | null;
  /** The least that may be stored, used as it is when nothing can be held out. */
  readonly minNprobe: number;
  /** Ascending, the last one searches every list or as many as can be stored. Empty when `nprobe` is given. */
  readonly nprobeCandidates: readonly number[];
  /** Whether some files are kept apart to choose nprobe (and added afterwards). */
  readonly holdOut: boolean;
  readonly addBatch: number;
  /** The host itself would have compressed this voice first. */
  readonly wouldCompress: boolean;
}

export interface PlanInput {
  readonly recipe: RecipeId;
  readonly frames: number;
  readonly dimension: number;
  /** Overrides the recipe's choice; null leaves it to the recipe. */
  readonly nprobe: number | null;
}

/**
 * RVC's number of lists: max(1, min(floor(16 * sqrt(N)), floor(N / 39))), RVC-WebUI train/train_index.py. 39 is FAISS's
 * least number of training points a centroid. Below 78 frames that is one list, which is an exact search.
 */
export function rvcNlist(frames: number): number {
  return Math.max(1, Math.min(Math.floor(16 * Math.sqrt(frames)), Math.floor(frames / 39)));
}

/** The model version that features of this dimension belong to; null for a dimension that no RVC model has. */
export function versionOf(dimension: number): Version | null {
  switch (dimension) {
    case 256:
      return 'v1';
    case 768:
      return 'v2';
    default:
      return null;
  }
}

/**
 * Turns a recipe into a plan. `rvc` and `applio` follow their hosts' rules (RVC-WebUI train_index.py, Applio
 * extract_index.py): rvcNlist, `IVF{n},Flat`, L2, nprobe 1. `balanced` builds the same lists and stores the smallest
 * nprobe that leaves no held-out frame with a missing neighbor, at least 4.
 */
export function planIndex({ recipe, frames, dimension, nprobe }: PlanInput): IndexPlan {
  const nlist = rvcNlist(frames);
  const minNprobe = recipe === 'balanced' ? Math.min(BALANCED_MIN_NPROBE, nlist) : 1;
  const fixed = fixedNprobe(recipe, nlist, minNprobe, nprobe);
  return {
    recipe,
    factory: `IVF${nlist},Flat`,
    dimension,
    nlist,
    nprobe: fixed,
    minNprobe,
    nprobeCandidates: fixed === null ? nprobeCandidates(nlist) : [],
    holdOut: fixed === null,
    addBatch: ADD_BATCH,
    wouldCompress: recipe !== 'balanced' && frames > COMPRESS_ABOVE_FRAMES,
  };
}

function fixedNprobe(recipe: RecipeId, nlist: number, minNprobe: number, asked: number | null): number | null {
  if (asked !== null) return Math.min(Math.max(1, asked), nlist);
  if (recipe !== 'balanced') return 1;
  // So few lists that all of them are searched: there is nothing to choose.
  return minNprobe === nlist ? nlist : null;
}

/** 4, 5, 6, 8, 10, 12, 16, then 24, 32, 48, 64 and so on, up to every list. */
function nprobeCandidates(nlist: number): number[] {
  const most = Math.min(nlist, MAX_NPROBE);
  const candidates = [4, 5, 6, 8, 10, 12];
  for (let power = 16; power < most; power *= 2) candidates.push(power, 1.5 * power);
  return [...candidates.filter((candidate) => candidate < most), most];
}
