import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyFuses } from './scripts/pack/fuses.mjs';
import { macSigning } from './scripts/pack/platform.mjs';
import { STAGED_APP } from './scripts/pack/stage.mjs';

const electronDist = join(import.meta.dirname, 'node_modules', 'electron', 'dist');

const signing = macSigning(process.env);

/**
 * The unpacked app, its archives and the installers of Windows and macOS; scripts/pack puts together what goes in, and makes
 * .deb and .rpm of the unpacked app. Windows signs by the variables that electron-builder knows itself.
 */
export default {
  appId: 'org.voronoice.Voronoice',
  directories: { app: STAGED_APP, output: 'dist', buildResources: 'resources/icons' },
  asar: true,
  // The system's loader reads these, and it knows no archive.
  asarUnpack: ['**/*.node', '**/*.so*', '**/*.dll', '**/*.dylib'],
  extraFiles: [
    { from: 'LICENSE', to: 'LICENSE' },
    { from: '.cache/pack/licenses.txt', to: 'LICENSES.txt' },
  ],
  electronDist,
  electronVersion: readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, ''),
  // Those of the app, each as it is written anywhere: who is met in a language depends on what Chromium brings of it.
  electronLanguages: ['en', 'es', 'pt', 'ru', 'ko', 'ja', 'zh'],
  npmRebuild: false,
  publish: null,
  artifactName: 'voronoice-${version}-${os}-${arch}.${ext}',
  fileAssociations: [
    { ext: 'index', name: 'Search index of a voice', role: 'Viewer', mimeType: 'application/x-faiss-index' },
  ],
  linux: {
    executableName: 'voronoice',
    category: 'AudioVideo',
    icon: 'icon.png',
    extraFiles: [{ from: 'resources/linux/voronoice.sh', to: 'bin/voronoice' }],
  },
  // What is named here is signed besides programs, where there is a certificate.
  win: { icon: 'icon.png', signExts: ['.dll', '.node'] },
  // Installed for the person only, without a question, and nothing of the person is removed with it.
  nsis: { oneClick: true, perMachine: false, deleteAppDataOnUninstall: false },
  mac: {
    icon: 'icon.png',
    category: 'public.app-category.music',
    hardenedRuntime: signing.identity === undefined,
    ...(signing.identity === undefined ? {} : { identity: signing.identity }),
    notarize: signing.notarize,
  },
  afterPack: applyFuses,
};
