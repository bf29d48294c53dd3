import * as v from 'valibot';
import { Priority, Threads } from './effort';
import { Locale } from './languages';
import { count, share } from './primitives';

/** As disks are sold. */
export const MEGABYTE = 1_000_000;

export const Theme = v.picklist(['system', 'light', 'dark']);
export type Theme = v.InferOutput<typeof Theme>;

/** In which order the voices stand. */
export const VoiceSort = v.picklist(['name', 'attention', 'recent', 'length']);
export type VoiceSort = v.InferOutput<typeof VoiceSort>;

export const Settings = v.strictObject({
  theme: Theme,
  /** Null: follow the system. */
  locale: v.nullable(Locale),
  libraryView: v.picklist(['cards', 'rows']),
  librarySort: VoiceSort,
  /** Bytes of vectors that a job may keep in memory; above it they go to a scratch file. Null: no limit. */
  memoryLimit: v.nullable(v.pipe(count, v.minValue(2 ** 26))),
  /** Processor threads that a job may take; null: all there are. */
  threads: v.nullable(Threads),
  priority: Priority,
  /** A sound when all jobs are done. */
  soundWhenDone: v.boolean(),
  /** The computer goes off when all jobs are done: once, then it is false again. */
  shutDownWhenDone: v.boolean(),
  /** Bytes of backups that are kept; the oldest beyond it go to the trash. Null: no limit. */
  backupLimit: v.nullable(count),
  /** How many backups are kept; the oldest beyond it go to the trash. Null: no limit. */
  backupCount: v.nullable(v.pipe(count, v.minValue(1))),
  /** Bytes of log that are kept; the oldest beyond it goes. */
  logLimit: v.pipe(count, v.minValue(MEGABYTE)),
  /** Of what is played. */
  volume: share,
  /** Whether each start looks for a newer version. */
  lookForNewer: v.boolean(),
});
export type Settings = v.InferOutput<typeof Settings>;

/** What holds until a person chooses otherwise, and for a setting that an older version's file does not have. */
export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  locale: null,
  libraryView: 'cards',
  librarySort: 'name',
  memoryLimit: null,
  threads: null,
  priority: 'normal',
  soundWhenDone: false,
  shutDownWhenDone: false,
  backupLimit: null,
  backupCount: null,
  logLimit: 3 * MEGABYTE,
  volume: 0.8,
  lookForNewer: false,
};

/**
 * Why the settings that were stored do not hold. `broken`: they could not be read, were set aside, and the usual ones hold.
 * `newer`: a newer version stored them; what is known of them holds, and no change is kept.
 */
export const SettingsTrouble = v.picklist(['broken', 'newer']);
export type SettingsTrouble = v.InferOutput<typeof SettingsTrouble>;
