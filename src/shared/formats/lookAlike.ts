/** What a file that is not an index turned out to be. */
export type LookAlike =
  | 'html'
  | 'lfs-pointer'
  | 'pth'
  | 'zip'
  | '7z'
  | 'rar'
  | 'gzip'
  | 'npy'
  | 'safetensors'
  | 'pickle'
  | 'json'
  | 'audio'
  | 'image'
  | 'pdf'
  | 'zeros'
  | 'text';

/** How many bytes from the start of a file are enough to recognize it. */
export const LOOK_ALIKE_BYTES = 512;

/** One English sentence each, for logs and the command line. */
export const lookAlikeSentences = {
  html: 'This is a web page, not an index: the download saved the page around the file.',
  'lfs-pointer': 'This is a Git LFS pointer, a note that says where the index is stored, not the index itself.',
  pth: 'This is a PyTorch model (.pth), not an index.',
  zip: 'This is a ZIP archive; the index may be inside it.',
  '7z': 'This is a 7-Zip archive; the index may be inside it.',
  rar: 'This is a RAR archive; the index may be inside it.',
  gzip: 'This is a gzip archive; the index may be inside it.',
  npy: 'This is a NumPy file (.npy): features, not an index.',
  safetensors: 'This is a safetensors model, not an index.',
  pickle: 'This is a Python pickle, not an index.',
  json: 'This is a JSON text, not an index.',
  audio: 'This is a sound file, not an index.',
  image: 'This is a picture, not an index.',
  pdf: 'This is a PDF document, not an index.',
  zeros: 'This file holds nothing but zeros: the download was never filled in.',
  text: 'This is a text file, not an index.',
} as const satisfies Record<LookAlike, string>;

/** Every kind there is. */
export const LOOK_ALIKES = Object.keys(lookAlikeSentences) as readonly LookAlike[];

const MAGICS: readonly (readonly [LookAlike, number, string])[] = [
  ['npy', 0, '\x93NUMPY'],
  ['7z', 0, "7z\xbc\xaf'\x1c"],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['gzip', 0, '\x1f\x8b'],
  ['pdf', 0, '%PDF-'],
  ['image', 0, '\x89PNG'],
  ['image', 0, '\xff\xd8\xff'],
  ['image', 0, 'GIF8'],
  ['audio', 0, 'fLaC'],
  ['audio', 0, 'OggS'],
  ['audio', 0, 'ID3'],
  ['audio', 4, 'ftyp'],
  ['audio', 8, 'WAVE'],
];

/** The magic number of PyTorch's file format from before 1.6, written as a pickle of protocol 2. */
const OLD_TORCH = '\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19';

/**
 * Recognizes what people mistake for an index.
 *
 * @param head the first {@link LOOK_ALIKE_BYTES} bytes of the file, or all of it when it is shorter
 * @returns null when it is none of the known kinds
 */
export function lookAlike(head: Uint8Array): LookAlike | null {
  if (head.length === 0) return null;
  const start = head.subarray(0, LOOK_ALIKE_BYTES);
  const text = latin1(start);
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) {
    // torch.save writes an uncompressed ZIP whose first entry is <name>/data.pkl.
    return /^[^/]*\/(data\.pkl|\.format_version|byteorder)/.test(text.slice(30)) ? 'pth' : 'zip';
  }
  for (const [kind, offset, magic] of MAGICS) if (text.startsWith(magic, offset)) return kind;
  if (text.startsWith(OLD_TORCH)) return 'pth';
  const [first = 0, protocol = 0] = start;
  if (first === 0x80 && protocol >= 2 && protocol <= 5) return 'pickle';
  if (/^.{5}\0{3}\{"/s.test(text)) return 'safetensors';
  if (/^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(text)) return 'audio';
  if (start.every((byte) => byte === 0)) return 'zeros';
  if (!isText(start)) return null;
  const trimmed = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(<!doctype|<html|<head|<body|<\?xml|<!--)/i.test(trimmed)) return 'html';
  if (trimmed.startsWith('version https://git-lfs')) return 'lfs-pointer';
  if (/^[[{]\s*(["[{\]}]|-?\d|true|false|null)/.test(trimmed)) return 'json';
  return 'text';
}

/** UTF-8 (possibly cut in the middle of a character) or marked UTF-16, without control characters. */
function isText(bytes: Uint8Array): boolean {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return true;
  let continuation = 0;
  for (const byte of bytes) {
    if (continuation > 0) {
      if ((byte & 0xc0) !== 0x80) return false;
      continuation--;
    } else if (byte < 0x80) {
      if (byte === 0x7f || (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte))) return false;
    } else if (byte >= 0xc2 && byte <= 0xdf) continuation = 1;
    else if (byte >= 0xe0 && byte <= 0xef) continuation = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) continuation = 3;
    else return false;
  }
  return true;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
