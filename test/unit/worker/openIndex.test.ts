import { execFileSync } from 'node:child_process';
import { fstatSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/worker/engine';
import { openSources } from '../../../src/worker/steps/load';
import type { IndexContents } from '../../../src/worker/files/indexFile';
import { openIndex, requireUsable } from '../../../src/worker/openIndex';
import { facts } from '../../fixtures/contract';
import { withField } from '../../fixtures/fields';
import { IndexWriter, ivfFlatIndex, otherIndexes } from '../../fixtures/hostileIndexes';
import { put, useFolder } from './support';

const folder = useFolder();
const signal = new AbortController().signal;

/** An engine that only notes what it is given. */
function watched(onOpen: () => void = () => undefined) {
  const seen = { opened: [] as number[], closed: 0, parameters: [] as [string, number][] };
  const index = {
    close: () => {
      seen.closed++;
    },
    setParameter: (name: string, value: number) => {
      seen.parameters.push([name, value]);
    },
  };
  const open = (descriptor: number): Promise<unknown> => {
    seen.opened.push(fstatSync(descriptor).ino);
    onOpen();
    return Promise.resolve(index);
  };
  return { engine: { Index: { open } } as unknown as Engine, seen };
}

function written(bytes: Uint8Array): string {
  return put(join(folder.path, 'voice.index'), bytes);
}

function other(title: string): Uint8Array {
  const built = otherIndexes()[title];
  if (built === undefined) throw new Error(title);
  return built.bytes;
}

/** Files that must not reach the engine, and what is said about them. */
const hostile: readonly (readonly [what: string, bytes: () => Uint8Array, code: string])[] = [
  ['no bytes', () => new Uint8Array(), 'INDEX_EMPTY_FILE'],
  ['a type nobody knows', () => new IndexWriter().header('', 'IxZZ', 4, 0).build().bytes, 'INDEX_UNKNOWN_TYPE'],
  [
    'a type known by name',
    () => new IndexWriter().header('', 'Iwrq', 4, 3).u64('l', 1).u64('p', 1).build().bytes,
    'INDEX_UNSUPPORTED',
  ],
  ['half a file', () => ivfFlatIndex().bytes.subarray(0, 200), 'INDEX_TRUNCATED'],
  ['more vectors than there are', () => withField(ivfFlatIndex(), 'size 0', 4n), 'INDEX_CORRUPT'],
  [
    'a map that leads outside',
    () => withField(otherIndexes()['IndexPreTransform']!, 'column 0', 1n << 30n),
    'INDEX_CORRUPT',
  ],
  [
    'a link that leads outside',
    () => withField(otherIndexes()['IndexHNSWFlat']!, 'neighbor 0', 1n << 30n),
    'INDEX_CORRUPT',
  ],
  [
    'a place that leads outside',
    () => withField(otherIndexes()['IndexIVFFlat, map']!, 'place 0.row', 1n << 30n),
    'INDEX_CORRUPT',
  ],
  [
    'an id that leads outside',
    () => withField(otherIndexes()['IndexRefine, lists']!, 'id 0', 1n << 40n),
    'INDEX_CORRUPT',
  ],
  [
    'a search without end',
    () => withField(otherIndexes()['IndexHNSWFlat']!, 'efSearch', (1n << 31n) - 1n),
    'INDEX_UNSUPPORTED',
  ],
  ['a center that is no number', () => withoutNumbers(), 'INDEX_CORRUPT'],
  ['lists in another file', () => renamed(ivfFlatIndex().bytes, 'ilar', 'ilod'), 'INDEX_UNSUPPORTED'],
  ['another measure', () => ivfFlatIndex({ metric: 0 }).bytes, 'INDEX_UNSUPPORTED'],
  ['vectors that do not come back', () => other('IndexPQFastScan'), 'INDEX_UNSUPPORTED'],
  ['zeros where the rest never arrived', () => ivfFlatIndex({ id: () => 0n }).bytes, 'INDEX_TRUNCATED'],
  ['no vectors', () => ivfFlatIndex({ sizes: [0, 0] }).bytes, 'INDEX_NO_VECTORS'],
];

function withoutNumbers(): Uint8Array {
  const { bytes, fields } = ivfFlatIndex();
  const count = fields.find(({ name }) => name === 'quantizer.vectors');
  new DataView(bytes.buffer).setFloat32((count?.offset ?? 0) + 8, Number.NaN, true);
  return bytes;
}

function renamed(bytes: Uint8Array, from: string, to: string): Uint8Array {
  bytes.set(new TextEncoder().encode(to), new TextDecoder('latin1').decode(bytes).indexOf(from));
  return bytes;
}

const fields = { field: 'hnsw.efSearch', value: 99_999 };
const reasons: readonly (readonly [why: string, change: Partial<IndexContents>, message: RegExp])[] = [
  ['type', { obstacle: { why: 'type' } }, /nobody checked/],
  ['lists-elsewhere', { obstacle: { why: 'lists-elsewhere' } }, /another file/],
  ['no-lists', { obstacle: { why: 'no-lists' } }, /without its vectors/],
  ['newer', { obstacle: { why: 'newer' } }, /newer version of FAISS/],
  ['setting', { obstacle: { why: 'setting', ...fields } }, /"hnsw.efSearch" to 99999/],
  ['metric', { facts: facts({ metric: 'ip' }) }, /squared L2/],
  ['reconstruct', { reconstructable: false }, /does not give its vectors back/],
];

describe('requireUsable', () => {
  const usable: IndexContents = { facts: facts(), reconstructable: true, obstacle: null, ids: null };

  it('says nothing of what can be used', () => {
    expect(() => requireUsable('a.index', usable)).not.toThrow();
  });

  it.each(reasons)('says why an index is not: %s', (why, change, message) => {
    expect(() => requireUsable('a.index', { ...usable, ...change })).toThrow(
      expect.objectContaining({
        code: 'INDEX_UNSUPPORTED',
        message: expect.stringMatching(message) as string,
        details: expect.objectContaining({ path: 'a.index', type: 'IndexIVFFlat', why }) as unknown,
      }),
    );
  });
});

describe('openIndex', () => {
  it('hands out the index with what its file says', async () => {
    const { engine, seen } = watched();
    const path = written(ivfFlatIndex({ nprobe: 2 }).bytes);
    const opened = await openIndex(engine, path, signal);
    expect(opened).toMatchObject({ path, bytes: 379, facts: { vectors: 6, nprobe: 2 }, ids: { idsSequential: true } });
    expect(seen).toEqual({ opened: [statSync(path).ino], closed: 0, parameters: [] });
  });

  it.each([
    [0n, 0, 1],
    [5n, 5, 4],
    [1n << 31n, 2 ** 31, 4],
  ])('brings an nprobe of %s within the groups, and keeps what the file says', async (nprobe, said, used) => {
    const { engine, seen } = watched();
    const { facts } = await openIndex(engine, written(ivfFlatIndex({ nprobe }).bytes), signal);
    expect(facts.nprobe).toBe(said);
    expect(seen.parameters).toEqual([['nprobe', used]]);
  });

  it.each(['flat', 'hnsw'])('sets nothing in an index without groups: %s', async (name) => {
    const { engine, seen } = watched();
    await openIndex(engine, resolve('test/fixtures/indexes', `${name}.index`), signal);
    expect(seen).toMatchObject({ closed: 0, parameters: [] });
    expect(seen.opened).toHaveLength(1);
  });

  it.each(hostile)('refuses %s before the engine sees it', async (_, bytes, code) => {
    const { engine, seen } = watched();
    await expect(openIndex(engine, written(bytes()), signal)).rejects.toMatchObject({ code });
    expect(seen.opened).toEqual([]);
  });

  it.each(hostile)('refuses %s as material of a new index', async (_, bytes, code) => {
    const { engine, seen } = watched();
    const sound = put(join(folder.path, 'sound.index'), ivfFlatIndex().bytes);
    const sources = [
      { path: sound, weight: null },
      { path: written(bytes()), weight: null },
    ];
    const context = { signal, engine: () => Promise.resolve(engine), leftOut: () => new Set<string>() };
    await expect(openSources(sources, context)).rejects.toMatchObject({ code });
    expect(seen).toMatchObject({ opened: [statSync(sound).ino], closed: 1 });
  });

  it('F5: refuses what is larger than all memory before the engine sees it', async () => {
    const { engine, seen } = watched();
    const dimension = 256;
    const vectors = Math.ceil((2 * totalmem()) / (4 * dimension));
    const head = new IndexWriter()
      .header('', 'IxF2', dimension, vectors)
      .u64('vectors', dimension * vectors)
      .build();
    const path = written(head.bytes);
    truncateSync(path, head.bytes.length + 4 * dimension * vectors);
    await expect(openIndex(engine, path, signal)).rejects.toMatchObject({ code: 'OUT_OF_MEMORY' });
    expect(seen.opened).toEqual([]);
  });

  it('does not open what was put in the place of the file it walked', async () => {
    const { engine, seen } = watched();
    const path = written(ivfFlatIndex().bytes);
    const swapped = put(join(folder.path, 'swapped'), ivfFlatIndex().bytes);
    // The walk looks at the signal before it reads.
    const watching = new Proxy(signal, {
      get: (target, key) => {
        if (key === 'aborted') rmSync(path, { force: true });
        if (key === 'aborted') symlinkSync(swapped, path);
        return Reflect.get(target, key) as unknown;
      },
    });
    await expect(openIndex(engine, path, watching)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(seen.opened).toEqual([]);
  });

  it('lets the engine read what was walked, wherever the name leads meanwhile', async () => {
    const walked = put(join(folder.path, 'walked'), ivfFlatIndex().bytes);
    const other = put(join(folder.path, 'other'), ivfFlatIndex().bytes);
    const path = join(folder.path, 'voice.index');
    const lead = (to: string): void => {
      rmSync(path, { force: true });
      symlinkSync(to, path);
    };
    lead(walked);
    let asked = 0;
    // It leads to the other one only while the engine is called.
    const { engine, seen } = watched(() => {
      lead(other);
      asked++;
      lead(walked);
    });
    await openIndex(engine, path, signal);
    expect(asked).toBe(1);
    expect(seen.opened).toEqual([statSync(walked).ino]);
  });

  it.each([
    ['replaced', (path: string) => renameSync(put(`${path}.new`, ivfFlatIndex().bytes), path)],
    ['rewritten', (path: string) => writeFileSync(path, ivfFlatIndex({ nprobe: 3 }).bytes)],
    [
      'taken away and brought back',
      (path: string) => {
        renameSync(path, `${path}.x`);
        renameSync(`${path}.x`, path);
      },
    ],
  ])('lets go of a file that was %s while the engine read it', async (_, change) => {
    const path = written(ivfFlatIndex().bytes);
    const { engine, seen } = watched(() => change(path));
    await expect(openIndex(engine, path, signal)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
    expect(seen.closed).toBe(1);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('says that %s is not a file, and does not wait', async (_, make) => {
    const path = join(folder.path, 'voice.index');
    make(path);
    const { engine } = watched();
    await expect(openIndex(engine, path, signal)).rejects.toMatchObject({ code: 'FILE_NOT_REGULAR' });
  });
});
