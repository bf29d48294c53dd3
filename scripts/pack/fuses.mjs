import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';

/** Whether each fuse of the packed program is on. Off: whatever would make it run code that it does not bring along. */
export const FUSES = {
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
};

/**
 * Called by electron-builder when the program is put together and not yet packed.
 *
 * @param {{ readonly appOutDir: string, readonly packager: { readonly executableName: string } }} context
 * @returns {Promise<void>}
 */
export async function applyFuses({ appOutDir, packager }) {
  // What Electron starts where it finds no app.
  await rm(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
  // The tests drive the app over the inspector.
  const inspect = process.env['VORONOICE_PACK_FOR_TESTS'] === '1';
  await flipFuses(join(appOutDir, packager.executableName), {
    version: FuseVersion.V1,
    ...FUSES,
    [FuseV1Options.EnableNodeCliInspectArguments]: inspect,
  });
}
