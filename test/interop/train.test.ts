import { type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runPython, shipped, shippedJson, startVoronoice, useCommandLine, voronoiceJson } from './command';

const folder = useCommandLine();

interface TrainAnswer {
  readonly index: string;
  readonly vectors: number;
  readonly nlist: number;
  readonly nprobe: number;
  readonly bytes: number;
  readonly emptyLists: number;
  readonly smallLists: number;
  readonly imbalance: number;
}

interface HostAnswer {
  readonly ntotal: number;
  readonly dimension: number;
  readonly nlist: number;
  readonly nprobe: number;
  readonly metric: number;
  readonly idsAreRows: boolean;
  readonly sameVectors: boolean;
  readonly missing: number;
  readonly notFinite: number;
  readonly distanceError: number;
  readonly normRatio: number;
  readonly orderIsTotalFea: boolean;
  readonly centroidsMoved: number;
  readonly sizesMoved: number;
}

describe.each([
  { version: 'v1', dimension: 256 },
  { version: 'v2', dimension: 768 },
])('an index of ours ($version), read by the hosts own FAISS', ({ version, dimension }) => {
  let voice = '';
  let features = '';
  let queries = '';

  beforeAll(async () => {
    const root = join(folder.path, version);
    await voronoiceJson('sample', '--out', root, '--minutes', '2', '--version', version);
    voice = join(root, 'logs', 'sample');
    features = join(voice, `3_feature${dimension}`);
    queries = join(root, 'queries');
    mkdirSync(queries);
    // The voice goes on in frames that the index never sees.
    for (const name of readdirSync(features).sort().slice(-6)) renameSync(join(features, name), join(queries, name));
  });

  it('Balanced: every frame finds 8 neighbors, and the vectors are the features', async () => {
    const ours = (await voronoiceJson('train', voice, '--out', join(folder.path, version, 'balanced'))) as TrainAnswer;
    const host = (await runPython('readByHost.py', ours.index, features, queries)) as HostAnswer;
    expect(host).toMatchObject({
      ntotal: ours.vectors,
      dimension,
      nlist: ours.nlist,
      nprobe: ours.nprobe,
      metric: 1,
      idsAreRows: true,
      sameVectors: true,
      missing: 0,
      notFinite: 0,
    });
    expect(basename(ours.index)).toBe(`added_IVF${ours.nlist}_Flat_nprobe_${ours.nprobe}_sample_${version}.index`);
    expect(statSync(ours.index).size).toBe(139 + (ours.vectors + ours.nlist) * (4 * dimension + 8));
    expect(ours.bytes).toBe(statSync(ours.index).size);
    expect(host.distanceError).toBeLessThan(1e-2);
    expect(host.normRatio).toBeGreaterThan(0.7);
  });

  it('Same as RVC: the groups are those that Python makes of the same rows', async () => {
    const out = join(folder.path, version, 'rvc');
    const ours = (await voronoiceJson(
      'train',
      voice,
      '--recipe',
      'rvc',
      '--seed',
      '5',
      '--total-fea',
      '--out',
      out,
    )) as TrainAnswer;
    const host = (await runPython(
      'readByHost.py',
      ours.index,
      features,
      queries,
      join(out, 'total_fea.npy'),
    )) as HostAnswer;
    expect(ours.nlist).toBe(Math.floor(ours.vectors / 39));
    expect(host).toMatchObject({
      ntotal: ours.vectors,
      nlist: ours.nlist,
      nprobe: 1,
      idsAreRows: true,
      sameVectors: true,
      orderIsTotalFea: true,
    });
    // FAISS rounds where two centroids are nearly as near; from there on a few go other ways.
    expect(host.centroidsMoved).toBeLessThan(0.05);
    expect(host.sizesMoved).toBeLessThan(0.01);
  });

  it('J4: the same seed gives the same bytes, another seed others', async () => {
    const train = async (
      ask: typeof shippedJson | typeof voronoiceJson,
      seed: string,
      out: string,
    ): Promise<Buffer> => {
      const words = ['train', voice, '--recipe', 'rvc', '--seed', seed, '--out', join(folder.path, version, out)];
      return readFileSync(((await ask(...words)) as TrainAnswer).index);
    };
    const first = await train(voronoiceJson, '9', 'first');
    expect((await train(shippedJson, '9', 'again')).equals(first)).toBe(true);
    expect((await train(voronoiceJson, '10', 'other')).equals(first)).toBe(false);
  });
});

