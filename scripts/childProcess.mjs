import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stop } from './report.mjs';

/** The project's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** In front of a program and its arguments: a display of its own, without a screen, on Linux. */
export const ON_DISPLAY = /** @type {const} */ (['xvfb-run', '-a', '--server-args=-screen 0 2560x1600x24']);

const LINES_SHOWN_ON_FAILURE = 30;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] Added to this process's environment.
 * @property {number} [timeout] Milliseconds; then the process is killed.
 * @property {string} [remedy] What to do when it fails.
 */

/**
 * @typedef {object} Outcome
 * @property {number} code Exit code; 128 where a signal ended it, 127 where it could not start.
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came.
 */

/**
 * Runs a program to its end and keeps what it printed. Never rejects.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function capture(program, args, { cwd = root, env = {}, timeout } = {}) {
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' }),
    });
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    child.on('error', (error) => settle({ code: 127, stdout, output: output + error.message }));
    child.on('close', (code) => settle({ code: code ?? 128, stdout, output }));
  });
}

/**
 * Runs a program that must succeed, silently; when it fails, the end of its output is in the error.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} Its stdout.
 * @throws {Stop}
 */
export async function run(program, args, options = {}) {
  const { code, stdout, output } = await capture(program, args, options);
  if (code === 0) return stdout;
  const tail = output.trimEnd().split('\n').slice(-LINES_SHOWN_ON_FAILURE).join('\n');
  const command = [program, ...args].join(' ');
  throw new Stop(`${tail}\n\n"${command}" failed (${code}).`, options.remedy ?? 'The lines above say why.');
}

/**
 * Runs a program on this terminal.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] Added to this process's environment.
 * @returns {Promise<number>} Its exit code; 127 where it could not start.
 */
export function runVisibly(program, args, env = {}) {
  return new Promise((settle) => {
    const child = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 128));
  });
}

/**
 * The arguments that make `process.execPath` run npm: the npm that started us where there is one. On Windows npm
 * is a .cmd file, which only a shell could start.
 *
 * @param {readonly string[]} args
 * @returns {readonly [program: string, args: readonly string[]]}
 */
export function npm(args) {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js')) return [process.execPath, [script, ...args]];
  if (process.platform !== 'win32') return ['npm', args];
  return [process.execPath, [join(process.execPath, '..', 'node_modules', 'npm', 'bin', 'npm-cli.js'), ...args]];
}

/**
 * The arguments that make `process.execPath` run a tool from node_modules.
 *
 * @param {string} path The tool's script inside node_modules.
 * @param {readonly string[]} args
 * @returns {readonly [program: string, args: readonly string[]]}
 */
export function tool(path, args) {
  return [process.execPath, [join(root, 'node_modules', path), ...args]];
}
