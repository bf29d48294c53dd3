import { fileOf, firstOf } from './picking';
import type { HostIndex, HostRules, Picked, Segments } from './rules';
import { addedName, builtName, OFFLINE } from './rvc';

/** What the picker looks for: the name up to its first `.` or `_` (infer-web.py, match_index). */
function folderOf(name: string): string {
  return name.split(/[._]/, 1)[0] ?? '';
}

/** The first file in the folder, by the order of the disk. A name without a key leads to `logs` itself. */
function pick(model: Segments, indexes: readonly HostIndex[]): Picked {
  const key = folderOf(fileOf(model));
  const folder = ['logs', ...(key === '' ? [] : [key])].join('/');
  const fitting = indexes.filter(
    ({ segments }) => segments.slice(0, -1).join('/') === folder && fileOf(segments).endsWith('.index'),
  );
  return { key, found: firstOf(fitting, 'folder') };
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
  picker: {
    key: folderOf,
    looks: 'folder',
    versions: [
      {
        toldBy: null,
        isModel: (fileName) => fileName.endsWith('.pth'),
        looksIn: [['logs']],
        order: 'topFirst',
        followsLinks: true,
        byAge: false,
        pick,
      },
    ],
  },
  slots: null,
  installed: { folder: /mangio/i, own: ['infer-web.py'], common: [] },
  modes: { mangio: OFFLINE },
} as const satisfies HostRules;
