import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runVisibly, tool } from './childProcess.mjs';

/** What the native compiler checks; vue-tsc checks the page, whose templates it does not know. */
const PROJECTS = ['shared', 'node', 'test'];

/**
 * Forgets what the compiler noted of its last run where a JSON file has changed since: of the files that import it, it takes
 * for checked what it checked against the JSON of before (TypeScript 7.0.2).
 *
 * @param {string} note Path of a project's .tsbuildinfo.
 */
export async function forgetOldJson(note) {
  const written = await stat(note).catch(() => null);
  if (written === null) return;
  /** @type {{ readonly fileNames?: readonly string[] }} */
  const { fileNames = [] } = JSON.parse(await readFile(note, 'utf8'));
  const own = fileNames.filter((name) => name.endsWith('.json') && !name.includes('node_modules/'));
  const found = await Promise.all(own.map((name) => stat(join(dirname(note), name)).catch(() => null)));
  if (found.some((file) => file === null || file.mtimeMs > written.mtimeMs)) await rm(note);
}

async function typecheck() {
  await Promise.all(PROJECTS.map((name) => forgetOldJson(join(root, '.cache/tsc', `${name}.tsbuildinfo`))));
  const projects = PROJECTS.map((name) => `tsconfig.${name}.json`);
  const code = await runVisibly(...tool('typescript-native/bin/tsc', ['-b', ...projects]));
  return code === 0 ? runVisibly(...tool('vue-tsc/bin/vue-tsc.js', ['-p', 'tsconfig.web.json'])) : code;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await typecheck();
}
