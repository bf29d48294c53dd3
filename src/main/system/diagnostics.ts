import type { Trouble } from '@shared/contract/app';
import type { Settings } from '@shared/contract/settings';
import type { JobSnapshot } from '@shared/contract/jobs';
import { redaction, type Secrets } from './redact';
import type { ZipEntry } from './zip';

/** What is known of the app and the computer it runs on. */
export interface Machine {
  readonly version: string;
  readonly system: string;
  readonly runtime: Readonly<Record<string, string | undefined>>;
  readonly memoryBytes: number;
  readonly engineProblem: string | null;
}

/** What the app has of its own. Numbers only of the library: what is in it is the person's. */
export interface Belongings {
  readonly settings: Settings;
  readonly counts: Readonly<Record<string, number>>;
  readonly jobs: readonly JobSnapshot[];
}

function machineLines({ version, system, runtime, memoryBytes, engineProblem }: Machine): string[] {
  return [
    `Voronoice ${version}`,
    `System: ${system}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`,
    `Runtime: ${['electron', 'chrome', 'node'].map((name) => `${name} ${runtime[name] ?? '?'}`).join(', ')}`,
    `Engine: ${engineProblem ?? 'present'}`,
  ];
}

/** What helps to find a fault, as text to paste into a report: no names of voices, people or computers, no paths. */
export function diagnostics(
  machine: Machine,
  trouble: Trouble | null,
  logLines: readonly string[],
  secrets: Secrets,
): string {
  const about = trouble === null ? [] : [`Code: ${trouble.code}`, `Message: ${trouble.message}`];
  const job = trouble?.job == null ? [] : [`Job: ${trouble.job}`];
  return redaction(secrets).log([...machineLines(machine), ...about, ...job, '', ...logLines].join('\n'));
}

/** A line for a job: what kind of work, how it ended and when, without what it was about. */
function jobLine({ id, request, state, failure, createdAt, startedAt, finishedAt }: JobSnapshot): string {
  const time = (at: number | null): string => (at === null ? '-' : new Date(at).toISOString());
  return [id, request.kind, state, failure?.code ?? '-', time(createdAt), time(startedAt), time(finishedAt)].join('\t');
}

const ABOUT = `What is in this file, to look through before it is shared.

versions.txt   Versions of Voronoice, of the system and of what it runs on, and how much memory there is.
library.txt    How many folders, voices and indexes there are. No names.
settings.json  What is chosen in the settings. No folders.
jobs.txt       The jobs in the list: kind, state, code of a failure, times. Not what they were about.
log.txt        The last lines of the log. Names of voices, of the person and of the computer are replaced, and so are
               paths and whatever is quoted.
`;

/** The files of "Save diagnostics": plain text, so that a person can look through them. */
export function diagnosticFiles(
  machine: Machine,
  { settings, counts, jobs }: Belongings,
  logLines: readonly string[],
  secrets: Secrets,
): readonly ZipEntry[] {
  const files: Readonly<Record<string, string>> = {
    'read-me.txt': ABOUT,
    'versions.txt': machineLines(machine).join('\n'),
    'library.txt': Object.entries(counts)
      .map(([what, count]) => `${what}: ${count}`)
      .join('\n'),
    'settings.json': JSON.stringify(settings, null, 2),
    'jobs.txt': ['id\tkind\tstate\tcode\tqueued\tstarted\tended', ...jobs.map(jobLine)].join('\n'),
  };
  const { text: redact, log } = redaction(secrets);
  return [
    ...Object.entries(files).map(([name, text]) => ({ name, text: redact(text) })),
    { name: 'log.txt', text: log(logLines.join('\n')) },
  ].map(({ name, text }) => ({ name, text: `${text.trimEnd()}\n` }));
}
