import type { IndexFile, Voice } from '@shared/contract/voices';
import type { ModelUse } from '@shared/contract/uses';
import { assertNever } from '@shared/domain/assertNever';
import { HOSTS } from '@shared/domain/hosts';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { defineCommand } from '../command';
import { flag, onePosition } from '../option';
import { count, minutes, paragraph, problemText, table } from '../words';
import { modelLines } from './model';

export const scan = defineCommand({
  position: '<folder>',
  summary: 'list the voices, indexes and models in a folder',
  about:
    "Lists the voices, indexes and models in a folder: a host's own folder, its logs, one experiment or a folder of .npy files.",
  usage: '<folder> [--uses] [--json]',
  options: {
    uses: flag('also say which index each program on this computer loads for its models of these voices, and why'),
  },
  read: (words) => ({ path: onePosition(words, 'scan', 'folder'), uses: words.values.uses }),
  run: async ({ path, uses }, { run }) => {
    const value = await run({ kind: 'scan', path, home: null, built: [], pointed: {} });
    if (!uses) return { text: paragraph(scanLines(value)), json: value };
    const used = await run({
      kind: 'uses',
      voices: value.voices.map(({ name, path: folder }) => ({ name, path: folder })),
      known: knownHosts(value),
    });
    const named = used.hosts.map(({ models, ...host }) => ({
      ...host,
      models: models.map(({ voice, ...use }) => ({ voice: value.voices[voice]?.path ?? '', ...use })),
    }));
    return {
      text: paragraph([...scanLines(value), '', ...usesLines(value.voices, used)]),
      json: { ...value, uses: named },
    };
  },
});

/** The programs that the voices lie in. */
function knownHosts({ voices }: ResultOf<'scan'>): RequestOf<'uses'>['known'] {
  const known = new Map(
    voices.flatMap(({ host, hostRoot }) => (host === null || hostRoot === null ? [] : [[hostRoot, host] as const])),
  );
  return [...known].map(([path, host]) => ({ host, path }));
}

function usesLines(voices: readonly Voice[], { hosts }: ResultOf<'uses'>): string[] {
  if (hosts.length === 0) return ['No program that uses indexes was found on this computer.'];
  return hosts.flatMap(({ host, path, running, problem, models }) => {
    const title = `${HOSTS[host].title} in ${path}${running ? ', running now' : ''}`;
    if (problem !== null) return [title, `  ${problemText(problem)}`];
    if (models.length === 0) return [title, '  no model of these voices'];
    const rows = models.map((use) => [`${voices[use.voice]?.name ?? ''}: ${use.model}`, loadsWords(use)] as const);
    return [title, ...table(rows).map((line) => `  ${line}`)];
  });
}

function loadsWords({ loads, key }: ModelUse): string {
  if (loads.what === 'nothing') return `loads none: ${noneWords(loads.why, key)}`;
  const rivals = loads.rivals === 0 ? '' : `; so would ${count(loads.rivals)} more`;
  return `loads ${loads.path}: ${whyWords(loads.why, key)}${rivals}`;
}

type Loads = ModelUse['loads'];

function whyWords(why: Extract<Loads, { what: 'index' }>['why'], key: string): string {
  switch (why) {
    case 'sameName':
      return 'it bears the name of the model';
    case 'onlyOne':
      return 'it is the only one beside the model';
    case 'contains':
      return `its name contains "${key}"`;
    case 'begins':
      return `its name begins with "${key}"`;
    case 'elsewhere':
      return `in another folder, its name fits "${key}"`;
    case 'path':
      return `its path contains "${key}"`;
    case 'folder':
      return `it lies in the folder "${key}"`;
    case 'named':
      return `its name says "${key}"`;
    case 'wholeName':
      return 'its name contains that of the model';
    case 'settings':
      return 'the settings of the slot name it';
    default:
      return assertNever(why);
  }
}

function noneWords(why: Extract<Loads, { what: 'nothing' }>['why'], key: string): string {
  switch (why) {
    case 'noMatch':
      return `nothing fits "${key}"`;
    case 'emptySlot':
      return 'the settings of the slot name none';
    case 'missingFile':
      return `the settings of the slot name "${key}", which is not there`;
    default:
      return assertNever(why);
  }
}

