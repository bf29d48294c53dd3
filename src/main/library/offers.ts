import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Offer } from '@shared/contract/intake';
import type { TokenEntry, Tokens } from './tokens';

/** A token as the page gets it, with the name to show. */
export function offer(tokens: Pick<Tokens, 'issue'>, entry: TokenEntry): Offer {
  // A drive's root has no name of its own.
  return { token: tokens.issue(entry), name: (basename(entry.path) || entry.path).slice(0, 300) };
}

/** The same for a path that may be a folder, a file, or neither: then null. */
export async function offerOf(tokens: Pick<Tokens, 'issue'>, path: string): Promise<Offer | null> {
  const found = await stat(path).catch(() => null);
  if (found === null || !(found.isDirectory() || found.isFile())) return null;
  return offer(tokens, { kind: found.isDirectory() ? 'folder' : 'file', path });
}

/** What was chosen outside the page, until the page asks for it: it looks at everything in one way. */
export class Offers {
  readonly #tokens: Pick<Tokens, 'issue'>;
  readonly #tell: () => void;
  #waiting: Offer[] = [];

  /** @param tell says to the page, if there is one by then, that something waits */
  constructor(tokens: Pick<Tokens, 'issue'>, tell: () => void) {
    this.#tokens = tokens;
    this.#tell = tell;
  }

  /** Never rejects; what is not there any more is passed over. */
  async add(paths: readonly string[]): Promise<void> {
    const offers = await Promise.all(paths.map((path) => offerOf(this.#tokens, path)));
    const found = offers.filter((one) => one !== null);
    if (found.length === 0) return;
    this.#waiting.push(...found);
    this.#tell();
  }

  /** What waits, once. */
  take(): readonly Offer[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
