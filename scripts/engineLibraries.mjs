import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { homebrewOpenMp } from '../native/build.mjs';
import { root, run, runVisibly } from './childProcess.mjs';
import { createReport, runMain, Stop } from './report.mjs';

/**
 * `npm run engine:libraries`: FAISS and its BLAS (OpenBLAS, Apple's Accelerate on a Mac), compiled by vcpkg for systems whose
 * own packages have none that can be given away. FAISS_ROOT then names where they are: it is printed. OpenMP, which Apple's
 * compiler comes without, is Homebrew's.
 */

/** vcpkg 2026.07.29, which also fixes the versions of everything that it compiles. */
const VCPKG = { address: 'https://github.com/microsoft/vcpkg', commit: '9e593bb18ea69cc5095e012465dcd675a822ed0d' };
const FOLDER = join(root, '.cache', 'vcpkg');

/**
 * @param {string} platform As Node names it.
 * @param {string} arch
 * @returns {string} What vcpkg calls the machine. Static libraries, so that the engine has them inside.
 * @throws {Stop} Where vcpkg has no name for it.
 */
export function tripletOf(platform, arch) {
  const systems = new Map([
    ['linux', `${arch}-linux`],
    ['darwin', `${arch}-osx`],
    // The system's own runtime, which Node and Electron share with the engine.
    ['win32', `${arch}-windows-static-md`],
  ]);
  const triplet = systems.get(platform);
  if (triplet === undefined || !['x64', 'arm64'].includes(arch)) {
    throw new Stop(`FAISS is not compiled for ${platform} on ${arch}.`, 'Install it, and set FAISS_ROOT.');
  }
  return triplet;
}

/**
 * OpenMP for a Mac.
 *
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<NodeJS.ProcessEnv>} What CMake must be told of it.
 */
async function ensureOpenMp(report) {
  if (process.platform !== 'darwin') return {};
  if (homebrewOpenMp(process.platform) === null) {
    await report.step('OpenMP', () =>
      run('brew', ['install', 'libomp'], { remedy: 'Install Homebrew (https://brew.sh).' }),
    );
  }
  return { OpenMP_ROOT: homebrewOpenMp(process.platform) ?? '' };
}

async function getVcpkg() {
  await mkdir(FOLDER, { recursive: true });
  const git = (/** @type {readonly string[]} */ ...args) => run('git', args.flat(), { cwd: FOLDER });
  await git(['init', '--quiet']);
  await git(['fetch', '--quiet', '--depth', '1', VCPKG.address, VCPKG.commit]);
  await git(['checkout', '--quiet', '--force', VCPKG.commit]);
  if (process.platform === 'win32') {
    await run('cmd', ['/c', 'bootstrap-vcpkg.bat', '-disableMetrics'], { cwd: FOLDER });
  } else await run('sh', ['bootstrap-vcpkg.sh', '-disableMetrics'], { cwd: FOLDER });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    const report = createReport(process.stdout);
    const triplet = tripletOf(process.platform, process.arch);
    const program = join(FOLDER, process.platform === 'win32' ? 'vcpkg.exe' : 'vcpkg');
    if ((await stat(program).catch(() => null)) === null) await report.step('vcpkg', getVcpkg);
    const openMp = await ensureOpenMp(report);
    process.exitCode = await runVisibly(program, ['install', 'faiss', `--triplet=${triplet}`], openMp);
    report.note(`FAISS_ROOT=${join(FOLDER, 'installed', triplet)}`);
  });
}
