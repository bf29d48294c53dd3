'use strict';

// Finds the binary that fits this machine and loads it, or says in plain words what to do.

const { existsSync, readFileSync } = require('node:fs');
const { availableParallelism } = require('node:os');
const { join } = require('node:path');

const BUILD = 'Build it with "npm run setup" in the main folder.';

/** Whether this CPU runs code compiled for AVX2. Linux tells; elsewhere the plain binary is used. */
function hasAvx2() {
  if (process.arch !== 'x64' || process.platform !== 'linux') return false;
  try {
    return /^flags\s*:.*\bavx2\b.*\bfma\b|^flags\s*:.*\bfma\b.*\bavx2\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'));
  } catch {
    return false;
  }
}

/** Binaries worth trying, best first. FAISS_NODE_BINARY names the only one. */
function candidates() {
  if (process.env.FAISS_NODE_BINARY) return [process.env.FAISS_NODE_BINARY];
  const names = hasAvx2() ? ['faiss-node-avx2.node', 'faiss-node.node'] : ['faiss-node.node'];
  return names.map((name) => join(__dirname, 'build', name));
}

/** What to do about one load error. */
function remedy(message) {
  if (/invalid ELF header|not a valid Win32|incompatible architecture|wrong architecture/i.test(message)) {
    return `It is made for another system than ${process.platform}-${process.arch}. ${BUILD}`;
  }
  if (/GLIBC|CXXABI/.test(message)) return `It was built on a newer system. ${BUILD}`;
  if (/cannot open shared object|image not found|specified module could not be found/i.test(message)) {
    return 'A library it needs is missing. On Debian or Ubuntu: sudo apt-get install libopenblas0 libgomp1';
  }
  if (/blocked|Application Control|code signature|not permitted/i.test(message)) {
    return 'The system blocks it because it is not signed. Allow the file in the security settings.';
  }
  return BUILD;
}

/** Addresses that the binary and its libraries take, and OpenBLAS for each of its threads, in bytes. */
const LIBRARY_BYTES = 2 ** 26;
const THREAD_BYTES = 2 ** 27;

/** How many addresses this process may still take, in bytes. Linux tells; elsewhere they are not limited. */
function addressesLeft() {
  if (process.platform !== 'linux') return Infinity;
  try {
    const limit = /^Max address space\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    const taken = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'));
    return limit === null || taken === null ? Infinity : Number(limit[1]) - 1024 * Number(taken[1]);
  } catch {
    return Infinity;
  }
}

/** OpenBLAS is refused its memory by a limit (`ulimit -v`), and asks again for ever. */
function requireAddresses() {
  const [left, needed] = [addressesLeft(), LIBRARY_BYTES + THREAD_BYTES * availableParallelism()];
  if (left >= needed) return;
  const error = new Error(
    `This process may take ${left} bytes of addresses more, and the engine (FAISS) needs ${needed}.`,
  );
  error.code = 'MEMORY';
  throw error;
}

function load() {
  requireAddresses();
  // Waiting threads sleep: spinning ones (GCC's default) take the cores from the matrix products between the parallel
  // parts, which have threads of their own, and from everything else on the machine. OpenMP reads this when it is loaded.
  process.env.OMP_WAIT_POLICY ??= 'passive';
  const problems = [];
  for (const path of candidates()) {
    if (!existsSync(path)) {
      problems.push(`${path} is not there. ${BUILD}`);
      continue;
    }
    try {
      return require(path);
    } catch (error) {
      problems.push(`${path} does not load. ${remedy(error.message)} (${error.message})`);
    }
  }
  const error = new Error(`The engine (FAISS) could not be loaded.\n${problems.map((line) => `- ${line}`).join('\n')}`);
  error.code = 'ENGINE_MISSING';
  throw error;
}

module.exports = load();
