import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Who imports whom: the files that each file names. */
type Imports = ReadonlyMap<string, readonly string[]>;

const ALIASES = [
  ['@shared/', 'src/shared/'],
  ['@/', 'src/renderer/src/'],
] as const;
const ENDINGS = ['', '.ts', '.vue', '/index.ts'];

/** The project's own file that `from` means by a specifier; null for a package, a process that it starts and what is built. */
function resolveImport(from: string, specifier: string): string | null {
  if (specifier.endsWith('?modulePath') || specifier.startsWith('./out/')) return null;
  const alias = ALIASES.find(([prefix]) => specifier.startsWith(prefix));
  if (alias === undefined && !specifier.startsWith('.')) return null;
  const path = alias === undefined ? join(dirname(from), specifier) : specifier.replace(alias[0], alias[1]);
  const file = ENDINGS.map((ending) => path + ending).find((name) => /\.\w+$/.test(name) && existsSync(name));
  if (file === undefined) throw new Error(`${from} imports ${specifier}, which does not exist`);
  return file;
}

/** Types count: a type that two files need belongs into one of them, or into a third. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  const code = file.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, s]) => s).join()
    : text;
  return ts
    .preProcessFile(code, true, true)
    .importedFiles.map(({ fileName }) => resolveImport(file, fileName.replace(/\?(?:raw|inline)$/, '')))
    .filter((path) => path !== null);
}

function readImports(folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|vue|mjs)$/.test(name))
      .map((name) => join(folder, name.replaceAll('\\', '/'))),
  );
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** One way around for each file from which a way leads back to itself and that no other way has passed. */
function findCycles(imports: Imports): readonly (readonly string[])[] {
  const done = new Set<string>();
  const cycles: (readonly string[])[] = [];
  const visit = (file: string, way: readonly string[]): void => {
    const at = way.indexOf(file);
    if (at >= 0) cycles.push([...way.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return cycles;
}

describe('imports', () => {
  it('go around nowhere, types included', () => {
    const imports = readImports(['src', 'scripts', 'test']);
    // Types only.
    expect(imports.get('src/shared/domain/factory/memory.ts')).toContain('src/shared/domain/factory/reading.ts');
    expect(findCycles(imports).map((cycle) => cycle.join(' → '))).toEqual([]);
  });

  it('would be found going around', () => {
    const imports = new Map([
      ['a', ['b', 'c']],
      ['b', ['c']],
      ['c', ['d']],
      ['d', ['b']],
    ]);
    expect(findCycles(imports)).toEqual([['b', 'c', 'd', 'b']]);
  });
});
