import { FRAMES_PER_SECOND } from '@shared/domain/rvc';

export interface Format {
  /** A count: whole below 10,000, three significant digits above. */
  readonly count: (value: number) => string;
  /** The same, digit by digit, for titles and tables. */
  readonly exact: (value: number) => string;
  /** At most three significant digits. */
  readonly number: (value: number) => string;
  /** A share in 0..1 as a percentage. Only all of it is 100 %: what is nearly all stays visibly less. */
  readonly percent: (share: number) => string;
  /** A share in 0..1 as so many of 100, to a tenth: only all of them are 100, and only none is 0. */
  readonly of100: (share: number) => string;
  readonly bytes: (bytes: number) => string;
  readonly exactBytes: (bytes: number) => string;
  /** Length of the audio behind a number of frames, e.g. `42 min`. */
  readonly audio: (frames: number) => string;
  /** Time that passes, e.g. `3:12`. */
  readonly clock: (milliseconds: number) => string;
  /** A place in a sound, to a hundredth, e.g. `3.24 s`. */
  readonly seconds: (seconds: number) => string;
  /** Time that is only known roughly, e.g. `2 min`. */
  readonly duration: (milliseconds: number) => string;
  /** `today`, `3 days ago`, `Nov 3`. */
  readonly day: (timestamp: number, now?: number) => string;
  readonly moment: (timestamp: number) => string;
  /** The time of day, to a minute. */
  readonly clockTime: (timestamp: number) => string;
  /** The time of day, to a second. */
  readonly time: (timestamp: number) => string;
  /** A name and what stands under it: `Size: 3 MB`. */
  readonly named: (name: string, value: string) => string;
  /** Several things in a row, as a sentence names them. */
  readonly list: (items: readonly string[]) => string;
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const DAY = 86_400_000;
/** What floating point takes from a number that is as long as it is shown. */
const DUST = 1e-9;

/** The first three digits of a share, the others cut off, as `of100` does: one figure is the same in a sentence and a picture. */
function firstDigits(share: number): number {
  if (share <= 0) return share;
  const digit = 10 ** (Math.floor(Math.log10(share)) - 2);
  return Math.floor(share / digit + DUST) * digit;
}

function midnight(timestamp: number): number {
  return new Date(timestamp).setHours(0, 0, 0, 0);
}

const made = new Map<string, Format>();

/** The same for everything in a language: what Intl needs for it takes long to make, and a page shows hundreds of numbers. */
export function formatOf(locale: string): Format {
  const format = made.get(locale) ?? createFormat(locale);
  made.set(locale, format);
  return format;
}

/** Languages whose colon fills a letter's place. */
const WIDE_COLON = /^(?:ja|zh)\b/;

/** Numbers, sizes and times the way people of this language write them (Intl), with their units. */
export function createFormat(locale: string): Format {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 });
  const significant = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumSignificantDigits: 3 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const thisYear = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
  const otherYear = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', day: 'numeric' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const clockTime = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const list = new Intl.ListFormat(locale);
  const colon = WIDE_COLON.test(locale) ? '：' : ': ';
  const hundredth = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  const exactly = new Intl.NumberFormat(locale, { style: 'unit', unit: 'byte', unitDisplay: 'long' });
  const units = new Map<string, Intl.NumberFormat>();
  const unit = (name: string, value: number, digits = 3): string => {
    const key = `${name} ${digits}`;
    const known =
      units.get(key) ??
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay: 'short',
        maximumSignificantDigits: digits,
      });
    units.set(key, known);
    return known.format(value);
  };

  function bytes(value: number): string {
    let step = 0;
    let rest = value;
    while (rest >= 999.5 && step < BYTE_UNITS.length - 1) {
      rest /= 1000;
      step += 1;
    }
    // Only of the short name of a byte there is no plural.
    return step === 0 ? exactly.format(value) : unit(BYTE_UNITS[step] ?? 'byte', rest);
  }

  function audio(frames: number): string {
    const seconds = frames / FRAMES_PER_SECOND;
    if (seconds < 60) return unit('second', seconds, 2);
    if (seconds < 100 * 60) return unit('minute', seconds / 60, 2);
    return unit('hour', seconds / 3600);
  }

  function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) return unit('second', Math.max(1, Math.round(seconds)));
    if (seconds < 55) return unit('second', Math.round(seconds / 5) * 5);
    if (seconds < 90 * 60) return unit('minute', Math.max(1, Math.round(seconds / 60)));
    return unit('hour', seconds / 3600, 2);
  }

  function clock(milliseconds: number): string {
    const total = Math.max(0, Math.floor(milliseconds / 1000));
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor((total % 3600) / 60);
    const seconds = String(total % 60).padStart(2, '0');
    return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
  }

  function day(timestamp: number, now = Date.now()): string {
    const days = Math.round((midnight(timestamp) - midnight(now)) / DAY);
    if (days <= 0 && days > -7) return relative.format(days, 'day');
    const sameYear = new Date(timestamp).getFullYear() === new Date(now).getFullYear();
    return (sameYear ? thisYear : otherYear).format(timestamp);
  }

  return {
    count: (value) => (value < 10_000 ? whole.format(value) : compact.format(value)),
    exact: (value) => whole.format(value),
    number: (value) => significant.format(value),
    percent: (share) => percent.format(firstDigits(share)),
    of100: (share) => significant.format(share > 0 ? Math.max(0.1, Math.floor(share * 1_000 + DUST) / 10) : 0),
    bytes,
    exactBytes: (value) => exactly.format(value),
    audio,
    clock,
    seconds: (seconds) => hundredth.format(seconds),
    duration,
    day,
    moment: (timestamp) => moment.format(timestamp),
    clockTime: (timestamp) => clockTime.format(timestamp),
    time: (timestamp) => time.format(timestamp),
    named: (name, value) => `${name}${colon}${value}`,
    list: (items) => list.format(items),
  };
}
