import { VoronoiceError } from '@shared/contract/errors';
import { lookAlike } from './lookAlike';

/** Number types that can be read, as numpy writes them: byte order, kind, bytes. */
export const NPY_TYPES = ['<f2', '<f4', '<f8', '>f2', '>f4', '>f8'] as const;
export type NpyType = (typeof NPY_TYPES)[number];

/** What a .npy file of vectors says about itself. */
export interface NpyHeader {
  readonly version: 1 | 2 | 3;
  readonly type: NpyType;
  /** Column by column instead of row by row. */
  readonly fortran: boolean;
  /** Vectors; 0 is allowed. */
  readonly rows: number;
  /** Numbers per vector, at least 1. */
  readonly columns: number;
  /** Where the numbers begin. */
  readonly dataOffset: number;
}

const MAX_HEADER = 10_000;
const MAX_QUOTE = 60;

/** How many bytes from the start of a file always hold the header. */
export const NPY_HEADER_BYTES = 12 + MAX_HEADER;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Bytes per number. */
export function npyItemSize(type: NpyType): number {
  return Number(type.slice(2));
}

/**
 * Reads the header of a .npy file that holds a matrix (numpy's format versions 1 to 3).
 *
 * @param bytes the first {@link NPY_HEADER_BYTES} bytes of the file, or all of it when it is shorter
 * @param fileSize bytes in the file; the numbers must fill it exactly
 * @throws `NPY_NOT_NPY` (details.what), `NPY_TRUNCATED`, `NPY_VERSION`, `NPY_HEADER`, `NPY_OBJECTS`, `NPY_TYPE`
 *   (details.type), `NPY_SHAPE` (details.shape)
 */
export function parseNpyHeader(bytes: Uint8Array, fileSize: number): NpyHeader {
  if (MAGIC.some((byte, index) => index < bytes.length && bytes[index] !== byte)) {
    throw new VoronoiceError('NPY_NOT_NPY', 'This is not a NumPy file: it does not begin with "\\x93NUMPY".', {
      what: lookAlike(bytes),
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  need(bytes, fileSize, 8);
  const version = view.getUint8(6);
  const minor = view.getUint8(7);
  if ((version !== 1 && version !== 2 && version !== 3) || minor !== 0) {
    throw new VoronoiceError('NPY_VERSION', `Version "${version}.${minor}" of the NumPy format is not known.`, {
      version: `${version}.${minor}`,
    });
  }
  const start = version === 1 ? 10 : 12;
  need(bytes, fileSize, start);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER) {
    throw header(`it is ${length} bytes long, and ${MAX_HEADER} are the most that make sense`);
  }
  const dataOffset = start + length;
  need(bytes, fileSize, dataOffset);
  // The grammar is ASCII; other characters can only be inside a string that is not one of ours.
  const fields = new DictReader(String.fromCharCode(...bytes.subarray(start, dataOffset))).read();
  const type = numberType(fields.descr);
  const [rows, columns] = matrixShape(fields.shape);
  const expected = BigInt(rows) * BigInt(columns) * BigInt(npyItemSize(type)) + BigInt(dataOffset);
  const shape = `(${rows}, ${columns})`;
  const details = { shape, expected: expected.toString(), size: fileSize };
  if (expected > BigInt(fileSize)) {
    throw new VoronoiceError(
      'NPY_TRUNCATED',
      `The file is incomplete: ${fileSize} bytes, but the shape "${shape}" needs ${expected.toString()}.`,
      details,
    );
  }
  if (expected < BigInt(fileSize)) {
    throw new VoronoiceError(
      'NPY_SHAPE',
      `The file has ${fileSize} bytes, more than the ${expected.toString()} of the shape "${shape}".`,
      details,
    );
  }
  return { version, type, fortran: fields.fortran, rows, columns, dataOffset };
}

function need(bytes: Uint8Array, fileSize: number, length: number): void {
  if (bytes.length >= length && fileSize >= length) return;
  throw new VoronoiceError('NPY_TRUNCATED', `The file is incomplete: it ends after ${fileSize} bytes, in its header.`, {
    size: fileSize,
    expected: length,
  });
}

function header(why: string): VoronoiceError {
  return new VoronoiceError('NPY_HEADER', `The header of the NumPy file is damaged: ${why}.`);
}

/** Keeps quotations from a hostile header short. */
function shorten(text: string): string {
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text;
}

function numberType(text: string): NpyType {
  const known = NPY_TYPES.find((type) => type === text);
  if (known !== undefined) return known;
  const descr = shorten(text);
  if (/^[|<>=]?O/.test(descr)) {
    throw new VoronoiceError(
      'NPY_OBJECTS',
      `This file contains Python objects ("${descr}"), which could run code; it is never opened.`,
      { type: descr },
    );
  }
  throw new VoronoiceError('NPY_TYPE', `Numbers of the type "${descr}" cannot be read; features are float32 ("<f4").`, {
    type: descr,
  });
}

function matrixShape(shape: readonly string[]): [rows: number, columns: number] {
  const text = shorten(`(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`);
  const fail = (why: string): VoronoiceError =>
    new VoronoiceError('NPY_SHAPE', `The shape "${text}" ${why}.`, { shape: text });
  const [rows, columns] = shape.map(Number);
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw fail('is not one of rows and columns');
  }
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns)) throw fail('is larger than any file');
  if (rows < 0 || columns < 1) throw fail('makes no table');
  return [rows, columns];
}

