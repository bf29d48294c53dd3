import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { runPython, useCommandLine, voronoice } from './command';

/** What people have lying around: it is answered as documented, never with our own failure, and by all commands alike. */

const folder = useCommandLine();
const at = (...names: readonly string[]): string => join(folder.path, ...names);
const featuresOf = (voice: string): string => at('logs', voice, '3_feature256');

async function answer(...words: readonly string[]): Promise<{ readonly code: number; readonly json: unknown }> {
  const { code, stdout } = await voronoice(...words, '--json');
  return { code, json: JSON.parse(stdout) as unknown };
}

/** The same of a command that must succeed. */
async function done(...words: readonly string[]): Promise<unknown> {
  const { code, json } = await answer(...words);
  expect([code, code === 0 ? null : json]).toEqual([0, null]);
  return json;
}

const Failed = v.object({ error: v.object({ code: v.string(), message: v.string(), action: v.string() }) });
const Inspected = v.object({ problems: v.array(v.object({ code: v.string() })), nprobe: v.nullable(v.number()) });
const Share = v.object({ value: v.number() });
const Measured = v.object({
  relation: v.nullable(v.object({ kind: v.string(), voiceInIndex: Share, indexOfVoice: Share })),
  stored: v.object({ recall: v.number(), missing: v.number() }),
  curve: v.array(v.object({ nprobe: v.nullable(v.number()) })),
  suggestion: v.object({ nprobe: v.number() }),
  verdict: v.object({ level: v.string(), action: v.string() }),
});

async function inspect(index: string): Promise<v.InferOutput<typeof Inspected>> {
  return v.parse(Inspected, await done('inspect', index));
}

async function measure(index: string, features: string): Promise<v.InferOutput<typeof Measured>> {
  return v.parse(Measured, await done('measure', index, '--features', features, '--most', '200', '--nprobe', '1'));
}

async function exported(index: string): Promise<{ readonly code: number; readonly error: string | null }> {
  const root = at('host');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'logs'), { recursive: true });
  const { code, json } = await answer('export', index, '--host', 'rvc', '--root', root, '--name', 'song');
  const failed = v.safeParse(Failed, json);
  return { code, error: failed.success ? failed.output.error.code : null };
}

async function build(voice: string, out: string, ...words: readonly string[]): Promise<string> {
  await done('train', at('logs', voice), '--recipe', 'rvc', '--out', at(out), ...words);
  const name = readdirSync(at(out)).find((file) => file.endsWith('.index')) ?? '';
  return at(out, name);
}

let index = '';

beforeAll(async () => {
  for (const [name, seed] of [
    ['song', '4'],
    ['other', '5'],
  ] as const) {
    await done('sample', '--out', folder.path, '--minutes', '0.4', '--version', 'v1', '--seed', seed);
    renameSync(at('logs', 'sample'), at('logs', name));
  }
  index = await build('song', 'built');
});

describe('an index that searches', () => {
  /** nprobe is the second number behind the header of 37 bytes. */
  const NPROBE_AT = 45;

  it.each<[string, (nlist: number) => number]>([
    ['no group', () => 0],
    ['one group more than there are', (nlist) => nlist + 1],
    ['2^31 groups', () => 2 ** 31],
  ])('%s is inspected, measured, mended, and exported only where hosts can use it', async (name, of) => {
    const bytes = readFileSync(index);
    const nlist = Number(bytes.readBigUInt64LE(37));
    const nprobe = of(nlist);
    bytes.writeBigUInt64LE(BigInt(nprobe), NPROBE_AT);
    const odd = at(`${name}.index`);
    writeFileSync(odd, bytes);

    const { problems, nprobe: said } = await inspect(odd);
    expect(said).toBe(nprobe);
    const { code, error } = await exported(odd);
    expect([code, error]).toEqual(nprobe === 0 ? [3, 'INDEX_NOT_FOR_HOST'] : [0, null]);
    expect(problems.map((problem) => problem.code)).toEqual(error === null ? [] : [error]);

    const { stored, curve, verdict } = await measure(odd, at('logs', 'song'));
    for (const point of curve) expect(point.nprobe).toBeLessThanOrEqual(nlist);
    if (nprobe === 0) expect(verdict).toMatchObject({ level: 'unusable', action: 'setNprobe' });
    else expect([stored.recall, stored.missing]).toEqual([1, 0]);

    const mended = at(`${name}, mended.index`);
    await done('repair', odd, '--nprobe', '4', '--out', mended);
    expect((await inspect(mended)).nprobe).toBe(4);
  });

  it('takes no such number from a person', async () => {
    const nlist = Number(readFileSync(index).readBigUInt64LE(37));
    for (const [nprobe, code, exit] of [
      ['0', 'USAGE', 2],
      [String(nlist + 1), 'NPROBE_TOO_LARGE', 3],
      [String(2 ** 31), 'USAGE', 2],
    ] as const) {
      const answered = await answer('repair', index, '--nprobe', nprobe);
      expect(answered).toMatchObject({ code: exit, json: { error: { code } } });
    }
  });
});

