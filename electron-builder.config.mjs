import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFuses } from './scripts/pack/fuses.mjs';
import { STAGED_APP } from './scripts/pack/stage.mjs';

const electronDist = join(import.meta.dirname, 'node_modules', 'electron', 'dist');

/** The unpacked app and its archives; scripts/pack puts together what goes in and makes .deb and .rpm of the first. */
export default {
  appId: 'org.voronoice.Voronoice',
  directories: { app: STAGED_APP, output: 'dist', buildResources: 'resources/icons' },
  asar: true,
  // The system's loader reads these, and it knows no archive.
  asarUnpack: ['**/*.node', '**/*.so*'],
  extraFiles: [
    { from: 'LICENSE', to: 'LICENSE' },
    { from: '.cache/pack/licenses.txt', to: 'LICENSES.txt' },
    { from: 'resources/linux/voronoice.sh', to: 'bin/voronoice' },
  ],
  electronDist,
  electronVersion: readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, ''),
  electronLanguages: ['en-US', 'ko'],
  npmRebuild: false,
  publish: null,
  artifactName: 'voronoice-${version}-${os}-${arch}.${ext}',
  linux: { target: ['dir', 'tar.gz', 'zip'], executableName: 'voronoice', category: 'AudioVideo', icon: 'icon.png' },
  afterPack: applyFuses,
};
