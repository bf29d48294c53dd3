import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../childProcess.mjs';
import { Stop } from '../report.mjs';

/**
 * The engine, built so that it stops where memory or arithmetic go wrong.
 *
 * @typedef {object} Sanitized
 * @property {string} trial The program that uses one index after another.
 * @property {string} addon
 * @property {NodeJS.ProcessEnv} env For a Node that loads the addon.
 * @property {boolean} whole FAISS itself is built so, too.
 */

const KIND = 'address,undefined';
const RUNTIMES = ['libasan.so', 'libubsan.so', 'libstdc++.so.6'];

/**
 * Builds it, into a folder of its own. `FAISS_SOURCE` may name the folder of FAISS's source; else the system's library is taken as it is,
 * and only what it does through the engine's own memory is seen.
 *
 * @param {import('../report.mjs').Report} report
 * @returns {Promise<Sanitized>}
 * @throws {Stop}
 */
export async function buildSanitized(report) {
  if (process.platform !== 'linux') throw new Stop('Sanitizers are set up for Linux only.', 'Run this on Linux.');
  const source = process.env['FAISS_SOURCE'] ?? '';
  const whole = source !== '' && existsSync(join(source, 'faiss', 'CMakeLists.txt'));
  const folder = join(root, '.cache', 'reliability', whole ? 'whole' : 'engine');
  await report.step(`Engine with sanitizers${whole ? ', FAISS included' : ''}`, async () => {
    await configure(folder, KIND, source);
    await run('cmake', ['--build', folder, '--parallel', '2']);
  });
  const addon = join(folder, 'faiss-node.node');
  const runtimes = await Promise.all(RUNTIMES.map((name) => run('gcc', [`-print-file-name=${name}`])));
  const env = {
    FAISS_NODE_BINARY: addon,
    // Node is built without them: they must be there before it is.
    LD_PRELOAD: runtimes.map((path) => path.trim()).join(':'),
    // Node and V8 keep what they have until the process ends. What no machine has is refused, as elsewhere.
    ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:alloc_dealloc_mismatch=0:abort_on_error=1',
    UBSAN_OPTIONS: 'print_stacktrace=1',
  };
  return { trial: join(folder, 'trial'), addon, env, whole };
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
    await configure(folder, 'thread', '');
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
 * @param {string} folder
 * @param {string} kind Of GCC's -fsanitize.
 * @param {string} source Of FAISS; empty: the system's.
 */
async function configure(folder, kind, source) {
  const modules = join(root, 'node_modules');
  await run('cmake', [
    ...['-S', join(root, 'native'), '-B', folder, '-DCMAKE_BUILD_TYPE=None', `-DFAISS_NODE_SANITIZE=${kind}`],
    `-DFAISS_ROOT=${source}`,
    `-DNODE_ADDON_API_DIR=${join(modules, 'node-addon-api')}`,
    `-DNODE_API_HEADERS_DIR=${join(modules, 'node-api-headers')}`,
  ]);
}