describe('a download that set its full size aside', () => {
  it.each([0.2, 0.6])('and ended after %s of it is incomplete, whoever is asked', async (share) => {
    const bytes = readFileSync(index);
    bytes.fill(0, Math.round(share * bytes.length));
    const odd = at('half-filled', 'song.index');
    mkdirSync(at('half-filled'), { recursive: true });
    writeFileSync(odd, bytes);

    const Scanned = v.object({ indexes: v.tuple([v.object({ problem: v.object({ code: v.string() }) })]) });
    expect(v.parse(Scanned, await done('scan', odd)).indexes[0].problem.code).toBe('INDEX_TRUNCATED');
    expect((await inspect(odd)).problems[0]?.code).toBe('INDEX_TRUNCATED');
    expect(await exported(odd)).toEqual({ code: 3, error: 'INDEX_TRUNCATED' });
    for (const words of [
      ['measure', odd],
      ['measure', odd, '--features', at('logs', 'song')],
      ['compare', index, odd],
      ['train', odd, '--out', at('again')],
      ['repair', odd, '--nprobe', '8'],
      ['repair', odd, '--nprobe', '8', '--out', at('mended.index')],
    ]) {
      const { code, json } = await answer(...words);
      expect([words[0], code, v.parse(Failed, json).error.code]).toEqual([words[0], 3, 'INDEX_TRUNCATED']);
    }
  });
});

describe('wrappers in wrappers, and other kinds', () => {
  it('are told by what is inside, and by inspect as by export', async () => {
    const names = v.parse(v.array(v.string()), await runPython('writeNestedIndexes.py', folder.path));
    const found: (readonly [string, string | null])[] = [];
    for (const name of names) {
      const path = at(`${name}.index`);
      const { problems } = await inspect(path);
      const { code, error } = await exported(path);
      // What only sounds wrong is said, and let through.
      expect([name, code === 3]).toEqual([name, problems.length > 0 && name !== 'vectors of length 1']);
      expect(code === 3 ? problems.map((problem) => problem.code) : [error]).toContain(error);
      const measured = await answer('measure', path, '--most', '200', '--nprobe', '1');
      expect([0, 3]).toContain(measured.code);
      found.push([name, problems[0]?.code ?? null]);
    }
    expect(Object.fromEntries(found)).toEqual({
      'id map of a transform': 'INDEX_NOT_FOR_HOST',
      'id map 2 of groups': 'INDEX_NOT_FOR_HOST',
      'refined transform': null,
      'refined product': null,
      'two transforms': null,
      'bits behind a rotation': 'INDEX_NOT_FOR_HOST',
      'two halves of centers': 'INDEX_NOT_FOR_HOST',
      'inner product': 'INDEX_NOT_FOR_HOST',
      'sum of distances': 'INDEX_NOT_FOR_HOST',
      'id map of an id map': 'INDEX_NOT_FOR_HOST',
      'vectors of length 1': 'INDEX_NOT_FOR_HOST',
      bits: 'INDEX_NOT_FOR_HOST',
    });
  });

  it.each(['IVF10,RaBitQ', 'IVF10,FlatPanorama8', 'IVF10,Flat,Nonsense', 'Flat;Flat', ''])(
    'that FAISS 1.7.3 does not make are refused by name: "%s"',
    async (factory) => {
      const { code, json } = await answer('train', at('logs', 'song'), '--factory', factory, '--out', at('none'));
      expect([2, 3]).toContain(code);
      expect(v.parse(Failed, json).error.code).toBe(code === 2 ? 'USAGE' : 'FACTORY_INVALID');
    },
  );

  it.each([
    ['--metric', 'ip'],
    ['--factory', 'IDMap,Flat'],
  ])('that hosts cannot use are never good: %s %s', async (...words) => {
    const odd = await build('song', words.join(' ').replaceAll('-', ''), ...words);
    expect((await inspect(odd)).problems.map(({ code }) => code)).toEqual(['INDEX_NOT_FOR_HOST']);
    const { code, stdout, stderr } = await voronoice(
      'train',
      at('logs', 'song'),
      ...words,
      '--out',
      at('again', words[1]),
    );
    expect(code).toBe(0);
    expect(`${stdout}${stderr}`).not.toContain('Good');
    expect(`${stdout}${stderr}`).toMatch(/squared L2|does not work in the hosts/);
  });
});

