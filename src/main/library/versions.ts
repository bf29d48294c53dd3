import { gt, valid } from 'semver';
import * as v from 'valibot';
import type { Locale } from '@shared/contract/languages';
import { VoronoiceError } from '@shared/contract/errors';
import { type Newer, NewestFile, ReleasesPage } from '@shared/contract/newest';
import { shortText } from '@shared/contract/primitives';
import type { Memory } from './memory';

const KEY = 'version';

/**
 * The version that was started before, when this is the first start of a newer one; else null. Takes note of this start.
 */
export function updatedFrom(memory: Pick<Memory, 'get' | 'set'>, version: string): string | null {
  const before = memory.get(KEY, shortText);
  if (before !== version) memory.set(KEY, version);
  return before !== null && valid(before) !== null && gt(version, before) ? before : null;
}

/** Where releases are, which only the build of a release is told (docs/releasing.md); else null. */
export function releases(): string | null {
  const page = import.meta.env.MAIN_VITE_RELEASES;
  return v.is(ReleasesPage, page) ? page : null;
}

const MOST_BYTES = 64 * 2 ** 10;
const PATIENCE = 10_000;

export interface NewestOptions {
  /** The page of releases; the file lies beside the newest of them. */
  readonly releases: string;
  /** Of this app. */
  readonly version: string;
  readonly locale: Locale;
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>;
}

/**
 * Looks for a version that is newer than this one. One request for one small file, and nothing is told but what every
 * request tells.
 *
 * @returns null when this is the newest
 * @throws NEWEST_UNKNOWN when the file cannot be had, or says nothing that is understood
 */
export async function newerVersion({ releases, version, locale, fetch }: NewestOptions): Promise<Newer | null> {
  const text = await fetchText(`${releases}/latest/download/newest.json`, fetch);
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), NewestFile), text);
  if (!parsed.success) throw unknown('What came back is not what a release says of itself.');
  const { version: newest, notes } = parsed.output;
  if (!gt(newest, version)) return null;
  return { version: newest, notes: notes[locale] ?? notes.en, page: `${releases}/latest` };
}

async function fetchText(address: string, get: NewestOptions['fetch']): Promise<string> {
  try {
    const response = await get(address, {
      credentials: 'omit',
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok || response.body === null) throw unknown(`The answer was ${response.status}.`);
    return await textOf(response.body);
  } catch (error) {
    throw error instanceof VoronoiceError ? error : unknown(String(error));
  }
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) throw unknown(`The answer is longer than ${MOST_BYTES} bytes.`);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function unknown(why: string): VoronoiceError {
  return new VoronoiceError('NEWEST_UNKNOWN', `Which version is the newest could not be found out. ${why}`);
}
