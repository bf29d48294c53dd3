import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VoronoiceError } from '@shared/contract/errors';
import { walkIndex } from '@shared/formats/faiss/container';
import { lookAlike, lookAlikeSentences, type LookAlike } from '@shared/formats/lookAlike';
import { walkBytes } from '@shared/formats/walk';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A ZIP entry's local header, stored without compression. */
function zipEntry(name: string): Uint8Array {
  const header = new Uint8Array(30 + name.length + 64);
  header.set(latin1('PK\x03\x04'));
  header[26] = name.length;
  header.set(latin1(name), 30);
  return header;
}

const samples: [title: string, what: LookAlike, bytes: Uint8Array][] = [
  ['a web page', 'html', utf8('<!DOCTYPE html>\n<html lang="en"><head>')],
  ['a web page behind blanks', 'html', utf8('\n\n  <HTML><body>404</body></HTML>')],
  ['a web page with a byte order mark', 'html', utf8('\ufeff<!doctype html>')],
  ['an error page of a file host', 'html', utf8('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
  ['a Git LFS pointer', 'lfs-pointer', utf8('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 123\n')],
  ['a model', 'pth', zipEntry('archive/data.pkl')],
  ['a model under its own name', 'pth', zipEntry('G_2333333/data.pkl')],
  ['a model of PyTorch 2', 'pth', zipEntry('model/.format_version')],
  ['a model from before PyTorch 1.6', 'pth', latin1('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.')],
  ['a ZIP archive', 'zip', zipEntry('voice/added_IVF100_Flat_nprobe_1_voice_v2.index')],
  ['an empty ZIP archive', 'zip', latin1('PK\x05\x06' + '\0'.repeat(18))],
  ['a 7-Zip archive', '7z', latin1("7z\xbc\xaf'\x1c\0\x04")],
  ['a RAR archive', 'rar', latin1('Rar!\x1a\x07\x01\0')],
  ['a gzip archive', 'gzip', latin1('\x1f\x8b\x08\0\0\0\0\0')],
  ['features', 'npy', latin1("\x93NUMPY\x01\0v\0{'descr': '<f4'")],
  ['safetensors', 'safetensors', latin1('\x58\x01\0\0\0\0\0\0{"emb_g.weight":{"dtype":"F32"')],
  ['a pickle', 'pickle', latin1('\x80\x04\x95\x1a\0\0\0\0\0\0\0}')],
  ['JSON', 'json', utf8('{"train": {"log_interval": 200}}')],
  ['a JSON array', 'json', utf8('[1, 2]')],
  ['an empty JSON object', 'json', utf8('{ }\n\n')],
  ['WAV', 'audio', latin1('RIFF\x24\x08\0\0WAVEfmt ')],
  ['FLAC', 'audio', latin1('fLaC\0\0\0\x22')],
  ['Ogg', 'audio', latin1('OggS\0\x02')],
  ['MP3 with a tag', 'audio', latin1('ID3\x04\0\0')],
  ['MP3', 'audio', latin1('\xff\xfb\x90\x64\0')],
  ['M4A', 'audio', latin1('\0\0\0 ftypM4A ')],
  ['PNG', 'image', latin1('\x89PNG\r\n\x1a\n')],
  ['JPEG', 'image', latin1('\xff\xd8\xff\xe0')],
  ['GIF', 'image', latin1('GIF89a')],
  ['PDF', 'pdf', latin1('%PDF-1.7\n')],
  ['zeros', 'zeros', new Uint8Array(600)],
  ['a note', 'text', utf8('Put the index into the logs folder.\r\n')],
  ['a Korean note', 'text', utf8('인덱스를 logs 폴더에 넣으세요')],
  ['a note from the Windows editor', 'text', latin1('\xff\xfeh\0i\0')],
];

describe('lookAlike', () => {
  it.each(samples)('recognizes %s', (_, what, bytes) => {
    expect(lookAlike(bytes)).toBe(what);
  });

  it('recognizes text that is cut in the middle of a character', () => {
    expect(lookAlike(utf8('가'.repeat(400)))).toBe('text');
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['control characters', latin1('abc\x01def')],
    ['a broken character', latin1('abc\xc3(')],
    ['a stray continuation', latin1('abc\x80def')],
    ['one lone byte of a pickle', latin1('\x80')],
  ])('does not mistake %s', (_, bytes) => {
    expect(lookAlike(bytes)).toBeNull();
  });

  it('does not mistake an index', () => {
    for (const name of readdirSync('test/fixtures/indexes').filter((file) => file.endsWith('.index'))) {
      expect(lookAlike(new Uint8Array(readFileSync(`test/fixtures/indexes/${name}`))), name).toBeNull();
    }
  });

  it('takes any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => void lookAlike(bytes)));
  });
});

describe('opened as an index', () => {
  it.each(samples)('F7: %s is named %s in a sentence', (_, what, bytes) => {
    const open = (): unknown => walkBytes(bytes, walkIndex(bytes.length));
    expect(open).toThrow(VoronoiceError);
    expect(open).toThrow(lookAlikeSentences[what]);
    expect(lookAlikeSentences[what]).toMatch(/^This .*\.$/);
  });
});
