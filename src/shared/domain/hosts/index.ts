import { HostMode } from '@shared/contract/measurement';
import { Host } from '@shared/contract/primitives';
import { VoiceLayout } from '@shared/contract/voices';
import { applio } from './applio';
import { mangio } from './mangio';
import type { HostLayout, HostRules, LayoutRules, ModeRules } from './rules';
import { rvc } from './rvc';
import { wokada } from './wokada';

/** Every host, by the ids of the contract. What is true of one host alone stands in its file and nowhere else. */
export const HOSTS: Readonly<Record<Host, HostRules>> = { rvc, applio, mangio, wokada };

/** In the order in which they are offered; the first is taken where nothing speaks for another. */
export const HOST_LIST: readonly HostRules[] = Host.options.map((id) => HOSTS[id]);
export const [DEFAULT_HOST] = Host.options;

/** Every way of using an index, in the order in which verdicts show them. */
export const MODES: Readonly<Record<HostMode, ModeRules>> = {
  ...rvc.modes,
  ...applio.modes,
  ...mangio.modes,
  ...wokada.modes,
};

/** Every way of laying out a voice, the preferred first. */
export const LAYOUTS: Readonly<Record<HostLayout, LayoutRules>> = {
  ...rvc.layouts,
  ...applio.layouts,
  ...mangio.layouts,
  ...wokada.layouts,
};

/** What a rule says of every mode. */
export function byMode<T>(rule: (mode: ModeRules) => T): Readonly<Record<HostMode, T>> {
  return Object.fromEntries(HostMode.options.map((mode) => [mode, rule(MODES[mode])])) as Record<HostMode, T>;
}

/** Beside models, where RVC-Studio and its like keep their indexes. */
export const HIDDEN_INDEX_FOLDER = '.index';

/** Whether a folder holds a host's own material: `mute` in `logs`. */
export function isMaterial(folderName: string, parentName: string): boolean {
  return HOST_LIST.some(({ home, material }) => home === parentName && material.includes(folderName));
}

/** Whether some host lays its voices out so. */
export function isHostLayout(layout: VoiceLayout): layout is HostLayout {
  return layout !== 'bare' && layout !== 'merged';
}

/** The layouts with their ids, the preferred first. */
export function layouts(): readonly (readonly [HostLayout, LayoutRules])[] {
  return VoiceLayout.options.flatMap((id) => (isHostLayout(id) ? [[id, LAYOUTS[id]] as const] : []));
}

interface SlicePlace {
  readonly layout: string;
  /** The program that keeps the cut recordings of its voices there. */
  readonly program: string;
  /** The folder's name, in that of the voice. */
  readonly folder: string;
}

/** Where cut recordings are kept, as features are made of them. */
export const SLICE_PLACES: readonly SlicePlace[] = HOST_LIST.flatMap(({ title: program, layouts: own }) =>
  Object.entries(own).flatMap(([layout, { slices: folder }]) => (folder === null ? [] : [{ layout, program, folder }])),
);

/** Where those of a voice would be; of a bare folder, where the first program keeps them. */
export function slicePlaceOf(layout: VoiceLayout): SlicePlace | undefined {
  return SLICE_PLACES.find((place) => place.layout === layout) ?? SLICE_PLACES[0];
}
