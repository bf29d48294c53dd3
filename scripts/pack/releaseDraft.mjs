import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runVisibly } from '../childProcess.mjs';
import { runMain, Stop } from '../report.mjs';
import { changelogPart } from './releaseFiles.mjs';

/**
 * `npm run release:draft -- <folder>`: a draft of a release on GitHub with every file of the folder, for a person to read and
 * publish. Needs GitHub's `gh`, and the tag.
 */

/**
 * @param {string} version
 * @param {string} notes
 * @param {readonly string[]} files
 * @returns {string[]} What `gh` is called with.
 */
export function draftArguments(version, notes, files) {
  return ['release', 'create', `v${version}`, '--draft', '--verify-tag', '--title', `Voronoice ${version}`]
    .concat(['--notes', notes])
    .concat(files);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await runMain(async () => {
    const [folder] = process.argv.slice(2);
    if (folder === undefined)
      throw new Stop('In which folder are the packages?', 'Use: npm run release:draft -- <folder>');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const notes = changelogPart(await readFile(join(root, 'CHANGELOG.md'), 'utf8'), version);
    if (notes === null) throw new Stop(`CHANGELOG.md has nothing on ${version}.`, 'Say what is new in it.');
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
    process.exitCode = await runVisibly('gh', draftArguments(version, notes, files));
  });
}
