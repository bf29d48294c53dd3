'use strict';

// What the packed program starts: the window, or, called by the command `voronoice`, the command line. The packed
// program cannot run as Node (its fuse is off), so the command line runs in Electron's first process, without a window.
const at = process.argv.indexOf('--command-line');
if (at === -1) require('./out/main/index.cjs');
// Not awaited: Electron is not ready before this module has run, and the command line starts workers, which takes that.
else void runCommandLine();

async function runCommandLine() {
  const { app } = require('electron');
  process.argv = [process.execPath, 'voronoice', ...process.argv.slice(at + 1)];
  try {
    await import('./out/cli/index.js');
  } catch (error) {
    // Else Electron would show a window about it, which nobody sees, and wait.
    console.error(error);
    process.exitCode = 1;
  }
  app.exit(Number(process.exitCode ?? 0));
}
