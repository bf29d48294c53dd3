import type { AnyCommand } from '../command';
import { compare } from './compare';
import { compress } from './compress';
import { expand } from './expand';
import { exportIndex } from './export';
import { inspect } from './inspect';
import { listen } from './listen';
import { measure } from './measure';
import { merge } from './merge';
import { repair } from './repair';
import { sample } from './sample';
import { scan } from './scan';
import { train } from './train';
import { tune } from './tune';
import { unpack } from './unpack';

/** Every command, in the order of the help. */
export const COMMANDS = {
  train,
  tune,
  expand,
  compress,
  merge,
  inspect,
  measure,
  compare,
  listen,
  repair,
  scan,
  unpack,
  export: exportIndex,
  sample,
} as const satisfies Record<string, AnyCommand>;
