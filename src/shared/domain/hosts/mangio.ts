import type { HostRules } from './rules';
import { addedName, builtName, OFFLINE } from './rvc';

/** What the picker looks for: the name up to its first `.` or `_` (infer-web.py, match_index). */
function folderOf(name: string): string {
  return name.split(/[._]/, 1)[0] ?? '';
}

/**
 * Mangio621/Mangio-RVC-Fork and its descendants: RVC of the middle of 2023, with a picker of its own. It takes the first
 * index in `logs/<folder>`, also one that is trained only.
 */
export const mangio = {
  title: 'Mangio-RVC',
  home: 'logs',
  // The settings of its formant shift, made at the first start.
  markers: [['csvdb'], ['lib', 'csvdb']],
  layouts: {},
  material: ['mute'],
  modelFolders: [['weights']],
  indexFolder: null,
  kinds: [],
  readName: () => null,
  indexName: builtName,
  targets: ({ model, ...parts }) => [['logs', folderOf(model), addedName({ ...parts, name: model })]],
  picker: { key: folderOf, looks: 'folder', hidesTrained: false },
  slots: null,
  modes: { mangio: OFFLINE },
} as const satisfies HostRules;
