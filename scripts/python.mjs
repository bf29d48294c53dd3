import { join } from 'node:path';
import { capture, root, run } from './childProcess.mjs';

/** What the interop tests hold the engine against. On Debian its own packages have that. */
const PACKAGES = ['faiss-cpu==1.13.2', 'numpy', 'scikit-learn'];
const FOLDER = join(root, '.cache', 'python');
const STEP = 'Python with FAISS';

/**
 * @param {string} platform As Node names it.
 * @returns {string} The Python of the project's own, where the system's packages have no FAISS.
 */
export function ownPython(platform) {
  return platform === 'win32' ? join(FOLDER, 'Scripts', 'python.exe') : join(FOLDER, 'bin', 'python3');
}

/**
 * Makes it on Windows and macOS, apart from the system's, which refuses to be added to.
 *
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<void>}
 * @throws {import('./report.mjs').Stop}
 */
export async function ensurePython(report) {
  const { platform } = process;
  if (platform === 'linux') return;
  const python = ownPython(platform);
  if ((await capture(python, ['-c', 'import faiss, numpy, sklearn'])).code === 0) return report.there(STEP);
  await report.step(STEP, async () => {
    const remedy = 'Install Python 3.10 or newer (https://python.org), then run the command again.';
    await run(platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', FOLDER], { remedy });
    await run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]);
  });
}
