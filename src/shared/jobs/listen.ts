import * as v from 'valibot';
import { Nprobe } from '../contract/build';
import { fileName, filePath, finite, opaqueId, share, shortText } from '../contract/primitives';
import { ALIKE, defineKind, definePage } from './kind';

/** Indexes that are listened to side by side, at most. */
const MOST_LISTENED = 4;

/** Features with the recordings they were made of. */
const Sounding = v.strictObject({
  /** A file of features, a folder of them, or an experiment folder. */
  path: filePath,
  /** Where the recordings are, when a person has pointed to them; null: in the usual place. */
  pointed: v.nullable(filePath),
});

/** Of a take and of its file. */
const name = shortText;
const nprobe = v.nullable(Nprobe);
const seconds = v.pipe(finite, v.minValue(0));
/** Mean distance of the log-mel spectrum to that of the recording, in dB. */
const logMelDb = v.pipe(finite, v.minValue(0));

export const ListenRequest = v.strictObject({
  kind: v.literal('listen'),
  indexes: v.pipe(
    v.array(
      v.strictObject({
        path: filePath,
        /** Where it is kept which frame each vector is; null: it is found out now. */
        trace: v.nullable(filePath),
      }),
    ),
    v.minLength(1),
    v.maxLength(MOST_LISTENED),
  ),
  /** The recording that asks; of a folder its first half minute. */
  clip: Sounding,
  /** What the indexes were made of. */
  voice: Sounding,
  /** Groups a search looks into; null: as each index says. */
  nprobe,
  /** The folder that the takes are written into; it is created when missing. */
  out: filePath,
});
export type ListenRequest = v.InferOutput<typeof ListenRequest>;

export const ListenResult = v.strictObject({
  clip: filePath,
  seconds,
  /** The recording, the true neighbors, and each index in the order asked. */
  takes: v.pipe(
    v.array(v.strictObject({ name, file: filePath, logMelDb })),
    v.minLength(3),
    v.maxLength(2 + MOST_LISTENED),
  ),
  /** Of the neighbors that the indexes found: the share whose sound is at hand. */
  traced: v.strictObject({ share }),
});
export type ListenResult = v.InferOutput<typeof ListenResult>;

/** Makes takes of a recording: what retrieval finds for it, of the voice's own sound. */
export const listen = defineKind({
  request: ListenRequest,
  result: ListenResult,
  steps: { read: { weight: 10, grows: 0.7 }, truth: { weight: 35, grows: 0.8 }, blend: { weight: 55, grows: 0 } },
  ...ALIKE,
  process: 'own',
  reads: ({ indexes, clip, voice }) => [clip.path, voice.path, ...indexes.map(({ path }) => path)],
  writes: ({ out }) => [{ folder: out, own: true }],
  changes: () => null,
  page: definePage({
    request: v.strictObject({
      kind: v.literal('listen'),
      indexes: v.pipe(v.array(opaqueId), v.minLength(1), v.maxLength(MOST_LISTENED)),
      clip: v.variant('type', [
        v.strictObject({ type: v.literal('file'), voice: opaqueId, file: fileName }),
        /** A second folder of features that was chosen. */
        v.strictObject({ type: v.literal('token'), token: opaqueId }),
      ]),
      nprobe,
    }),
    result: v.strictObject({
      kind: v.literal('listen'),
      seconds,
      /** Their sound is fetched apart, by number (`sound.take`). */
      takes: v.pipe(v.array(v.strictObject({ name, logMelDb })), v.maxLength(2 + MOST_LISTENED)),
      traced: share,
    }),
    shows: () => null,
  }),
});
