import { type ParsedIndexName, splitTail } from './indexName';
import type { HostRules, LayoutRules } from './rules';
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
    // When no file is called like the model: the name up to its first separator (tabs/inference/inference.py, match_index).
    key: (name) => name.split(/[_\-.+]/, 1)[0] ?? '',
    looks: 'path',
    hidesTrained: false,
  },
  slots: null,
  modes: {
    applio: OFFLINE,
    // It copies all vectors to the graphics card and compares every one (rvc/realtime/utils/torch.py).
    applioRealtime: { ...OFFLINE, searches: 'all', missing: 'impossible' },
  },
} as const satisfies HostRules;
