import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Watched } from '../../../../../src/main/library/part';
import { type SystemEyes, systemEyes } from '../../../../../src/main/library/watch/handles';
import { matters } from '../../../../../src/main/library/watch/matters';
import { LibraryWatch } from '../../../../../src/main/library/watch/watch';

const QUIET_MS = 25;

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 6 * QUIET_MS));
const soon = (check: () => void, interval = 20): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval });

let root: string;
let voice: string;
let features: string;
let ended: (() => void)[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'voronoice-watch-'));
  voice = join(root, 'aria');
  features = join(voice, '3_feature768');
  mkdirSync(features, { recursive: true });
});
afterEach(() => {
  for (const end of ended) end();
  ended = [];
  rmSync(root, { recursive: true, force: true });
});

const TOLD: SystemEyes = systemEyes(process.platform, tmpdir());
const UNTOLD: SystemEyes = { deep: false, mayHold: () => false };

async function begin(eyes: SystemEyes, state = { isScanning: false, isWriting: false }) {
  const looks: string[][] = [];
  const whole: Watched = { root, gone: false, folders: [root, voice, features], files: [join(voice, 'a.index')] };
  const watched: { now: readonly Watched[] } = { now: [whole] };
  const watch = new LibraryWatch({
    library: {
      watched: () => Promise.resolve(watched.now),
      catchUp: (paths) => {
        looks.push([...paths]);
        return Promise.resolve();
      },
      get isScanning() {
        return state.isScanning;
      },
    },
    isWriting: () => state.isWriting,
    eyes,
    quietMs: QUIET_MS,
    pauseMs: 10,
  });
  ended.push(() => watch.close());
  let tries = 0;
  /** What happens before a folder is watched is missed: until something is noticed, nothing else is to be expected. */
  const isWatched = async (folder: string): Promise<void> => {
    await soon(() => {
      writeFileSync(join(folder, `try-${(tries += 1)}`), '');
      expect(looks.flat()).toContain(folder);
    }, 4 * QUIET_MS);
    await settled();
    looks.length = 0;
  };
  await isWatched(features);
  const change = (sources: readonly Watched[]): void => {
    watched.now = sources;
    void watch.follow();
  };
  return { watch, looks, whole, change, state, isWatched };
}

describe.each([
  ['where the system tells of changes', TOLD],
  ['where nobody does', UNTOLD],
])('a library that is watched, %s', (_where, eyes) => {
  it('is looked at after many changes together, and only where they are', async () => {
    const { looks } = await begin(eyes);
    for (let number = 0; number < 200; number++) writeFileSync(join(features, `0_${number}.npy`), 'features');
    await soon(() => expect(looks.flat()).toContain(features));
    await settled();
    expect(new Set(looks.flat())).toEqual(new Set([features]));
    expect(looks.length).toBeLessThan(5);
  });

  it('notices an index that is written anew', async () => {
    writeFileSync(join(voice, 'a.index'), 'one');
    const { looks } = await begin(eyes);
    writeFileSync(join(voice, 'a.index'), 'another');
    await soon(() => expect(looks.flat()).toContain(eyes === TOLD ? voice : join(voice, 'a.index')));
  });

  it('notices a drive that is pulled out and comes back', async () => {
    const { looks, whole, change, isWatched } = await begin(eyes);
    renameSync(root, `${root}-away`);
    await soon(() => expect(looks.flat()).toContain(root));
    change([{ root, gone: true, folders: [root], files: [] }]);
    looks.length = 0;
    renameSync(`${root}-away`, root);
    await soon(() => expect(looks.flat()).toContain(root));
    change([whole]);
    await isWatched(features);
  });

  it('is not looked at while the app itself looks or writes', async () => {
    const { looks, state } = await begin(eyes);
    state.isScanning = true;
    writeFileSync(join(features, '0_0.npy'), 'features');
    await settled();
    expect(looks).toEqual([]);
    state.isWriting = true;
    state.isScanning = false;
    await settled();
    expect(looks).toEqual([]);
    state.isWriting = false;
    await soon(() => expect(looks.flat()).toContain(features));
  });

  it('is left alone once that is over', async () => {
    const { looks, watch } = await begin(eyes);
    watch.close();
    writeFileSync(join(features, '0_0.npy'), 'features');
    await settled();
    expect(looks).toEqual([]);
  });
});

describe('a training', () => {
  it('writes its log without a look, and a model with one', async () => {
    const log = join(voice, 'train.log');
    writeFileSync(log, 'begin');
    const { looks } = await begin(TOLD);
    appendFileSync(log, 'epoch 1');
    writeFileSync(join(voice, 'events.out.tfevents.1'), 'event');
    await settled();
    expect(looks).toEqual([]);
    writeFileSync(join(voice, 'G_100.pth'), 'model');
    await soon(() => expect(looks.flat()).toContain(voice));
  });

  it.each([
    ['rename', 'aria', true],
    ['rename', 'my.voice', true],
    ['rename', 'train.log', false],
    ['rename', 'events.out.tfevents.1', false],
    ['change', '0_0.npy', true],
    ['change', 'params.json', true],
    ['change', '0_0.wav', false],
    ['change', 'aria', false],
    ['change', null, true],
  ] as const)('%s of %s: %s', (event, name, expected) => {
    expect(matters(event, name)).toBe(expected);
  });
});

describe('the system', () => {
  it('holds a folder with all that is in it by one handle on Windows and macOS', () => {
    expect(systemEyes('darwin', '/Users/me')).toMatchObject({ deep: true });
    expect(systemEyes('linux', '/home/me').deep).toBe(false);
    expect(systemEyes('linux', '/home/me').mayHold('/media/usb')).toBe(true);
    expect(systemEyes('win32', 'C:\\Users\\me').deep).toBe(true);
  });

  it.each([
    ['C:\\RVC\\logs', true],
    ['c:\\voices', true],
    ['D:\\voices', false],
    ['\\\\server\\voices\\Aria', false],
  ])('holds %s on Windows: %s, where the drive of the person is C:', (path, held) => {
    expect(systemEyes('win32', 'C:\\Users\\me').mayHold(path)).toBe(held);
  });
});
