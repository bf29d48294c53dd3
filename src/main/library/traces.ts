import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TRACE_ENDING } from '@shared/domain/sound/trace';
import type { Known } from './catalogue';
import type { Measurements } from './measurements';

/**
 * The folder in which workers keep which frame each vector of a measured index is, by the content of the index. It is the
 * app's own and no part of it is ever handed over: with it, the recordings could be played out of an index.
 */
export class Traces {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Where that of an index of this content is kept, whether or not there is one. */
  pathOf(hash: string): string {
    return join(this.folder, `${hash}${TRACE_ENDING}`);
  }

  /** The content of an index has changed, and its vectors have not. */
  async follow(from: string, to: string): Promise<void> {
    await copyFile(this.pathOf(from), this.pathOf(to)).catch(() => undefined);
  }

  /** Removes those of indexes that nobody remembers. */
  async sweep(remembered: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.folder).catch((): string[] => [])) {
      if (!name.endsWith(TRACE_ENDING) || remembered.has(name.slice(0, -TRACE_ENDING.length))) continue;
      await rm(join(this.folder, name), { force: true });
    }
  }
}

/** Where it is kept which frame each vector of this index is, as the file is now; null when that was never measured. */
export function traceOf(
  index: Known,
  {
    measurements,
    traces,
  }: { readonly measurements: Pick<Measurements, 'hashOf' | 'tellerOf'>; readonly traces: Pick<Traces, 'pathOf'> },
): string | null {
  const hash = measurements.hashOf(measurements.tellerOf(index));
  return hash === null ? null : traces.pathOf(hash);
}
