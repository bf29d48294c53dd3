import { describe, expect, it } from 'vitest';
import { dataFolderOf, type Surroundings, withoutData } from '../../../../src/main/system/dataFolder';

const NOWHERE: Surroundings = {
  args: [],
  workingFolder: '/here',
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
    expect(dataFolderOf({ ...NOWHERE, args })).toBe(folder);
  });

  it.each([
    ['linux', '/opt/Voronoice/voronoice', '/opt/Voronoice/data'],
    ['win32', 'E:\\Voronoice\\Voronoice.exe', 'E:\\Voronoice\\data'],
    ['win32', 'E:\\Voronoice.exe', 'E:\\data'],
    ['win32', '\\\\server\\my share\\Voronoice.exe', '\\\\server\\my share\\data'],
    ['darwin', '/Volumes/Stick/Voronoice.app/Contents/MacOS/Voronoice', '/Volumes/Stick/data'],
  ] as const)('lies beside the program on %s, if there is one: %s', (platform, program, data) => {
    const isFolder = (path: string): boolean => path === data;
    expect(dataFolderOf({ ...NOWHERE, program, platform, isFolder })).toBe(data);
    expect(dataFolderOf({ ...NOWHERE, program, platform })).toBeNull();
  });

  it.each([
    ['stick', 'C:\\here\\stick'],
    ['D:\\stick', 'D:\\stick'],
    ['\\stick', 'C:\\stick'],
    ['\\\\server\\share\\stick', '\\\\server\\share\\stick'],
  ])('of Windows is asked for as %s', (asked, folder) => {
    const here = { ...NOWHERE, platform: 'win32', workingFolder: 'C:\\here' } as const;
    expect(dataFolderOf({ ...here, args: ['--data', asked] })).toBe(folder);
  });

  it("is the system's where nothing is asked for, or the option has no folder", () => {
    expect(dataFolderOf(NOWHERE)).toBeNull();
    expect(dataFolderOf({ ...NOWHERE, args: ['voice', '--data'] })).toBeNull();
    expect(dataFolderOf({ ...NOWHERE, args: ['--data='] })).toBeNull();
    expect(dataFolderOf({ ...NOWHERE, args: ['--data', '--lang=en'] })).toBeNull();
  });

  it('is none to look for voices in', () => {
    expect(withoutData(['a', '--data', 'b', 'c'])).toEqual(['a', 'c']);
    expect(withoutData(['a', '--data', '--lang=en', 'c'])).toEqual(['a', '--lang=en', 'c']);
    expect(withoutData(['--data=b', 'c'])).toEqual(['c']);
    expect(withoutData(['a', '--data'])).toEqual(['a']);
    expect(withoutData(['a'])).toEqual(['a']);
  });
});
