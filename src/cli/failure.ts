import { type ErrorCode, type Failure } from '@shared/contract/errors';
import english from '../../resources/locales/en.json';

export const EXIT = { done: 0, ours: 1, usage: 2, refused: 3, cancelled: 4 } as const;

/** Codes for which the person and the input are not to blame. */
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INTERNAL',
  'TOKEN_UNKNOWN',
  'INDEX_CHECK_FAILED',
  'ENGINE_MISSING',
  'ENGINE_FAILED',
  'OUT_OF_MEMORY',
  'JOB_CRASHED',
  'JOB_INTERRUPTED',
]);

export function exitCode(code: ErrorCode): number {
  if (code === 'USAGE' || code === 'BAD_REQUEST') return EXIT.usage;
  if (code === 'JOB_CANCELLED') return EXIT.cancelled;
  return OURS.has(code) ? EXIT.ours : EXIT.refused;
}

/** Sentence, cause and action of a code, the same as the window shows. */
export function failureWords(code: ErrorCode): {
  readonly sentence: string;
  readonly cause: string;
  readonly action: string;
} {
  return english.errors[code];
}

export function failureJson({ code, message }: Failure): object {
  return { error: { code, message, action: failureWords(code).action } };
}

export function failureText({ code, message }: Failure): string {
  // What is said in further lines stands apart: a name in it may have some of its own.
  return `${message.replaceAll('\n', '\n  ')} [${code}]\n${failureWords(code).action}\n`;
}
