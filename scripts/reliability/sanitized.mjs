import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dropForeignCache } from '../../native/build.mjs';
import { root, run } from '../childProcess.mjs';
import { Stop } from '../report.mjs';
import { ensureFaissSource } from './faissSource.mjs';

/**
 * How much of FAISS is built with sanitizers, too: all of it; what reads a file and follows what stands in it; nothing.
 *
 * @typedef {'whole' | 'reading' | 'none'} Depth
 */

const KIND = 'address,undefined';
const RUNTIMES = ['libasan.so', 'libubsan.so', 'libstdc++.so.6'];

/**
 * Builds the program that uses one index after another, stops where memory or arithmetic go wrong, and tells of the places in
 * the code that an index reached for the first time.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<{ readonly trial: string, readonly faiss: Depth }>}
 * @throws {Stop}
 */
export async function buildTrial(report) {
  const { folder, faiss } = await build('trial', report);
  return { trial: join(folder, 'trial'), faiss };
}

/**
 * Builds the engine for Node so that it stops where memory or arithmetic go wrong.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<NodeJS.ProcessEnv>} For a Node that loads it.
 * @throws {Stop}
 */
export async function buildSanitized(report) {
  const { folder } = await build('faiss-node', report);
  const runtimes = await Promise.all(RUNTIMES.map((name) => run('gcc', [`-print-file-name=${name}`])));
  return {
    FAISS_NODE_BINARY: join(folder, 'faiss-node.node'),
    // Node is built without them: they must be there before it is.
    LD_PRELOAD: runtimes.map((path) => path.trim()).join(':'),
    // Node and V8 keep what they have until the process ends. What no machine has is refused, as elsewhere.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:alloc_dealloc_mismatch=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  };
}

/**
 * Builds into a folder of its own. `FAISS_SOURCE` may name the folder of FAISS's source: all of it is built, which takes
 * minutes. Else what reads files is, where the archive of the system's packages has its source, and takes the place of the same
 * in the system's library. Of what is not built, only what it does through that and through the engine's own memory is seen.
 *
 * @param {'trial' | 'faiss-node'} target Of CMake.
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<{ readonly folder: string, readonly faiss: Depth }>}
 */
async function build(target, report) {
  if (process.platform !== 'linux') throw new Stop('Sanitizers are set up for Linux only.', 'Run this on Linux.');
  const { faiss, sources } = await sourcesToBuild(report);
  const folder = join(root, '.cache', 'reliability', faiss);
  await report.step(`${NAMES[target]} with sanitizers, ${SEEN[faiss]}`, async () => {
    await configure(folder, KIND, sources);
    await run('cmake', ['--build', folder, '--parallel', '2', '--target', target]);
  });
  return { folder, faiss };
}

const NAMES = { trial: 'Trial of indexes', 'faiss-node': 'Engine' };

/** @type {Readonly<Record<Depth, string>>} */
const SEEN = { whole: 'FAISS included', reading: 'what reads files in FAISS included', none: 'FAISS as it is' };

/**
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<{ readonly faiss: Depth, readonly sources: Sources }>}
 */
async function sourcesToBuild(report) {
  const named = process.env['FAISS_SOURCE'] ?? '';
  if (named !== '' && existsSync(join(named, 'faiss', 'CMakeLists.txt')))
    return { faiss: 'whole', sources: { whole: named } };
  const reading = await ensureFaissSource(report);
  return reading === null ? { faiss: 'none', sources: {} } : { faiss: 'reading', sources: { reading } };
}

/**
 * The engine, built so that it tells of what two threads do to the same memory without an order between them.
 *
 * @typedef {object} ThreadSanitized
 * @property {NodeJS.ProcessEnv} env For a Node that loads the addon.
 * @property {NodeJS.ProcessEnv} unordered The same, but that the sanitizer is told of no order.
 * @property {number} threads That the work inside one step runs on.
 *
 * GCC's OpenMP keeps its barriers to itself. LLVM's takes its place where it is installed, with Archer, which tells the
 * sanitizer of them; elsewhere each step runs on one thread.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<ThreadSanitized>}
 */
export async function buildThreadSanitized(report) {
  if (process.platform !== 'linux') throw new Stop('Sanitizers are set up for Linux only.', 'Run this on Linux.');
  const folder = join(root, '.cache', 'reliability', 'thread');
  await report.step('Engine with the sanitizer for threads', async () => {
    await configure(folder, 'thread', {});
    await run('cmake', ['--build', folder, '--parallel', '2', '--target', 'faiss-node']);
  });
  const runtime = (await run('gcc', ['-print-file-name=libtsan.so'])).trim();
  const env = {
    FAISS_NODE_BINARY: join(folder, 'faiss-node.node'),
    OMP_WAIT_POLICY: 'passive',
    TSAN_OPTIONS: 'ignore_noninstrumented_modules=1:report_signal_unsafe=0:allocator_may_return_null=1',
  };
  const llvm = await llvmWithArcher();
  if (llvm === null) {
    const alone = { ...env, LD_PRELOAD: runtime, OMP_NUM_THREADS: '1' };
    return { env: alone, unordered: { ...alone, OMP_NUM_THREADS: '2' }, threads: 1 };
  }
  const several = { ...env, LD_PRELOAD: `${runtime}:${join(llvm, 'libomp.so.5')}`, OMP_NUM_THREADS: `${THREADS}` };
  return {
    env: { ...several, OMP_TOOL_LIBRARIES: join(llvm, 'libarcher.so') },
    unordered: { ...several, OMP_TOOL: 'disabled' },
    threads: THREADS,
  };
}

const THREADS = 2;

/** @returns {Promise<string | null>} The folder of LLVM's OpenMP, of Debian's package libomp-dev; null where there is none. */
async function llvmWithArcher() {
  for (const name of await readdir('/usr/lib').catch(() => [])) {
    const folder = join('/usr/lib', name, 'lib');
    if (!name.startsWith('llvm-')) continue;
    if (existsSync(join(folder, 'libarcher.so')) && existsSync(join(folder, 'libomp.so.5'))) return folder;
  }
  return null;
}

/**
 * Folders of FAISS's source: to build all of it, or what reads files; else the system's library is taken as it is.
 *
 * @typedef {{ readonly whole?: string, readonly reading?: string }} Sources
 */

/**
 * @param {string} folder
 * @param {string} kind Of GCC's -fsanitize.
 * @param {Sources} sources
 */
async function configure(folder, kind, { whole = '', reading = '' }) {
  const modules = join(root, 'node_modules');
  dropForeignCache(folder);
  await run('cmake', [
    ...['-S', join(root, 'native'), '-B', folder, '-DCMAKE_BUILD_TYPE=None', `-DFAISS_NODE_SANITIZE=${kind}`],
    ...[`-DFAISS_ROOT=${whole}`, `-DFAISS_NODE_READING_SOURCE=${reading}`],
    `-DNODE_ADDON_API_DIR=${join(modules, 'node-addon-api')}`,
    `-DNODE_API_HEADERS_DIR=${join(modules, 'node-api-headers')}`,
  ]);
}
