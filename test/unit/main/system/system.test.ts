import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, win32 } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsIn } from '../../../../src/main/system/arguments';
import { EngineProbe, lookForEngine } from '../../../../src/main/system/engineProbe';
import { FileLog, hideHome } from '../../../../src/main/system/log';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice-system-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the log', () => {
  const at = (): Date => new Date('2026-01-02T03:04:05.678Z');

  it('has a line for each thing, without the person’s name', () => {
    const log = new FileLog(folder, '/home/aria', at);
    log.info('opened /home/aria/voices');
    log.warn('two\n');
    expect(readFileSync(join(folder, 'voronoice.log'), 'utf8')).toBe(
      '2026-01-02T03:04:05.678Z info opened ~/voices\n2026-01-02T03:04:05.678Z warn two\n',
    );
    expect(log.tail(1)).toEqual(['2026-01-02T03:04:05.678Z warn two']);
    expect(new FileLog(join(folder, 'other'), '/home/aria').tail(5)).toEqual([]);
  });

  it('keeps three files of a megabyte', () => {
    const log = new FileLog(folder, '/home/aria', at);
    for (let i = 0; i < 6; i++) {
      log.info(`round ${i}`);
      appendFileSync(join(folder, 'voronoice.log'), 'x'.repeat(1_000_000));
    }
    expect(readdirSync(folder).sort()).toEqual(['voronoice.log', 'voronoice.log.1', 'voronoice.log.2']);
    for (const [name, round] of [
      ['voronoice.log', 5],
      ['voronoice.log.1', 4],
      ['voronoice.log.2', 3],
    ] as const) {
      expect(readFileSync(join(folder, name), 'utf8')).toContain(`round ${round}`);
      expect(statSync(join(folder, name)).size).toBeLessThan(1_100_000);
    }
  });

  it('keeps as much as a person says, at once', () => {
    const log = new FileLog(folder, '/home/aria', at);
    const files = (): readonly string[] => readdirSync(folder).sort();
    const fill = (): void => {
      for (let i = 0; i < 9; i++) {
        log.info(`round ${i}`);
        appendFileSync(join(folder, 'voronoice.log'), 'x'.repeat(1_000_000));
      }
    };
    log.keepWithin(9_000_000);
    fill();
    const bytes = (): number => files().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes()).toBeGreaterThan(6_000_000);
    log.keepWithin(4_000_000);
    expect(bytes()).toBeLessThan(4_000_000);
    expect(readFileSync(join(folder, 'voronoice.log.1'), 'utf8'), 'the newest stays').toContain('round 8');
    expect(files()).toEqual(['voronoice.log.1']);
    fill();
    expect(bytes()).toBeLessThan(7_000_000);
  });

  it('lets no name write a line of its own, or move the cursor of who reads it', () => {
    const log = new FileLog(folder, '/home/aria', at);
    log.warn('"a\n2026-11-28T00:00:00.000Z info all is well\u001b[2J\u202e.index" is gone');
    expect(log.tail(9)).toEqual([
      '2026-01-02T03:04:05.678Z warn "a',
      '  2026-11-28T00:00:00.000Z info all is well\\u001b[2J\\u202e.index" is gone',
    ]);
  });

  it('does not stop the app when it cannot be written', () => {
    const log = new FileLog(folder, '/home/aria', at);
    rmSync(folder, { recursive: true });
    log.info('lost');
    writeFileSync(folder, 'a file where the folder was');
    log.info('lost too');
    expect(log.tail(1)).toEqual([]);
  });

  it('does not take the root for a home', () => {
    expect(hideHome('/a/b', '/')).toBe('/a/b');
    expect(hideHome('C:\\Users\\Aria\\x and C:\\Users\\Aria', 'C:\\Users\\Aria')).toBe('~\\x and ~');
  });
});

describe('the engine', () => {
  it('is looked for without loading it, anew each time', async () => {
    const binary = join(folder, 'x.node');
    const isThere = lookForEngine(import.meta.url, { FAISS_NODE_BINARY: binary });
    expect(await isThere()).toBe(false);
    writeFileSync(binary, 'not a binary');
    expect(await isThere()).toBe(true);
    expect(await lookForEngine(import.meta.url, {})()).toBe(true);
    expect(await lookForEngine(join(folder, 'nowhere.js'), {})()).toBe(false);
  });

  it('has a problem when it is missing, or when the last job said so', async () => {
    let present = true;
    const probe = new EngineProbe(() => Promise.resolve(present));
    expect(await probe.problem()).toBeNull();
    probe.report('A library it needs is missing.');
    expect(await probe.problem()).toBe('A library it needs is missing.');
    probe.report(null);
    expect(await probe.problem()).toBeNull();
    present = false;
    expect(await probe.problem()).toBe('The engine file is missing.');
  });
});

describe('the command line', () => {
  it('is read as paths, and nothing else of it is believed', () => {
    expect(
      pathsIn(
        ['--no-sandbox', '--gpu-launcher=evil', '/a/b.index', 'c d.index', '', '-x', 'https://evil/', 'app://x/'],
        '/there',
      ),
    ).toEqual(['/a/b.index', '/there/c d.index']);
    expect(
      pathsIn(
        Array.from({ length: 50 }, () => 'a'),
        '/',
      ),
    ).toHaveLength(20);
  });

  it('is read by the rules of Windows there', () => {
    const args = [
      'C:\\voices\\x.index',
      'c:/voices/y.index',
      '\\\\server\\share\\z.index',
      'sub\\w.index',
      'file:///C:/x.index',
    ];
    expect(pathsIn(args, 'D:\\there', win32)).toEqual([
      'C:\\voices\\x.index',
      'c:/voices/y.index',
      '\\\\server\\share\\z.index',
      'D:\\there\\sub\\w.index',
    ]);
  });
});
