import { CLI, ensureBuilt } from '../../scripts/build.mjs';
import { createReport } from '../../scripts/report.mjs';

/** Builds the command line where its sources are newer than it. */
export async function setup(): Promise<void> {
  await ensureBuilt(CLI, createReport(process.stderr, { quiet: true }));
}
