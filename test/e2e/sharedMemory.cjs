const { app } = require('electron');

/**
 * What runs in the app before it, on a computer with room for shared memory. Playwright has Chromium keep what its processes
 * share in files on the disk, for the sake of containers without such room: each picture that is let go waits for the disk
 * there, and main with it, which it does on nobody's computer.
 */
app.commandLine.removeSwitch('disable-dev-shm-usage');
// The app is to see its own arguments only.
process.argv.splice(1, 2);
