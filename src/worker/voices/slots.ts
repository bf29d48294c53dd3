import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SlotFacts, SlotRules } from '@shared/domain/hosts/rules';
import { onFile } from '@shared/contract/systemErrors';
import { readSmallFile } from '../files/randomAccess';

/** A voice in a numbered folder of a host. */
export interface Slot extends SlotFacts {
  /** The name of its folder. */
  readonly id: string;
  readonly folder: string;
  /** The file that says what is in it. */
  readonly settings: string;
}

const MAX_SETTINGS = 1 << 20;

/** The slots in a host's folder for voices that could take an index, by number. */
export async function readSlots(home: string, rules: SlotRules): Promise<readonly Slot[]> {
  const slots: Slot[] = [];
  for (const id of await onFile(home, 'read', () => readdir(home))) {
    const slot = await readSlot(join(home, id), rules);
    if (slot !== null) slots.push(slot);
  }
  return slots.sort((left, right) => left.id.localeCompare(right.id, 'en', { numeric: true }));
}

/** The text of a slot's settings. Throws as {@link readSmallFile}. */
export async function readSettings(path: string): Promise<string> {
  return (await readSmallFile(path, MAX_SETTINGS)).toString('utf8');
}

/** Null for a folder that is no slot, or holds no voice that asks an index. */
export async function readSlot(folder: string, rules: SlotRules): Promise<Slot | null> {
  const settings = join(folder, rules.settings);
  try {
    const facts = rules.read(await readSettings(settings));
    return facts === null ? null : { ...facts, id: basename(folder), folder, settings };
  } catch {
    // Hosts pass over such folders in the same way.
    return null;
  }
}