describe('an index and its voice', () => {
  it('are told to be one twice, half of it, and two', async () => {
    mkdirSync(featuresOf('twice'), { recursive: true });
    mkdirSync(featuresOf('half'), { recursive: true });
    for (const [place, file] of readdirSync(featuresOf('song')).sort().entries()) {
      for (const prefix of ['', '9'])
        copyFileSync(join(featuresOf('song'), file), join(featuresOf('twice'), prefix + file));
      if (place % 2 === 0) copyFileSync(join(featuresOf('song'), file), join(featuresOf('half'), file));
    }
    expect((await measure(await build('twice', 'b twice'), at('logs', 'song'))).relation).toMatchObject({
      kind: 'whole',
      voiceInIndex: { value: 1 },
      indexOfVoice: { value: 1 },
    });
    const half = await measure(await build('half', 'b half'), at('logs', 'song'));
    expect(half).toMatchObject({
      relation: { kind: 'part', indexOfVoice: { value: 1 } },
      verdict: { action: 'rebuild' },
    });
    expect(half.relation?.voiceInIndex.value).toBeLessThan(0.7);

    await done('merge', at('logs', 'song'), at('logs', 'other'), '--recipe', 'rvc', '--out', at('b two'));
    const two = readdirSync(at('b two')).find((file) => file.endsWith('.index')) ?? '';
    const both = await measure(at('b two', two), at('logs', 'song'));
    expect(both.relation).toMatchObject({ kind: 'more', voiceInIndex: { value: 1 } });
    expect(await measure(index, at('logs', 'other'))).toMatchObject({
      relation: { kind: 'other' },
      verdict: { action: 'chooseFeatures' },
    });
  });

  it('stay one when its files are renamed, copied, or of another age', async () => {
    mkdirSync(featuresOf('moved'), { recursive: true });
    for (const [place, file] of readdirSync(featuresOf('song')).sort().entries()) {
      const copy = join(featuresOf('moved'), `take ${place}.npy`);
      copyFileSync(join(featuresOf('song'), file), copy);
      const year = place % 2 === 0 ? '1970-01-01T00:00:01Z' : '2107-12-31T00:00:00Z';
      utimesSync(copy, new Date(year), new Date(year));
    }
    copyFileSync(index, at('logs', 'moved', 'added_IVF46_Flat_nprobe_1_moved_v1.index'));
    for (const year of ['1970-01-01T00:00:01Z', '2107-12-31T00:00:00Z']) {
      utimesSync(at('logs', 'moved', 'added_IVF46_Flat_nprobe_1_moved_v1.index'), new Date(year), new Date(year));
      expect(await done('scan', at('logs', 'moved'))).toMatchObject({ voices: [{ indexes: [{ stale: null }] }] });
    }
    const moved = await measure(index, at('logs', 'moved'));
    expect(moved.relation).toMatchObject({ kind: 'whole', voiceInIndex: { value: 1 }, indexOfVoice: { value: 1 } });
  });

  it('part when files of the voice are taken away, and it is said how', async () => {
    const files = readdirSync(featuresOf('moved')).sort();
    for (const file of files.slice(0, Math.ceil(files.length / 2))) rmSync(join(featuresOf('moved'), file));
    expect(await done('scan', at('logs', 'moved'))).toMatchObject({
      voices: [{ indexes: [{ stale: { reason: 'larger' } }] }],
    });
    const { relation } = await measure(index, at('logs', 'moved'));
    expect(relation).toMatchObject({ kind: 'more', voiceInIndex: { value: 1 } });
    expect(relation?.indexOfVoice.value).toBeLessThan(0.7);
  });
});

describe('a voice of several speakers', () => {
  it('is one voice for an index of all, and that of the speaker for an index of one', async () => {
    const both = at('two', 'extracted');
    mkdirSync(both, { recursive: true });
    for (const [speaker, voice] of ['song', 'other'].entries()) {
      for (const [place, file] of readdirSync(featuresOf(voice)).entries()) {
        copyFileSync(join(featuresOf(voice), file), join(both, `${speaker}_${place}_0.npy`));
      }
    }
    expect(await done('scan', at('two'))).toMatchObject({ voices: [{ speakers: ['0', '1'] }] });
    for (const [name, words] of [
      ['all', []],
      ['one', ['--speaker', '1']],
    ] as const) {
      await done('train', at('two'), '--out', at('speakers', name), ...words);
      const built = readdirSync(at('speakers', name)).find((file) => file.endsWith('.index')) ?? '';
      const { relation, stored } = await measure(at('speakers', name, built), at('two'));
      expect(relation).toMatchObject({ kind: 'whole', voiceInIndex: { value: 1 }, indexOfVoice: { value: 1 } });
      expect(stored.missing).toBe(0);
      expect(stored.recall).toBeGreaterThan(0.85);
    }
  });
});
