import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses';
import { placesIn } from './platform.mjs';

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
 * @param {{
 *   readonly appOutDir: string,
 *   readonly electronPlatformName: string,
 *   readonly packager: { readonly executableName?: string, readonly appInfo: { readonly productFilename: string } },
 * }} context
 * @returns {Promise<void>}
 */
export async function applyFuses({ appOutDir, electronPlatformName, packager }) {
  const { program, resources } = placesIn(/** @type {import('./platform.mjs').Platform} */ (electronPlatformName), {
    folder: appOutDir,
    executable: packager.executableName ?? '',
    product: packager.appInfo.productFilename,
  });
  // What Electron starts where it finds no app.
  await rm(join(resources, 'default_app.asar'), { force: true });
  // The tests drive the app over the inspector.
  const inspect = process.env['VORONOICE_PACK_FOR_TESTS'] === '1';
  await flipFuses(program, {
    version: FuseVersion.V1,
    // Apple's own processors start nothing whose signature is broken; electron-builder signs only after this.
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
    ...FUSES,
    [FuseV1Options.EnableNodeCliInspectArguments]: inspect,
  });
}
