import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { plain } from '@shared/contract/build';
import { ERROR_CODES } from '@shared/contract/errors';
import { BuildRecord } from '@shared/contract/record';
import { judgeMeasured } from '@shared/domain/measures/atNprobe';
import { exitCode, failureWords } from '../../../src/cli/failure';
import { builtOutcome } from '../../../src/cli/commands/building';
import { measurementJson, measurementText } from '../../../src/cli/commands/measurement';
import { runProgram } from '../../../src/cli/program';
import { workHere } from '../../fixtures/workHere';
import type { ResultOf } from '@shared/jobs';
import * as pickles from '../../fixtures/pickles';
import { measurement } from '../renderer/components/charts/measurements';
import { dealt, ivfFlat, npy, put, useFolder } from '../worker/support';

const folder = useFolder();

async function run(...words: readonly string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runProgram(words, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: new AbortController().signal,
    work: workHere,
  });
  return { code, stdout, stderr };
}

/** Exactly one JSON object and a line break. */
function json(text: string): unknown {
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(text);
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.minValue(0));

/** What scripts rely on: exactly these fields. */
const TrainJson = v.strictObject({
  index: v.string(),
  vectors: count,
  dimension: count,
  version: v.nullable(v.picklist(['v1', 'v2'])),
  nlist: v.nullable(count),
  nprobe: v.nullable(count),
  metric: v.string(),
  factory: v.string(),
  bytes: count,
  emptyLists: v.nullable(count),
  smallLists: v.nullable(count),
  imbalance: v.nullable(amount),
  ...v.pick(BuildRecord, ['compression', 'expansion', 'selection', 'origins']).entries,
  seconds: v.strictObject({ read: amount, prepare: amount, train: amount, add: amount, write: amount, total: amount }),
  peakRssBytes: count,
});
const InspectJson = v.strictObject({
  type: v.string(),
  vectors: count,
  dimension: count,
  metric: v.string(),
  nlist: v.nullable(count),
  nprobe: v.nullable(count),
  trained: v.boolean(),
  emptyLists: v.nullable(count),
  smallLists: v.nullable(count),
  imbalance: v.nullable(amount),
  problems: v.array(v.strictObject({ code: v.picklist(ERROR_CODES), message: v.string() })),
});
const FailureJson = v.strictObject({
  error: v.strictObject({
    code: v.picklist(ERROR_CODES),
    message: v.string(),
    action: v.pipe(v.string(), v.minLength(10)),
  }),
});

const TRAINED: ResultOf<'train'> = {
  index: '/out/added_IVF25_Flat_nprobe_4_song_v2.index',
  vectors: 998,
  dimension: 768,
  version: 'v2',
  nlist: 25,
  nprobe: 4,
  metric: 'l2',
  factory: 'IVF25,Flat',
  bytes: 3_151_099,
  lists: { nlist: 25, empty: 1, small: 3, smallest: 0, largest: 90, imbalance: 1.42, sorted: [90, 80, 0] },
  coverage: { heldOut: 50, seed: 0, reason: 'target', missing: [{ nprobe: 4, share: 0 }] },
  record: {
    format: 1,
    options: plain('balanced'),
    compression: null,
    expansion: null,
    selection: null,
    origins: [],
  },
  measurement: null,
  notes: [{ code: 'NON_FINITE', file: 'a.npy', count: 2, message: '2 of 50 frames hold values that are no numbers.' }],
  seconds: { read: 0.1, prepare: 0, train: 1, add: 0.2, measure: 0.05, write: 0.1, total: 1.5 },
  peakRssBytes: 100_000_000,
};

