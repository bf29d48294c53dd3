/**
 * The whole number that digits stand for; null where they say none, or more than numbers count exactly: the name of a file,
 * or a log, may hold any.
 */
export function wholeNumber(digits: string | undefined): number | null {
  if (digits === undefined || !/^\d+$/.test(digits)) return null;
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : null;
}
