import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plain, USUAL_EXPANSION } from '@shared/contract/build';
import type { HeardMoments, Measurement } from '@shared/contract/measurement';
import type { Moment } from '@shared/contract/sound';
import { momentsIn, tracedShare, type Trace } from '@shared/domain/sound/trace';
import type { RequestOf, WorkKind } from '@shared/jobs';
import { loadEngine } from '../../src/worker/engine';
import type { JobContext } from '../../src/worker/context';
import { listFeatures } from '../../src/worker/features/features';
import { run } from '../../src/worker/run';
import { readTrace, tracePath } from '../../src/worker/sound/traceFile';
import { runPython } from './command';

/** Which frame a vector is: of indexes made by Python's FAISS, and of our own. */

const context: JobContext<WorkKind> = {
  signal: new AbortController().signal,
  progress: () => undefined,
  iteration: () => undefined,
  leftOut: () => new Set(),
  log: () => undefined,
  engine: loadEngine,
};

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);
const voice = (name: string): string => at('logs', name);
const featuresOf = (name: string): string => at('logs', name, '3_feature256');
/** Of what Python wrote: the old row of each id, and of each row a number that only equal rows share. */
let shuffled: { readonly order: readonly number[]; readonly same: readonly number[] } = { order: [], same: [] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-trace-'));
  for (const [name, seed] of [
    ['song', 4],
    ['other', 5],
  ] as const) {
    await run({ kind: 'sample', root: folder, name, minutes: 1, version: 'v1', seed }, context);
  }
  for (const name of ['python', 'traces']) mkdirSync(at(name));
  shuffled = (await runPython('writeShuffled.py', featuresOf('song'), at('python'))) as typeof shuffled;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function measure(index: string, features: string, changes: Partial<RequestOf<'measure'>> = {}): Promise<Measurement> {
  const asking = { features, queries: null, seed: 1, most: 300, nprobes: [1] };
  return run({ kind: 'measure', index, ...asking, traces: at('traces'), ...changes }, context);
}

async function traceOf({ hash }: Measurement): Promise<Trace> {
  const trace = await readTrace(tracePath(at('traces'), hash));
  if (trace === null) throw new Error('No trace was kept.');
  return trace;
}

function filesBelow(path: string): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ name, parentPath }) => ({ name, bytes: readFileSync(join(parentPath, name)) }));
}

function allMoments({ worst, story }: HeardMoments): readonly (Moment | null)[] {
  return [...worst, ...(story === null ? [] : [story])].flatMap(({ asked, found, truth }) => [
    asked,
    ...found,
    ...truth,
  ]);
}

describe('an index of shuffled features', () => {
  it('of which some never arrived: every other id is traced', async () => {
    const { rows } = await traceOf(await measure(at('python', 'holed.index'), voice('song')));
    const { order, same } = shuffled;
    const arrived = (id: number): boolean => id < 100 || id >= 110;
    expect(Array.from(rows, (row) => same[row])).toEqual(order.map((row, id) => (arrived(id) ? same[row] : undefined)));
  });

  it.each(['exact', 'rounded', 'graph'])('made by Python’s FAISS, %s: every id is traced', async (name) => {
    const measurement = await measure(at('python', `${name}.index`), voice('song'));
    const trace = await traceOf(measurement);
    const { order, same } = shuffled;
    expect(Array.from(trace.rows, (row) => same[row])).toEqual(order.map((row) => same[row]));
    if (name !== 'rounded') expect(new Set(trace.rows).size).toBe(order.length);
    const { files } = await listFeatures(featuresOf('song'), context.signal);
    expect(trace.files).toEqual(
      files.map(({ name: file, header, mtimeMs: modified }) => ({
        name: file,
        rows: header.rows,
        modified,
        voice: null,
      })),
    );
    expect(measurement.moments?.traced).toBe(1);
  });

  it('is not traced again, nor by a voice that it was not made of', async () => {
    const index = at('python', 'exact.index');
    const trace = await traceOf(await measure(index, voice('song')));
    const other = await measure(index, voice('other'));
    expect(other.moments).toMatchObject({ traced: 0 });
    expect(await traceOf(other)).toEqual(trace);
  });

  it('says where it can be heard, and nothing of it in what is handed on', async () => {
    const made = readdirSync(at('python'));
    const { moments, story } = await measure(at('python', 'exact.index'), voice('song'));
    if (moments === null) throw new Error('There are moments.');
    const { files } = await listFeatures(featuresOf('song'), context.signal);
    const rows = new Map(files.map(({ name, header }) => [name, header.rows]));
    expect(moments.worst.length).toBeGreaterThan(3);
    expect(moments.story?.found).toHaveLength(story?.found.length ?? -1);
    expect(moments.story?.truth).toHaveLength(story?.truth.length ?? -1);
    expect(moments.asked.reduce((sum, { frames }) => sum + frames, 0)).toBe(
      (await measure(at('python', 'exact.index'), voice('song'))).queries.n,
    );
    for (const moment of allMoments(moments)) {
      if (moment !== null) expect(moment.frame).toBeLessThan(rows.get(moment.file) ?? 0);
    }
    for (const { asked, truth, difference } of moments.worst) {
      expect(asked).not.toBeNull();
      expect(truth).not.toContain(null);
      expect(difference ?? Infinity).toBeGreaterThanOrEqual(0.25);
    }
    // The order of the recordings stays in the app's own folder.
    expect(readdirSync(at('python'))).toEqual(made);
  });

  it('leaves no trace where nobody will listen, or the features are not known', async () => {
    const before = readdirSync(at('traces'));
    const index = at('python', 'exact.index');
    cpSync(index, at('copy.index'));
    expect((await measure(at('copy.index'), voice('song'), { traces: null })).moments).toBeNull();
    expect((await measure(index, voice('song'), { features: null })).moments).toBeNull();
    expect(readdirSync(at('traces'))).toEqual(before);
  });

  it('asked by another folder says what was found, and nothing of who asked', async () => {
    const { moments } = await measure(at('python', 'exact.index'), voice('song'), { queries: voice('other') });
    expect(moments?.asked).toEqual([]);
    expect(moments?.worst[0]).toMatchObject({ asked: null });
    expect(moments?.worst[0]?.truth).not.toContain(null);
  });
});

