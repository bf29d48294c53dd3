import { chmod, copyFile, cp, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from '../childProcess.mjs';
import { Stop } from '../report.mjs';
import { peImports } from './peImports.mjs';

/** What every desktop has, and what must be the system's own: the loader, the C library, and GCC's two. */
const OF_THE_SYSTEM = /^(?:linux-vdso|ld-linux|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libstdc\+\+\.|libgcc_s\.)/;

/**
 * @typedef {object} Library
 * @property {string} name As a binary asks for it, `libopenblas.so.0`.
 * @property {string} path Where the loader found it.
 */

/**
 * Reads what `ldd` prints.
 *
 * @param {string} printed
 * @returns {Library[]} Those that are shipped.
 * @throws {Error} Where one is missing.
 */
export function parseLdd(printed) {
  return printed.split('\n').flatMap((line) => {
    const [, name, path] = /^\s*(\S+) => (\S+|not found)(?: \(|$)/.exec(line) ?? [];
    if (name === undefined || path === undefined || OF_THE_SYSTEM.test(name)) return [];
    if (path === 'not found') throw new Error(`The engine needs ${name}, which is not here.`);
    return [{ name, path }];
  });
}

/** What Windows has by itself since its version 10, and the program that has loaded the engine. */
const OF_WINDOWS =
  /^(?:(?:api|ext)-ms-.*|kernel32|kernelbase|ntdll|user32|advapi32|shell32|ole32|oleaut32|msvcrt|ws2_32|bcrypt|psapi|dbghelp|ucrtbase|node)\.(?:dll|exe)$/i;

/**
 * @param {readonly string[]} names That a binary of Windows asks for.
 * @returns {string[]} Those that are shipped, the compiler's own among them.
 */
export function shippedOnWindows(names) {
  return names.filter((name) => !OF_WINDOWS.test(name));
}

/**
 * Reads what `otool -L` prints of a binary of macOS.
 *
 * @param {string} printed
 * @returns {Library[]} Those that are shipped; `path` is how the binary asks for it, which may begin with `@rpath`.
 */
export function parseOtool(printed) {
  return printed
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, path] = /^\s+(\S.*?) \(compatibility version/.exec(line) ?? [];
      if (path === undefined || /^(?:\/usr\/lib|\/System)\//.test(path) || path.startsWith('@loader_path/')) return [];
      return [{ name: basename(path), path }];
    });
}

/**
 * Copies the engine's binaries, and beside them the libraries they need, each looking for the others in its own folder.
 *
 * @param {string} from A folder of `.node` files.
 * @param {string} to
 * @param {string} [platform] As Node names it: that of the binaries.
 * @returns {Promise<void>}
 */
export async function bundleLibraries(from, to, platform = process.platform) {
  await mkdir(to, { recursive: true });
  const binaries = (await readdir(from)).filter((name) => name.endsWith('.node'));
  for (const name of binaries) await copyFile(join(from, name), join(to, name));
  await mkdir(join(to, 'licenses'));
  switch (platform) {
    case 'linux':
      return bundleOnLinux(from, to, binaries);
    case 'win32':
      return bundleOnWindows(to, binaries);
    case 'darwin':
      return bundleOnMac(to, binaries);
    default:
      throw new Stop(`Packages are not made on ${platform}.`, 'Use npm start.');
  }
}

/**
 * @param {string} from
 * @param {string} to
 * @param {readonly string[]} binaries
 */
async function bundleOnLinux(from, to, binaries) {
  const libraries = await librariesOf(binaries.map((name) => join(from, name)));
  for (const { name, path } of libraries) await copyFile(await realpath(path), join(to, name));
  for (const name of [...binaries, ...libraries.map((library) => library.name)]) {
    // RPATH, not RUNPATH: it also holds for what a library needs in its turn, and no variable is asked before it.
    await run('patchelf', ['--force-rpath', '--set-rpath', '$ORIGIN', join(to, name)]);
  }
  await copyLicenses(libraries, join(to, 'licenses'));
}

/**
 * Windows looks beside the engine by itself.
 *
 * @param {string} to
 * @param {readonly string[]} binaries
 */
async function bundleOnWindows(to, binaries) {
  const places = [
    ...(process.env['FAISS_ROOT'] === undefined ? [] : [join(process.env['FAISS_ROOT'], 'bin')]),
    join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32'),
  ];
  const open = [...binaries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const library of shippedOnWindows(peImports(await readFile(join(to, name))))) {
      if (await exists(join(to, library))) continue;
      await copyFile(await firstOf(places.map((place) => join(place, library))), join(to, library));
      open.push(library);
    }
  }
  await copyVcpkgLicenses(join(to, 'licenses'));
}

