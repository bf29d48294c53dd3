import { describe, expect, it } from 'vitest';
import { createFormat } from '@/words/format';

const en = createFormat('en');
const ko = createFormat('ko');

describe('createFormat', () => {
  it('names a day that is not there yet by its date, as after the clock was set back', () => {
    const now = new Date(2026, 10, 29, 12).getTime();
    expect(en.day(now + 3 * 86_400_000, now)).toMatch(/Dec/);
    expect(en.day(now - 86_400_000, now)).toBe('yesterday');
    expect(en.clock(-5_000)).toBe('0:00');
  });

  it('writes counts whole below 10,000 and with three digits above', () => {
    expect(en.count(3_256)).toBe('3,256');
    expect(en.count(126_984)).toBe('127K');
    expect(ko.count(126_984)).toBe('12.7만');
    expect(en.exact(126_984)).toBe('126,984');
  });

  it('writes sizes with three digits and the unit of their magnitude', () => {
    expect(en.bytes(0)).toBe('0 bytes');
    expect(en.bytes(1)).toBe('1 byte');
    expect(en.bytes(999)).toBe('999 bytes');
    expect(en.bytes(999_600)).toBe('1 MB');
    expect(en.bytes(400_560_123)).toBe('401 MB');
    expect(ko.bytes(400_560_123)).toBe('401MB');
    expect(en.bytes(2e15)).toBe('2,000 TB');
    expect(en.exactBytes(1_234)).toBe('1,234 bytes');
  });

  it('tells how long the audio of so many frames is', () => {
    expect(en.audio(50)).toBe('1 sec');
    expect(en.audio(9_000)).toBe('3 min');
    expect(en.audio(126_984)).toBe('42 min');
    expect(ko.audio(126_984)).toBe('42분');
    expect(en.audio(412_000)).toBe('2.29 hr');
  });

  it('writes passing time as a clock', () => {
    expect(en.clock(-5)).toBe('0:00');
    expect(en.clock(192_999)).toBe('3:12');
    expect(en.clock(3_725_000)).toBe('1:02:05');
  });

  it('rounds expected time to what can be promised', () => {
    expect(en.duration(200)).toBe('1 sec');
    expect(en.duration(33_000)).toBe('35 sec');
    expect(en.duration(58_000)).toBe('1 min');
    expect(en.duration(119_000)).toBe('2 min');
    expect(ko.duration(119_000)).toBe('2분');
    expect(en.duration(2 * 3_600_000)).toBe('2 hr');
  });

  it('names near days and dates the others', () => {
    const now = new Date(2026, 10, 24, 9, 0).getTime();
    expect(en.day(new Date(2026, 10, 24, 0, 5).getTime(), now)).toBe('today');
    expect(en.day(new Date(2026, 10, 23, 23, 55).getTime(), now)).toBe('yesterday');
    expect(en.day(new Date(2026, 10, 3).getTime(), now)).toBe('Nov 3');
    expect(en.day(new Date(2025, 10, 3).getTime(), now)).toBe('Nov 3, 2025');
    expect(ko.day(new Date(2026, 10, 24, 8, 0).getTime(), now)).toBe('오늘');
  });

  it('writes shares as percentages', () => {
    expect(en.percent(0.4711)).toBe('47.1%');
    expect(en.percent(1)).toBe('100%');
    expect(en.percent(0.99996)).toBe('99.9%');
    expect(en.percent(0.29)).toBe('29%');
    expect(en.percent(0.1746)).toBe('17.4%');
    expect(en.of100(0.1746)).toBe('17.4');
  });

  it('sets a colon between a name and its value', () => {
    expect(en.named('Size', '3 MB')).toBe('Size: 3 MB');
    expect(createFormat('zh-CN').named('大小', '3 MB')).toBe('大小：3 MB');
  });

  it('names several things in a row', () => {
    expect(en.list(['a.npy', 'b.npy', 'c.npy'])).toBe('a.npy, b.npy, and c.npy');
    expect(createFormat('ja').list(['あ', 'い', 'う'])).toBe('あ、い、う');
    expect(en.list(['a.npy'])).toBe('a.npy');
    expect(en.list([])).toBe('');
  });
});
