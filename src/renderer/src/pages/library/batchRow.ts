import type { Failure } from '@shared/contract/errors';

/** Of thousands nobody reads more, and the dialog is there at once. */
export const MOST_ROWS = 100;

/** A voice by name, and what is said of it. */
export interface BatchRow {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  /** The file that it is about. */
  readonly file?: string;
  /** What may go wrong with it. */
  readonly notes?: readonly string[];
  /** What went wrong, for a helper. */
  readonly failure?: Failure;
}