/** The process that works for a command. */
function workerOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
}

describe('a training that is stopped', () => {
  let voice = '';

  beforeAll(async () => {
    await voronoiceJson('sample', '--out', join(folder.path, 'stopped'), '--minutes', '6');
    voice = join(folder.path, 'stopped', 'logs', 'sample');
  });

  interface Stopped {
    readonly code: number | null;
    /** From the signal to the end of the process. */
    readonly seconds: number;
  }

  /** Sends a signal, once, when the line of a step appears: a second Ctrl-C would end the process at once. */
  function stopAt(
    word: string,
    signal: NodeJS.Signals,
    child: ChildProcess,
    processOf = ({ pid }: ChildProcess): number => pid!,
  ): Promise<Stopped> {
    return new Promise((settle) => {
      let text = '';
      let sent: number | null = null;
      child.stderr?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        if (sent !== null || !text.includes(word)) return;
        sent = performance.now();
        process.kill(processOf(child), signal);
      });
      child.on('close', (code) => settle({ code, seconds: (performance.now() - (sent ?? -Infinity)) / 1_000 }));
    });
  }

  it.each(['Reading', 'Grouping', 'Filling', 'Writing', 'Checking'])(
    'J1: by Ctrl-C while %s: exit code 4 within 5 seconds, and nothing is left',
    async (word) => {
      const out = join(folder.path, 'stopped', 'out', word);
      const child = startVoronoice('train', voice, '--recipe', 'rvc', '--out', out, '--json');
      let stdout = '';
      child.stdout?.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
      const { code, seconds } = await stopAt(word, 'SIGINT', child);
      expect(code).toBe(4);
      expect(seconds).toBeLessThan(5);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'JOB_CANCELLED' } });
      expect(readdirSync(join(folder.path, 'stopped'))).toEqual(['logs']);
    },
  );

  // While it checks, the worker may be done before it hears of it, and then all of it is there.
  it.each(['Reading', 'Grouping', 'Filling', 'Writing'])(
    'by kill -9 while %s: its worker takes everything back, and it can be run again',
    async (word) => {
      const out = join(folder.path, `killed ${word}`);
      const old = join(out, 'added_IVF1_Flat_nprobe_1_old_v2.index');
      mkdirSync(out);
      cpSync('package.json', old);
      await stopAt(word, 'SIGKILL', startVoronoice('train', voice, '--recipe', 'rvc', '--out', out));
      expect(readdirSync(out)).toEqual([basename(old)]);
      expect(readFileSync(old).equals(readFileSync('package.json'))).toBe(true);
      expect(shipped('train', voice, '--recipe', 'rvc', '--out', out, '--json').code).toBe(0);
    },
  );

  it('W7: by another that does the same: one of them builds it, and the other says that it is there', async () => {
    const out = join(folder.path, 'twice');
    const words = ['train', voice, '--recipe', 'rvc', '--total-fea', '--out', out, '--json'];
    const both = await Promise.all(
      [0, 1].map(() => {
        const child = startVoronoice(...words);
        let stdout = '';
        child.stdout?.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
        return new Promise<{ code: number | null; stdout: string }>((settle) => {
          child.on('close', (code) => settle({ code, stdout }));
        });
      }),
    );
    const [done, refused] = both.toSorted((a, b) => Number(a.code) - Number(b.code));
    expect([done?.code, refused?.code]).toEqual([0, 3]);
    expect(JSON.parse(refused!.stdout)).toMatchObject({ error: { code: 'FILE_EXISTS' } });
    const { index } = JSON.parse(done!.stdout) as TrainAnswer;
    expect(readdirSync(out).sort()).toEqual([basename(index), 'total_fea.npy'].sort());
    expect(await voronoiceJson('inspect', index)).toMatchObject({ problems: [] });
  });

  it('J2: because its worker dies: a sentence, exit code 1, and nothing is left', async () => {
    const out = join(folder.path, 'stopped', 'out', 'dead');
    const child = startVoronoice('train', voice, '--recipe', 'rvc', '--out', out, '--json');
    let stdout = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
    expect(await stopAt('Writing', 'SIGSEGV', child, workerOf)).toMatchObject({ code: 1 });
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'JOB_CRASHED' } });
    expect(readdirSync(join(out, '..'))).toEqual([]);
  });
});
