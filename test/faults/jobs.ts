import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { plain } from '@shared/contract/build';
import type { RequestOf } from '@shared/jobs';
import { loadEngine } from '../../src/worker/engine';
import { exportIndex } from '../../src/worker/jobs/export';
import { repair } from '../../src/worker/jobs/repair';
import { run } from '../../src/worker/run';
import { zip } from '../fixtures/zips';
import { dealt, ivfFlat, npy, put, recordingContext } from '../unit/worker/support';

type Writing = 'repair' | 'export' | 'takeBack' | 'unpack' | 'sample' | 'train' | 'compress' | 'expand' | 'listen';

/** A path in the folder that everything lies in. */
export type At = (...parts: readonly string[]) => string;

/** Work that writes, and what it is given. */
export interface Given {
  readonly name: string;
  /** What may be missing when the job is done: it is found again when it is needed. */
  readonly mayLack?: RegExp;
  /** A file of features that may not be read is left out, and that is said. */
  readonly leavesOut?: true;
  /** Where it cannot be done so, it is done as this would be, and that is said. */
  readonly instead?: (request: never) => RequestOf<Writing>;
  readonly prepare: (at: At) => RequestOf<Writing> | Promise<RequestOf<Writing>>;
}

const ONE = ivfFlat(dealt(40, 5), 256, { nprobe: 1 });
const FOUR = ivfFlat(dealt(40, 5), 256, { nprobe: 4 });
const REPAIR = { kind: 'repair', out: null } as const;
const EXPORT = { kind: 'export', name: 'song', slot: null, setAside: true, link: false } as const;

/** A voice whose frames differ from each other. */
function voice(folder: string): string {
  for (let file = 0; file < 4; file++) {
    const values = Float32Array.from({ length: 60 * 256 }, (_, place) => Math.sin((file + 1) * 7.3 + place * 0.37));
    put(join(folder, '3_feature256', `0_${file}.npy`), npy(60, 256, { body: new Uint8Array(values.buffer) }));
  }
  return folder;
}

function training(path: string, out: string): RequestOf<'train'> {
  return {
    kind: 'train',
    sources: [{ path, weight: null }],
    ...plain('rvc'),
    seed: 7,
    name: null,
    out,
    totalFea: false,
    measure: false,
    traces: null,
    memoryLimit: null,
  };
}

/** One thread, so that the calls come in one order. */
export const WITH_ENGINE = recordingContext({ engine: () => loadEngine(1) });