describe('output of train', () => {
  it('has exactly the agreed fields', () => {
    const output = builtOutcome(TRAINED).json;
    expect(v.parse(TrainJson, output)).toEqual(output);
    expect(output).toMatchObject({ emptyLists: 1, smallLists: 3, imbalance: 1.42 });
  });

  it('says how good the index is where that was asked for', () => {
    const plainly = measurement();
    const measured = { ...plainly, verdict: judgeMeasured(plainly) };
    const { json: output, text } = builtOutcome({ ...TRAINED, measurement: measured });
    expect(output).toMatchObject({ seconds: { measure: 0.05 }, measurement: measurementJson(measured) });
    expect(text).toBe(`${builtOutcome(TRAINED).text}\n${measurementText(measured)}`);
  });

  it('says what people want to know', () => {
    const { text } = builtOutcome(TRAINED);
    expect(text).toMatch(/^Built: 998 vectors in 25 groups\. Asked with /);
    for (const words of [TRAINED.index, 'uneven', '3 smaller than 8', '998 frames']) expect(text).toContain(words);
    const short = { heldOut: 50, seed: 0, reason: 'best' as const, missing: [{ nprobe: 25, share: 0.02 }] };
    expect(builtOutcome({ ...TRAINED, coverage: short }).text).toMatch(/^Built: .*2\.0 % of the searches/);
  });

  it('names files with broken frames even where only JSON is read', () => {
    expect(builtOutcome(TRAINED).remarks?.[0]).toContain('a.npy');
  });
});

