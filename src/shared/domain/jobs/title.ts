import type { JobKind, JobRequest, JobRequestOf } from '../../jobs';

/** A text by its key in resources/locales, with its values filled in. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const titles: { readonly [K in JobKind]: (request: JobRequestOf<K>, subject: string, say: Say) => string } = {
  sample: (_request, _subject, say) => say('jobs.titles.sample'),
  unpack: (_request, subject, say) => say('jobs.titles.unpack', { subject }),
  train: ({ recipe }, voice, say) => say('jobs.titles.train', { voice, recipe: say(`recipes.${recipe}.name`) }),
  export: ({ name, host }, _subject, say) => say('jobs.titles.export', { subject: name, host: say(`hosts.${host}`) }),
  takeBack: (_request, subject, say) => say('jobs.titles.takeBack', { subject }),
  measure: (_request, subject, say) => say('jobs.titles.measure', { subject }),
  compare: (_request, subject, say) => say('jobs.titles.compare', { subject }),
  tune: ({ options }, voice, say) => say(options === null ? 'jobs.titles.tune' : 'jobs.titles.try', { voice }),
  sift: (_request, voice, say) => say('jobs.titles.sift', { voice }),
  listen: (_request, voice, say) => say('jobs.titles.listen', { voice }),
  repair: ({ change }, subject, say) =>
    change.type === 'nprobe'
      ? say('jobs.titles.nprobe', { subject, nprobe: change.nprobe })
      : say(`jobs.titles.${change.type}`, { subject }),
};

function titleOf<K extends JobKind>(request: JobRequestOf<K>, subject: string, say: Say): string {
  return titles[request.kind](request, subject, say);
}

/** What a job does, and to what: the same on the page, in the question before quitting and in a notification. */
export function jobTitle(
  { request, subject }: { readonly request: JobRequest; readonly subject: string },
  say: Say,
): string {
  return titleOf(request, subject, say);
}
