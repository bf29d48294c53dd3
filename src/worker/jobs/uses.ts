import { basename, dirname, join } from 'node:path';
import type { FoundHost, ModelUse } from '@shared/contract/uses';
import { toFailure } from '@shared/contract/errors';
import type { RequestOf, ResultOf } from '@shared/jobs';
import { HOSTS } from '@shared/domain/hosts';
import { isTrainingState, modelOf } from '@shared/domain/hosts/modelNames';
import { parseIndexName } from '@shared/domain/hosts/names';
import type { HostIndex, Picked, PickRule, Segments, SlotRules } from '@shared/domain/hosts/rules';
import { byCodePoint } from '../features/features';
import { nameTaken } from '../files/atomic';
import { realPath } from '../files/paths';
import { homeOf, type HostFolder } from '../voices/hostFolder';
import { filesOf, pickRuleOf } from '../voices/hostIndexes';
import { findHosts, type Surroundings } from '../voices/installed';
import { readSlots, type Slot } from '../voices/slots';
import { type JobContext, throwIfCancelled } from '../context';

type Voices = RequestOf<'uses'>['voices'];
type Use = ResultOf<'uses'>['hosts'][number]['models'][number];

/**
 * Finds the hosts on this computer, and says which index each of them loads for each of its models of some voices, by the
 * rules of that host. One that cannot be looked into now says why. Nothing is written and no program is asked.
 *
 * @throws `JOB_CANCELLED`
 */
export async function uses(
  { voices, known }: RequestOf<'uses'>,
  { signal, progress }: Pick<JobContext<'uses'>, 'signal' | 'progress'>,
  around?: Surroundings,
): Promise<ResultOf<'uses'>> {
  progress('scan', 0, 1);
  const found = await findHosts(known, around);
  const hosts: ResultOf<'uses'>['hosts'] = [];
  for (const [position, host] of found.entries()) {
    throwIfCancelled(signal);
    progress('scan', position, found.length);
    hosts.push(await lookInto(host, voices, signal));
  }
  progress('scan', 1, 1);
  return { hosts };
}

async function lookInto(
  host: FoundHost,
  voices: Voices,
  signal: AbortSignal,
): Promise<ResultOf<'uses'>['hosts'][number]> {
  if (host.problem !== null || voices.length === 0) return { ...host, models: [] };
  try {
    return { ...host, models: await usesIn({ kind: host.host, path: host.path }, voices, signal) };
  } catch (error) {
    throwIfCancelled(signal);
    return { ...host, problem: toFailure(error), models: [] };
  }
}

async function usesIn(folder: HostFolder, voices: Voices, signal: AbortSignal): Promise<Use[]> {
  const { slots } = HOSTS[folder.kind];
  if (slots !== null) return usesInSlots(folder, voices, slots);
  const rule = await pickRuleOf(folder);
  return rule === null ? [] : usesByName(folder, voices, rule, signal);
}

async function usesInSlots(folder: HostFolder, voices: Voices, rules: SlotRules): Promise<Use[]> {
  const slots = await readSlots(homeOf(folder), rules);
  const uses = await Promise.all(slots.map(useOfSlot));
  return voices.flatMap((voice, place) =>
    slots.flatMap((slot, at) => {
      const use = uses[at];
      return use !== undefined && isOwnSlot(slot, voice) ? [{ voice: place, ...use }] : [];
    }),
  );
}

function isOwnSlot({ name, index, folder }: Slot, voice: Voices[number]): boolean {
  return (
    folder === voice.path ||
    name.toLowerCase() === voice.name.toLowerCase() ||
    (index !== null && parseIndexName(index)?.name === voice.name)
  );
}

async function useOfSlot({ id, name, index, folder }: Slot): Promise<ModelUse> {
  const path = join(folder, index ?? '');
  const why = index === null ? 'emptySlot' : (await nameTaken(path).catch(() => false)) ? null : 'missingFile';
  return {
    model: name === '' ? id : name,
    slot: id,
    folder: null,
    key: index ?? id,
    loads:
      why === null
        ? { what: 'index', path, real: await realPath(path).catch(() => path), why: 'settings', rivals: 0 }
        : { what: 'nothing', why },
  };
}

async function usesByName(folder: HostFolder, voices: Voices, rule: PickRule, signal: AbortSignal): Promise<Use[]> {
  const { models, indexes } = await filesOf(folder, rule, signal);
  const sorted = models.toSorted((a, b) => byCodePoint(a.join('/'), b.join('/')));
  const uses = new Map<Segments, ModelUse>();
  const useOf = (model: Segments): ModelUse => {
    const use = uses.get(model) ?? useOfModel(folder, model, rule.pick(model, indexes));
    uses.set(model, use);
    return use;
  };
  const found: Use[] = [];
  for (const [place, voice] of voices.entries()) {
    throwIfCancelled(signal);
    const own = await ownFolder(folder, voice);
    const models = sorted.filter((model) => isOwnModel(model, voice.name, own));
    found.push(...models.map((model) => ({ voice: place, ...useOf(model) })));
  }
  return found;
}

function useOfModel({ kind, path }: HostFolder, model: Segments, { key, found }: Picked): ModelUse {
  const [home, folder, ...rest] = model;
  const where = ({ segments, real }: HostIndex) => ({ path: join(path, ...segments), real });
  return {
    model: model.at(-1) ?? '',
    slot: null,
    folder: home === HOSTS[kind].home && rest.length === 1 ? (folder ?? null) : null,
    key,
    loads:
      found === null
        ? { what: 'nothing', why: 'noMatch' }
        : { what: 'index', ...where(found.index), why: found.why, rivals: found.rivals },
  };
}

/** The name of the voice's folder in the host's home, where it lies there, also by a link. */
async function ownFolder(folder: HostFolder, { path, name }: Voices[number]): Promise<string | null> {
  if (dirname(path) === homeOf(folder)) return basename(path);
  return (await realPath(join(homeOf(folder), name)).catch(() => null)) === path ? name : null;
}

/** A model by its name, or any in the voice's own folder that is no state of a training. */
function isOwnModel(segments: Segments, voice: string, own: string | null): boolean {
  const file = segments.at(-1) ?? '';
  if (modelOf(file, voice) !== null) return true;
  return own !== null && segments.length > 2 && segments[1] === own && !isTrainingState(file);
}
