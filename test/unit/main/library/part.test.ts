import { describe, expect, it } from 'vitest';
import type { ScanResult } from '@shared/contract/voices';
import { partOf, watchedOf, withVoices } from '../../../../src/main/library/part';
import { indexFile, voice } from '../../../fixtures/mainServices';

const aria = voice('/rvc/logs/aria', {
  indexes: [indexFile('/rvc/logs/aria/a.index'), indexFile('/home/b.index', { place: 'built' })],
});
const ben = voice('/other/ben', { featuresPath: '/other/ben', hostRoot: null, host: null, links: ['/rvc/logs/ben'] });
const loose = indexFile('/rvc/assets/indices/c.index', { place: 'outside' });
const scan: ScanResult = {
  root: '/rvc',
  what: 'rvc',
  voices: [aria, ben],
  indexes: [loose],
  looked: { folders: 3, levels: 4, complete: true, archives: [], unread: [], parents: ['/rvc/logs', '/rvc/logs/old'] },
};

describe('the part of a folder that changed', () => {
  it('is voices where every change is about one, links out of the folder included', () => {
    expect(partOf(scan, ['/rvc/logs/aria/3_feature768', '/rvc/logs/aria'])).toEqual([aria]);
    expect(partOf(scan, ['/rvc/logs/aria', '/other/ben'])).toEqual([aria, ben]);
  });

  it('is the voice of which an index was built, wherever that lies', () => {
    expect(partOf(scan, ['/home/b.index'])).toEqual([aria]);
    expect(partOf(scan, ['/rvc/assets/indices'])).toBeNull();
  });

  it('is all of it where that is not so, or where it is many voices', () => {
    expect(partOf(scan, ['/rvc/logs/aria', '/rvc/logs'])).toBeNull();
    expect(partOf(scan, ['/rvc/logs/ariadne'])).toBeNull();
    expect(partOf(null, ['/rvc'])).toBeNull();
    const many = Array.from({ length: 30 }, (_, number) => voice(`/rvc/logs/v${number}`));
    expect(
      partOf(
        { ...scan, voices: many },
        many.map(({ path }) => path),
      ),
    ).toBeNull();
  });

  it('takes the place of what was known, with the links that lead there', () => {
    const now = { ...ben, frames: 1 };
    const { links: _links, ...alone } = now;
    const found: ScanResult = { root: ben.path, what: 'features', voices: [alone], indexes: [] };
    expect(withVoices(scan, [ben], [found])).toEqual({ ...scan, voices: [aria, now] });
  });

  it('does not where it may be another voice', () => {
    const found = (change: object): ScanResult[] => [
      { root: aria.path, what: 'voice', voices: [{ ...aria, ...change }], indexes: [] },
    ];
    expect(withVoices(scan, [aria], found({}))).toEqual(scan);
    for (const change of [{ id: 'voice-other-0000' }, { name: 'other' }, { hostRoot: null }]) {
      expect(withVoices(scan, [aria], found(change))).toBeNull();
    }
    expect(withVoices(scan, [aria], [null])).toBeNull();
  });
});

describe('what is watched', () => {
  it('is every folder that may change what is shown, and index files, but nothing of the app itself', async () => {
    expect(await watchedOf('/rvc', null, scan)).toEqual({
      root: '/rvc',
      gone: false,
      folders: [
        '/rvc',
        '/rvc/logs',
        '/rvc/logs/old',
        '/rvc/assets/indices',
        '/rvc/assets/weights',
        '/rvc/weights',
        '/rvc/logs/aria',
        '/rvc/logs/aria/3_feature768',
        '/other/ben',
      ],
      files: [loose.path, '/rvc/logs/aria/a.index'],
    });
  });

  it('is an index that was opened by hand itself, not the folder it lies in', async () => {
    const opened = indexFile('/downloads/found.index', { place: 'opened' });
    const alone: ScanResult = { root: opened.path, what: 'index', voices: [], indexes: [opened] };
    expect(await watchedOf(opened.path, null, alone)).toEqual({
      root: opened.path,
      gone: false,
      folders: [opened.path],
      files: [],
    });
  });
});
