/**
 * Whether takes are still of the indexes they were made of: they were made after each was written.
 *
 * @param startedAt When the job that made them began, in ms since 1970; null: it has not.
 * @param modified When each index was written last; null: it is gone.
 */
export function takesHold(startedAt: number | null, modified: readonly (number | null)[]): boolean {
  return startedAt !== null && modified.every((time) => time !== null && time <= startedAt);
}
