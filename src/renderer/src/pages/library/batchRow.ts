/** A voice by name, and what is said of it. */
export interface BatchRow {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  /** What may go wrong with it. */
  readonly notes?: readonly string[];
}
