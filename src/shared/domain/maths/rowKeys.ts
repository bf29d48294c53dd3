/**
 * A number for each row, the same for rows of equal bytes: 53 bits of two hashes (MurmurHash3's mixing, Appleby). Among
 * a million different rows two share a number once in 18,000 times.
 *
 * @param cells rows x columns, row-major; 0 and -0 differ.
 */
export function rowKeys(cells: Float32Array, columns: number): Float64Array {
  const words = new Uint32Array(cells.buffer, cells.byteOffset, cells.length);
  const keys = new Float64Array(words.length / columns);
  for (let row = 0; row < keys.length; row++) {
    let low = 0x9747_b28c;
    let high = 0x3c6e_f372;
    for (let cell = row * columns, end = cell + columns; cell < end; cell++) {
      let word = Math.imul(words[cell] ?? 0, 0xcc9e_2d51);
      word = Math.imul((word << 15) | (word >>> 17), 0x1b87_3593);
      low ^= word;
      low = (Math.imul((low << 13) | (low >>> 19), 5) + 0xe654_6b64) | 0;
      high ^= word;
      high = (Math.imul((high << 17) | (high >>> 15), 9) + 0x52dc_e729) | 0;
    }
    keys[row] = (mix(high) >>> 11) * 2 ** 32 + (mix(low) >>> 0);
  }
  return keys;
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
