import { VoronoiceError } from '@shared/contract/errors';

/**
 * What a pickle of plain data says. Dictionaries keep their order; a tuple, list or set is an array. A tensor is told by
 * its shape alone. `opaque` is what was named and not looked into.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | ReadonlyMap<string, PickleValue>
  | Tensor
  | Opaque;

export interface Tensor {
  readonly kind: 'tensor';
  readonly shape: readonly number[];
}

/** A class, or an object that a class would have made. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly name: string;
}

/**
 * Names that a state dict of PyTorch needs, or an embedder that comes with RVC. None of them is ever called: a tensor's parts and an ordered dictionary are
 * understood, the rest stays opaque. Any other name would run code of the file's choosing in Python.
 */
const KNOWN_NAMES = [
  /^collections\.(OrderedDict|defaultdict)$/,
  /^torch\._utils\._rebuild_(tensor(_v2)?|parameter)$/,
  /^torch\.(Float|Half|BFloat16|Double|Long|Int|Short|Char|Byte|Bool)Storage$/,
  /^torch\.storage\.(Untyped|Typed)Storage$/,
  /^torch\.(float16|float32|float64|bfloat16|int8|int16|int32|int64|uint8|bool|device|Size)$/,
  /^torch\.nn\.parameter\.Parameter$/,
  /^numpy\.(_?core\.multiarray\.scalar|dtype)$/,
  /^_codecs\.encode$/,
  // In the HuBERT and ContentVec files of fairseq: a list of words and the options of the training, both empty shells.
  /^fairseq\.data\.dictionary\.Dictionary$/,
  /^argparse\.Namespace$/,
];

const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = /^torch\._utils\._rebuild_tensor(_v2)?$/;
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';

/** More than any state dict has; a pickle may remember, repeat and throw away without end. */
const MOST_INSTRUCTIONS = 2_000_000;

/**
 * Reads one pickle (protocols 0 to 5) without running anything. Of a program for Python's stack machine only those
 * opcodes are followed that plain data needs.
 *
 * @param offset Where it begins.
 * @returns its value, and where the next byte is: files of old PyTorch hold several in a row
 * @throws `MODEL_RUNS_CODE` for a name beyond those of a state dict, `MODEL_CORRUPT`
 */
export function readPickle(bytes: Uint8Array, offset = 0): { readonly value: PickleValue; readonly end: number } {
  return new Machine(bytes, offset).run();
}

/** A dictionary or list while it is being filled. */
type Open = PickleValue | Map<string, PickleValue> | PickleValue[];

const MARK = Symbol('mark');
type Slot = Open | typeof MARK;