/**
 * @param {string} to
 * @param {readonly string[]} binaries
 */
async function bundleOnMac(to, binaries) {
  const places = [
    join(process.env['FAISS_ROOT'] ?? '', 'lib'),
    '/opt/homebrew/opt/libomp/lib',
    '/usr/local/opt/libomp/lib',
  ];
  const open = [...binaries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const { name: library, path } of parseOtool(await run('otool', ['-L', join(to, name)]))) {
      // A library's first line is its own name.
      if (library === name) continue;
      await run('install_name_tool', ['-change', path, `@loader_path/${library}`, join(to, name)]);
      if (await exists(join(to, library))) continue;
      await copyFile(await firstOf([path, ...places.map((place) => join(place, library))]), join(to, library));
      // Homebrew's libraries may only be read, and this one will look for others beside it.
      await chmod(join(to, library), 0o755);
      open.push(library);
    }
    // The change has broken the signature, without which nothing is loaded on Apple's own processors.
    await run('codesign', ['--force', '--sign', '-', join(to, name)]);
  }
  await copyVcpkgLicenses(join(to, 'licenses'));
}

/** @param {string} path */
async function exists(path) {
  return (await stat(path).catch(() => null)) !== null;
}

/**
 * @param {readonly string[]} paths
 * @returns {Promise<string>} The first that is there.
 */
async function firstOf(paths) {
  for (const path of paths) if (await exists(path)) return path;
  throw new Stop(
    `The engine needs ${basename(paths[0] ?? '')}, which is in none of: ${paths.join(', ')}`,
    'Set FAISS_ROOT.',
  );
}

/** @param {string} folder */
async function copyVcpkgLicenses(folder) {
  const share = join(process.env['FAISS_ROOT'] ?? '', 'share');
  for (const name of await readdir(share).catch(() => [])) {
    if (await exists(join(share, name, 'copyright'))) {
      await copyFile(join(share, name, 'copyright'), join(folder, `${name}.txt`));
    }
  }
}

/**
 * @param {readonly string[]} binaries
 * @returns {Promise<Library[]>} Each once.
 */
export async function librariesOf(binaries) {
  const found = new Map();
  for (const binary of binaries) {
    for (const library of parseLdd(await run('ldd', [binary]))) found.set(library.name, library);
  }
  return [...found.values()];
}

/**
 * The license that Debian's package of each library comes with.
 *
 * @param {readonly Library[]} libraries
 * @param {string} folder
 */
async function copyLicenses(libraries, folder) {
  const paths = await Promise.all(libraries.map(({ path }) => realpath(path)));
  // The engine has FAISS itself inside.
  const owners = await packagesOf([...paths, '/usr/include/faiss/Index.h']);
  for (const owner of owners) await cp(join('/usr/share/doc', owner, 'copyright'), join(folder, `${owner}.txt`));
}

/**
 * @param {readonly string[]} paths
 * @returns {Promise<Set<string>>}
 */
async function packagesOf(paths) {
  /** @type {Set<string>} */
  const owners = new Set();
  for (const path of paths) {
    // dpkg knows a file by the place it was unpacked to, which may be reached through a linked /lib.
    const query = await run('dpkg-query', ['-S', `*${join('/', basename(dirname(path)), basename(path))}`]);
    const owner = /^([^:,\s]+)/.exec(query)?.[1];
    if (owner === undefined) throw new Error(`No package owns ${path}.`);
    owners.add(owner);
  }
  return owners;
}
