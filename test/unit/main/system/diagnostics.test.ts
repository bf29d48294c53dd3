import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { DEFAULT_SETTINGS } from '@shared/contract/settings';
import { diagnosticFiles, diagnostics, type Machine } from '../../../../src/main/system/diagnostics';
import { redaction, type Secrets } from '../../../../src/main/system/redact';
import { zip } from '../../../../src/main/system/zip';
import { visible } from '@shared/domain/visible';
import { newJob } from '../../../../src/main/jobs/transitions';

const MACHINE: Machine = {
  version: '1.2.3',
  system: 'linux x64 6.1',
  runtime: { electron: '33.2.1', chrome: '130', node: '20.18.1' },
  memoryBytes: 8 * 2 ** 30,
  engineProblem: 'missing in /home/maria/app/x.node',
};
const SECRETS: Secrets = {
  home: '/home/maria',
  user: 'maria',
  computer: 'marias-laptop',
  ownFolders: { '/opt/Voronoice/app.asar': 'app', '/home/maria/.config/voronoice': 'data' },
  names: ['Celestina', 'added_IVF12_Celestina_v2.index', 'Ji'],
};
const LOG = [
  '2026-01-02T03:04:05.678Z info Voronoice 1.2.3 starts',
  '2026-01-02T03:04:06.000Z warn index.inspect: INDEX_CORRUPT /home/maria/RVC/logs/My old song/added.index is damaged',
  "2026-01-02T03:04:07.000Z warn ENOENT: no such file or directory, open 'D:\\Stimmen\\Celestina\\0_1.npy'",
  '    at read (file:///opt/Voronoice/app.asar/out/main/index.js:12:5)',
  '2026-01-02T03:04:08.000Z warn job job-00000001: DISK_FULL CELESTINA on marias-laptop, Ji.wav, Jill',
];
/** What must be nowhere, however it is written. */
const FORBIDDEN = [/maria/i, /celestina/i, /laptop/i, /old song/i, /Stimmen/, /\bJi\b/, /\/home/];

describe('a text without names', () => {
  it('says what happened, and not to whom', () => {
    const clean = redaction(SECRETS).text(LOG.join('\n'));
    for (const pattern of FORBIDDEN) expect(clean).not.toMatch(pattern);
    expect(clean).toContain('Voronoice 1.2.3 starts');
    expect(clean).toContain('INDEX_CORRUPT ~/<path>');
    expect(clean).toContain("open '<path>.npy'");
    expect(clean).toContain('at read (file://<app>/out/main/index.js:12:5)');
    expect(clean).toContain('DISK_FULL <name> on <computer>, <name>.wav, Jill');
  });

  it('leaves alone what is no name and no path', () => {
    const text = 'kept 3/4 of 10 ms/s, see https://example.org/a/b, app://voronoice/index.html';
    expect(redaction({ ...SECRETS, names: [''] }).text(text)).toBe(text);
  });
});

describe('a path', () => {
  const clean = (text: string): string => redaction(SECRETS).text(text);

  it.each([
    ['/disk/songs/a.npy', '<path>.npy'],
    ['/disk/my songs/a b.index', '<path>.index'],
    ['/home/maria/songs/a.npy', '~/<path>.npy'],
    ['~/songs/a.npy', '~/<path>.npy'],
    ['C:\\songs\\a.npy', '<path>.npy'],
    ['d:/songs/a.npy', '<path>.npy'],
    ['\\\\server\\songs\\a.npy', '<path>.npy'],
    ['/disk/songs', '<path>'],
    ['/disk/song.v2/take', '<path>'],
    ['/disk/a.toolong', '<path>'],
    ['/home/maria/.config/voronoice/logs/a.log', '<data>/logs/a.log'],
  ])('%s is said as %s, wherever it is in a sentence', (path, said) => {
    for (const [before, after] of [
      ['', ''],
      ['open ', ': no such file'],
      ['(', ')'],
      ['"', '"'],
      ['in ', ', and'],
      ['what is in ', '.'],
      ['a\n', '\nb'],
      ['<', '>'],
    ] as const) {
      expect(clean(`${before}${path}${after}`)).toBe(`${before}${said}${after}`);
    }
    expect(clean(`open '${path}'`)).toBe(`open '${said}'`);
  });

  it.each([
    ["open '/disk/it's (mine), or not/a.npy'", "open '<path>.npy'"],
    ["rename 'C:\\songs\\a;b.npy' -> 'C:\\songs\\c.npy'", "rename '<path>.npy'"],
    ['at file:///disk/songs/main.js:12:5', 'at file://<path>.js:12:5'],
    ['at file:///home/maria/main.js:12:5', 'at file://~/<path>.js:12:5'],
  ])('%s is said as %s', (text, said) => {
    expect(clean(text)).toBe(said);
  });
});

