import type { ModeRules } from './rules';
import { OFFLINE } from './rvc';

/** w-okada/voice-changer takes the nearest vector alone, and is handed the file (RVC/pipeline/Pipeline.py). */
export const NEAREST: ModeRules = { ...OFFLINE, neighbors: 1, findsByName: false };
