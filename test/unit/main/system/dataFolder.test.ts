import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolderOf, type Surroundings, withoutData } from '../../../../src/main/system/dataFolder';

const NOWHERE: Surroundings = {
  args: [],
  workingFolder: resolve('/here'),
  program: null,
  platform: 'linux',
  isFolder: () => false,
};

describe('the folder of data', () => {
  it.each([
    [['--data', 'stick'], '/here/stick'],
    [['voice', '--data', '/stick'], '/stick'],
    [['--data=stick', 'voice'], '/here/stick'],
  ])('is the one that %j asks for', (args, folder) => {
    expect(dataFolderOf({ ...NOWHERE, args })).toBe(resolve(folder));
  });

  it.each([
    ['linux', '/opt/Voronoice/voronoice', '/opt/Voronoice/data'],
    ['win32', '/stick/Voronoice/Voronoice.exe', '/stick/Voronoice/data'],
    ['darwin', '/stick/Voronoice.app/Contents/MacOS/Voronoice', '/stick/data'],
  ] as const)('lies beside the program on %s, if there is one', (platform, program, data) => {
    const isFolder = (path: string): boolean => path === resolve(data);
    expect(dataFolderOf({ ...NOWHERE, program: resolve(program), platform, isFolder })).toBe(resolve(data));
    expect(dataFolderOf({ ...NOWHERE, program: resolve(program), platform })).toBeNull();
  });

  it("is the system's where nothing is asked for, or the option has no folder", () => {
    expect(dataFolderOf(NOWHERE)).toBeNull();
    expect(dataFolderOf({ ...NOWHERE, args: ['voice', '--data'] })).toBeNull();
    expect(dataFolderOf({ ...NOWHERE, args: ['--data='] })).toBeNull();
  });

  it('is none to look for voices in', () => {
    expect(withoutData(['a', '--data', 'b', 'c'])).toEqual(['a', 'c']);
    expect(withoutData(['--data=b', 'c'])).toEqual(['c']);
    expect(withoutData(['a', '--data'])).toEqual(['a']);
    expect(withoutData(['a'])).toEqual(['a']);
  });
});
