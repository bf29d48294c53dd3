/**
 * Packs files into Electron's asar archive: two Chromium pickles (the header's size, then the header as JSON), then
 * the files' bytes. Offsets in the header are strings and count from the end of the header.
 *
 * @param {Readonly<Record<string, Uint8Array>>} files By name; no folders.
 * @returns {Buffer}
 */
export function packAsar(files) {
  let offset = 0;
  /** @type {Record<string, { size: number, offset: string }>} */
  const entries = {};
  for (const [name, bytes] of Object.entries(files)) {
    entries[name] = { size: bytes.length, offset: String(offset) };
    offset += bytes.length;
  }
  const header = picklePayload(pickleString(JSON.stringify({ files: entries })));
  const headerSize = picklePayload(uint32(header.length));
  return Buffer.concat([headerSize, header, ...Object.values(files)]);
}

/**
 * @param {Buffer} payload
 * @returns {Buffer} The pickle: its payload's size, then the payload.
 */
function picklePayload(payload) {
  return Buffer.concat([uint32(payload.length), payload]);
}

/**
 * @param {string} text
 * @returns {Buffer} Its byte length and bytes, padded to four.
 */
function pickleString(text) {
  const bytes = Buffer.from(text);
  const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  bytes.copy(padded);
  return Buffer.concat([uint32(bytes.length), padded]);
}

/**
 * @param {number} value
 * @returns {Buffer}
 */
function uint32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}