interface Fields {
  readonly descr: string;
  readonly fortran: boolean;
  /** Digits, possibly with a minus sign. */
  readonly shape: readonly string[];
}

/**
 * The one Python literal numpy writes: `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 768), }`. Exactly these
 * three keys, in any order, and nothing is ever evaluated.
 */
class DictReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Fields {
    let descr: string | undefined;
    let fortran: boolean | undefined;
    let shape: string[] | undefined;
    this.#expect('{');
    while (!this.#accept('}')) {
      const key = this.#string();
      this.#expect(':');
      if (key === 'descr' && descr === undefined) descr = this.#type();
      else if (key === 'fortran_order' && fortran === undefined) fortran = this.#boolean();
      else if (key === 'shape' && shape === undefined) shape = this.#tuple();
      else throw header(`the key "${shorten(key)}" is not expected`);
      if (this.#accept(',')) continue;
      this.#expect('}');
      break;
    }
    if (this.#peek() !== '') throw header(`"${this.#rest()}" follows its end`);
    if (descr === undefined) throw header('the key "descr" is missing');
    if (fortran === undefined) throw header('the key "fortran_order" is missing');
    if (shape === undefined) throw header('the key "shape" is missing');
    return { descr, fortran, shape };
  }

  /** A list or a tuple is a structured type or one with a shape of its own. */
  #type(): string {
    const next = this.#peek();
    if (next === '[' || next === '(') {
      const descr = this.#rest().replace(/,\s*['"](fortran_order|shape).*$/s, '');
      throw new VoronoiceError('NPY_TYPE', `Tables with several fields ("${descr}") cannot be read.`, { type: descr });
    }
    return this.#string();
  }

  #string(): string {
    const match = this.#match(/'([^'\\\n]*)'|"([^"\\\n]*)"/y);
    if (match === null) throw header(`"${this.#rest()}" is not a string`);
    return match[1] ?? match[2] ?? '';
  }

  #boolean(): boolean {
    const match = this.#match(/(True|False)\b/y);
    if (match === null) throw header(`"${this.#rest()}" is neither True nor False`);
    return match[1] === 'True';
  }

  #tuple(): string[] {
    const items: string[] = [];
    this.#expect('(');
    let closed = this.#accept(')');
    while (!closed) {
      // Python 2 wrote long integers with an L.
      const match = this.#match(/(-?\d+)L?\b/y);
      if (match === null) throw header(`"${this.#rest()}" is not a whole number`);
      items.push(match[1] ?? '');
      const comma = this.#accept(',');
      closed = this.#accept(')');
      if (!comma && (!closed || items.length === 1)) throw header(`a comma is missing before "${this.#rest()}"`);
    }
    return items;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    this.#peek();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw header(`"${character}" is missing before "${this.#rest()}"`);
  }

  /** The next character that is not white space; '' at the end. */
  #peek(): string {
    while (/^[ \t\r\n]$/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #rest(): string {
    return this.#text.slice(this.#at, this.#at + MAX_QUOTE).trim();
  }
}