describe('runProgram', () => {
  it('inspects: one JSON object, exit code 0', async () => {
    const index = put(join(folder.path, 'a.index'), ivfFlat(dealt(20, 2), 256, { nprobe: 4 }));
    const { code, stdout } = await run('inspect', index, '--json');
    expect(code).toBe(0);
    const output = json(stdout);
    expect(v.parse(InspectJson, output)).toEqual(output);
    expect(output).toMatchObject({ type: 'IndexIVFFlat', vectors: 20, nlist: 2, nprobe: 4, problems: [] });
    expect((await run('inspect', index)).stdout).toContain('Nothing speaks against this file.');
  });

  it('inspects an index that RVC left without vectors: a problem and what to do', async () => {
    const index = put(join(folder.path, 'trained_x.index'), ivfFlat([[], []], 256));
    const { code, stdout } = await run('inspect', index, '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ vectors: 0, problems: [{ code: 'INDEX_NO_VECTORS' }] });
    expect((await run('inspect', index)).stdout).toContain(failureWords('INDEX_NO_VECTORS').action);
  });

  it('says which index a program loads, and why', async () => {
    const at = (...names: string[]): string => join(folder.path, 'rvc', ...names);
    mkdirSync(at('assets', 'weights'), { recursive: true });
    put(at('assets', 'weights', 'song.pth'));
    put(at('assets', 'weights', 'song_e9_s9.pth'));
    put(at('logs', 'song', '3_feature256', '0_0.npy'), npy(10, 256));
    const index = put(at('logs', 'song', 'added_IVF2_Flat_nprobe_1_song_v1.index'), ivfFlat(dealt(20, 2), 256));
    const { code, stdout } = await run('scan', at(), '--uses', '--json');
    expect(code).toBe(0);
    const { uses, voices } = json(stdout) as { uses: { path: string }[]; voices: { path: string }[] };
    const [song] = voices;
    expect(uses.find(({ path }) => path === at())).toEqual({
      host: 'rvc',
      path: at(),
      running: false,
      problem: null,
      models: [
        {
          voice: song?.path,
          model: 'song.pth',
          slot: null,
          folder: null,
          key: 'song',
          loads: { what: 'index', path: index, real: index, why: 'path', rivals: 0 },
        },
        {
          voice: song?.path,
          model: 'song_e9_s9.pth',
          slot: null,
          folder: null,
          key: 'song_e9_s9',
          loads: { what: 'nothing', why: 'noMatch' },
        },
      ],
    });
    const { stdout: text } = await run('scan', at(), '--uses');
    expect(text).toContain(`RVC in ${at()}\n`);
    expect(text).toContain(`  song: song.pth        loads ${index}: its path contains "song"\n`);
    expect(text).toContain('  song: song_e9_s9.pth  loads none: nothing fits "song_e9_s9"\n');
    expect(JSON.parse((await run('scan', at(), '--json')).stdout)).not.toHaveProperty('uses');
  });

  it('scans', async () => {
    put(join(folder.path, 'logs', 'song', '3_feature768', 'a.npy'), npy(30, 768));
    put(join(folder.path, 'logs', 'song', '3_feature768', 'stray.txt'), 'x');
    const { code, stdout } = await run('scan', folder.path, '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({
      what: 'rvc',
      voices: [{ name: 'song', frames: 30, version: 'v2', sound: null }],
    });
    const { stdout: text } = await run('scan', folder.path);
    for (const words of ['song', '30 frames', 'left out: stray.txt', 'no index yet']) expect(text).toContain(words);
  });

  it('makes a sample voice', async () => {
    const words = ['sample', '--out', folder.path, '--minutes', '0.1', '--version', 'v1'];
    const { code, stdout } = await run(...words, '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toEqual({
      folder: join(folder.path, 'logs', 'sample'),
      files: 2,
      frames: 300,
      // Features, and recordings of 16 bits: 320 samples a frame, 80 beyond the last.
      bytes: 300 * 256 * 4 + 256 + 2 * (300 * 320 + 2 * 80) + 2 * 44,
    });
    expect((await run('scan', folder.path)).stdout).toContain('300 frames in 2 files');
    const scanned = await run('scan', folder.path, '--json');
    expect(json(scanned.stdout)).toMatchObject({ voices: [{ sound: { folder: '16k', files: 2, of: 2 } }] });
    expect((await run(...words)).code).toBe(3);
  });

  it('exports', async () => {
    mkdirSync(join(folder.path, 'RVC', 'logs'), { recursive: true });
    const index = put(join(folder.path, 'a.index'), ivfFlat(dealt(20, 2), 256));
    const words = ['export', index, '--host', 'rvc', '--root', join(folder.path, 'RVC'), '--name', 'song'];
    const { code, stdout } = await run(...words, '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({ host: 'rvc', files: [expect.any(String), expect.any(String)], backups: [] });
    expect((await run(...words)).stdout).toMatch(/^Ready: RVC will find the index/);
  });

  it.each([
    ['wrong usage', ['train'], 2, 'USAGE'],
    ['an unknown command', ['bake'], 2, 'USAGE'],
    ['a missing file', ['inspect', '/nowhere/a.index'], 3, 'FILE_NOT_FOUND'],
    ['a missing folder', ['train', '/nowhere'], 3, 'FILE_NOT_FOUND'],
  ])('answers %s with one JSON object and the right exit code', async (_what, words, code, error) => {
    const answer = await run(...words, '--json');
    expect(answer.code).toBe(code);
    const output = json(answer.stdout);
    expect(v.parse(FailureJson, output)).toEqual(output);
    expect(output).toMatchObject({ error: { code: error } });

    const forPeople = await run(...words);
    expect(forPeople).toMatchObject({ code, stdout: '' });
    expect(forPeople.stderr).toContain(error);
  });

  it('gives advice that fits when an index has fewer groups than asked for', async () => {
    const index = put(join(folder.path, 'a.index'), ivfFlat(dealt(20, 5), 256, { nprobe: 4 }));
    for (const nprobe of ['6', '9', '65536']) {
      const { code, stdout } = await run('repair', index, '--nprobe', nprobe, '--json');
      expect(code).toBe(3);
      expect(json(stdout)).toMatchObject({
        error: { code: 'NPROBE_TOO_LARGE', message: expect.stringContaining('5') as string },
      });
    }
    for (const nprobe of ['0', '65537', '2147483648', '-1', '1.5', 'many']) {
      expect((await run('repair', index, `--nprobe=${nprobe}`)).code).toBe(2);
    }
    expect((await run('repair', index, '--nprobe', '5')).code).toBe(0);
  });

  it('takes a repair back by the note that it left', async () => {
    const original = ivfFlat(dealt(20, 5), 256, { nprobe: 1 });
    const index = put(join(folder.path, 'a.index'), original);
    const { backup } = json((await run('repair', index, '--nprobe', '5', '--json')).stdout) as { backup: string };
    expect((await run('repair', index, '--undo', backup)).code).toBe(0);
    expect(readFileSync(index).equals(original)).toBe(true);
    expect((await run('repair', index, '--undo', backup)).code).toBe(3);
  });

  it('gives advice that fits when a file lies where a folder should be', async () => {
    const file = put(join(folder.path, 'file'), 'x');
    for (const out of [file, join(file, 'deeper')]) {
      const { code, stdout } = await run('sample', '--out', out, '--minutes', '0.1', '--json');
      expect(code).toBe(3);
      expect(json(stdout)).toMatchObject({ error: { code: 'NOT_A_FOLDER' } });
    }
  });

  it('refuses what is no index', async () => {
    const page = put(join(folder.path, 'a.index'), '<!doctype html><html></html>');
    const { code, stdout } = await run('inspect', page, '--json');
    expect(code).toBe(3);
    expect(json(stdout)).toMatchObject({ error: { code: 'INDEX_LOOKALIKE' } });
  });

  it.skipIf(process.platform === 'win32')('lets no name go on in a line of its own', async () => {
    put(join(folder.path, 'aria\n  index: mine', '3_feature768', '0\n1.npy'), npy(20, 768));
    const { stdout } = await run('scan', folder.path);
    expect(stdout).toContain('aria\\u000a  index: mine');
    expect(stdout).not.toMatch(/^ {2}index: mine/m);
    const { stderr } = await run('inspect', join(folder.path, 'a\n3 voices.index'));
    expect(stderr).not.toMatch(/^3 voices/m);
  });

  it('shows of a name what a terminal would obey', async () => {
    const { stderr } = await run('inspect', join(folder.path, '\u001b[2Jgone\u202e.index'));
    expect(stderr).toContain('\\u001b[2Jgone\\u202e.index');
    put(join(folder.path, '\u001b[31mred', '3_feature768', '0.npy'), npy(20, 768));
    const { stdout } = await run('scan', folder.path);
    expect(stdout).toContain('\\u001b[31mred');
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('answers a cancelled command with exit code 4', async () => {
    const abort = new AbortController();
    abort.abort();
    let stdout = '';
    const surroundings = {
      stdout: { write: (text: string) => (stdout += text) },
      stderr: { write: () => true },
      signal: abort.signal,
      work: workHere,
    };
    expect(await runProgram(['sample', '--out', folder.path, '--json'], surroundings)).toBe(4);
    expect(json(stdout)).toMatchObject({ error: { code: 'JOB_CANCELLED' } });
  });

  it('prints help and version', async () => {
    expect((await run('--help')).stdout).toContain('train <folder>');
    expect((await run('train', '--help')).stdout).toContain('--total-fea');
    expect((await run('help', 'train')).stdout).toBe((await run('train', '-h')).stdout);
    expect((await run('help', 'bake')).code).toBe(2);
    expect((await run()).stdout).toBe((await run('help')).stdout);
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('exit codes', () => {
  it('are 1 to 4 for every code, and every code says what to do', () => {
    for (const code of ERROR_CODES) {
      expect([1, 2, 3, 4]).toContain(exitCode(code));
      expect(failureWords(code).action.length).toBeGreaterThan(10);
    }
  });
});

describe('inspect of a model', () => {
  it('prints what the file says of itself', async () => {
    const path = put(join(folder.path, 'Mira.pth'), pickles.voiceModel(768, { author: pickles.text('Ada') }));
    const { code, stdout } = await run('inspect', path, '--json');
    expect(code).toBe(0);
    expect(json(stdout)).toMatchObject({
      type: 'model',
      version: 'v2',
      sampleRate: 40_000,
      f0: true,
      embedder: null,
      epochs: 200,
      steps: null,
      info: '200epoch',
      author: 'Ada',
      problems: [],
    });
    expect((await run('inspect', path)).stdout).toContain('A voice model of RVC.');
  });

  it('refuses one that would run code, and says what', async () => {
    const evil = pickles.pickle(pickles.call(pickles.named('posix', 'system'), pickles.text('true')));
    const { code, stdout } = await run('inspect', put(join(folder.path, 'evil.pth'), evil), '--json');
    expect(code).toBe(3);
    expect(json(stdout)).toMatchObject({
      error: { code: 'MODEL_RUNS_CODE', message: 'Opening this file in Python would run "posix.system".' },
    });
  });

  it('says whether an index fits a model, and why not', async () => {
    const index = put(join(folder.path, 'a.index'), ivfFlat(dealt(80, 2), 768));
    const v1 = put(join(folder.path, 'v1.pth'), pickles.voiceModel(256));
    const v2 = put(join(folder.path, 'v2.pth'), pickles.voiceModel(768));
    expect(json((await run('inspect', index, '--model', v2, '--json')).stdout)).toMatchObject({ fit: { fits: 'yes' } });
    expect((await run('inspect', index, '--model', v1)).stdout).toContain(
      'This index does not fit the model. The model takes frames of 256 numbers, the index holds frames of 768.',
    );
    expect((await run('inspect', v1, '--model', v2)).code).toBe(2);
  });
});
