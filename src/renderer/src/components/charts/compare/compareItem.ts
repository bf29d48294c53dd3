import type { Measurement } from '@shared/contract/measurement';

/** One index among those that are compared: its name, its color's slot, what was measured. */
export interface CompareItem {
  readonly label: string;
  readonly slot: number;
  readonly measurement: Measurement;
}
