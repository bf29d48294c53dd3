import { type ErrorCode, toFailure } from '@shared/contract/errors';
import type { Absence, VoiceNews } from '@shared/contract/library';
import type { ScanResult, Voice } from '@shared/contract/voices';
import { newsOf } from '@shared/domain/voice/news';
import type { Log } from '../../supervisor/log';
import { idsIn } from './catalogue';
import { partOf, withVoices } from './part';
import type { Source, Sources } from './sources';

/** What came of looking again. */
export interface Found {
  readonly changed: boolean;
  readonly news: readonly VoiceNews[];
}
const NOTHING_FOUND: Found = { changed: false, news: [] };

/** Looks again at what was added to the library, and keeps what is found. Never rejects for what the disk does not give. */
export class Looking {
  readonly #sources: Sources;
  readonly #scan: (path: string) => Promise<ScanResult>;
  readonly #log: Log;

  /** @param scan Looks through a path on disk; rejects with a `VoronoiceError`. */
  constructor(sources: Sources, scan: (path: string) => Promise<ScanResult>, log: Log) {
    this.#sources = sources;
    this.#scan = scan;
    this.#log = log;
  }

  /** At as little of a source as changes at these paths are about. */
  async part(id: string, paths: readonly string[]): Promise<Found> {
    const source = this.#sources.get(id);
    if (source === undefined) return NOTHING_FOUND;
    const voices = source.absence === null ? partOf(source.scan, paths) : null;
    return (voices === null ? null : await this.#voices(source, voices)) ?? this.whole(id);
  }

  async whole(id: string): Promise<Found> {
    const before = this.#sources.get(id);
    if (before === undefined) return NOTHING_FOUND;
    try {
      const scan = await this.#scan(before.path);
      if (this.#sources.get(id) === undefined) return NOTHING_FOUND;
      const emptied = scan.what === 'nothing' && idsIn(before.scan).length > 0;
      const changed = await this.#sources.keep(
        emptied ? { ...before, absence: 'emptied' } : { ...before, absence: null, scan },
      );
      return { changed, news: emptied || before.scan === null ? [] : newsOf(before.scan.voices, scan.voices) };
    } catch (error) {
      // What was found last stays to be seen: a drive may only be unplugged.
      this.#log.warn(`"${before.path}" cannot be looked through: ${String(error)}`);
      if (this.#sources.get(id) === undefined) return NOTHING_FOUND;
      return { changed: await this.#sources.keep({ ...before, absence: absenceOf(toFailure(error).code) }), news: [] };
    }
  }

  /** At some voices of a source; null when that does not tell how they are, as when one is gone. */
  async #voices(before: Source, voices: readonly Voice[]): Promise<Found | null> {
    if (before.scan === null) return null;
    const found = await Promise.all(voices.map(({ path }) => this.#scan(path).catch(() => null)));
    const scan = withVoices(before.scan, voices, found);
    if (scan === null || this.#sources.get(before.id) === undefined) return null;
    return { changed: await this.#sources.keep({ ...before, scan }), news: newsOf(before.scan.voices, scan.voices) };
  }
}

function absenceOf(code: ErrorCode): Absence {
  return code === 'FILE_UNREADABLE' ? 'forbidden' : 'gone';
}
