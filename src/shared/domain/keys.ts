import { type CommandId, commandOf } from '../contract/commands';

/** What a keyboard event tells of a key. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

interface Chord {
  readonly modifiers: readonly string[];
  readonly key: string;
}

/** The keys of a command on this system. */
export function keysOf(id: CommandId, mac: boolean): readonly string[] {
  const { keys, macKeys } = commandOf(id);
  return mac ? (macKeys ?? keys) : keys;
}

function chordOf(written: string): Chord {
  const parts = written.split('+');
  return { modifiers: parts.slice(0, -1), key: parts.at(-1) ?? '' };
}

/** Whether a key stands for a letter where people write, so that it means something else there. */
export const isPlain = (written: string): boolean => chordOf(written).modifiers.length === 0 && !/^F\d/.test(written);

/** What a key is called by an event. */
const EVENT_NAMES: Readonly<Record<string, string>> = { Space: ' ', Plus: '+' };

/** Whether a press is this key. A letter or digit counts by its place, too: on a Cyrillic or Korean keyboard K is no `k`. */
export function isPressed(written: string, press: Press, mac: boolean): boolean {
  const { modifiers, key } = chordOf(written);
  const has = (name: string): boolean => modifiers.includes(name);
  const mod = has('Mod');
  if (press.ctrlKey !== (has('Ctrl') || (mod && !mac)) || press.metaKey !== (mod && mac)) return false;
  if (press.altKey !== has('Alt')) return false;
  // Which signs need Shift is up to the keyboard.
  if (/^[A-Z]$/.test(key) && press.shiftKey !== has('Shift') && modifiers.length > 0) return false;
  if (press.key.toLowerCase() === (EVENT_NAMES[key] ?? key).toLowerCase()) return true;
  if (/^[A-Z]$/.test(key)) return press.code === `Key${key}` && !/^[a-z]$/i.test(press.key);
  return /^\d$/.test(key) && modifiers.length > 0 && press.code === `Digit${key}`;
}

const ELECTRON_NAMES: Readonly<Record<string, string>> = {
  Mod: 'CmdOrCtrl',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
};

/** How Electron writes the key; null for one that people type, which a menu would take away from them. */
export function acceleratorOf(written: string): string | null {
  if (isPlain(written)) return null;
  const { modifiers, key } = chordOf(written);
  return [...modifiers, key].map((part) => ELECTRON_NAMES[part] ?? part).join('+');
}

const CAPS: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Plus: '+',
  '-': '−',
};
const MAC_CAPS: Readonly<Record<string, string>> = { ...CAPS, Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' };

/** What stands on the keys to press together. `space`: the word for the longest of them. */
export function capsOf(written: string, mac: boolean, space: string): readonly string[] {
  const { modifiers, key } = chordOf(written);
  const caps = mac ? MAC_CAPS : CAPS;
  return [...modifiers, key].map((part) => (part === 'Space' ? space : (caps[part] ?? part)));
}

/** The first of the commands that has a pressed key, and which of its keys that is. */
export function pressed<Id extends CommandId>(
  ids: readonly Id[],
  press: Press,
  mac: boolean,
): { readonly id: Id; readonly place: number } | null {
  for (const id of ids) {
    const place = keysOf(id, mac).findIndex((key) => isPressed(key, press, mac));
    if (place !== -1) return { id, place };
  }
  return null;
}
