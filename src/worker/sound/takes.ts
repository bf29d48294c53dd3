import { VoronoiceError } from '@shared/contract/errors';
import { MOST_CLIP_FRAMES } from '@shared/contract/sound';
import { NEIGHBORS } from '@shared/domain/rvc';
import type { TakePlan } from '@shared/domain/sound/plan';
import { addSound, frameStart, grainLength, loudness, overlapAdd } from '@shared/domain/sound/grains';
import { readStretch, type Stretch } from './clip';
import { findSlice, type SliceFolder } from '../voices/slices';

/** Files of features by rows that are counted from file to file, and where their recordings are. */
export interface Recordings {
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  readonly folders: readonly SliceFolder[];
}

/** Grains of frames, one after the other. */
export interface Grains {
  /** Hertz; every grain has it. */
  readonly rate: number;
  readonly samples: Float32Array;
}

/** One neighbor of one frame of one take. */
interface Use {
  readonly row: number;
  readonly take: number;
  readonly frame: number;
  readonly weight: number;
}

/**
 * Blends the grains of several takes, from one recording after the other; of each only what is needed is read. A
 * recording that is missing, or of another rate than the others, adds nothing.
 *
 * @returns the grains of each take, and which rows of the voice have a sound
 * @throws `SLICE_NOT_FOUND` when there is no recording at all, `WAV_…`, `SOUND_…`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export async function blendTakes(
  plans: readonly TakePlan[],
  recordings: Recordings,
  signal: AbortSignal,
  onFile: (done: number, files: number) => void,
): Promise<{ readonly takes: readonly Grains[]; readonly silent: ReadonlySet<number> }> {
  const uses = plans
    .flatMap(({ rows, weights }, take) =>
      Array.from(rows, (row, cell): Use => {
        return { row, take, frame: Math.floor(cell / NEIGHBORS), weight: weights[cell] ?? 0 };
      }),
    )
    .filter(({ row }) => row >= 0)
    .sort((one, other) => one.row - other.row || one.frame - other.frame || one.weight - other.weight);
  const stretches = stretchesOf(uses, recordings);
  const silent = new Set<number>();
  let rate: number | null = null;
  let takes: readonly Float32Array[] = [];
  let missing: VoronoiceError | null = null;
  for (const [position, { file, start, from, frames, uses: own }] of stretches.entries()) {
    onFile(position, stretches.length);
    const stretch = await readSlice(recordings, file, from, frames, signal).catch(missingOf);
    if (stretch instanceof VoronoiceError) missing ??= stretch;
    if (stretch instanceof VoronoiceError || (rate !== null && stretch.rate !== rate)) {
      for (const { row } of own) silent.add(row);
      continue;
    }
    rate = stretch.rate;
    const length = grainLength(rate);
    if (takes.length === 0) takes = plans.map(({ rows }) => new Float32Array((rows.length / NEIGHBORS) * length));
    for (const { row, take, frame, weight } of own) {
      const grain = takes[take]?.subarray(frame * length, (frame + 1) * length);
      const at = frameStart(row - start, rate) - frameStart(from, rate);
      if (grain !== undefined && weight > 0) addSound(grain, stretch.samples, at, weight);
    }
  }
  onFile(1, 1);
  if (rate === null) {
    throw missing ?? new VoronoiceError('SLICE_NOT_FOUND', 'Nothing that was found has a recording.');
  }
  const shared = rate;
  return { takes: takes.map((samples) => ({ rate: shared, samples })), silent };
}

interface PlannedStretch {
  readonly file: string;
  /** Row of the file's first frame. */
  readonly start: number;
  /** First frame in the file. */
  readonly from: number;
  readonly frames: number;
  readonly uses: readonly Use[];
}

/** What is to be read of each file: from the first frame that is needed to the last, half a minute at a time. */
function stretchesOf(uses: readonly Use[], { files }: Recordings): readonly PlannedStretch[] {
  const stretches: PlannedStretch[] = [];
  let start = 0;
  let at = 0;
  for (const { name, rows } of files) {
    const end = start + rows;
    while ((uses[at]?.row ?? end) < end) {
      const first = uses[at]?.row ?? start;
      const own: Use[] = [];
      for (
        let use = uses[at];
        use !== undefined && use.row < Math.min(end, first + MOST_CLIP_FRAMES);
        use = uses[++at]
      ) {
        own.push(use);
      }
      const last = own.at(-1)?.row ?? first;
      stretches.push({ file: name, start, from: first - start, frames: last - first + 1, uses: own });
    }
    start = end;
  }
  return stretches;
}

async function readSlice(
  { folders }: Pick<Recordings, 'folders'>,
  file: string,
  from: number,
  frames: number,
  signal: AbortSignal,
): Promise<Stretch> {
  return readStretch(await findSlice(folders, file), from, frames, signal);
}

/** A recording that is gone, or no recording, is silent; that does not keep the others from being heard. */
function missingOf(error: unknown): VoronoiceError {
  const isMissing =
    error instanceof VoronoiceError && /^(SLICE_NOT_FOUND|FILE_NOT_FOUND|FILE_UNREADABLE|WAV_|SOUND_)/.test(error.code);
  if (!isMissing) throw error;
  return error;
}

/**
 * The grains of the recording that asks.
 *
 * @param parts Frames of each file, from the first on.
 * @throws `SLICE_NOT_FOUND`, `WAV_…`, `SOUND_…`, `FILE_CHANGED`, `JOB_CANCELLED`
 */
export async function recordingGrains(
  parts: Recordings['files'],
  folders: readonly SliceFolder[],
  signal: AbortSignal,
): Promise<Grains> {
  const frames = parts.reduce((sum, { rows }) => sum + rows, 0);
  let grains: Grains | null = null;
  let first = 0;
  for (const { name, rows } of parts) {
    const { rate, samples } = await readSlice({ folders }, name, 0, rows, signal);
    const length = grainLength(rate);
    grains ??= { rate, samples: new Float32Array(frames * length) };
    for (let frame = 0; frame < rows && rate === grains.rate; frame++) {
      const grain = grains.samples.subarray((first + frame) * length, (first + frame + 1) * length);
      addSound(grain, samples, frameStart(frame, rate), 1);
    }
    first += rows;
  }
  return grains ?? { rate: 0, samples: new Float32Array(0) };
}

/** How loud each grain is. */
export function loudnessOf({ rate, samples }: Grains): Float32Array {
  const length = grainLength(rate);
  return Float32Array.from({ length: samples.length / length }, (_, frame) =>
    loudness(samples.subarray(frame * length, (frame + 1) * length)),
  );
}

/** The sound of a take, each frame as loud as the recording's. */
export function soundOf({ rate, samples }: Grains, loud: Float32Array): Stretch {
  return { rate, samples: overlapAdd(samples, loud, rate) };
}
