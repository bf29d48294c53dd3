/** What is said about what happens, where a person may read it later. */
export interface Log {
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
}
