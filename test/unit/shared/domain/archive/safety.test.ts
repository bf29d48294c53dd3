import { describe, expect, it } from 'vitest';
import { ARCHIVE_LIMITS, archiveProblem, type Packed, wanted } from '@shared/domain/archive/safety';

const file = (name: string, change: Partial<Packed> = {}): Packed => ({
  name,
  bytes: 100,
  isLink: false,
  isEncrypted: false,
  isReadable: true,
  ...change,
});

describe('archiveProblem', () => {
  it('has nothing against a voice as people share it', () => {
    const entries = ['Mira/', 'Mira/Mira.pth', 'Mira/added.index', '__MACOSX/Mira/._Mira.pth', 'Mira/.DS_Store'];
    const files = entries.map((name) => file(name));
    expect(archiveProblem(files, 200)).toBeNull();
    expect(wanted(files).map(({ name }) => name)).toEqual(['Mira/Mira.pth', 'Mira/added.index']);
  });

  it.each([
    ['../evil.pth', 'ARCHIVE_UNSAFE', 'climbs', '"../evil.pth" would be written outside its folder.'],
    ['a/../../evil.pth', 'ARCHIVE_UNSAFE', 'climbs', '"a/../../evil.pth" would be written outside its folder.'],
    ['__MACOSX/../../x', 'ARCHIVE_UNSAFE', 'climbs', '"__MACOSX/../../x" would be written outside its folder.'],
    ['/etc/passwd', 'ARCHIVE_UNSAFE', 'absolute', '"/etc/passwd" names a place of its own on the disk.'],
    ['C:/Windows/x.dll', 'ARCHIVE_UNSAFE', 'absolute', '"C:/Windows/x.dll" names a place of its own on the disk.'],
    ['a\0.pth', 'ARCHIVE_UNSAFE', 'name', '"a?.pth" is not the name of a file.'],
    ['.', 'ARCHIVE_UNSAFE', 'name', '"." is not the name of a file.'],
    ['', 'ARCHIVE_UNSAFE', 'name', '"" is not the name of a file.'],
  ])('refuses %j', (name, code, reason, message) => {
    expect(archiveProblem([file('good.pth'), file(name)], 200)).toMatchObject({ code, message, details: { reason } });
  });

  it.each([
    ['a', 'a/b.index'],
    ['x/Mira', 'x/mira/Mira.pth'],
    ['con.', '_con/x'],
  ])('refuses %j beside %j: no disk has both', (name, inside) => {
    expect(archiveProblem([file(inside), file(name)], 200)).toMatchObject({
      code: 'ARCHIVE_CORRUPT',
      message: `"${name}" is in it as a file and as a folder.`,
    });
    expect(archiveProblem([file(inside), file(`${name}2`)], 200)).toBeNull();
  });

  it('refuses links, what is encrypted and what is packed in unknown ways', () => {
    expect(archiveProblem([file('a', { isLink: true })], 200)).toMatchObject({
      code: 'ARCHIVE_UNSAFE',
      message: '"a" is a link, which could lead anywhere.',
      details: { reason: 'link' },
    });
    expect(archiveProblem([file('a', { isEncrypted: true })], 200)).toMatchObject({
      code: 'ARCHIVE_ENCRYPTED',
      message: '"a" is encrypted: a password is needed.',
    });
    expect(archiveProblem([file('a', { isReadable: false })], 200)).toMatchObject({
      code: 'ARCHIVE_CORRUPT',
      message: '"a" is packed in a way that is not known here.',
    });
  });

  it('refuses bombs: by ratio, size, number and depth', () => {
    const bomb = file('zeros', { bytes: 2 ** 29 });
    expect(archiveProblem([bomb], 2 ** 19)).toMatchObject({
      code: 'ARCHIVE_TOO_LARGE',
      message: 'This is a bomb: unpacked it would be 1024 times as large, 536870912 bytes.',
      details: { reason: 'ratio' },
    });
    expect(archiveProblem([bomb], 2 ** 27)).toBeNull();
    const reasons = [
      [file('all', { bytes: ARCHIVE_LIMITS.bytes + 1 })],
      Array.from({ length: ARCHIVE_LIMITS.entries + 1 }, (_, at) => file(`${at}`)),
      [file(`${'a/'.repeat(ARCHIVE_LIMITS.depth)}x`)],
    ].map((entries) => archiveProblem(entries, 2 ** 34)?.details['reason']);
    expect(reasons).toEqual(['bytes', 'entries', 'depth']);
  });

  it('takes as much as it says, and not a byte, file, folder or part more', () => {
    expect(ARCHIVE_LIMITS).toEqual({ entries: 50_000, bytes: 2 ** 35, ratio: 100, harmlessBytes: 2 ** 28, depth: 16 });
    const { bytes, entries, ratio, harmlessBytes, depth } = ARCHIVE_LIMITS;
    const reasonOf = (files: readonly Packed[], archiveBytes: number) =>
      archiveProblem(files, archiveBytes)?.details['reason'] ?? null;
    const sized = (size: number) => [file('a', { bytes: size })];
    expect([bytes, bytes + 1].map((size) => reasonOf(sized(size), bytes))).toEqual([null, 'bytes']);
    const many = Array.from({ length: entries + 1 }, (_, at) => file(`${at}`));
    expect([many.slice(1), many].map((files) => reasonOf(files, 2 ** 34))).toEqual([null, 'entries']);
    const deep = (parts: number) => [file(Array.from({ length: parts }, () => 'a').join('/'))];
    expect([depth, depth + 1].map((parts) => reasonOf(deep(parts), 2 ** 34))).toEqual([null, 'depth']);
    expect([harmlessBytes, harmlessBytes + 1].map((size) => reasonOf(sized(size), 1))).toEqual([null, 'ratio']);
    const large = ratio * harmlessBytes;
    expect([harmlessBytes, harmlessBytes - 1].map((size) => reasonOf(sized(large), size))).toEqual([null, 'ratio']);
  });

  it('says that there is nothing in an empty one', () => {
    expect(archiveProblem([file('folder/'), file('.DS_Store')], 200)).toMatchObject({
      code: 'ARCHIVE_CORRUPT',
      message: 'There is no file in this archive.',
    });
  });
});
