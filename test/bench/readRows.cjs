'use strict';

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Matrix } = require('faiss-node');

/** All rows of a folder of `<f4` files, as the sample command writes them; in a scratch file where one is named. */
async function readRows(path, scratch) {
  const parts = readdirSync(path)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(path, name));
      const offset = 10 + bytes.readUInt16LE(8);
      const [, rows, columns] = /\((\d+), (\d+)\)/.exec(bytes.toString('latin1', 10, offset));
      return { file: join(path, name), offset, rows: Number(rows), columns: Number(columns) };
    });
  const size = [parts.reduce((sum, { rows }) => sum + rows, 0), parts[0].columns];
  const matrix = scratch === undefined ? new Matrix(...size) : await Matrix.scratch(...size, scratch);
  let at = 0;
  for (const { file, offset, rows } of parts) {
    await matrix.readRegion(file, { offset, type: '<f4', rows, at });
    at += rows;
  }
  return matrix;
}

module.exports = { readRows };
