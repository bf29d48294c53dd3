import type { Version } from '@shared/contract/primitives';
import { wholeNumber } from '../maths/wholeNumber';
import { type AddedNameParts, type BuiltNameParts, type ParsedIndexName, splitTail } from './indexName';
import { fileOf, firstOf, isSeen, stemOf } from './picking';
import type { HostIndex, HostRules, LayoutRules, ModeRules, Picked, Segments } from './rules';

/** RVC's name of a finished index: `added_IVF{n}_Flat_nprobe_{p}_{exp}_{v1|v2}.index` (train_index.py). */
export function addedName({ nlist, ...parts }: AddedNameParts): string {
  return builtName({ factory: `IVF${nlist},Flat`, ...parts });
}

/** The same for an index of any kind, named by its factory string; without groups there is no nprobe to name. */
export function builtName({ factory, nprobe, name, version }: BuiltNameParts): string {
  const kind = factory.replaceAll(/[^A-Za-z0-9]+/g, '_');
  const searched = nprobe === null ? '' : `_nprobe_${nprobe}`;
  return `added_${kind}${searched}_${name}${version === null ? '' : `_${version}`}.index`;
}

/**
 * The copy in `assets/indices`: `{exp}_added_IVF…_{exp}_{version}.index`. It begins with the experiment and contains
 * `_{exp}_v1` or `_{exp}_v2`, which the pickers of every RVC version accept (infer/vc/utils.py).
 */
export function outsideName(parts: AddedNameParts): string {
  return `${parts.name}_${addedName(parts)}`;
}

/** All frames of a voice in one file, shuffled; the centers alone above 200,000 frames (train_index.py until 2026). */
export const ALL_FRAMES = 'total_fea.npy';

/** The folder of an experiment that holds its features. */
export function featureFolder(version: Version): string {
  return version === 'v1' ? '3_feature256' : '3_feature768';
}

/** The folder of an experiment with the cut recordings at 16 kHz. */
export const SLICE_FOLDER = '1_16k_wavs';

/** Optional `{exp}_` of a link, optional `added_` or `trained_`, then what every RVC name has. */
const NAME = /^(?:(.+?)_)??(?:(added|trained)_)?IVF(\d+)_Flat_nprobe_(\d+)((?:_.*)?)$/;

/** `added_` and `trained_` with or without experiment and version (2023), the links `{exp}_IVF…` (2024) and `{exp}_added_IVF…` (2026). */
function readName(stem: string): ParsedIndexName | null {
  const match = NAME.exec(stem);
  if (match === null) return null;
  const [, prefix, state, nlist, nprobe, tail] = match;
  const { name, version } = splitTail(tail ?? '');
  return {
    kind: state === 'trained' ? 'trained' : 'added',
    nlist: wholeNumber(nlist),
    nprobe: wholeNumber(nprobe),
    name: name ?? prefix ?? null,
    version,
  };
}

const layout: LayoutRules = {
  features: [
    { pattern: /^3_feature768$/, version: 'v2' },
    { pattern: /^3_feature256$/, version: 'v1' },
  ],
  certain: null,
  likely: [/^(0_gt_wavs|1_16k_wavs|2a_f0|filelist\.txt|total_fea\.npy|[GD]_\d+\.pth)$/, /^(added|trained)_.*\.index$/i],
  slices: SLICE_FOLDER,
  fullRateSlices: '0_gt_wavs',
  pitch: '2a_f0',
  rateKey: 'sampling_rate',
  checkpoint: /^_e(?<epoch>\d+)_s(?<step>\d+)\.pth$/,
  embedder: null,
};

/** The blend of 8 neighbors by 1/d^2 (infer/vc/pipeline.py); a missing one has no weight. */
export const OFFLINE: ModeRules = {
  neighbors: 8,
  searches: 'groups',
  missing: 'othersBlend',
  asciiPaths: false,
  findsByName: true,
  faiss: '1.7.3',
};

