import { type ParsedIndexName, splitTail } from './indexName';
import { firstOf, isSeen, stemOf } from './picking';
import type { HostIndex, HostRules, LayoutRules, Picked, Segments } from './rules';
import { OFFLINE } from './rvc';

/** Applio's name of an index: `{model}.index` (extract_index.py since January 2025). */
export function applioName(name: string): string {
  return `${name}.index`;
}

/** In the summer of 2024: `added_v2`, `added_{model}_v2`. */
const NAME_2024 = /^(added|trained)((?:_.+)?_(?:v1|v2))$/;

/**
 * The names of 2024, and `{model}`. A plain name says nothing by itself: with the folder given, only a file named after
 * it is Applio's.
 */
function readName(stem: string, folderName?: string): ParsedIndexName | null {
  const match = NAME_2024.exec(stem);
  if (match !== null) {
    const [, state, tail] = match;
    return { kind: state === 'trained' ? 'trained' : 'added', nlist: null, nprobe: null, ...splitTail(tail ?? '') };
  }
  if (folderName !== undefined && folderName !== stem) return null;
  return { kind: 'applio', nlist: null, nprobe: null, name: stem === '' ? null : stem, version: null };
}

const layout: LayoutRules = {
  // Since 2024; in the summer of 2024.
  features: [
    { pattern: /^extracted$/, version: null },
    { pattern: /^v1_extracted$/, version: 'v1' },
    { pattern: /^v2_extracted$/, version: 'v2' },
  ],
  certain: /^sliced_audios(_16k)?$/,
  likely: [/\.index$/i],
  slices: 'sliced_audios_16k',
  fullRateSlices: 'sliced_audios',
  pitch: 'f0',
  rateKey: 'sample_rate',
  checkpoint: /^_(?<epoch>\d+)e_(?<step>\d+)s(?:_best_epoch)?\.pth$/,
  embedder: { file: 'model_info.json', field: 'embedder_model' },
};

/** ultimate-rvc is made of Applio's code, and names the folder of features after what made them. */
const ultimate: LayoutRules = {
  ...layout,
  features: [{ pattern: /^.+_extracted$/, version: null }],
  certain: null,
  likely: [],
  embedder: { folderEnding: '_extracted' },
};

/** Where the number of an epoch, step or version begins in a model's name. */
const NUMBERED = /[_\-.+][esvV]\d.*$/;

/** A name up to its first separator; itself where it has none. */
function prefixOf(name: string): string {
  return name.split(/[_\-.+]/, 1)[0] ?? '';
}

/** Folders that hold the models of all voices, and the indexes. */
const MODEL_FOLDER = /^(?:model.{0,4}|mdls?|weight.{0,4}|zips?)$/;
const INDEX_FOLDER = /^(?:ind.{0,4}|idxs?)$/;

const foldersOf = (segments: Segments): readonly string[] => segments.slice(0, -1).map((name) => name.toLowerCase());

/** The same folder, or the one in `models` and the other at the same place in `index`. */
function areBeside(model: Segments, index: Segments): boolean {
  const [ours, theirs] = [foldersOf(model), foldersOf(index)];
  if (ours.join('/') === theirs.join('/')) return true;
  const isAlias = (name: string): boolean => MODEL_FOLDER.test(name) || INDEX_FOLDER.test(name);
  const [at, other] = [ours.findIndex(isAlias), theirs.findIndex(isAlias)];
  if (at < 0 || other < 0 || ours.slice(at + 1).join('/') !== theirs.slice(other + 1).join('/')) return false;
  return INDEX_FOLDER.test(ours[at] ?? '') !== INDEX_FOLDER.test(theirs[other] ?? '');
}

/** A file with several names is listed once, where it was found first, by the name in a folder for indexes. */
function once(indexes: readonly HostIndex[]): readonly HostIndex[] {
  const rank = ({ segments }: HostIndex): number => {
    const folders = foldersOf(segments);
    return folders.some((name) => INDEX_FOLDER.test(name))
      ? 2
      : folders.some((name) => MODEL_FOLDER.test(name))
        ? 1
        : 0;
  };
  const byFile = new Map<string, HostIndex>();
  for (const index of indexes) {
    const known = byFile.get(index.real);
    if (known === undefined || rank(index) > rank(known)) byFile.set(index.real, index);
  }
  return [...byFile.values()];
}

/**
 * Beside the model: the index of its name, the only one, one with the model's name up to its numbers in its own, one that
 * begins as the model does up to its first separator. Then the same in all other folders, without the only one
 * (tabs/inference/inference.py, match_index).
 */
function pick(model: Segments, indexes: readonly HostIndex[]): Picked {
  const stem = stemOf(model);
  const common = stem.replace(NUMBERED, '');
  const prefix = prefixOf(stem) === stem ? '' : prefixOf(stem);
  const all = once(indexes.filter(({ segments }) => isSeen(segments)));
  const beside = all.filter(({ segments }) => areBeside(model, segments));
  const elsewhere = all.filter(({ segments }) => !areBeside(model, segments));
  const same = (index: HostIndex): boolean => stemOf(index.segments) === stem;
  const contains = (index: HostIndex): boolean => stemOf(index.segments).includes(common);
  const begins = (index: HostIndex): boolean => prefix !== '' && stemOf(index.segments).startsWith(prefix);

  const exact = firstOf(beside.filter(same), 'sameName');
  if (exact !== null) return { key: stem, found: exact };
  if (beside.length === 1) return { key: stem, found: firstOf(beside, 'onlyOne') };
  const tries = [
    [common, firstOf(beside.filter(contains), 'contains')],
    [prefix, firstOf(beside.filter(begins), 'begins')],
    [stem, firstOf(elsewhere.filter(same), 'elsewhere')],
    [common, firstOf(elsewhere.filter(contains), 'elsewhere')],
    [prefix, firstOf(elsewhere.filter(begins), 'elsewhere')],
  ] as const;
  const [key, found] = tries.find(([, hit]) => hit !== null) ?? [prefix === '' ? common : prefix, null];
  return { key, found };
}

/** IAHispano/Applio. */
export const applio = {
  title: 'Applio',
  home: 'logs',
  markers: [['rvc'], ['tabs']],
  layouts: { applio: layout, ultimate },
  material: ['mute', 'mute_spin', 'mute_spin-v2', 'reference', 'zips'],
  modelFolders: [],
  indexFolder: null,
  kinds: ['applio'],
  readName,
  indexName: ({ name }) => applioName(name),
  // Beside the model, under its own name: what match_index looks for first.
  targets: ({ name, model }) => [['logs', name, applioName(model)]],
  picker: {
    key: prefixOf,
    looks: 'path',
    versions: [
      {
        toldBy: null,
        isModel: (fileName) => /\.(pth|onnx)$/.test(fileName) && !/^[GD]_/.test(fileName),
        looksIn: [['logs']],
        order: 'topFirst',
        followsLinks: true,
        byAge: false,
        pick,
      },
    ],
  },
  slots: null,
  installed: { folder: /applio/i, own: ['run-applio.bat', 'run-applio.sh'], common: ['app.py'] },
  modes: {
    applio: OFFLINE,
    // It copies all vectors to the graphics card and compares every one (rvc/realtime/utils/torch.py).
    applioRealtime: { ...OFFLINE, searches: 'all', missing: 'impossible' },
  },
} as const satisfies HostRules;
