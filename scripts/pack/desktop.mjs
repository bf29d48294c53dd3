import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, run } from '../childProcess.mjs';
import { bashCompletion, commandsIn, manualPage } from './commandPages.mjs';

/** Icon sizes in pixels, and the file of each in resources/icons. */
export const ICONS = {
  ...Object.fromEntries([16, 24, 32, 48, 64, 128, 256].map((size) => [`${size}x${size}`, `${size}.png`])),
  '512x512': 'icon.png',
  scalable: 'icon.svg',
};

/** What a desktop and a shell are told, below /usr/share: entry, file type, store page, manual, completion. */
export const SHARED_FILES = /** @type {const} */ ([
  'applications/voronoice.desktop',
  'mime/packages/voronoice.xml',
  'metainfo/org.voronoice.Voronoice.metainfo.xml',
  'man/man1/voronoice.1.gz',
  'bash-completion/completions/voronoice',
]);

/**
 * Writes all of them.
 *
 * @param {string} folder What stands for /usr/share.
 * @param {string} version
 * @returns {Promise<void>}
 */
export async function writeSharedFiles(folder, version) {
  for (const part of ['applications', 'mime', 'metainfo']) {
    await cp(join(root, 'resources', 'linux', part), join(folder, part), { recursive: true });
  }
  /** @param {readonly string[]} words */
  const helpOf = (...words) => run(process.execPath, [join(root, 'out', 'cli', 'index.js'), ...words, '--help']);
  const overview = await helpOf();
  /** @type {Record<string, string>} */
  const commands = {};
  for (const name of commandsIn(overview)) commands[name] = await helpOf(name);
  await mkdir(join(folder, 'man', 'man1'), { recursive: true });
  await writeFile(join(folder, 'man', 'man1', 'voronoice.1.gz'), gzipSync(manualPage({ overview, commands }, version)));
  await mkdir(join(folder, 'bash-completion', 'completions'), { recursive: true });
  await writeFile(join(folder, 'bash-completion', 'completions', 'voronoice'), bashCompletion({ overview, commands }));
}
