import type { QueryOrigin } from '@shared/contract/measurement';

/** Names of the askers in the languages. */
export const ORIGIN_KEYS = {
  'held-out': 'heldOut',
  'second-folder': 'secondFolder',
  voice: 'voice',
  stored: 'stored',
} as const satisfies Record<QueryOrigin, string>;
