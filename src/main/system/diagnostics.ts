import { hideHome } from './log';

/** What helps to find a fault, as text to paste into a report: no names, no voices, the home folder as `~`. */
export function diagnostics(facts: {
  readonly version: string;
  readonly system: string;
  readonly runtime: Readonly<Record<string, string | undefined>>;
  readonly memoryBytes: number;
  readonly engineProblem: string | null;
  readonly logLines: readonly string[];
  readonly home: string;
}): string {
  const { version, system, runtime, memoryBytes, engineProblem, logLines, home } = facts;
  const text = [
    `Voronoice ${version}`,
    `System: ${system}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    `Runtime: ${['electron', 'chrome', 'node'].map((name) => `${name} ${runtime[name] ?? '?'}`).join(', ')}`,
    `Engine: ${engineProblem ?? 'present'}`,
    '',
    ...logLines,
  ].join('\n');
  return hideHome(text, home);
}
