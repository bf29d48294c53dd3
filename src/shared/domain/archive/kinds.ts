import type { PackedKind } from '../../contract/archives';
import type { LookAlike } from '../../formats/lookAlike';

const BY_ENDING: Readonly<Record<string, PackedKind>> = {
  '.pth': 'model',
  '.pt': 'model',
  '.index': 'index',
  '.npy': 'features',
  '.wav': 'sound',
  '.flac': 'sound',
  '.mp3': 'sound',
  '.zip': 'archive',
  '.7z': 'archive',
  '.rar': 'archive',
};

/** What a file in an archive is, as its name says. */
export function kindByName(name: string): PackedKind {
  return BY_ENDING[/\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? ''] ?? 'other';
}

/** The same with its first bytes at hand, for what is looked for: a page that was saved under the name is none. */
export function kindByBytes(named: PackedKind, alike: LookAlike | null): PackedKind {
  if (named === 'index') return alike === null ? 'index' : 'other';
  if (named !== 'model') return named;
  return alike === null || ['pth', 'pickle', 'zip'].includes(alike) ? 'model' : 'other';
}
