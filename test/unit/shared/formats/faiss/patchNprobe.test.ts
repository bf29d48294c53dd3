import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { walkIndex, type IndexFacts } from '@shared/formats/faiss/container';
import { patchNprobe } from '@shared/formats/faiss/patchNprobe';
import { walkBytes } from '@shared/formats/walk';
import { errorCodeOf } from '../../../../fixtures/errorCode';

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(`test/fixtures/indexes/${name}.index`));
}

function facts(bytes: Uint8Array): IndexFacts {
  return walkBytes(bytes, walkIndex(bytes.length));
}

const code = (act: () => unknown): string => errorCodeOf(act) ?? 'none';

describe('patchNprobe', () => {
  it.each([
    'ivf-flat',
    'ivf-hnsw-flat',
    'ivf-sq8',
    'ivf-pq',
    'ivf-rq',
    'pca-ivf-flat',
    'ivf-flat-rflat',
    'idmap2-ivf-flat',
  ])('changes nprobe of %s and nothing else', (name) => {
    const bytes = fixture(name);
    const before = facts(bytes);
    const patch = patchNprobe(before, 3);
    const patched = bytes.slice();
    patched.set(patch.bytes, patch.offset);
    expect(facts(patched)).toEqual({ ...before, nprobe: 3 });
  });

  it('writes 64 bits', () => {
    const before = facts(fixture('ivf-flat-nprobe-9'));
    expect(before.nprobe).toBe(9);
    expect(patchNprobe({ ...before, nlist: 70_000 }, 65_537).bytes).toEqual(Uint8Array.of(1, 0, 1, 0, 0, 0, 0, 0));
  });

  it.each([1, 4])('looks into %i of 4 groups', (nprobe) => {
    expect(patchNprobe(facts(fixture('ivf-flat')), nprobe).bytes[0]).toBe(nprobe);
  });

  it.each(['flat', 'hnsw', 'lsh'])('refuses %s', (name) => {
    expect(code(() => patchNprobe(facts(fixture(name)), 1))).toBe('INDEX_UNSUPPORTED');
  });

  it.each([0, -1, 5, 1.5, NaN])('refuses %s of 4 groups', (nprobe) => {
    expect(code(() => patchNprobe(facts(fixture('ivf-flat')), nprobe))).toBe('NPROBE_TOO_LARGE');
  });
});