class Machine {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, Open>();

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = offset;
  }

  run(): { readonly value: PickleValue; readonly end: number } {
    for (let done = 0; done < MOST_INSTRUCTIONS; done++) {
      const opcode = this.#u8();
      if (opcode === STOP) return { value: this.#pop(), end: this.#at };
      const step = STEPS[opcode];
      if (step === undefined)
        throw corrupt(`It holds the byte ${opcode} where an instruction should be.`, this.#at - 1);
      step(this.#tools);
    }
    throw corrupt('It holds more instructions than any model has.', this.#at);
  }

  readonly #tools: Tools = {
    push: (value) => this.#stack.push(value),
    pop: () => this.#pop(),
    top: () => this.#top(),
    mark: () => this.#stack.push(MARK),
    toMark: () => this.#toMark(),
    remember: (key) => this.#memo.set(key, this.#top()),
    rememberNext: () => this.#memo.set(this.#memo.size, this.#top()),
    recall: (key) => {
      const value = this.#memo.get(key);
      if (value === undefined) throw corrupt(`It refers to value ${key}, which is not there.`, this.#at);
      return value;
    },
    u8: () => this.#u8(),
    u16: () => this.#view.getUint16(this.#skip(2), true),
    i32: () => this.#view.getInt32(this.#skip(4), true),
    u32: () => this.#view.getUint32(this.#skip(4), true),
    f64: () => this.#view.getFloat64(this.#skip(8)),
    length64: () => {
      const length = Number(this.#view.getBigUint64(this.#skip(8), true));
      if (length > this.#bytes.length) throw corrupt('A length leads beyond the end of the file.', this.#at);
      return length;
    },
    take: (length) => {
      const start = this.#skip(length);
      return this.#bytes.subarray(start, start + length);
    },
    line: () => {
      const end = this.#bytes.indexOf(10, this.#at);
      if (end < 0) throw corrupt('It ends in the middle of a line.', this.#at);
      const line = utf8(this.#bytes.subarray(this.#at, end));
      this.#at = end + 1;
      return line;
    },
  };

  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw corrupt('It ends in the middle.', start);
    this.#at = start + length;
    return start;
  }

  #u8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #top(): Open {
    const value = this.#stack.at(-1);
    if (value === undefined || value === MARK) throw corrupt('It takes a value where there is none.', this.#at);
    return value;
  }

  #pop(): Open {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #toMark(): Open[] {
    const start = this.#stack.lastIndexOf(MARK);
    if (start < 0) throw corrupt('It takes a group of values where there is none.', this.#at);
    const values = this.#stack.splice(start).slice(1);
    return values.filter((value) => value !== MARK);
  }
}

/** What an instruction may do. */
interface Tools {
  readonly push: (value: Open) => void;
  readonly pop: () => Open;
  readonly top: () => Open;
  readonly mark: () => void;
  /** The values since the last mark, which goes too. */
  readonly toMark: () => Open[];
  readonly remember: (key: number) => void;
  readonly rememberNext: () => void;
  readonly recall: (key: number) => Open;
  readonly u8: () => number;
  readonly u16: () => number;
  readonly i32: () => number;
  readonly u32: () => number;
  readonly f64: () => number;
  readonly length64: () => number;
  readonly take: (length: number) => Uint8Array;
  readonly line: () => string;
}

const STOP = '.'.charCodeAt(0);

/** Python's pickletools lists them; the numbers above 127 came with protocol 2 and later. */
const STEPS: Readonly<Record<number, (tools: Tools) => void>> = {
  // Frame and protocol
  0x80: ({ u8 }) => void u8(),
  0x95: ({ length64 }) => void length64(),
  // Stack
  [code('(')]: ({ mark }) => mark(),
  [code('0')]: ({ pop }) => void pop(),
  [code('1')]: ({ toMark }) => void toMark(),
  [code('2')]: ({ push, top }) => push(top()),
  // Memo
  [code('p')]: ({ remember, line }) => remember(Number(line())),
  [code('q')]: ({ remember, u8 }) => remember(u8()),
  [code('r')]: ({ remember, u32 }) => remember(u32()),
  0x94: ({ rememberNext }) => rememberNext(),
  [code('g')]: ({ push, recall, line }) => push(recall(Number(line()))),
  [code('h')]: ({ push, recall, u8 }) => push(recall(u8())),
  [code('j')]: ({ push, recall, u32 }) => push(recall(u32())),
  // Plain values
  [code('N')]: ({ push }) => push(null),
  0x88: ({ push }) => push(true),
  0x89: ({ push }) => push(false),
  [code('I')]: ({ push, line }) => push(integerOfLine(line())),
  [code('J')]: ({ push, i32 }) => push(i32()),
  [code('K')]: ({ push, u8 }) => push(u8()),
  [code('M')]: ({ push, u16 }) => push(u16()),
  [code('L')]: ({ push, line }) => push(integerOfLine(line().replace(/L$/, ''))),
  0x8a: ({ push, take, u8 }) => push(longOf(take(u8()))),
  0x8b: ({ push, take, u32 }) => push(longOf(take(u32()))),
  [code('F')]: ({ push, line }) => push(Number(line())),
  [code('G')]: ({ push, f64 }) => push(f64()),
  // Texts and bytes
  [code('S')]: ({ push, line }) => push(line().slice(1, -1)),
  [code('T')]: ({ push, take, u32 }) => push(utf8(take(u32()))),
  [code('U')]: ({ push, take, u8 }) => push(utf8(take(u8()))),
  [code('V')]: ({ push, line }) => push(line()),
  [code('X')]: ({ push, take, u32 }) => push(utf8(take(u32()))),
  0x8c: ({ push, take, u8 }) => push(utf8(take(u8()))),
  0x8d: ({ push, take, length64 }) => push(utf8(take(length64()))),
  [code('B')]: ({ push, take, u32 }) => push(take(u32())),
  [code('C')]: ({ push, take, u8 }) => push(take(u8())),
  0x8e: ({ push, take, length64 }) => push(take(length64())),
  0x96: ({ push, take, length64 }) => push(take(length64())),
  // Lists, tuples, sets
  [code(']')]: ({ push }) => push([]),
  [code(')')]: ({ push }) => push([]),
  0x8f: ({ push }) => push([]),
  [code('l')]: ({ push, toMark }) => push(toMark()),
  [code('t')]: ({ push, toMark }) => push(toMark()),
  0x91: ({ push, toMark }) => push(toMark()),
  0x85: ({ push, pop }) => push([pop()]),
  0x86: ({ push, pop }) => push([pop(), pop()].reverse()),
  0x87: ({ push, pop }) => push([pop(), pop(), pop()].reverse()),
  [code('a')]: ({ pop, top }) => append(top, [pop()]),
  [code('e')]: ({ toMark, top }) => append(top, toMark()),
  0x90: ({ toMark, top }) => append(top, toMark()),
  // Dictionaries
  [code('}')]: ({ push }) => push(new Map()),
  [code('d')]: ({ push, toMark }) => push(fill(new Map<string, PickleValue>(), toMark())),
  [code('s')]: ({ pop, top }) => {
    const value = pop();
    put(top, [pop(), value]);
  },
  [code('u')]: ({ toMark, top }) => put(top, toMark()),
  // Objects: named, never made
  [code('c')]: ({ push, line }) => push(named(line(), line())),
  0x93: ({ push, pop }) => {
    const name = pop();
    push(named(pop(), name));
  },
  [code('i')]: ({ push, line, toMark }) => push(made(named(line(), line()), toMark())),
  [code('o')]: ({ push, toMark }) => {
    const [what, ...values] = toMark();
    push(made(what ?? null, values));
  },
  [code('R')]: ({ push, pop }) => {
    const values = pop();
    push(made(pop(), values));
  },
  0x81: ({ push, pop }) => {
    const values = pop();
    push(made(pop(), values));
  },
  0x92: ({ push, pop }) => {
    pop();
    const values = pop();
    push(made(pop(), values));
  },
  // The state of an object adds nothing that is looked at.
  [code('b')]: ({ pop }) => void pop(),
  [code('P')]: ({ push, line }) => push({ kind: 'opaque', name: line() }),
  [code('Q')]: ({ push, pop }) => {
    pop();
    push({ kind: 'opaque', name: 'storage' });
  },
};

function code(character: string): number {
  return character.charCodeAt(0);
}

function named(module: Open, name: Open): Opaque {
  const full = `${textOf(module)}.${textOf(name)}`;
  if (KNOWN_NAMES.some((known) => known.test(full))) return { kind: 'opaque', name: full };
  throw new VoronoiceError('MODEL_RUNS_CODE', `Opening this file in Python would run "${full}".`, {
    name: full.slice(0, 200),
  });
}

/** Whether a value is a tuple, a list or a set. */
export function isList(value: PickleValue | undefined): value is readonly PickleValue[] {
  return Array.isArray(value);
}

/** What a call would give, as far as it is looked at. */
function made(what: Open, values: Open): Open {
  if (!isOpaque(what)) throw corrupt('It calls what cannot be called.', 0);
  const list = Array.isArray(values) ? values : [];
  if (what.name === ORDERED_DICT) return new Map<string, PickleValue>();
  if (what.name === REBUILD_PARAMETER) return list[0] ?? null;
  if (REBUILD_TENSOR.test(what.name)) return { kind: 'tensor', shape: shapeOf(list[2]) };
  return { kind: 'opaque', name: what.name };
}

function shapeOf(value: unknown): readonly number[] {
  const sizes: readonly unknown[] = Array.isArray(value) ? value : [];
  return sizes.map((size) => {
    if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) return size;
    throw corrupt('A tensor has no shape.', 0);
  });
}

function append(top: () => Open, values: readonly Open[]): void {
  const list = top();
  if (!Array.isArray(list)) throw corrupt('It adds to a list where there is none.', 0);
  for (const value of values) list.push(value);
}

function put(top: () => Open, pairs: readonly Open[]): void {
  const dictionary = top();
  // A defaultdict and other objects that take items are not looked into.
  if (isOpaque(dictionary)) return;
  if (!(dictionary instanceof Map)) throw corrupt('It adds to a dictionary where there is none.', 0);
  fill(dictionary, pairs);
}

function fill(dictionary: Map<string, PickleValue>, pairs: readonly Open[]): Map<string, PickleValue> {
  for (let at = 0; at + 1 < pairs.length; at += 2) dictionary.set(textOf(pairs[at] ?? null), pairs[at + 1] ?? null);
  return dictionary;
}

function textOf(value: Open): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return '';
}

function isOpaque(value: Open): value is Opaque {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'opaque';
}

/** Protocol 0 writes booleans as 00 and 01. */
function integerOfLine(line: string): number | boolean {
  if (line === '00' || line === '01') return line === '01';
  const value = Number(line);
  if (!Number.isFinite(value)) throw corrupt(`"${line.slice(0, 40)}" is not a number.`, 0);
  return value;
}

/** Little-endian two's complement of any length. */
function longOf(bytes: Uint8Array): number | bigint {
  if (bytes.length > 64) throw corrupt('It holds a number of more than 64 bytes.', 0);
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  value = BigInt.asIntN(8 * bytes.length, value);
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

/** Longer texts say nothing that is asked for. */
const LONGEST_TEXT = 10_000;

/** UTF-8; what is not, byte by byte. Without TextDecoder, which is no part of the language itself. */
function utf8(bytes: Uint8Array): string {
  const start = bytes.subarray(0, LONGEST_TEXT);
  // Nearly every text is a name in ASCII, of which there may be very many.
  if (start.every((byte) => byte < 0x80)) return String.fromCharCode(...start);
  try {
    return decodeURIComponent(Array.from(start, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''));
  } catch {
    // It is no UTF-8: each byte stands for itself, so that the name is seen at all.
    return Array.from(start, (byte) => String.fromCharCode(byte)).join('');
  }
}

function corrupt(message: string, offset: number): VoronoiceError {
  return new VoronoiceError('MODEL_CORRUPT', message, { offset });
}
