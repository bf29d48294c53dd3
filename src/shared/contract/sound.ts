import * as v from 'valibot';
import { count, fileName, finite, share, shortText } from './primitives';

/** What can be heard of a voice: the recordings its features were made of, cut into slices. */

/** Hertz. Web Audio's `AudioBuffer` takes no others (Chromium, `audio_utilities.cc`). */
export const LEAST_RATE = 3_000;
export const MOST_RATE = 768_000;
export const SampleRate = v.pipe(count, v.minValue(LEAST_RATE), v.maxValue(MOST_RATE));

/** A frame of features, named by where it lies and not by its id: 20 ms of a recording. */
export const Moment = v.strictObject({
  /** Name of a .npy file, as the features are listed. */
  file: shortText,
  frame: count,
  /** Position of its voice in `Origins.voices`, where voices were merged. */
  voice: v.exactOptional(count),
});
export type Moment = v.InferOutput<typeof Moment>;

/** Half a minute. */
export const MOST_CLIP_FRAMES = 1_500;

/** Which frames are to be heard. */
export const CLIP_FRAMES = {
  /** Name of a .npy file. */
  file: fileName,
  from: v.pipe(count, v.maxValue(2 ** 31)),
  frames: v.pipe(count, v.minValue(1), v.maxValue(MOST_CLIP_FRAMES)),
} as const;

const seconds = v.pipe(finite, v.minValue(0));

/** A stretch of sound to be played. */
export const Clip = v.strictObject({
  rate: SampleRate,
  /** One channel, -1 to 1. */
  samples: v.instance(Float32Array),
  /** Where the first sample lies in its recording; frame t begins at t * 20 ms. */
  startSeconds: seconds,
  /**
   * How long the recording and its features are, where they do not fit each other. Both count from the start; what the
   * recording lacks is silent.
   */
  mismatch: v.nullable(v.strictObject({ recordingSeconds: seconds, featureSeconds: seconds })),
});
export type Clip = v.InferOutput<typeof Clip>;

/** Frames `from` to `to` of a file, `to` not among them, that a person has marked to be left out. */
export const Mark = v.pipe(
  v.strictObject({
    file: shortText,
    from: count,
    to: count,
    /** Position among the sources of what is built; left out: in whichever has such a file. */
    source: v.exactOptional(count),
  }),
  v.check(({ from, to }) => from < to, 'A mark holds at least one frame.'),
);
export type Mark = v.InferOutput<typeof Mark>;

/** Of one voice. */
export const Marks = v.pipe(v.array(Mark), v.maxLength(2_500));
export type Marks = v.InferOutput<typeof Marks>;

/** The recordings of a voice, as far as they are at hand. */
export const VoiceSound = v.strictObject({
  /** At 16 kHz, as the features were made of; at the full rate of the voice; or the folder that a person pointed to. */
  folder: v.picklist(['16k', 'full', 'pointed']),
  /** Files of features whose recording is there, by name; at least one. */
  files: v.pipe(count, v.minValue(1)),
  /** Files of features. */
  of: count,
});
export type VoiceSound = v.InferOutput<typeof VoiceSound>;

/** Frames that are likely to be wrong, to be listened to. */
export const Suspect = v.strictObject({
  /** The first frame. */
  moment: Moment,
  /** How many follow each other; all of the recording where it has no features. */
  frames: v.pipe(count, v.minValue(1)),
  reason: v.picklist([
    /** Far from all sounds that the voice makes again and again. */
    'outlier',
    /** Of a group of sounds that lies far from every other of the voice (domain/measures/stray.ts). */
    'stray',
    /** Digital silence: the frames, or the samples, are all the same. */
    'silence',
    /** The same, to the bit, as frames elsewhere. */
    'duplicate',
    /** The recording stands at its largest value. */
    'clipping',
    /** A recording that no features were made of; `moment.file` is the name they would have. */
    'noFeatures',
  ]),
  /**
   * In medians, for an outlier the distance to the nearest typical sound, for a stray one that of its group to the
   * nearest other; share of the samples for clipping; else null.
   */
  strength: v.nullable(finite),
});
export type Suspect = v.InferOutput<typeof Suspect>;

/** Moments that are heard one after the other, at most. */
export const MOST_TYPICAL = 8;

/** What a group of an index sounds like. */
export const GroupMoments = v.strictObject({
  /** The most typical first. */
  moments: v.pipe(v.array(Moment), v.maxLength(MOST_TYPICAL)),
  /** Share of its vectors whose frame is known. */
  traced: share,
  /** Why there are none: the index was not measured beside the voice, or nothing of the group is of the voice. */
  reason: v.nullable(v.picklist(['noTrace', 'untraced'])),
});
export type GroupMoments = v.InferOutput<typeof GroupMoments>;
