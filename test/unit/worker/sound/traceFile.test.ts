import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTrace, encodeTrace, keepTrace, readTrace, tracePath } from '../../../../src/worker/sound/traceFile';
import { recordingContext, useFolder } from '../support';

const folder = useFolder();

const FILES = [
  { name: '测试 1.npy', rows: 2, modified: 1.5, voice: null },
  { name: 'b.npy', rows: 3, modified: 2e12, voice: 1 },
];
const traceOf = (...rows: readonly number[]) => ({ files: FILES, rows: Int32Array.from(rows) });

describe('a kept trace', () => {
  it('is read back as it was', async () => {
    const trace = traceOf(4, -1, 0, 2);
    await keepTrace(tracePath(folder.path, 'abc'), trace, recordingContext().log);
    expect(await readTrace(tracePath(folder.path, 'abc'))).toEqual(trace);
    expect(readdirSync(folder.path)).toEqual(['abc.trace']);
  });

  it('gives way only to one that knows as much', async () => {
    const path = tracePath(folder.path, 'abc');
    await keepTrace(tracePath(folder.path, 'abc'), traceOf(4, 1, 0), recordingContext().log);
    await keepTrace(tracePath(folder.path, 'abc'), traceOf(4, -1, -1), recordingContext().log);
    expect(await readTrace(path)).toEqual(traceOf(4, 1, 0));
    await keepTrace(tracePath(folder.path, 'abc'), traceOf(3, 2, 1), recordingContext().log);
    expect(await readTrace(path)).toEqual(traceOf(3, 2, 1));
  });

  it('is none where there is no such file, or another', async () => {
    expect(await readTrace(join(folder.path, 'none.trace'))).toBeNull();
    writeFileSync(join(folder.path, 'other.trace'), 'something else altogether');
    expect(await readTrace(join(folder.path, 'other.trace'))).toBeNull();
  });

  it('is none when any part of it is cut, and never what it was not', () => {
    const whole = encodeTrace(traceOf(4, -1, 0, 2));
    for (let length = 0; length < whole.length; length++) expect(decodeTrace(whole.subarray(0, length))).toBeNull();
    expect(decodeTrace(encodeTrace(traceOf(5)))).toBeNull();
    expect(decodeTrace(encodeTrace(traceOf(-2)))).toBeNull();
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        decodeTrace(Buffer.concat([Buffer.from('VNTRACE1'), bytes]));
      }),
    );
  });
});
