/**
 * Generated voices that differ in what makes an index hard: length, dimension, breathiness, variation, number of sounds,
 * pauses, tempo. What is decided by measuring (docs/decisions) is measured on all of them.
 */
const VOICES = [
  { name: 'sample', minutes: 3, dimension: 768, seed: 4 },
  { name: 'one minute', minutes: 1, dimension: 768, seed: 5 },
  { name: 'six minutes', minutes: 6, dimension: 768, seed: 6 },
  { name: 'v1', minutes: 3, dimension: 256, seed: 7 },
  { name: 'breathy', minutes: 3, dimension: 768, seed: 8, shape: { breathiness: 0.4 } },
  { name: 'expressive', minutes: 3, dimension: 768, seed: 9, shape: { variation: 1.8 } },
  { name: 'plain', minutes: 3, dimension: 768, seed: 10, shape: { phones: 120, variation: 0.7 } },
  { name: 'many pauses', minutes: 3, dimension: 768, seed: 11, shape: { pauses: 0.15 } },
  { name: 'fast', minutes: 3, dimension: 768, seed: 12, shape: { phoneFrames: [2, 5] } },
];

/** @param {string | undefined} names Separated by commas; without them, all voices. */
export function chosen(names) {
  const wanted = names?.split(',');
  return wanted === undefined ? VOICES : VOICES.filter(({ name }) => wanted.includes(name));
}
