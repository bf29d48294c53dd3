import { type BuiltFile, FieldWriter } from '../fixtures/fields';

/** Files of other kinds, which come under the name of any. */
export function lookAlikes(): Readonly<Record<string, BuiltFile>> {
  const file = (text: string, more = 0): BuiltFile => new FieldWriter().text(text).raw(new Uint8Array(more)).build();
  return Object.fromEntries(
    Object.entries({
      'nothing at all': file(''),
      'one byte': file('I'),
      'a web page': file('<!DOCTYPE html><html><body>404</body></html>'),
      'a Git LFS pointer': file('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
      'a ZIP archive': file('PK\x03\x04\x14\0\0\0\0\0', 100),
      'an empty ZIP archive': file('PK\x05\x06', 18),
      'a 7z archive': file('7z\xbc\xaf\x27\x1c', 100),
      'a RAR archive': file('Rar!\x1a\x07\x01\0', 100),
      'a gzip file': file('\x1f\x8b\x08\0', 100),
      'a pickle': file('\x80\x02}q\0.'),
      'a NumPy file': file('\x93NUMPY\x01\0', 2),
      'a WAV file': file('RIFF\x24\0\0\0WAVEfmt ', 100),
      'a FLAC file': file('fLaC\0\0\0\x22', 100),
      'an MP3 file': file('ID3\x04\0\0\0\0\0\0', 100),
      'an Ogg file': file('OggS\0\x02', 100),
      'a PNG image': file('\x89PNG\r\n\x1a\n', 100),
      'a JPEG image': file('\xff\xd8\xff\xe0', 100),
      'a PDF': file('%PDF-1.7\n'),
      'a JSON file': file('{"index": 1}'),
      'a text': file('Put the index into the logs folder.\r\n'),
      'a SQLite library': file('SQLite format 3\0', 100),
      'a program for Windows': file('MZ\x90\0', 100),
      'a program for Linux': file('\x7fELF\x02\x01\x01\0', 100),
      'a shell script': file('#!/bin/sh\nexit\n'),
      'a kilobyte of zeros': file('', 1_024),
      'bytes of ones': file('\xff'.repeat(1_024)),
    }).map(([name, { bytes }]) => [name, { bytes, fields: [] }]),
  );
}
