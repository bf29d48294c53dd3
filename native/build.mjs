// Builds build/faiss-node.node with plain CMake. Node built-ins only; does nothing when the binary is up to date.
//
//   node native/build.mjs                              FAISS of the system
//   FAISS_ROOT=<source tree or prefix> node native/build.mjs     also one of vcpkg, "installed/<triplet>"

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const buildDir = join(here, 'build');
const binary = join(buildDir, 'faiss-node.node');
const stampFile = join(buildDir, 'stamp.txt');

/** A failed build: `message` is the cause, `remedy` what to do about it. */
export class BuildError extends Error {
  constructor(message, remedy) {
    super(message);
    this.remedy = remedy;
  }
}

const PACKAGES =
  process.platform === 'linux'
    ? 'On Debian or Ubuntu: sudo apt-get install -y cmake g++ libfaiss-dev libopenblas-dev'
    : process.platform === 'darwin'
      ? 'With Homebrew: brew install cmake faiss libomp openblas'
      : 'Install CMake, Visual Studio Build Tools and FAISS, and set FAISS_ROOT to where FAISS is.';

/** The folder of a package, looked for upwards as Node does. */
function packageDir(name) {
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) {
      throw new BuildError(`The package ${name} is not installed.`, 'Run "npm install" in the main folder first.');
    }
  }
}

/** FAISS's main header, which carries its version. */
function faissHeader(faissRoot) {
  const roots = faissRoot
    ? [join(faissRoot, 'include'), faissRoot]
    : ['/usr/include', '/usr/local/include', '/opt/homebrew/include'];
  const header = roots.map((root) => join(root, 'faiss', 'Index.h')).find((path) => existsSync(path));
  if (!header) {
    throw new BuildError(`FAISS is not installed${faissRoot ? ` in ${faissRoot}` : ''}.`, PACKAGES);
  }
  return header;
}

/** Changes whenever the binary would. */
function stampOf(files, facts) {
  const hash = createHash('sha256').update(facts.join('\n'));
  for (const file of files) hash.update(`\n${basename(file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function cmake(args, log) {
  const result = spawnSync('cmake', args, { cwd: here, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error) throw new BuildError(`CMake does not start: ${result.error.message}.`, PACKAGES);
  if (result.status !== 0) {
    log(`${result.stdout}${result.stderr}`.trim().split('\n').slice(-40).join('\n'));
    throw new BuildError(`CMake stopped with an error (cmake ${args.join(' ')}).`, PACKAGES);
  }
}

/** What CMake must know of a prefix that vcpkg made: it finds there, too, what FAISS itself needs. */
export function vcpkgOptions(faissRoot, exists = existsSync) {
  const toolchain = join(dirname(dirname(faissRoot)), 'scripts', 'buildsystems', 'vcpkg.cmake');
  if (faissRoot === '' || !exists(toolchain)) return [];
  return [`-DCMAKE_TOOLCHAIN_FILE=${toolchain}`, `-DVCPKG_TARGET_TRIPLET=${basename(faissRoot)}`];
}

/**
 * Where Homebrew keeps OpenMP, which Apple's compiler comes without. CMake does not look there by itself: Homebrew links it
 * nowhere, for it would hide other compilers' own.
 *
 * @param {string} platform As Node names it.
 * @param {(path: string) => boolean} [exists]
 * @returns {string | null} For CMake's `OpenMP_ROOT`.
 */
export function homebrewOpenMp(platform, exists = existsSync) {
  if (platform !== 'darwin') return null;
  return ['/opt/homebrew/opt/libomp', '/usr/local/opt/libomp'].find((folder) => exists(folder)) ?? null;
}

/** What a build depends on, and the stamp that stands for all of it. */
function planBuild(faissRoot) {
  const root = faissRoot ? resolve(faissRoot) : '';
  const addonApi = packageDir('node-addon-api');
  const apiHeaders = packageDir('node-api-headers');
  const sources = readdirSync(join(here, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const packages = [join(addonApi, 'package.json'), join(apiHeaders, 'package.json')];
  const stamp = stampOf(
    [...sources, join(here, 'CMakeLists.txt'), faissHeader(root), ...packages],
    [process.platform, process.arch, root],
  );
  return { root, addonApi, apiHeaders, stamp };
}

/**
 * CMake refuses a cache made for another folder, as after this one was moved or copied: removes the build that it is of.
 *
 * @param {string} folder Of a build.
 */
export function dropForeignCache(folder) {
  const cache = join(folder, 'CMakeCache.txt');
  if (!existsSync(cache)) return;
  const home = `CMAKE_HOME_DIRECTORY:INTERNAL=${here.replaceAll('\\', '/')}`;
  if (!readFileSync(cache, 'utf8').split(/\r?\n/).includes(home)) rmSync(folder, { recursive: true });
}

function isStamped(stamp) {
  return existsSync(binary) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

/**
 * Whether the binary already fits the sources, FAISS and the Node-API headers.
 *
 * @param {{ faissRoot?: string }} [options] As for `buildEngine`.
 * @returns {boolean}
 * @throws {BuildError} where it could not be built either
 */
export function engineIsBuilt({ faissRoot = process.env.FAISS_ROOT } = {}) {
  return isStamped(planBuild(faissRoot).stamp);
}

/**
 * Configures and builds the engine, unless it is already built.
 *
 * @param {{ faissRoot?: string, log?: (line: string) => void }} [options] `faissRoot`: a FAISS source tree or
 *   installation prefix, default: FAISS_ROOT from the environment, else the system's.
 * @returns {{ built: boolean, seconds: number, binary: string }}
 * @throws {BuildError} with a `remedy`
 */
export function buildEngine({ faissRoot = process.env.FAISS_ROOT, log = console.log } = {}) {
  const begin = Date.now();
  const seconds = () => Math.round((Date.now() - begin) / 100) / 10;
  const { root, addonApi, apiHeaders, stamp } = planBuild(faissRoot);
  if (isStamped(stamp)) {
    log('Engine: up to date.');
    return { built: false, seconds: seconds(), binary };
  }
  log('Engine: building the FAISS binding (about a minute) …');
  dropForeignCache(buildDir);
  mkdirSync(buildDir, { recursive: true });
  const openMp = homebrewOpenMp(process.platform);
  cmake(
    [
      '-S',
      here,
      '-B',
      buildDir,
      '-DCMAKE_BUILD_TYPE=Release',
      `-DFAISS_ROOT=${root}`,
      `-DNODE_ADDON_API_DIR=${addonApi}`,
      `-DNODE_API_HEADERS_DIR=${apiHeaders}`,
      ...(openMp === null ? [] : [`-DOpenMP_ROOT=${openMp}`]),
      ...vcpkgOptions(root),
    ],
    log,
  );
  cmake(['--build', buildDir, '--config', 'Release', '--parallel', '2'], log);
  writeFileSync(stampFile, stamp);
  log(`Engine: built in ${seconds()} s.`);
  return { built: true, seconds: seconds(), binary };
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    buildEngine();
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(`${error.message}\n${error.remedy}`);
    process.exitCode = 1;
  }
}
