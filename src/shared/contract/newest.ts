import * as v from 'valibot';
import { shortText } from './primitives';

/** Where a person gets Voronoice: GitHub's page of releases, which a link may open (main/window/guards.ts). */
export const ReleasesPage = v.pipe(v.string(), v.regex(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+\/releases$/));

/** Semantic Versioning 2.0, as far as it says which of two is newer. */
const version = v.pipe(shortText, v.regex(/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/));

const notes = v.pipe(v.string(), v.maxLength(20_000));

/** The small file beside every release that says what the newest is, `newest.json` (docs/releasing.md). */
export const NewestFile = v.object({
  version,
  /** What is new, in Markdown, by language; English is always there. */
  notes: v.intersect([v.object({ en: notes }), v.record(shortText, notes)]),
});
export type NewestFile = v.InferOutput<typeof NewestFile>;

/** A version that is newer than this one, as the page hears of it. */
export const Newer = v.strictObject({ version, notes, page: v.pipe(v.string(), v.url()) });
export type Newer = v.InferOutput<typeof Newer>;
