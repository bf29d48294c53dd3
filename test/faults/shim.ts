import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { markOf } from '../../src/supervisor/mark';

/** Of the control page that the shim and the test share. */
export const CONTROL_VARIABLE = 'FAULTS_CONTROL';
/** As MARK_VARIABLE of the contract, which this file cannot import: it is read before aliases are known. */
const MARK_VARIABLE = 'VORONOICE_MARK';

/** Where the built shim and its control page are. */
export const SHIM = resolve('.cache', 'faults', 'shim.so');
export const SHIM_PAGE = resolve('.cache', 'faults', 'page');

/** The worker whose temporaries the tests leave and sweep. */
export const MARKED_AS = 'faults';

/** Of a process in which calls can fail: read before it starts, so that nothing is loaded before the shim. */
export const FAULTS_ENVIRONMENT: Readonly<Record<string, string>> =
  process.platform === 'linux'
    ? { LD_PRELOAD: SHIM, [CONTROL_VARIABLE]: SHIM_PAGE, [MARK_VARIABLE]: markOf(MARKED_AS) }
    : {};

/** Whether the shim is at work in this process. */
export function hasShim(): boolean {
  return process.env[CONTROL_VARIABLE] !== undefined && existsSync(SHIM);
}
