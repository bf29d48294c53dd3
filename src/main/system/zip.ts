import { deflateRawSync, crc32 } from 'node:zlib';

/** A text file to put into an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly text: string;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** What is needed to read it: version 2.0, for deflate. */
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x800;
const DEFLATE = 8;

interface Packed {
  readonly name: Buffer;
  readonly data: Buffer;
  readonly sum: number;
  readonly length: number;
}

/** A ZIP archive of a few small text files. */
export function zip(entries: readonly ZipEntry[], at: Date): Buffer {
  const stamp = stampOf(at);
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const packed = pack(entry);
    const local = header(LOCAL, packed, stamp);
    directory.push(central(packed, stamp, offset));
    parts.push(local, packed.name, packed.data);
    offset += local.length + packed.name.length + packed.data.length;
  }
  const list = Buffer.concat(directory);
  return Buffer.concat([...parts, list, end(entries.length, list.length, offset)]);
}

function pack({ name, text }: ZipEntry): Packed {
  const bytes = Buffer.from(text, 'utf8');
  return { name: Buffer.from(name, 'utf8'), data: deflateRawSync(bytes), sum: crc32(bytes), length: bytes.length };
}

/** Time and date as MS-DOS wrote them, in one number. */
function stampOf(at: Date): number {
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  return ((date << 16) | time) >>> 0;
}

/** What a file begins with; `made`: who made it, which only the list of contents says. */
function header(signature: number, { name, data, sum, length }: Packed, stamp: number, made?: number): Buffer {
  const bytes = Buffer.alloc(made === undefined ? 30 : 46);
  let at = bytes.writeUInt32LE(signature);
  if (made !== undefined) at = bytes.writeUInt16LE(made, at);
  at = bytes.writeUInt16LE(VERSION, at);
  at = bytes.writeUInt16LE(FLAGS, at);
  at = bytes.writeUInt16LE(DEFLATE, at);
  at = bytes.writeUInt32LE(stamp, at);
  at = bytes.writeUInt32LE(sum, at);
  at = bytes.writeUInt32LE(data.length, at);
  at = bytes.writeUInt32LE(length, at);
  bytes.writeUInt16LE(name.length, at);
  return bytes;
}

function central(packed: Packed, stamp: number, offset: number): Buffer {
  const bytes = header(CENTRAL, packed, stamp, VERSION);
  bytes.writeUInt32LE(offset, 42);
  return Buffer.concat([bytes, packed.name]);
}

function end(count: number, listLength: number, listOffset: number): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(END);
  bytes.writeUInt16LE(count, 8);
  bytes.writeUInt16LE(count, 10);
  bytes.writeUInt32LE(listLength, 12);
  bytes.writeUInt32LE(listOffset, 16);
  return bytes;
}
