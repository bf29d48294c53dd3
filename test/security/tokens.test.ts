import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Tokens } from '../../src/main/library/tokens';
import { createMain } from '../fixtures/mainServices';

function createTokens(): { tokens: Tokens; clock: { now: number } } {
  const clock = { now: 0 };
  return {
    tokens: new Tokens(
      () => crypto.randomUUID(),
      () => clock.now,
    ),
    clock,
  };
}

const folder = { kind: 'folder', path: '/rvc' } as const;
const unknown = expect.objectContaining({ code: 'TOKEN_UNKNOWN' }) as Error;

describe('a token', () => {
  it('stands for what was chosen, once', () => {
    const { tokens } = createTokens();
    const token = tokens.issue(folder);
    expect(token).not.toContain('rvc');
    expect(tokens.take(token, ['folder'])).toEqual(folder);
    expect(() => tokens.take(token, ['folder'])).toThrow(unknown);
  });

  it('S9: cannot be made up', () => {
    const { tokens } = createTokens();
    tokens.issue(folder);
    for (const forged of [crypto.randomUUID(), '/rvc', '', '__proto__', 'constructor']) {
      expect(() => tokens.take(forged, ['folder', 'file'])).toThrow(unknown);
    }
  });

  it('is good for ten minutes', () => {
    const { tokens, clock } = createTokens();
    const token = tokens.issue(folder);
    clock.now = 599_999;
    expect(tokens.peek(token, ['folder'])).toEqual(folder);
    clock.now = 600_000;
    expect(() => tokens.take(token, ['folder'])).toThrow(unknown);
  });

  it('is good for one purpose, and lost when tried for another', () => {
    const { tokens } = createTokens();
    const token = tokens.issue({ kind: 'file', path: '/a.index' });
    expect(() => tokens.take(token, ['folder'])).toThrow(unknown);
    expect(() => tokens.take(token, ['file'])).toThrow(unknown);
  });

  it('can be looked at without being used up', () => {
    const { tokens } = createTokens();
    const token = tokens.issue(folder);
    tokens.peek(token, ['folder']);
    tokens.peek(token, ['folder']);
    expect(tokens.take(token, ['folder'])).toEqual(folder);
    expect(() => tokens.peek(token, ['folder'])).toThrow(unknown);
  });

  it('does not pile up', () => {
    const { tokens } = createTokens();
    const first = tokens.issue(folder);
    const last = Array.from({ length: 3_000 }, () => tokens.issue(folder)).at(-1)!;
    expect(() => tokens.peek(first, ['folder'])).toThrow(unknown);
    expect(tokens.peek(last, ['folder'])).toEqual(folder);
  });
});

describe('writing with a token', () => {
  it('works once: the second export with the same choice is refused', async () => {
    const main = createMain();
    await main.library.add('/rvc');
    main.disk.set('/rvc', {
      root: '/rvc',
      what: 'rvc',
      voices: [],
      indexes: [
        {
          id: 'index-00000001',
          path: '/rvc/a.index',
          name: 'a.index',
          kind: 'added',
          place: 'outside',
          link: 'none',
          bytes: 1,
          modified: 1,
          facts: null,
          problem: null,
          made: null,
          stale: null,
        },
      ],
    });
    await main.library.refresh();
    const root = main.tokens.issue({ kind: 'folder', path: '/target' });
    const request = {
      kind: 'export',
      index: 'index-00000001',
      host: 'rvc',
      root,
      name: 'a',
      slot: null,
      setAside: false,
      link: false,
    } as const;
    expect(main.plan(request).root).toBe('/target');
    expect(main.prepare(request, 'job-1').work).toMatchObject({ root: '/target' });
    expect(() => main.prepare(request, 'job-2')).toThrow(unknown);
    // A choice of a file is no choice of a folder to write to.
    const file = main.tokens.issue({ kind: 'file', path: '/etc' });
    expect(() => main.prepare({ ...request, root: file }, 'job-3')).toThrow(unknown);
  });
});

describe('a dropped file', () => {
  it('becomes a token without its path', async () => {
    const { drop, tokens } = createMain();
    const parent = await mkdtemp(join(tmpdir(), 'voronoice-drop-'));
    const file = join(parent, 'voice.index');
    await writeFile(file, 'x');
    await symlink(join(parent, 'nowhere'), join(parent, 'dangling'));
    const dropped = await drop({ path: file });
    expect(dropped?.name).toBe('voice.index');
    expect(JSON.stringify(dropped)).not.toContain(parent);
    expect(tokens.take(dropped!.token, ['file']).path).toBe(file);
    const ofFolder = await drop({ path: parent });
    expect(tokens.take(ofFolder!.token, ['folder']).path).toBe(parent);
    expect(await drop({ path: join(parent, 'dangling') })).toBeNull();
    expect(await drop({ path: `${parent}\0x` })).toBeNull();
    await rm(parent, { recursive: true });
  });
});
