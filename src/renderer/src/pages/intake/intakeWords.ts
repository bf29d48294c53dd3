import type { LookAlike } from '@shared/formats/lookAlike';
import type { Taken } from '@/stores/intake';

/** What a person is told of files that nothing is done with here; the rest is unknown. */
const OTHERS = {
  html: 'page',
  'lfs-pointer': 'pointer',
  '7z': 'packed',
  rar: 'packed',
  gzip: 'packed',
  safetensors: 'foreign',
  audio: 'sound',
  zeros: 'zeros',
  text: 'text',
  json: 'text',
} as const satisfies Partial<Record<LookAlike, string>>;

/** Key of the sentence below `intake.other`. */
export function otherKey(alike: LookAlike | null): string {
  return Object.entries(OTHERS).find(([kind]) => kind === alike)?.[1] ?? 'unknown';
}

/** The picture beside a thing. */
export function iconOf({ sight }: Pick<Taken, 'sight'>): string {
  switch (sight?.what) {
    case 'folder':
      return 'i-lucide-folder';
    case 'index':
      return 'i-lucide-file-search';
    case 'model':
      return 'i-lucide-mic-vocal';
    case 'archive':
      return 'i-lucide-file-archive';
    case 'features':
      return 'i-lucide-audio-lines';
    case 'other':
    case undefined:
      return 'i-lucide-file-question-mark';
  }
}
