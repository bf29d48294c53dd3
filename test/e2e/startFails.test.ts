import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import en from '../../resources/locales/en.json' with { type: 'json' };
import { expect, HAS_SANDBOX, test } from './launch';

/** What a person is told when no window comes, and with which code the process ends. */
interface End {
  readonly code: number | null;
  readonly dialogs: readonly { readonly title: string; readonly text: string }[];
}

const electron = createRequire(import.meta.url)('electron') as unknown as string;

/** A disk of its own, which ends with the program: as root, or as what is root there. */
const ON_DISK = [
  'unshare',
  ...(HAS_SANDBOX ? ['--user', '--map-root-user'] : []),
  ...['--mount', 'sh', '-c', 'mount -t tmpfs -o "size=64k,$2" tmpfs "$1" && eval "$3" && shift 3 && exec "$@"', 'sh'],
];

/** Where the app keeps its own, and what starts it there. */
interface Place {
  readonly words?: readonly string[];
  readonly around?: readonly string[];
  readonly home?: string;
}

/** Starts the app where it cannot; its dialogs are written down instead of shown, for nobody is there to close them. */
function start(folder: string, { words = [], around = [], home }: Place): Promise<End> {
  const stub = join(folder, 'dialogs.cjs');
  writeFileSync(
    stub,
    `const { dialog } = require('electron');
     dialog.showErrorBox = (title, text) => console.log('DIALOG ' + JSON.stringify({ title, text }));`,
  );
  const command = [
    electron,
    '-r',
    stub,
    ...(HAS_SANDBOX && around.length === 0 ? [] : ['--no-sandbox']),
    '.',
    ...words,
    '--lang=en-US',
  ];
  const [program = electron, ...args] = [...around, ...command];
  const env = home === undefined ? {} : { HOME: home, XDG_CONFIG_HOME: join(home, '.config') };
  const child = spawn(program, args, {
    cwd: resolve('.'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return new Promise((settle) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    child.on('close', (code) => {
      clearTimeout(timer);
      const lines = text.split('\n').filter((line) => line.startsWith('DIALOG '));
      settle({ code, dialogs: lines.map((line) => JSON.parse(line.slice(7)) as End['dialogs'][number]) });
    });
  });
}

const CASES: Readonly<Record<string, (userData: string) => void>> = {
  'a folder in the place of its library': (userData) =>
    mkdirSync(join(userData, 'library.sqlite'), { recursive: true }),
  'a file in the place of the folder of its log': (userData) => {
    mkdirSync(userData);
    writeFileSync(join(userData, 'logs'), '');
  },
  'a file in the place of a folder of its own': (userData) => {
    mkdirSync(userData);
    writeFileSync(join(userData, 'traces'), '');
  },
};

/** How the disk is there, and what becomes of it before the program begins. */
const DISKS: Readonly<Record<string, readonly [how: string, before: string]>> = {
  'a home folder that is read-only': ['ro', ':'],
  'a disk without room': ['rw', 'head -c 60k /dev/zero > "$1/full"'],
};

function expectSaid({ code, dialogs }: End): void {
  expect(dialogs.map(({ title }) => title)).toEqual([en.main.startFailed.title]);
  expect(dialogs[0]?.text).toContain(en.main.startFailed.detail);
  expect(code).toBe(1);
}

for (const [name, prepare] of Object.entries(CASES)) {
  test(`a start that meets ${name} ends with a dialog, and leaves no process`, async ({ folder }) => {
    const userData = join(folder, 'data');
    prepare(userData);
    expectSaid(await start(folder, { words: [`--user-data-dir=${userData}`] }));
  });
}

for (const [name, prepare] of Object.entries(DISKS)) {
  test(`a start that meets ${name} ends with a dialog, and leaves no process`, async ({ folder }) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    expectSaid(await start(folder, { around: [...ON_DISK, disk, ...prepare], home: disk }));
  });
}
