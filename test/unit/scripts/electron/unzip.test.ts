import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractZip } from '../../../../scripts/electron/unzip.mjs';

interface Item {
  readonly name: string;
  readonly content: string;
  readonly deflate?: boolean;
  readonly mode?: number;
  readonly crc?: number;
}

/** A zip archive as other programs write it: local headers with data, then the directory, then the end record. */
function makeZip(items: readonly Item[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflate = false, mode = 0o100644, crc } of items) {
    const raw = Buffer.from(content);
    const data = deflate ? deflateRawSync(raw) : raw;
    const nameBytes = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(deflate ? 8 : 0, 4);
    shared.writeUInt32LE(crc ?? crc32(raw), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(raw.length, 18);
    shared.writeUInt16LE(nameBytes.length, 22);
    // The local header may have an extra field that the directory has not.
    const extra = Buffer.from([0x55, 0x54, 1, 0, 0]);
    const localShared = Buffer.from(shared);
    localShared.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), localShared, nameBytes, extra, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([0x14, 3]), shared, rest, nameBytes);
    locals.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

describe('extractZip', () => {
  let folder = '';
  let archive = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zip-'));
    archive = join(folder, 'a.zip');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const all = (name: string): string => name;

  it('extracts stored, deflated and empty files, with their execute bit', async () => {
    const long = 'voronoice '.repeat(20_000);
    await writeFile(
      archive,
      makeZip([
        { name: 'top/', content: '', mode: 0o040755 },
        { name: 'top/plain.txt', content: 'as it is' },
        { name: 'top/deep/long.txt', content: long, deflate: true },
        { name: 'top/empty', content: '' },
        { name: 'top/program', content: '#!/bin/sh', mode: 0o100755 },
      ]),
    );
    await extractZip(archive, join(folder, 'out'), all);
    expect(await readFile(join(folder, 'out/top/plain.txt'), 'utf8')).toBe('as it is');
    expect(await readFile(join(folder, 'out/top/deep/long.txt'), 'utf8')).toBe(long);
    expect(await readFile(join(folder, 'out/top/empty'), 'utf8')).toBe('');
    const mode = async (name: string): Promise<number> => (await stat(join(folder, 'out/top', name))).mode & 0o777;
    expect(await mode('program')).toBe(0o755);
    expect(await mode('plain.txt')).toBe(0o644);
  });

  it('skips and renames as it is told', async () => {
    await writeFile(
      archive,
      makeZip([
        { name: 'a/keep', content: '1' },
        { name: 'a/drop', content: '2' },
      ]),
    );
    await extractZip(archive, join(folder, 'out'), (name) => (name === 'a/drop' ? null : 'kept'));
    expect(await readdir(join(folder, 'out'))).toEqual(['kept']);
  });

  it.each(['../outside', '/outside', 'a/../../outside', 'C:/outside', 'a\\..\\..\\outside'])(
    'refuses to write to %s',
    async (name) => {
      await writeFile(archive, makeZip([{ name, content: '1' }]));
      await expect(extractZip(archive, join(folder, 'out'), all)).rejects.toThrow(name);
    },
  );

  it('refuses a link', async () => {
    await writeFile(archive, makeZip([{ name: 'link', content: '/etc', mode: 0o120777 }]));
    await expect(extractZip(archive, join(folder, 'out'), all)).rejects.toThrow('not a regular file');
  });

  it('refuses a file whose bytes are not those that were packed', async () => {
    await writeFile(archive, makeZip([{ name: 'a', content: '1', crc: 7 }]));
    await expect(extractZip(archive, join(folder, 'out'), all)).rejects.toThrow('a is damaged');
  });

  it('refuses an archive cut off at any byte', async () => {
    const whole = makeZip([{ name: 'a', content: 'some text', deflate: true }]);
    for (let length = 0; length < whole.length; length++) {
      await writeFile(archive, whole.subarray(0, length));
      await expect(extractZip(archive, join(folder, 'out'), all), `${length} bytes`).rejects.toThrow();
    }
  });
});
