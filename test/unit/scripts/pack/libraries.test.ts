import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bundleLibraries } from '../../../../scripts/pack/libraries.mjs';

/** What is put beside the engine on systems that these tests do not run on, by files as they have them. */

let folder = '';
const at = (...names: readonly string[]): string => join(folder, ...names);

function put(path: string, content: string | Uint8Array, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'voronoice libraries ü '));
  put(at('vcpkg', 'share', 'faiss', 'copyright'), 'MIT');
  vi.stubEnv('FAISS_ROOT', at('vcpkg'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The least of a 64-bit file of Windows (PE) that asks for libraries: its headers, and one section with their names. */
function windowsFile(...libraries: readonly string[]): Uint8Array {
  const file = Buffer.alloc(1024);
  file.write('MZ');
  file.writeUInt32LE(64, 60);
  file.write('PE\0\0', 64);
  file.writeUInt16LE(1, 70);
  const optional = 88;
  file.writeUInt16LE(240, 84);
  file.writeUInt16LE(0x20b, optional);
  const section = { header: optional + 240, address: 0x1000, place: 512 };
  file.writeUInt32LE(section.address, optional + 112 + 8);
  file.writeUInt32LE(section.address, section.header + 12);
  file.writeUInt32LE(512, section.header + 16);
  file.writeUInt32LE(section.place, section.header + 20);
  let name = 256;
  for (const [at, library] of libraries.entries()) {
    file.writeUInt32LE(section.address + name, section.place + 20 * at + 12);
    name += file.write(`${library}\0`, section.place + name);
  }
  return file;
}

describe('on Windows', () => {
  it('are the libraries of FAISS and of the compiler, and what those ask for, each once', async () => {
    put(at('build', 'faiss-node.node'), windowsFile('openblas.dll', 'VCOMP140.DLL', 'KERNEL32.dll', 'node.exe'));
    put(
      at('vcpkg', 'bin', 'openblas.dll'),
      windowsFile('libomp.dll', 'VCOMP140.DLL', 'api-ms-win-crt-heap-l1-1-0.dll'),
    );
    put(at('vcpkg', 'bin', 'libomp.dll'), windowsFile('KERNEL32.dll'));
    put(at('Windows', 'System32', 'VCOMP140.DLL'), windowsFile('ntdll.dll'));
    put(at('Windows', 'System32', 'KERNEL32.dll'), windowsFile());
    vi.stubEnv('SystemRoot', at('Windows'));
    await bundleLibraries(at('build'), at('app'), 'win32');
    const packed = ['VCOMP140.DLL', 'faiss-node.node', 'libomp.dll', 'licenses', 'openblas.dll'];
    expect(readdirSync(at('app')).sort()).toEqual(packed);
    expect(readdirSync(at('app', 'licenses'))).toEqual(['faiss.txt']);
  });

  it('must all be there', async () => {
    put(at('build', 'faiss-node.node'), windowsFile('openblas.dll'));
    vi.stubEnv('SystemRoot', at('Windows'));
    await expect(bundleLibraries(at('build'), at('app'), 'win32')).rejects.toThrow('openblas.dll');
  });
});

describe.skipIf(process.platform === 'win32')('on macOS', () => {
  /** In the place of Apple's tools: one prints what stands in a file beside the binary, all write down what they do. */
  beforeEach(() => {
    const log = `echo "$(basename "$0") $(echo "$*" | sed "s|${folder}/||g")" >> "${at('log')}"\n`;
    put(at('tools', 'otool'), `#!/bin/sh\ncat "${at('asks')}/$(basename "$2")"\n`, 0o755);
    put(at('tools', 'install_name_tool'), `#!/bin/sh\n${log}test -w "$4"\n`, 0o755);
    put(at('tools', 'codesign'), `#!/bin/sh\n${log}`, 0o755);
    vi.stubEnv('PATH', `${at('tools')}${delimiter}${process.env['PATH'] ?? ''}`);
  });

  const asks = (binary: string, ...paths: readonly string[]): void =>
    put(
      at('asks', binary),
      [`${binary}:`, ...paths.map((path) => `\t${path} (compatibility version 1.0.0, current version 1.0.0)`)].join(
        '\n',
      ),
    );

  it('are looked for beside the binary by each that asks, and signed once they are changed', async () => {
    put(at('build', 'faiss-node.node'), '');
    asks('faiss-node.node', '@rpath/libomp.dylib', at('brew', 'libfaiss.dylib'), '/usr/lib/libSystem.B.dylib');
    put(at('brew', 'libfaiss.dylib'), '', 0o444);
    asks('libfaiss.dylib', at('brew', 'libfaiss.dylib'), '@rpath/libomp.dylib');
    put(at('vcpkg', 'lib', 'libomp.dylib'), '', 0o444);
    asks('libomp.dylib', '@rpath/libomp.dylib');
    await bundleLibraries(at('build'), at('app'), 'darwin');
    expect(readdirSync(at('app')).sort()).toEqual(['faiss-node.node', 'libfaiss.dylib', 'libomp.dylib', 'licenses']);
    expect(statSync(at('app', 'libomp.dylib')).mode & 0o200).toBe(0o200);
    expect(readFileSync(at('log'), 'utf8').trim().split('\n')).toEqual([
      'install_name_tool -change @rpath/libomp.dylib @loader_path/libomp.dylib app/faiss-node.node',
      'install_name_tool -change brew/libfaiss.dylib @loader_path/libfaiss.dylib app/faiss-node.node',
      'codesign --force --sign - app/faiss-node.node',
      'install_name_tool -change @rpath/libomp.dylib @loader_path/libomp.dylib app/libfaiss.dylib',
      'codesign --force --sign - app/libfaiss.dylib',
      'codesign --force --sign - app/libomp.dylib',
    ]);
  });
});

it('on another system, nothing is packed', async () => {
  put(at('build', 'faiss-node.node'), '');
  await expect(bundleLibraries(at('build'), at('app'), 'freebsd')).rejects.toThrow('freebsd');
});
