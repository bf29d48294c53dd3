import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Index } from 'faiss-node';
import { afterAll, describe, expect, it } from 'vitest';
import { codeOf, oddFolder, randomMatrix } from './data';

const columns = 8;
const folder = oddFolder();
afterAll(() => folder.remove());

async function bytesOf(factory: string): Promise<Buffer> {
  const x = randomMatrix(300, columns);
  const index = Index.fromFactory(columns, factory);
  await index.train(x);
  await index.add(x);
  return index.toBuffer();
}

const factories = [
  'Flat',
  'IVF6,Flat',
  'IVF6,PQ4x4',
  'PCA4,IVF6,Flat',
  'HNSW4',
  'IVF6,PQ4x4,RFlat',
  'IDMap2,Flat',
  'IVF6,PQ4x4fs',
];

describe('a file that is not an index', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('<!DOCTYPE html><html></html>')],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n')],
    ['zeros', Buffer.alloc(4096)],
    ['ones', Buffer.alloc(4096, 255)],
  ])('%s: CORRUPT', async (_name, bytes) => {
    const path = join(folder.path, 'garbage.index');
    writeFileSync(path, bytes);
    expect(await codeOf(() => Index.open(path))).toBe('CORRUPT');
    expect(await codeOf(() => Index.read(path))).toBe('CORRUPT');
    expect(await codeOf(() => Index.fromBuffer(bytes))).toBe('CORRUPT');
  });
});

describe('an index that would be searched without end', () => {
  const x = randomMatrix(4, columns);

  it.each([0, 4097, 2 ** 31 - 1])('is refused with an efSearch of %d', async (width) => {
    const bytes = await bytesOf('HNSW4');
    // Where a graph keeps its efConstruction, its efSearch and its upper_beam.
    const at = bytes.indexOf(Buffer.from(Int32Array.from([40, 16, 1]).buffer)) + 4;
    expect(bytes.readInt32LE(at)).toBe(16);
    bytes.writeInt32LE(width, at);
    expect(await codeOf(() => Index.fromBuffer(bytes).search(x, 2))).toBe('ARGUMENT');
  });

  it.each([0, NaN, 1025, 1e30])('is refused with a k_factor of %d', async (factor) => {
    const bytes = await bytesOf('IVF6,PQ4x4,RFlat');
    expect(bytes.readFloatLE(bytes.length - 4)).toBe(1);
    bytes.writeFloatLE(factor, bytes.length - 4);
    expect(await codeOf(() => Index.fromBuffer(bytes).search(x, 2))).toBe('ARGUMENT');
  });

  it('asks its groups by a graph of sound width only', async () => {
    const bytes = await bytesOf('IVF6_HNSW4,Flat');
    bytes.writeInt32LE(1 << 30, bytes.indexOf(Buffer.from(Int32Array.from([40, 16, 1]).buffer)) + 4);
    expect(await codeOf(() => Index.fromBuffer(bytes).assign(x))).toBe('ARGUMENT');
  });
});

describe('an index that was cut off', () => {
  it.each(factories)('%s: CORRUPT at every length', async (factory) => {
    const bytes = await bytesOf(factory);
    const lengths = new Set([...Array(250).keys(), ...Array.from({ length: 60 }, (_, i) => bytes.length - 1 - i * 97)]);
    for (const length of lengths) {
      if (length < 0 || length >= bytes.length) continue;
      expect(await codeOf(() => Index.fromBuffer(bytes.subarray(0, length))), String(length)).toBe('CORRUPT');
    }
    const path = join(folder.path, 'cut.index');
    writeFileSync(path, bytes.subarray(0, bytes.length - 1));
    expect(await codeOf(() => Index.open(path))).toBe('CORRUPT');
    expect(Index.fromBuffer(bytes).ntotal()).toBe(300);
  });
});

describe('an index whose sizes lie', () => {
  it('F2, F6: IVF: CORRUPT for each field, without allocating what it announces', async () => {
    const sound = await bytesOf('IVF6,Flat');
    // Layout of an IVF,Flat file: header 37, nlist, nprobe, flat quantizer (header 37, count), direct map, lists.
    const quantizerCount = 53 + 37;
    const lists = quantizerCount + 8 + 6 * columns * 4 + 9;
    const fields: Record<string, number> = {
      ntotal: 8,
      nlist: 37,
      'number of centroids': 53 + 8,
      'number of centroid values': quantizerCount,
      'nlist of the lists': lists + 4,
      'code size': lists + 12,
      'number of list sizes': lists + 24,
      'size of list 0': lists + 32,
      'size of list 5': lists + 72,
    };
    for (const [name, at] of Object.entries(fields)) {
      for (const value of [1n << 62n, (1n << 40n) - 1n, 1n << 35n, 1n << 28n, 1n]) {
        const bytes = Buffer.from(sound);
        bytes.writeBigUInt64LE(value, at);
        const before = process.memoryUsage.rss();
        expect(await codeOf(() => Index.fromBuffer(bytes)), `${name} = ${value}`).toBe('CORRUPT');
        expect(process.memoryUsage.rss() - before, `${name} = ${value}`).toBeLessThan(300 * 2 ** 20);
      }
    }
  });

  it('refuses lists kept in another file', async () => {
    const bytes = await bytesOf('IVF6,Flat');
    bytes.write('ilod', bytes.indexOf('ilar'), 'latin1');
    expect(await codeOf(() => Index.fromBuffer(bytes))).toBe('UNSUPPORTED');
  });

  it('a changed byte anywhere in the structure never ends the process', async () => {
    // In a child, so that an abort shows as an abort.
    const script = `
      const { Index, Matrix } = require('faiss-node');
      (async () => {
        const x = new Matrix(100, 8);
        x.set(0, Float32Array.from({ length: 800 }, (_, i) => Math.sin(i * i)));
        let refused = 0;
        for (const factory of ['Flat', 'IVF6,Flat']) {
          const index = Index.fromFactory(8, factory);
          await index.train(x);
          await index.add(x);
          const sound = index.toBuffer();
          for (let at = 0; at < Math.min(sound.length, 420); at++) {
            if (at >= 98 && at < 290) continue; // the centroids' own numbers
            for (const value of [0, 127, 255]) {
              const bytes = Buffer.from(sound);
              if (bytes[at] === value) continue;
              bytes[at] = value;
              try {
                const copy = Index.fromBuffer(bytes);
                if (copy.getDimension() === 8) await copy.search(x, 3).catch(() => undefined);
              } catch (error) {
                if (typeof error.code !== 'string') throw error;
                refused++;
              }
            }
          }
        }
        console.log(refused > 300 ? 'alive' : 'only ' + refused);
      })();`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { maxBuffer: 1 << 24 });
    expect(stdout.trim()).toBe('alive');
  });
});
