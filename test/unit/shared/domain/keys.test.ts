import { describe, expect, it } from 'vitest';
import { COMMAND_IDS, commandOf } from '@shared/contract/commands';
import { acceleratorOf, capsOf, isPlain, isPressed, keysOf, type Press, pressed } from '@shared/domain/keys';

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});

describe('the keys of the commands', () => {
  it.each([false, true])('are each of one command, on a Mac: %s', (mac) => {
    const keys = COMMAND_IDS.flatMap((id) => keysOf(id, mac));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leave Back and the palette where people look for them', () => {
    expect(pressed(COMMAND_IDS, press('ArrowLeft', { altKey: true }), false)?.id).toBe('back');
    expect(pressed(COMMAND_IDS, press('Escape'), false)?.id).toBe('back');
    expect(pressed(COMMAND_IDS, press('ArrowRight', { altKey: true }), false)?.id).toBe('forward');
    expect(pressed(COMMAND_IDS, press('k', { ctrlKey: true }), false)?.id).toBe('palette');
    expect(pressed(COMMAND_IDS, press('k', { metaKey: true }), true)?.id).toBe('palette');
    expect(pressed(COMMAND_IDS, press('k', { metaKey: true }), false)).toBeNull();
    expect(pressed(COMMAND_IDS, press('?', { shiftKey: true }), false)?.id).toBe('shortcuts');
    expect(pressed(COMMAND_IDS, press('3'), false)).toEqual({ id: 'take', place: 2 });
  });
});

describe('a press', () => {
  it('is known on any keyboard', () => {
    expect(isPressed('Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true);
    expect(isPressed('M', press('ㅡ', { code: 'KeyM' }), false)).toBe(true);
    expect(isPressed('Mod+1', press('&', { ctrlKey: true, code: 'Digit1' }), false)).toBe(true);
    // On a Dvorak keyboard the letter counts, not the place.
    expect(isPressed('Mod+K', press('t', { ctrlKey: true, code: 'KeyK' }), false)).toBe(false);
  });

  it('with Shift is another one', () => {
    expect(isPressed('Mod+O', press('O', { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(isPressed('Mod+Shift+O', press('O', { ctrlKey: true, shiftKey: true }), false)).toBe(true);
  });

  it('with another modifier is another one', () => {
    expect(isPressed('M', press('m', { ctrlKey: true }), false)).toBe(false);
    expect(isPressed('Alt+ArrowLeft', press('ArrowLeft'), false)).toBe(false);
  });
});

describe('how a key is written', () => {
  it('is what Electron understands, and nothing for what people type', () => {
    expect(acceleratorOf('Mod+Shift+O')).toBe('CmdOrCtrl+Shift+O');
    expect(acceleratorOf('Alt+ArrowLeft')).toBe('Alt+Left');
    expect(acceleratorOf('F11')).toBe('F11');
    for (const key of ['?', 'Escape', 'M', 'Space']) {
      expect(isPlain(key)).toBe(true);
      expect(acceleratorOf(key)).toBeNull();
    }
  });

  it('is what stands on the keyboard', () => {
    expect(capsOf('Mod+K', false, 'Space')).toEqual(['Ctrl', 'K']);
    expect(capsOf('Mod+K', true, 'Space')).toEqual(['⌘', 'K']);
    expect(capsOf('Space', false, '스페이스')).toEqual(['스페이스']);
    expect(capsOf('Alt+ArrowLeft', false, '')).toEqual(['Alt', '←']);
  });

  it('gives what Electron does by itself a key for each', () => {
    for (const id of COMMAND_IDS.filter((one) => commandOf(one).role !== undefined))
      expect(keysOf(id, false).map(acceleratorOf), id).not.toContain(null);
  });
});
