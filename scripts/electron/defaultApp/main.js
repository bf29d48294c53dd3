// What `electron <path>` starts before an app is packaged. The replacement runtime brings none, so this stands in
// for the part that we use: `electron [-r module] <folder or script> [arguments]`.
import { app } from 'electron/main';
import { existsSync, readFileSync, statSync } from 'node:fs';
import Module from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** @type {string[]} */
const preloads = [];
let target = null;
const args = process.argv.slice(1);
for (let i = 0; i < args.length && target === null; i++) {
  const arg = args[i];
  if (arg === '-r' || arg === '--require') preloads.push(args[++i]);
  else if (!arg.startsWith('-')) target = arg;
}

if (target === null) {
  console.error('Usage: electron <folder or script>');
  app.exit(1);
} else {
  // Playwright hooks itself in by a preloaded module: without it, it would wait for ever.
  Module._preloadModules(preloads);
  await start(resolve(target));
}

/** @param {string} path */
async function start(path) {
  process.defaultApp = true;
  let entry = path;
  if (statSync(path).isDirectory()) {
    const manifestPath = join(path, 'package.json');
    const manifest = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, 'utf8')) : {};
    if (manifest.version) app.setVersion(manifest.version);
    if (manifest.productName ?? manifest.name) app.setName(manifest.productName ?? manifest.name);
    app.setDesktopName(manifest.desktopName ?? `${app.name}.desktop`);
    app.setAppPath(path);
    entry = join(path, manifest.main ?? 'index.js');
  }
  await import(pathToFileURL(entry).href);
}