describe('an index built here', () => {
  async function build(out: string, options: Partial<RequestOf<'train'>>, ...names: readonly string[]) {
    const sources = names.map((name) => ({ path: voice(name), weight: null }));
    const asked = { seed: 1, name: null, totalFea: false, measure: true, memoryLimit: null, traces: at('traces') };
    const result = await run(
      { kind: 'train', sources, ...plain('balanced'), ...options, out: at(out), ...asked },
      context,
    );
    const { measurement } = result;
    if (measurement?.moments == null) throw new Error('It is measured.');
    return { ...result, measurement, moments: measurement.moments, trace: await traceOf(measurement) };
  }

  it('knows the frame of every vector as measuring finds it, and keeps it to itself', async () => {
    const { index, trace, moments } = await build('plain', {}, 'song');
    rmSync(at('traces'), { recursive: true });
    mkdirSync(at('traces'));
    const later = await measure(index, voice('song'));
    expect(await traceOf(later)).toEqual(trace);
    expect(moments.traced).toBe(1);
    expect(allMoments(moments).length).toBeGreaterThan(0);
    expect(readdirSync(at('plain')).filter((name) => !name.endsWith('.index'))).toEqual([]);
  });

  it('takes nothing of its trace along when it is handed to a host', async () => {
    const { index, trace } = await build('leaving', {}, 'song');
    const root = at('RVC');
    mkdirSync(join(root, 'logs'), { recursive: true });
    const asked = { name: 'song', slot: null, setAside: false, link: false };
    await run({ kind: 'export', index, host: 'rvc', root, ...asked }, context);
    const order = Buffer.from(trace.rows.buffer, trace.rows.byteOffset, 4 * 16);
    const files = [...filesBelow(root), ...filesBelow(at('leaving'))];
    expect(files.map(({ name }) => name).filter((name) => !name.endsWith('.index'))).toEqual([]);
    expect(files.length).toBeGreaterThan(1);
    // Kept: the very bytes that are looked for.
    expect(filesBelow(at('traces')).some(({ bytes }) => bytes.includes(order))).toBe(true);
    for (const { bytes } of files) {
      for (const secret of [order, 'VNTRACE1', trace.files[0]?.name ?? '']) expect(bytes.includes(secret)).toBe(false);
    }
  });

  it('knows of expanded frames what they were, and of centers what lies nearest', async () => {
    const expansion = { ...USUAL_EXPANSION, search: 'exact' as const };
    const expanded = await build('expanded', { expansion }, 'song');
    expect(tracedShare(expanded.trace.rows)).toBe(1);
    expect(new Set(expanded.trace.rows).size).toBe(expanded.trace.rows.length);
    const compression = { clusters: 500, method: 'minibatch' as const };
    const compressed = await build('compressed', { compression }, 'song');
    expect(tracedShare(compressed.trace.rows)).toBe(1);
    expect(allMoments(compressed.moments)).not.toContain(undefined);
    const again = await measure(compressed.index, voice('song'));
    expect(again.moments?.traced).toBeGreaterThan(0.95);
  });

  it('of several voices says whose sound it is', async () => {
    const { trace, measurement } = await build('merged', {}, 'song', 'other');
    const momentOf = momentsIn(trace.files);
    const counts = [0, 0];
    for (const row of trace.rows) {
      const { voice: position = -1 } = momentOf(row) ?? {};
      counts[position] = (counts[position] ?? 0) + 1;
    }
    expect(counts).toEqual(measurement.origins?.voices.map(({ vectors }) => vectors));
    const { moments } = await measure(
      at(
        'merged',
        readdirSync(at('merged')).find((name) => name.endsWith('.index'))!,
      ),
      voice('other'),
    );
    expect(moments?.traced).toBe(1);
  });
});
