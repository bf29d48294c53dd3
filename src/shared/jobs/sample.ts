import * as v from 'valibot';
import { count, filePath, finite, shortText, Version } from '../contract/primitives';
import { featureFolder, rvc } from '../domain/hosts/rvc';
import { seed } from './fields';
import { ALIKE, defineKind, definePage } from './kind';

export const SampleResult = v.strictObject({ folder: filePath, files: count, frames: count, bytes: count });

/** Makes the features of a voice that does not exist. */
export const sample = defineKind({
  request: v.strictObject({
    kind: v.literal('sample'),
    /** The folder that will hold the voice as RVC lays out an experiment. */
    root: filePath,
    name: shortText,
    minutes: v.pipe(finite, v.minValue(0.1), v.maxValue(600)),
    version: Version,
    seed,
  }),
  result: SampleResult,
  steps: { generate: { weight: 100 } },
  sizedBy: 'generate',
  variety: ALIKE.variety,
  process: 'own',
  reads: () => [],
  writes: ({ root, name, version }) => {
    const below = [rvc.home, name, featureFolder(version)];
    return below.map((_, depth) => ({ folder: root, below: below.slice(0, depth) })).concat({ folder: root, below });
  },
  changes: ({ root }) => ({ folder: root }),
  page: definePage({
    request: v.strictObject({ kind: v.literal('sample') }),
    result: v.strictObject({ kind: v.literal('sample'), value: SampleResult }),
    shows: ({ value }) => value.folder,
  }),
});