/** Every kind of job that writes, in each of its ways. */
export const JOBS: readonly Given[] = [
  {
    name: 'repair: nprobe',
    prepare: (at) => ({ ...REPAIR, index: put(at('a.index'), ONE), change: { type: 'nprobe', nprobe: 4 } }),
  },
  {
    name: 'repair: nprobe, elsewhere',
    prepare: (at) => ({
      ...REPAIR,
      index: put(at('a.index'), ONE),
      change: { type: 'nprobe', nprobe: 4 },
      out: at('b.index'),
    }),
  },
  {
    name: 'repair: a link that leads nowhere',
    prepare: (at) => {
      mkdirSync(at('logs'));
      symlinkSync('logs/nowhere.index', at('link.index'));
      return { ...REPAIR, index: at('link.index'), change: { type: 'link', target: put(at('logs', 'a.index'), ONE) } };
    },
  },
  {
    name: 'repair: the name',
    prepare: (at) => {
      put(at('a.index.json'), '{}');
      put(at('a.index.backup-20260101-120000'), FOUR);
      return { ...REPAIR, index: put(at('a.index'), ONE), change: { type: 'name', name: 'b.index' } };
    },
  },
  {
    name: 'repair: undo by a note',
    prepare: async (at) => {
      const index = put(at('a.index'), ONE);
      const change = { type: 'nprobe', nprobe: 4 } as const;
      const { backup } = await repair({ ...REPAIR, index, change }, recordingContext());
      return { ...REPAIR, index, change: { type: 'undo', backup: backup ?? '' } };
    },
  },
  {
    name: 'repair: undo by the whole file',
    prepare: (at) => ({
      ...REPAIR,
      index: put(at('a.index'), FOUR),
      change: { type: 'undo', backup: put(at('a.index.backup-20260101-120000'), ONE) },
    }),
  },
  {
    name: 'export: a copy in the place of another',
    prepare: (at) => {
      put(at('host', 'logs', 'song', 'song.index'), FOUR);
      return { ...EXPORT, host: 'applio', index: put(at('built', 'a.index'), ONE), root: at('host') };
    },
  },
  {
    name: 'export: two copies, into folders that are made',
    prepare: (at) => {
      put(at('host', 'logs', 'mute', 'x'));
      return { ...EXPORT, host: 'rvc', index: put(at('built', 'a.index'), ONE), root: at('host') };
    },
  },
  {
    name: 'export: a link',
    instead: (request: RequestOf<'export'>) => ({ ...request, link: false }),
    prepare: (at) => {
      put(at('host', 'logs', 'song', 'song.index'), FOUR);
      return { ...EXPORT, host: 'applio', index: put(at('built', 'a.index'), ONE), root: at('host'), link: true };
    },
  },
  {
    name: 'export: into a slot',
    prepare: (at) => {
      const slot = (name: string): string => at('client', 'model_dir', '0', name);
      put(slot('params.json'), '{"voiceChangerType": "RVC", "name": "song", "indexFile": "old.index", "pitch": 1.0}');
      put(slot('old.index'), FOUR);
      return { ...EXPORT, host: 'wokada', index: put(at('built', 'a.index'), ONE), root: at('client'), slot: '0' };
    },
  },
  {
    name: 'a hand-over taken back',
    prepare: async (at) => {
      const path = put(at('host', 'logs', 'song', 'song.index'), FOUR);
      const index = put(at('built', 'a.index'), ONE);
      const asked = { ...EXPORT, host: 'applio', index, root: at('host') } as const;
      const { backups, marks } = await exportIndex(asked, recordingContext());
      const [backup = '', mark = ''] = [backups[0], marks?.[0]];
      return { kind: 'takeBack', files: [{ path, backup, mark }] };
    },
  },
  {
    name: 'unpack',
    prepare: (at) => {
      const parts = [
        { name: 'Mira/a.index', content: ONE, deflate: true },
        { name: 'Mira/deep/notes.txt', content: 'notes' },
      ];
      return { kind: 'unpack', archive: put(at('Mira.zip'), zip(parts)), root: at('unpacked') };
    },
  },
  {
    name: 'sample',
    prepare: (at) => ({ kind: 'sample', root: at(), name: 'try', minutes: 0.05, version: 'v1', seed: 4 }),
  },
  {
    name: 'train',
    leavesOut: true,
    prepare: (at) => ({ ...training(voice(at('logs', 'song')), at('out', 'deep')), totalFea: true }),
  },
  {
    name: 'train, compressed and expanded',
    leavesOut: true,
    prepare: (at) => ({
      ...training(voice(at('logs', 'song')), at('out')),
      compression: { clusters: 60, method: 'kmeans' },
      expansion: { alpha: 3, neighbors: 3, includeSelf: true, restoreNorms: true, repetitions: 1, search: 'exact' },
    }),
  },
  {
    name: 'compress',
    leavesOut: true,
    prepare: (at) => ({
      kind: 'compress',
      folder: voice(at('logs', 'song')),
      clusters: 20,
      method: 'kmeans',
      selection: null,
      seed: 1,
      out: at('centers.npy'),
      memoryLimit: null,
    }),
  },
  {
    name: 'expand',
    leavesOut: true,
    prepare: (at) => {
      const folder = voice(at('logs', 'song'));
      const expansion = { alpha: 3, neighbors: 3, includeSelf: true, restoreNorms: true, repetitions: 1 } as const;
      return { kind: 'expand', folder, by: folder, ...expansion, search: 'exact', seed: 1, out: at('expanded') };
    },
  },
  {
    name: 'train, measured and with the trace of its frames',
    leavesOut: true,
    mayLack: /^traces\//,
    prepare: async (at) => ({ ...training(await speaking(at), at('out')), measure: true, traces: at('traces') }),
  },
  {
    name: 'listen',
    leavesOut: true,
    prepare: async (at) => {
      const path = await speaking(at);
      const { index } = await run(training(path, at('built')), WITH_ENGINE);
      const sounding = { path, pointed: null };
      const indexes = [{ path: index, trace: null }];
      return { kind: 'listen', indexes, clip: sounding, voice: sounding, nprobe: null, out: at('takes') };
    },
  },
];

/** A voice with its recordings. */
async function speaking(at: At): Promise<string> {
  const asked = { kind: 'sample', root: at(), name: 'try', minutes: 0.2, version: 'v1', seed: 4 } as const;
  mkdirSync(at('traces'));
  return (await run(asked, WITH_ENGINE)).folder;
}
