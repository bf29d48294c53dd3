import * as v from 'valibot';
import { Locale } from './languages';
import { count, ErrorCodeSchema, opaqueId, shortText } from './primitives';
import { Rates } from './rates';
import { SettingsTrouble } from './settings';

/** What the page has to know of the app that it is part of. */
export const AppInfo = v.strictObject({
  version: shortText,
  platform: shortText,
  locale: Locale,
  /** Null when the engine loads; else why it does not, in plain words. */
  engineProblem: v.nullable(v.string()),
  rates: Rates,
  memoryBytes: count,
  /** Threads that its processors run side by side. */
  processors: count,
  /** Whether this build knows where new versions would be. */
  hasReleases: v.boolean(),
  /** The version that was started before, when this start is the first of a newer one; else null. */
  updatedFrom: v.nullable(shortText),
  /** Null: what was set before holds. */
  settingsTrouble: v.nullable(SettingsTrouble),
  /** Whether the library is of a newer version: it can be looked at, and nothing of it is changed. */
  isLibraryNewer: v.boolean(),
});
export type AppInfo = v.InferOutput<typeof AppInfo>;

/** What help is asked for about. */
export const Trouble = v.strictObject({ code: ErrorCodeSchema, message: v.string(), job: v.nullable(opaqueId) });
export type Trouble = v.InferOutput<typeof Trouble>;

/** The computer goes off soon, does not, or could not. */
export const PowerOffState = v.variant('state', [
  v.strictObject({ state: v.literal('counting'), seconds: count }),
  v.strictObject({ state: v.literal('off') }),
  v.strictObject({ state: v.literal('failed') }),
]);
export type PowerOffState = v.InferOutput<typeof PowerOffState>;