/** What the pickers until 2026 look for: the model's name up to its first dot. */
function keyOf(name: string): string {
  return name.split('.', 1)[0] ?? '';
}

/** The first index in `logs` with the key anywhere in its path (infer/modules/vc/utils.py, 2024). */
function picksByPath(model: Segments, indexes: readonly HostIndex[]): Picked {
  const key = keyOf(fileOf(model));
  const fitting = indexes.filter(({ segments }) => isSeen(segments) && segments.join('/').includes(key));
  return { key, found: firstOf(fitting, 'path') };
}

/**
 * An index whose name says the experiment, else one with the whole name of the model in its own; of several the one in
 * `assets/indices`, then the newest. Letters of either case are the same (infer/vc/utils.py, 2026).
 */
function picksByName(model: Segments, indexes: readonly HostIndex[]): Picked {
  const whole = stemOf(model).toLowerCase();
  const key = stemOf(model).replace(/_e\d+_s\d+$/i, '');
  const experiment = key.toLowerCase();
  if (experiment === '') return { key, found: null };
  const nameOf = ({ segments }: HostIndex): string => stemOf(segments).toLowerCase();
  const isNamed = (name: string): boolean =>
    name.startsWith(`${experiment}_added_`) || name.includes(`_${experiment}_v1`) || name.includes(`_${experiment}_v2`);
  const isWithin = ({ segments }: HostIndex): boolean => segments[0] === 'logs';
  const pathOf = ({ segments }: HostIndex): string => segments.join('/').toLowerCase();
  const seen = indexes
    .filter(({ segments }) => !fileOf(segments).toLowerCase().includes('trained'))
    .sort(
      (a, b) =>
        Number(isWithin(a)) - Number(isWithin(b)) || b.modified - a.modified || (pathOf(a) < pathOf(b) ? -1 : 1),
    );
  const named = seen.filter((index) => isNamed(nameOf(index)));
  const found =
    firstOf(named, 'named') ??
    firstOf(
      seen.filter((index) => nameOf(index).includes(whole)),
      'wholeName',
    );
  return { key, found };
}

const isModel = (fileName: string): boolean => fileName.endsWith('.pth');

/** RVC-Project/Retrieval-based-Voice-Conversion-WebUI, from the summer of 2023 on. */
export const rvc = {
  title: 'RVC',
  home: 'logs',
  markers: [
    ['assets', 'indices'],
    ['assets', 'weights'],
  ],
  layouts: { rvc: layout },
  material: ['mute'],
  // `weights` until the summer of 2023.
  modelFolders: [['assets', 'weights'], ['weights']],
  indexFolder: ['assets', 'indices'],
  kinds: ['added', 'trained'],
  readName,
  indexName: builtName,
  // In the folder of the voice, under the name of the model: `aria_e100_s2000.pth` is found by all of its name only.
  targets: ({ name, model, ...parts }) => [
    ['logs', name, addedName({ ...parts, name: model })],
    ['assets', 'indices', outsideName({ ...parts, name: model })],
  ],
  picker: {
    key: keyOf,
    looks: 'path',
    versions: [
      {
        toldBy: ['infer', 'vc'],
        isModel,
        looksIn: [['assets', 'indices'], ['logs']],
        order: 'deepestFirst',
        followsLinks: false,
        byAge: true,
        pick: picksByName,
      },
      {
        toldBy: null,
        isModel,
        looksIn: [['logs']],
        order: 'deepestFirst',
        followsLinks: false,
        byAge: false,
        pick: picksByPath,
      },
    ],
  },
  slots: null,
  installed: {
    folder: /rvc|retrieval-based-voice/i,
    own: ['infer-web.py', 'gui_v1.py', 'realtime_gui.py'],
    common: ['web.py'],
  },
  modes: {
    rvc: OFFLINE,
    // One missing neighbor drops the whole block, and the window refuses other letters (infer/rtrvc.py, realtime_gui.py).
    rvcRealtime: { ...OFFLINE, missing: 'blockDropped', asciiPaths: true },
  },
} as const satisfies HostRules;
