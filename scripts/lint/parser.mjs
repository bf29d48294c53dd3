import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

/** @typedef {import('@typescript-eslint/parser').ParserOptions & { filePath: string }} Options */

const CONFIG = fileURLToPath(new URL('../../tsconfig.web.json', import.meta.url));

/** @type {ts.Program | undefined} */
let program;

/**
 * typescript-eslint's parser with the types of one program of the page, made once. Left to itself it makes one for each
 * tsconfig.json, and for each Vue file again, since no program knows the text that vue-eslint-parser takes out of one: that
 * is most of the time of a lint. A text that the program does not have (a fix on its way, an editor's) is parsed as ever.
 */
export const parser = {
  meta: { name: 'voronoice-parser', version: '1' },
  /**
   * @param {string} code
   * @param {Options} options
   */
  parseForESLint(code, options) {
    program ??= createProgram();
    const isKnown = program.getSourceFile(options.filePath)?.text === code;
    return tseslint.parser.parseForESLint(code, isKnown ? { ...options, programs: [program] } : options);
  },
};

function createProgram() {
  const config = ts.readConfigFile(CONFIG, ts.sys.readFile).config;
  const vue = { extension: '.vue', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred };
  const { fileNames, options } = ts.parseJsonConfigFileContent(
    config,
    ts.sys,
    ts.sys.getCurrentDirectory(),
    {},
    CONFIG,
    undefined,
    [vue],
  );
  const host = ts.createCompilerHost({ ...options, allowNonTsExtensions: true }, true);
  const getSourceFile = host.getSourceFile;
  host.getSourceFile = (name, target, ...rest) =>
    name.endsWith('.vue')
      ? ts.createSourceFile(name, scriptOf(name), target, true, ts.ScriptKind.TS)
      : getSourceFile(name, target, ...rest);
  return ts.createProgram(fileNames, { ...options, allowNonTsExtensions: true }, host);
}

/**
 * @param {string} path
 * @returns {string} What vue-eslint-parser takes for the script of a file.
 */
function scriptOf(path) {
  let script = '';
  vueParser.parseForESLint(readFileSync(path, 'utf8'), {
    filePath: path,
    sourceType: 'module',
    // Pieces of the template are parsed without a project.
    project: CONFIG,
    parser: {
      parseForESLint(/** @type {string} */ code, /** @type {Options} */ { project, ...options }) {
        if (project !== undefined) script = code;
        return tseslint.parser.parseForESLint(code, options);
      },
    },
  });
  return script;
}
