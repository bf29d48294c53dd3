import { VoronoiceError } from '@shared/contract/errors';

/** What a path was chosen for; it is good for nothing else. */
export type TokenKind = 'folder' | 'file';

export interface TokenEntry {
  readonly kind: TokenKind;
  readonly path: string;
}

const LIFETIME_MS = 10 * 60_000;
/** More than a person drops at once, also of the features of a voice; keeps a page gone wild from filling the memory. */
const MOST = 2_000;

/**
 * Stand-ins for paths that a person chose in a dialog or dropped. The page passes them on without ever naming a path,
 * so it can reach nothing but what was chosen.
 */
export class Tokens {
  readonly #entries = new Map<string, TokenEntry & { readonly expires: number }>();
  readonly #createId: () => string;
  readonly #now: () => number;

  /** @param now In milliseconds, by a clock that nobody sets. */
  constructor(createId: () => string, now: () => number) {
    this.#createId = createId;
    this.#now = now;
  }

  issue(entry: TokenEntry): string {
    for (const [token, { expires }] of this.#entries) {
      if (expires <= this.#now() || this.#entries.size >= MOST) this.#entries.delete(token);
      else break;
    }
    const token = this.#createId();
    this.#entries.set(token, { ...entry, expires: this.#now() + LIFETIME_MS });
    return token;
  }

  /** What a token stands for, without using it up: for looking only. */
  peek(token: string, kinds: readonly TokenKind[]): TokenEntry {
    const entry = this.#entries.get(token);
    if (entry === undefined || entry.expires <= this.#now() || !kinds.includes(entry.kind)) {
      throw new VoronoiceError('TOKEN_UNKNOWN', 'This choice is not known, was used before, or is too old.');
    }
    return { kind: entry.kind, path: entry.path };
  }

  /** What a token stands for; it is used up, and also when it was meant for something else. */
  take(token: string, kinds: readonly TokenKind[]): TokenEntry {
    try {
      return this.peek(token, kinds);
    } finally {
      this.#entries.delete(token);
    }
  }
}
