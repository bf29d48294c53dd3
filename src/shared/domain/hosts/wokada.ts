import type { HostRules, LayoutRules, SlotFacts } from './rules';
import { addedName, builtName, OFFLINE } from './rvc';

type Settings = Readonly<Record<string, unknown>>;

/** The kind of voice that asks an index; the program has others (data/ModelSlot.py). */
const RVC_VOICE = 'RVC';

/** Null when the text is no JSON object. */
function parse(text: string): Settings | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Settings) : null;
  } catch {
    // Its host could not read these settings either.
    return null;
  }
}

function read(text: string): SlotFacts | null {
  const settings = parse(text);
  if (settings?.['voiceChangerType'] !== RVC_VOICE) return null;
  const { name, indexFile } = settings;
  return {
    name: typeof name === 'string' ? name : '',
    // Older versions write the whole path.
    index: typeof indexFile === 'string' && indexFile !== '' ? (indexFile.split(/[\\/]/).at(-1) ?? null) : null,
  };
}

/** `"indexFile": "…"`; within a string its quotes would be escaped. */
const INDEX_FIELD = /("indexFile"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|null)/g;

/**
 * Changes nothing but the one value, so that numbers stay as Python wrote them (1.0 is not 1 there). A path before the
 * file name stays.
 */
function withIndex(text: string, fileName: string): string {
  const settings = parse(text);
  if (settings === null) throw new TypeError('The settings of the slot are no JSON object.');
  const { indexFile } = settings;
  const folder = typeof indexFile === 'string' ? indexFile.replace(/[^\\/]*$/, '') : '';
  const wanted = JSON.stringify({ ...settings, indexFile: folder + fileName });
  const value = JSON.stringify(folder + fileName);
  const found = [...text.matchAll(INDEX_FIELD)].map(({ 0: whole, 1: key, index }) => {
    return `${text.slice(0, index)}${key ?? ''}${value}${text.slice(index + whole.length)}`;
  });
  const added = text.replace('{', () => `{"indexFile": ${value}, `).replace(/, (\s*\})$/, '$1');
  // The same name may stand deeper: the right place is the one that gives the settings that are wanted.
  return [...found, added].find((changed) => sameSettings(changed, wanted)) ?? wanted;
}

/** Compared without the order of the fields. */
function sameSettings(text: string, wanted: string): boolean {
  const sorted = (json: string): string =>
    JSON.stringify(Object.entries(parse(json) ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)));
  return sorted(text) === sorted(wanted);
}

const layout: LayoutRules = {
  features: [],
  certain: null,
  likely: [],
  slices: null,
  fullRateSlices: null,
  pitch: null,
  rateKey: null,
  checkpoint: null,
  embedder: null,
};

/**
 * w-okada/voice-changer and its forks, which are handed the file: an index is used in a numbered slot, `model_dir/<slot>/`,
 * beside the `params.json` that names it (data/ModelSlot.py).
 */
export const wokada = {
  title: 'VC Client',
  home: 'model_dir',
  markers: [],
  layouts: { wokada: layout },
  material: [],
  modelFolders: [],
  indexFolder: null,
  kinds: [],
  readName: () => null,
  indexName: builtName,
  targets: ({ slot, ...parts }) => (slot === null ? [] : [['model_dir', slot, addedName(parts)]]),
  picker: null,
  slots: { layout: 'wokada', settings: 'params.json', read, withIndex },
  installed: {
    folder: /vc-?client|voice-?changer|mmvc/i,
    own: ['MMVCServerSIO.py', 'MMVCServerSIO', 'MMVCServerSIO.exe'],
    common: [],
  },
  modes: {
    // The nearest vector alone, and the last of the file where there is none (RVC/pipeline/Pipeline.py).
    wokada: { ...OFFLINE, neighbors: 1, missing: 'wrongVector', findsByName: false },
    // deiteris/voice-changer blends 8, as RVC does.
    deiteris: { ...OFFLINE, findsByName: false },
  },
} as const satisfies HostRules;
