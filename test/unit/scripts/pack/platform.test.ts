import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import builder from '../../../../electron-builder.config.mjs';
import { homebrewOpenMp, vcpkgOptions } from '../../../../native/build.mjs';
import { tripletOf } from '../../../../scripts/engineLibraries.mjs';
import { parseOtool, shippedOnWindows } from '../../../../scripts/pack/libraries.mjs';
import { peImports } from '../../../../scripts/pack/peImports.mjs';
import { isPackable, macSigning, placesIn, unpackedFolder } from '../../../../scripts/pack/platform.mjs';

const PREBUILT = 'node_modules/@photostructure/sqlite/prebuilds';

describe('where the unpacked app is', () => {
  it.each([
    ['linux', 'x64', 'linux-unpacked'],
    ['linux', 'arm64', 'linux-arm64-unpacked'],
    ['win32', 'x64', 'win-unpacked'],
    ['win32', 'arm64', 'win-arm64-unpacked'],
    ['darwin', 'x64', 'mac'],
    ['darwin', 'arm64', 'mac-arm64'],
  ] as const)('%s %s', (platform, arch, folder) => {
    expect(unpackedFolder(platform, arch)).toBe(folder);
  });

  it.each([
    ['linux', '/d/app', '/d/app/voronoice', '/d/app/resources'],
    ['win32', 'C:\\my d\\app', 'C:\\my d\\app\\Voronoice.exe', 'C:\\my d\\app\\resources'],
    ['win32', '\\\\server\\share\\app', '\\\\server\\share\\app\\Voronoice.exe', '\\\\server\\share\\app\\resources'],
    ['darwin', '/d', '/d/Voronoice.app/Contents/MacOS/Voronoice', '/d/Voronoice.app/Contents/Resources'],
  ] as const)('on %s below %s', (platform, folder, program, resources) => {
    expect(placesIn(platform, { folder, executable: 'voronoice', product: 'Voronoice' })).toEqual({
      program,
      resources,
    });
  });

  it('is asked of three systems only', () => {
    expect(['linux', 'win32', 'darwin', 'freebsd'].filter(isPackable)).toEqual(['linux', 'win32', 'darwin']);
  });
});

describe('signing for a Mac', () => {
  const apple = { APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'b', APPLE_TEAM_ID: 'c' };

  it('is by itself where there is no certificate, or an empty one', () => {
    expect(macSigning({})).toEqual({ identity: '-', notarize: false });
    expect(macSigning({ ...apple, CSC_LINK: ' ' })).toEqual({ identity: '-', notarize: false });
  });

  it('is told to Apple where everything for that is there', () => {
    expect(macSigning({ CSC_LINK: 'x' })).toEqual({ identity: undefined, notarize: false });
    expect(macSigning({ CSC_LINK: 'x', ...apple, APPLE_TEAM_ID: '' })).toMatchObject({ notarize: false });
    expect(macSigning({ CSC_LINK: 'x', ...apple })).toEqual({ identity: undefined, notarize: true });
  });
});

describe('signing for Windows', () => {
  it('is of the engine and of every library, besides programs', () => {
    const signed = (file: string): boolean => builder.win.signExts.some((end) => file.endsWith(end));
    expect(['faiss-node.node', 'openblas.dll', 'LICENSE'].filter(signed)).toEqual(['faiss-node.node', 'openblas.dll']);
  });
});

describe('libraries of Windows', () => {
  it.each(['win32-x64', 'win32-arm64'])('are read from a file of %s', (folder) => {
    const names = peImports(readFileSync(`${PREBUILT}/${folder}/@photostructure+sqlite.glibc.node`));
    expect(names.map((name) => name.toLowerCase())).toEqual(['kernel32.dll', 'node.exe']);
  });

  it('are read from a 32-bit file', () => {
    expect(peImports(readFileSync('node_modules/7zip-bin/win/ia32/7za.exe'))).toContain('KERNEL32.dll');
  });

  it('are not looked for in anything else', () => {
    expect(() => peImports(readFileSync(`${PREBUILT}/linux-x64/@photostructure+sqlite.glibc.node`))).toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(() => peImports(Buffer.from(bytes))).toThrow();
      }),
    );
  });

  it('are shipped but for what Windows has, in any case', () => {
    expect(
      shippedOnWindows(['KERNEL32.dll', 'api-ms-win-crt-heap-l1-1-0.dll', 'node.exe', 'VCOMP140.DLL', 'openblas.dll']),
    ).toEqual(['VCOMP140.DLL', 'openblas.dll']);
  });
});

describe('libraries of macOS', () => {
  it('are those that are not of the system, nor beside the binary already', () => {
    const printed = [
      '/path with a space/faiss-node.node:',
      '\t@rpath/libomp.dylib (compatibility version 5.0.0, current version 5.0.0)',
      '\t/opt/homebrew/opt/faiss/lib/libfaiss.dylib (compatibility version 0.0.0, current version 0.0.0)',
      '\t@loader_path/libother.dylib (compatibility version 0.0.0, current version 0.0.0)',
      '\t/System/Library/Frameworks/Accelerate.framework/Versions/A/Accelerate (compatibility version 1.0.0, current version 4.0.0)',
      '\t/usr/lib/libSystem.B.dylib (compatibility version 1.0.0, current version 1351.0.0)',
    ];
    expect(parseOtool(printed.join('\n'))).toEqual([
      { name: 'libomp.dylib', path: '@rpath/libomp.dylib' },
      { name: 'libfaiss.dylib', path: '/opt/homebrew/opt/faiss/lib/libfaiss.dylib' },
    ]);
  });
});

describe('the engine of another system', () => {
  it('has a name at vcpkg', () => {
    expect(tripletOf('win32', 'arm64')).toBe('arm64-windows-static-md');
    expect(tripletOf('darwin', 'x64')).toBe('x64-osx');
    expect(() => tripletOf('freebsd', 'x64')).toThrow('FAISS_ROOT');
    expect(() => tripletOf('linux', 'ia32')).toThrow('FAISS_ROOT');
  });

  it('is compiled with what vcpkg made, where it did', () => {
    const asked: string[] = [];
    const exists = (path: unknown): boolean => asked.push(String(path).replaceAll('\\', '/')) > 0;
    expect(vcpkgOptions('/v/installed/x64-osx', exists)).toContain('-DVCPKG_TARGET_TRIPLET=x64-osx');
    expect(asked).toEqual(['/v/scripts/buildsystems/vcpkg.cmake']);
    expect(vcpkgOptions('/usr/local', () => false)).toEqual([]);
    expect(vcpkgOptions('', () => true)).toEqual([]);
  });

  it('has its OpenMP from Homebrew on a Mac, of either processor', () => {
    expect(homebrewOpenMp('darwin', () => true)).toBe('/opt/homebrew/opt/libomp');
    expect(homebrewOpenMp('darwin', (path) => path.startsWith('/usr/local'))).toBe('/usr/local/opt/libomp');
    expect(homebrewOpenMp('darwin', () => false)).toBeNull();
    expect(['linux', 'win32'].map((platform) => homebrewOpenMp(platform, () => true))).toEqual([null, null]);
  });
});
