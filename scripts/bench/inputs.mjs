import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, root, run } from '../childProcess.mjs';
import { Stop } from '../report.mjs';

/** @typedef {import('../report.mjs').Report} Report */

/** Kept from one run to the next. */
export const CACHE = join(root, '.cache', 'bench');
/** The command line, as it is built. */
export const ENTRY = join(root, 'out', 'cli', 'index.js');
/** The addon of stock faiss-node. */
export const STOCK = join(CACHE, 'faiss-node-0.5.1.node');

/** Stock faiss-node 0.5.1 names a type as FAISS 1.7.4 does; before, it was a member of Index. */
const IDX_T = `#include <faiss/Index.h>
#if FAISS_VERSION_MAJOR == 1 && (FAISS_VERSION_MINOR < 7 || (FAISS_VERSION_MINOR == 7 && FAISS_VERSION_PATCH < 4))
namespace faiss { using idx_t = Index::idx_t; }
#endif
`;

/** Where the newest FAISS of the package index goes, once. */
const WHEEL = join(CACHE, 'wheel');
const VERSIONS = `import faiss, numpy, sys
print(sys.version.split()[0], faiss.__version__, numpy.__version__, faiss.get_compile_options().strip().split()[-1])`;

/**
 * The Pythons to compare with: the system's, which has faiss, numpy and scikit-learn, and where it can be had one with the
 * newest wheel of FAISS, compiled for the widest instructions.
 *
 * @param {Report} report
 * @param {boolean} onlySystem
 * @returns {Promise<readonly import('./section.mjs').Python[]>}
 */
export async function findPythons(report, onlySystem) {
  const pythons = [];
  for (const path of ['/usr/bin/python3', 'python3']) {
    if ((await capture(path, ['-c', 'import faiss, numpy, sklearn'])).code !== 0) continue;
    pythons.push({ name: 'system', path, title: await titleOf(path) });
    break;
  }
  if (pythons.length === 0) {
    throw new Stop(
      'There is no Python with faiss, numpy and scikit-learn.',
      'On Debian or Ubuntu: apt-get install python3-faiss python3-sklearn',
    );
  }
  if (onlySystem) return pythons;
  const path = join(WHEEL, 'bin', 'python3');
  if ((await capture(path, ['-c', 'import faiss'])).code !== 0) {
    await report.step('The newest FAISS for Python', async () => {
      await capture('python3', ['-m', 'venv', WHEEL]);
      await capture(join(WHEEL, 'bin', 'pip'), ['install', '--quiet', 'faiss-cpu', 'numpy'], {
        timeout: WHEEL_TIMEOUT,
      });
    });
  }
  if ((await capture(path, ['-c', 'import faiss'])).code !== 0) {
    report.note("The newest FAISS cannot be had here: only the system's is compared with.");
    return pythons;
  }
  return [...pythons, { name: 'newest', path, title: await titleOf(path) }];
}

const WHEEL_TIMEOUT = 120_000;

/** @param {string} python */
async function titleOf(python) {
  const [version, faiss, numpy, instructions] = (await run(python, ['-c', VERSIONS])).trim().split(' ');
  return `faiss ${faiss} (${instructions?.toLowerCase()}), numpy ${numpy}, Python ${version}`;
}

/**
 * @param {'v1' | 'v2'} version
 * @param {number} minutes 3,000 frames each.
 * @param {Report} report
 * @returns {Promise<string>} The folder of features.
 */
export async function generate(version, minutes, report) {
  const name = `${version}-${minutes}-minutes`;
  const features = join(CACHE, 'logs', name, version === 'v1' ? '3_feature256' : '3_feature768');
  const isThere = await access(features).then(
    () => true,
    () => false,
  );
  if (isThere) report.there(`Voice of ${minutes} minutes, ${version}`);
  else {
    await report.step(`Voice of ${minutes} minutes, ${version}, generating`, () =>
      run(process.execPath, [
        ENTRY,
        ...['sample', '--out', CACHE, '--name', name, '--version', version, '--minutes', String(minutes)],
      ]),
    );
  }
  return features;
}

/**
 * Compiles the addon of stock faiss-node 0.5.1 against the same FAISS and BLAS as ours.
 *
 * @param {Report} report
 */
export async function buildStock(report) {
  const isThere = await access(STOCK).then(
    () => true,
    () => false,
  );
  if (isThere) return report.there('Stock faiss-node 0.5.1, compiled');
  const modules = join(root, 'node_modules');
  const blas = `/usr/lib/${(await run('gcc', ['-print-multiarch'])).trim()}/openblas-openmp`;
  const header = join(CACHE, 'idx_t.h');
  await writeFile(header, IDX_T);
  await report.step('Stock faiss-node 0.5.1, compiling', () =>
    run(
      'g++',
      [
        ...[
          '-O3',
          '-DNDEBUG',
          '-std=c++17',
          '-fPIC',
          '-shared',
          '-fopenmp',
          '-DNAPI_VERSION=6',
          '-w',
          '-include',
          header,
        ],
        ...['-I', join(modules, 'node-addon-api'), '-I', join(modules, 'node-api-headers', 'include')],
        ...['-o', STOCK, join(modules, 'faiss-node-upstream', 'src', 'faiss.cc')],
        ...['-l:libfaiss.a', `-L${blas}`, `-Wl,-rpath,${blas}`, '-lopenblas'],
      ],
      { remedy: 'It needs g++, libfaiss-dev and libopenblas-openmp-dev.' },
    ),
  );
}