describe('what is taken for a name', () => {
  const clean = (names: readonly string[], text: string): string => redaction({ ...SECRETS, names }).text(text);

  it.each<readonly [names: readonly string[], text: string, said: string]>([
    [['Ana'], 'Ana, Banana, ANA2 and Ana.npy', '<name>, Banana, ANA2 and <name>.npy'],
    [['Anna'], 'Anna, Annabel', '<name>, <name>bel'],
    [['Mira', 'Mira Two'], 'Mira Two sings', '<name> sings'],
    [[' Mira '], 'Mira sings', '<name> sings'],
    [['a.b(c)*'], 'a.b(c)* and axb(c)*', '<name> and axb(c)*'],
    [['x', '', ' '], 'x is a letter', 'x is a letter'],
    [['린'], '린 sings', '<name> sings'],
    [['half \ud83d of it'], 'job half \ud83d of it', 'job <name>'],
  ])('of %j in %j: %j', (names, text, said) => {
    expect(clean(names, text)).toBe(said);
  });
});

/** The same name as it may be written in a log. */
const HARD = 'Küche "A" 노래\\e\u001b';
const spelled = {
  plain: HARD,
  'with letters apart': HARD.normalize('NFD'),
  'in JSON': JSON.stringify({ name: HARD }),
  'in an address': `https://example.org/${encodeURIComponent(HARD)}`,
  'in an address as browsers write it': encodeURI(`app://voronoice/${HARD}`),
  'as the log shows it': visible(HARD),
  'in capitals': HARD.toUpperCase(),
};

describe('a name', () => {
  it.each(Object.entries(spelled))('is taken out when it is written %s', (_, text) => {
    const clean = redaction({ ...SECRETS, names: [HARD] }).text(`job ${text} ended`);
    expect(clean).toContain('<name>');
    expect(clean).not.toMatch(/k(?:ü|u\u0308|%|\\)|노래|%EB/iu);
  });

  it('is taken out of paths, home folders and addresses in the same way', () => {
    const home = '/home/김 철수';
    const text = `at ${encodeURI(`file://${home}/내 앱/main.js`)}, open '${home}/it's (mine)/a.npy', 린 sings`;
    expect(redaction({ ...SECRETS, home, names: ['린'] }).text(text)).not.toMatch(/mine|철수|%EC|린/u);
  });

  it('is taken out of what is quoted in a log, also when nobody knows it', () => {
    const lines = [
      'job 1: NAME_INVALID "Nobody"s?" cannot be the name: it contains "?".',
      'There is no "Nobody" in "nowhere". [FILE_NOT_FOUND]',
      'cut off: "No',
      'all is well',
    ];
    expect(redaction(SECRETS).log(lines.join('\n')).split('\n')).toEqual([
      'job 1: NAME_INVALID "…',
      'There is no "…". [FILE_NOT_FOUND]',
      'cut off: "…',
      'all is well',
    ]);
  });

  it('is found in whatever case each of its letters is', () => {
    const letters = Array.from({ length: 0xd800 }, (_, code) => String.fromCodePoint(code)).filter(
      (letter) => letter.toUpperCase() !== letter.toLowerCase(),
    );
    const all = letters.join('');
    for (const letter of letters) {
      const clean = redaction({ ...SECRETS, names: [`song${letter}song`] });
      for (const other of all.match(new RegExp(letter, 'giu')) ?? []) {
        expect(clean.text(`song${other}song`)).not.toContain('song');
      }
    }
  });

  it('is found among those of 10,000 voices as soon as among those of ten', () => {
    const line = '2026-01-02T03:04:05.678Z info job-00000001 did what was asked for, 노래하는 사람 29';
    const text = Array.from({ length: 2_000 }, () => line).join('\n');
    const among = (voices: number): number => {
      const names = Array.from({ length: 3 * voices }, (_, number) => `노래하는 사람 ${number}`);
      const clean = redaction({ ...SECRETS, names });
      const begin = performance.now();
      expect(clean.text(text)).not.toContain('노래하는');
      return performance.now() - begin;
    };
    // A thousand times as long, if each name were looked for by itself.
    expect(among(10_000)).toBeLessThan(50 * among(10));
  });
});