function scanLines({ root, voices, indexes, models = [], looked }: ResultOf<'scan'>): string[] {
  const found =
    voices.length + indexes.length + models.length === 0
      ? `No voice, no index and no model in ${root}.`
      : `${count(voices.length)} ${voices.length === 1 ? 'voice' : 'voices'} in ${root}`;
  const others = indexes.length === 0 ? [] : ['', 'Indexes that belong to no voice:', ...indexes.map(indexLine)];
  const loose =
    models.length === 0
      ? []
      : ['', 'Models that belong to no voice:', ...models.flatMap((model) => modelLines(model, []))];
  const remarks = looked === undefined ? [] : lookedLines(looked, voices.length + indexes.length + models.length > 0);
  return [found, ...voices.flatMap((voice) => ['', ...voiceLines(voice)]), ...others, ...loose, ...remarks];
}

function lookedLines(
  { folders, levels, complete, archives, unread }: NonNullable<ResultOf<'scan'>['looked']>,
  any: boolean,
): string[] {
  const [archive, ...more] = archives;
  const where = `Looked into ${count(folders)} ${folders === 1 ? 'folder' : 'folders'}, up to ${levels} levels down`;
  return [
    ...(any && complete ? [] : [`${where}${complete ? '' : '; there are more'}.`]),
    ...(archive === undefined
      ? []
      : [`To be unpacked first: ${archive}${more.length === 0 ? '' : ` and ${count(more.length)} more`}`]),
    ...unread.map(({ path, problem }) => `Could not be read: ${path}: ${problem.message}`),
  ];
}

function voiceLines(voice: Voice): string[] {
  const known = [
    voice.version,
    voice.embedder,
    voice.sampleRate,
    voice.f0 === null ? null : voice.f0 ? 'with pitch' : 'without pitch',
  ];
  const material = `${minutes(voice.frames)}, ${count(voice.frames)} frames in ${count(voice.files)} files`;
  return [
    `${voice.name}  ${[...known.filter((word) => word !== null), material].join(', ')}`,
    `  ${voice.path}`,
    ...(voice.links ?? []).map((link) => `  also found as ${link}`),
    ...(voice.speakers === undefined
      ? []
      : [`  of ${voice.speakers.length} speakers: ${voice.speakers.join(', ')}; train --speaker takes one of them`]),
    ...(voice.epochs === null ? [] : [`  trained for ${voice.epochs} epochs`]),
    ...(voice.problem === null ? [] : [`  ${problemText(voice.problem)}`]),
    ...(voice.slices === undefined || voice.slices.missing === 0
      ? []
      : [
          `  ${count(voice.slices.missing)} of ${count(voice.slices.total)} slices have no features: ${voice.slices.names.slice(0, 3).join(', ')}${voice.slices.missing > 3 ? ', …' : ''}`,
        ]),
    ...(voice.sound === null ? [] : [`  ${soundWords(voice.sound)}`]),
    ...(voice.featuresPath?.endsWith('.npy') === true ? ['  all frames from one file, total_fea.npy'] : []),
    ...voice.skipped.map(({ name, problem }) => `  left out: ${name}: ${problem.message}`),
    ...(voice.skippedCount > voice.skipped.length
      ? [`  left out: ${voice.skippedCount - voice.skipped.length} more`]
      : []),
    ...(voice.indexes.length === 0 ? ['  no index yet'] : voice.indexes.map(indexLine)),
    ...voice.models.flatMap((model) => modelLines(model, voice.indexes)),
  ];
}

function soundWords({ folder, files, of }: NonNullable<Voice['sound']>): string {
  const which = folder === '16k' ? 'at 16 kHz' : folder === 'full' ? 'at the full rate' : 'in a folder of their own';
  return `can be heard: recordings ${which} for ${files === of ? 'all' : `${count(files)} of ${count(of)}`} files`;
}

function indexLine({ name, kind, link, facts, problem, copyOf, stale }: IndexFile): string {
  const states = [
    link === 'dangling' ? 'broken link' : kind === 'trained' ? 'trained, but without the voice' : null,
    facts === null ? null : `${count(facts.vectors)} vectors`,
    facts?.nprobe == null ? null : `nprobe ${facts.nprobe}`,
    copyOf === undefined ? null : `the same as ${copyOf}`,
    stale === null ? null : staleWords(stale),
    problem === null || link === 'dangling' ? null : problem.message,
  ];
  return `  index: ${name}  ${states.filter((state) => state !== null).join(', ')}`;
}

function staleWords({ reason, frames }: NonNullable<IndexFile['stale']>): string {
  switch (reason) {
    case 'smaller':
      return `does not hold all of the ${count(frames)} frames`;
    case 'larger':
      return `holds more than the ${count(frames)} frames there are now`;
    case 'version':
      return 'made for models of another version than the features';
    default:
      return assertNever(reason);
  }
}
