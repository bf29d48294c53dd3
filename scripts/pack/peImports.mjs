/**
 * The libraries that a program or library of Windows asks for when it is loaded, and those it asks for later. Read from the
 * file itself (Microsoft's PE format), since the tool that prints them comes with one compiler only.
 *
 * @param {Buffer} file
 * @returns {string[]}
 * @throws {Error} Where it is no such file.
 */
export function peImports(file) {
  const header = file.length > 64 && file.toString('latin1', 0, 2) === 'MZ' ? file.readUInt32LE(60) : file.length;
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('Not a program of Windows.');
  const sections = file.readUInt16LE(header + 6);
  const optional = header + 24;
  // The directories follow other fields, which are longer in a 64-bit file.
  const directories = optional + (file.readUInt16LE(optional) === 0x20b ? 112 : 96);
  const sectionTable = optional + file.readUInt16LE(header + 20);

  /** @param {number} address In memory. */
  const place = (address) => {
    for (let i = 0; i < sections; i++) {
      const at = sectionTable + 40 * i;
      const start = file.readUInt32LE(at + 12);
      if (address >= start && address < start + file.readUInt32LE(at + 16)) {
        return address - start + file.readUInt32LE(at + 20);
      }
    }
    throw new Error('A list of libraries lies outside the file.');
  };
  /**
   * @param {number} number Of the directory.
   * @param {number} size Of one entry.
   * @param {number} field Where in an entry the address of a name is.
   */
  const namesIn = (number, size, field) => {
    const address = file.readUInt32LE(directories + 8 * number);
    const names = [];
    for (let at = address === 0 ? file.length : place(address); at + size <= file.length; at += size) {
      const name = file.readUInt32LE(at + field);
      if (name === 0) break;
      const start = place(name);
      names.push(file.toString('latin1', start, file.indexOf(0, start)));
    }
    return names;
  };
  return [...namesIn(1, 20, 12), ...namesIn(13, 32, 4)];
}
