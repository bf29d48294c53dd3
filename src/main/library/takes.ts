import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders with the takes of jobs that have listened: they go with the job. */
export class Takes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  of(job: string): string {
    return join(this.#folder, job);
  }

  /** Removes those of this job. */
  async remove(job: string): Promise<void> {
    await rm(this.of(job), { recursive: true, force: true });
  }

  /** Removes those of jobs that are not on the list. */
  async sweep(jobs: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch((): string[] => []);
    for (const name of names) if (!jobs.has(name)) await this.remove(name);
  }
}
