import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLI, ensureBuilt } from './build.mjs';
import { root } from './childProcess.mjs';
import { createReport, runMain } from './report.mjs';
import { setup } from './setup.mjs';

// The command line itself runs in this process: its exit code, its signals and its stdout need no passing on. What is
// said before it goes to stderr, since stdout may have to be one JSON object.
await runMain(async () => {
  const report = createReport(process.stderr, { quiet: true });
  await setup({ report, need: 'cli' });
  await ensureBuilt(CLI, report);
  const entry = join(root, 'out', 'cli', 'index.js');
  process.argv[1] = entry;
  // npm runs scripts in the project's folder; the paths on the command line mean the folder it was called from.
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  await import(pathToFileURL(entry).href);
});
