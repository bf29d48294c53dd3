import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Picking } from '@shared/contract/intake';
import { offer, offerOf, Offers } from '../../../../src/main/library/offers';
import { Tokens } from '../../../../src/main/library/tokens';
import { createMain } from '../../../fixtures/mainServices';

const folder = { path: '' };
beforeEach(() => {
  folder.path = mkdtempSync(join(tmpdir(), 'voronoice-test-'));
});
afterEach(() => rmSync(folder.path, { recursive: true, force: true }));

describe('Offers', () => {
  it('keeps what was chosen until the page asks, hands it over once, and never names a path', async () => {
    let told = 0;
    let ids = 0;
    const tokens = new Tokens(
      () => `token-0000000${ids++}`,
      () => 0,
    );
    const offers = new Offers(tokens, () => (told += 1));
    const file = join(folder.path, 'Mira.pth');
    writeFileSync(file, '');
    await offers.add([folder.path, file, join(folder.path, 'gone.index')]);
    expect(told).toBe(1);
    const waiting = offers.take();
    expect(waiting.map(({ name }) => name)).toEqual([basename(folder.path), 'Mira.pth']);
    expect(waiting.map(({ token }) => tokens.peek(token, ['folder', 'file']))).toEqual([
      { kind: 'folder', path: folder.path },
      { kind: 'file', path: file },
    ]);
    expect(offers.take()).toEqual([]);
  });

  it('names a drive by its path, and cuts names that are too long to show', async () => {
    const tokens = { issue: () => 'token-00000000' };
    expect(offer(tokens, { kind: 'folder', path: '/' }).name).toBe('/');
    expect(offer(tokens, { kind: 'file', path: `/disk/${'a'.repeat(301)}` }).name).toBe('a'.repeat(300));
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    expect(await offerOf(tokens, join(folder.path, 'pipe'))).toBeNull();
  });

  it('tells nothing when nothing is there', async () => {
    let told = 0;
    const offers = new Offers(
      new Tokens(
        () => 'token-00000000',
        () => 0,
      ),
      () => (told += 1),
    );
    await offers.add([join(folder.path, 'gone.index')]);
    expect(told).toBe(0);
  });
});

describe('what is chosen in the system’s dialog', () => {
  it('is one folder, or as much at once as the dialog gave', async () => {
    const { handlers, tokens } = createMain();
    const paths = async (what: Picking): Promise<string[]> => {
      const offers = await handlers['intake.pick']({ what });
      return offers.map(({ token }) => tokens.take(token, [what === 'files' ? 'file' : 'folder']).path);
    };
    expect(await paths('folder')).toEqual(['/rvc']);
    expect(await paths('folders')).toEqual(['/rvc', '/applio']);
    expect(await paths('files')).toEqual([]);
  });
});