describe('what is copied for help', () => {
  it('has version, system, code, job and the last lines of the log', () => {
    const trouble = { code: 'DISK_FULL', message: 'No room in /home/maria/x y.', job: 'job-00000001' } as const;
    expect(diagnostics(MACHINE, trouble, ['line'], SECRETS)).toBe(
      [
        'Voronoice 1.2.3',
        'System: linux x64 6.1, 8.0 GiB',
        'Runtime: electron 33.2.1, chrome 130, node 20.18.1',
        'Engine: missing in ~/<path>.node',
        'Code: DISK_FULL',
        'Message: No room in ~/<path>.',
        'Job: job-00000001',
        '',
        'line',
      ].join('\n'),
    );
    expect(diagnostics(MACHINE, null, [], SECRETS)).not.toContain('Code');
  });
});

describe('what is saved', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'voronoice-diagnostics-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Writes the archive as the app does, and reads it as another program would. */
  async function saved(log: readonly string[], secrets: Secrets): Promise<Readonly<Record<string, string>>> {
    const job = newJob({
      id: 'job-00000001',
      request: { kind: 'sample' },
      subject: 'Celestina',
      voice: null,
      rank: 0,
      now: Date.UTC(2026, 0, 2),
    });
    const own = { settings: DEFAULT_SETTINGS, counts: { voices: 2, indexes: 3 }, jobs: [job] };
    const path = join(folder, 'diagnostics.zip');
    writeFileSync(path, zip(diagnosticFiles(MACHINE, own, log, secrets), new Date(2026, 0, 2, 3, 4, 6)));
    const archive = await openPromise(path);
    const texts: Record<string, string> = {};
    for await (const entry of archive.eachEntry()) {
      const pieces: Buffer[] = [];
      for await (const piece of await archive.openReadStreamPromise(entry)) pieces.push(piece as Buffer);
      texts[entry.fileName] = Buffer.concat(pieces).toString('utf8');
    }
    return texts;
  }

  it('is an archive of texts that can be looked through', async () => {
    const texts = await saved(LOG, SECRETS);
    const names = ['versions.txt', 'library.txt', 'settings.json', 'jobs.txt', 'log.txt'];
    expect(Object.keys(texts)).toEqual(['read-me.txt', ...names]);
    for (const name of names) expect(texts['read-me.txt']).toContain(name);
    expect(texts['library.txt']).toBe('voices: 2\nindexes: 3\n');
    expect(JSON.parse(texts['settings.json'] ?? '')).toEqual(DEFAULT_SETTINGS);
    expect(texts['jobs.txt']).toContain('job-00000001\tsample\tqueued\t-\t2026-01-02T00:00:00.000Z\t-\t-');
  });

  it('names nobody, no voice and no folder', async () => {
    const all = Object.values(await saved(LOG, SECRETS)).join('\n');
    for (const pattern of FORBIDDEN) expect(all).not.toMatch(pattern);
  });

  it('names neither the person nor the computer it is tested on', async () => {
    const [home, user, computer] = [homedir(), userInfo().username, hostname()];
    const log = [`${home}/RVC/logs/x: ${user} at ${computer}`, `${user}@${computer} opened ${home}`];
    const texts = await saved(log, { ...SECRETS, home, user, computer });
    for (const name of [home, user, computer]) expect(texts['log.txt']).not.toContain(name);
  });
});
