import type { Failure } from '@shared/contract/errors';
import type { Figure, VerdictRow } from '@shared/contract/measurement';
import { FRAMES_PER_MINUTE } from '@shared/domain/rvc';
import { valueKind } from '@shared/domain/verdict/values';
import { evenness } from '@shared/domain/measures/listSizes';
import { visibleLine } from '@shared/domain/visible';
import english from '../../resources/locales/en.json';
import { failureWords } from './failure';

/** How the command line puts things in words. */

export function problemText(problem: Failure): string {
  return `${problem.message} [${problem.code}] ${failureWords(problem.code).action}`;
}

/** What a check found, in the words of the window. */
export function findingWords({ check, finding, values }: VerdictRow): string {
  const checks: Readonly<Record<string, Readonly<Record<string, string | { readonly sentence: string }>>>> =
    english.verdict.checks;
  const words = checks[check]?.[finding];
  const sentence = typeof words === 'object' ? words.sentence : finding;
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => valueWords(name, values[name] ?? ''));
}

function valueWords(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  switch (valueKind(name)) {
    case 'plain':
      return String(value);
    case 'part':
      return `${(100 * value).toFixed(1)} of 100`;
    case 'percent':
      return percent(value);
    case 'number':
      return Number.isInteger(value) ? count(value) : String(value);
  }
}

export function groupWords({ empty, small, imbalance }: { empty: number; small: number; imbalance: number }): string {
  const words = { even: 'even', uneven: 'uneven', veryUneven: 'very uneven' }[evenness(imbalance)];
  const smallOnes =
    small === 0 ? 'none smaller than 8' : `${count(small)} smaller than 8, ${count(empty)} of them empty`;
  return `${words} (${imbalance.toFixed(2)}), ${smallOnes}`;
}

/** The lines of a table. */
export function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}

export function paragraph(lines: readonly string[]): string {
  return `${lines.map(visibleLine).join('\n')}\n`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** RVC's features have 50 frames a second. */
export function minutes(frames: number): string {
  return `${(frames / FRAMES_PER_MINUTE).toFixed(1)} min`;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.01 ? 2 : 1)} %`;
}

/** The interval of a figure. */
export function span({ low, high }: Figure): readonly [number, number] {
  return [low, high];
}

/** `8 s`, `2 min 15 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}
