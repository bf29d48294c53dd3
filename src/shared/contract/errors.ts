/**
 * The closed list of things that can go wrong. Every code has a sentence, a cause and an action in every language
 * (`errors.<CODE>` in resources/locales); a code without them does not pass the tests.
 */
export const ERROR_CODES = [
  // The call itself
  'BAD_REQUEST',
  'TOKEN_UNKNOWN',
  'INTERNAL',
  // Files and folders
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_NOT_REGULAR',
  'FILE_CHANGED',
  'FOLDER_VANISHED',
  'FOLDER_AWAY',
  'NOT_A_FOLDER',
  'FOLDER_READ_ONLY',
  'DISK_FULL',
  'FILE_EXISTS',
  'OUT_AMONG_FEATURES',
  'FILE_BUSY',
  'FILE_TOO_LARGE',
  'DISK_FAILED',
  'TOO_MANY_FILES',
  'NO_TRASH',
  // Features
  'NO_FEATURES',
  'MERGED_VOICE',
  'FEATURES_EMPTY',
  'FEATURES_MIXED_DIMENSIONS',
  'FEATURES_DIMENSION',
  'FEATURES_TOO_FEW',
  'FEATURES_LEFT_OUT',
  'NPY_NOT_NPY',
  'NPY_TRUNCATED',
  'NPY_VERSION',
  'NPY_HEADER',
  'NPY_OBJECTS',
  'NPY_TYPE',
  'NPY_SHAPE',
  // Recordings
  'SLICE_NOT_FOUND',
  'NO_SLICES',
  'WAV_NOT_WAV',
  'WAV_TRUNCATED',
  'WAV_HEADER',
  'WAV_FORMAT',
  'SOUND_DAMAGED',
  'SOUND_TOO_LONG',
  // What is to be built
  'FACTORY_INVALID',
  'CLUSTERS_TOO_MANY',
  'NEIGHBORS_TOO_MANY',
  'ZERO_VECTORS',
  'SELECTION_EMPTY',
  'SOURCES_DIFFER',
  'NOT_MEASURABLE',
  'TUNE_NO_TIME',
  'TUNE_NONE_FITS',
  // Index files
  'INDEX_EMPTY_FILE',
  'INDEX_LOOKALIKE',
  'INDEX_TRUNCATED',
  'INDEX_CORRUPT',
  'INDEX_UNKNOWN_TYPE',
  'INDEX_NO_VECTORS',
  'INDEX_DIMENSION',
  'INDEX_UNSUPPORTED',
  'NPROBE_TOO_LARGE',
  'INDEX_NOT_FOR_HOST',
  'INDEX_CHECK_FAILED',
  'INDEX_LINKED',
  // Model files
  'MODEL_CORRUPT',
  'MODEL_RUNS_CODE',
  'MODEL_NOT_VOICE',
  // Archives
  'ARCHIVE_CORRUPT',
  'ARCHIVE_UNSAFE',
  'ARCHIVE_ENCRYPTED',
  'ARCHIVE_TOO_LARGE',
  // Names and hosts
  'NAME_INVALID',
  'HOST_NOT_FOUND',
  'SLOT_NOT_FOUND',
  // Engine
  'ENGINE_MISSING',
  'ENGINE_FAILED',
  'OUT_OF_MEMORY',
  // Jobs
  'JOB_CANCELLED',
  'JOB_CRASHED',
  'JOB_INTERRUPTED',
  // What is played
  'NO_SOUND_OUTPUT',
  'MOMENTS_UNKNOWN',
  'MOMENTS_NOT_OF_VOICE',
  // New versions
  'NEWEST_UNKNOWN',
  'LIBRARY_NEWER',
  // Command line
  'USAGE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Plain values that explain a failure: names, counts, sizes. Never a secret, never a stack. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** A failure as it crosses a process boundary. */
export interface Failure {
  readonly code: ErrorCode;
  /** One English sentence for logs and the command line; the page shows the translated text of `code`. */
  readonly message: string;
  readonly details: ErrorDetails;
}

/** The only error thrown on purpose. */
export class VoronoiceError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VoronoiceError';
    this.code = code;
    this.details = details;
  }
}

/** Turns a failure, or a problem that was found beforehand, into the error that says it. */
export function toError({ code, message, details }: Failure): VoronoiceError {
  return new VoronoiceError(code, message, details);
}

/** Turns anything thrown into a failure; what was not thrown on purpose is `INTERNAL`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof VoronoiceError) return { code: error.code, message: error.message, details: error.details };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), details: {} };
}
