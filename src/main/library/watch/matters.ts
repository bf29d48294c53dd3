import { extname } from 'node:path';

/** What is written all the time while a voice is trained, and is nothing that the library shows. */
const NOISE = /\.(log|tmp|lock|pyc)$|^events\.out\.tfevents/i;

/** What the library reads of what is in a file. */
const READ: ReadonlySet<string> = new Set(['.npy', '.index', '.pth', '.json', '.zip']);

/**
 * Whether what a watched folder tells may be a change of what the library shows.
 *
 * @param event `rename`: something came or went; `change`: something in it was written.
 * @param name Of what changed; null where the system does not say.
 */
export function matters(event: 'rename' | 'change', name: string | null): boolean {
  if (name === null) return true;
  return event === 'rename' ? !NOISE.test(name) : READ.has(extname(name).toLowerCase());
}
