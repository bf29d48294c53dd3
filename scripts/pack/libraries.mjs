import { copyFile, cp, mkdir, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { run } from '../childProcess.mjs';

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

/**
 * Copies the engine's binaries, and beside them the libraries they need, each looking for the others in its own folder.
 *
 * @param {string} from A folder of `.node` files.
 * @param {string} to
 * @returns {Promise<void>}
 */
export async function bundleLibraries(from, to) {
  await mkdir(to, { recursive: true });
  const binaries = (await readdir(from)).filter((name) => name.endsWith('.node'));
  for (const name of binaries) await copyFile(join(from, name), join(to, name));
  if (process.platform !== 'linux') return;
  const libraries = await librariesOf(binaries.map((name) => join(from, name)));
  for (const { name, path } of libraries) await copyFile(await realpath(path), join(to, name));
  for (const name of [...binaries, ...libraries.map((library) => library.name)]) {
    // RPATH, not RUNPATH: it also holds for what a library needs in its turn, and no variable is asked before it.
    await run('patchelf', ['--force-rpath', '--set-rpath', '$ORIGIN', join(to, name)]);
  }
  await copyLicenses(libraries, join(to, 'licenses'));
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
  await mkdir(folder);
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
