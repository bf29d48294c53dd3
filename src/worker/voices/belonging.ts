import { basename } from 'node:path';
import type { IndexFile } from '@shared/contract/voices';
import { parseIndexName } from '@shared/domain/hosts/names';
import { voicesNamedBy } from '@shared/domain/hosts/modelNames';
import { linkedFolder } from '../files/paths';
import type { Place } from './place';
import type { Outside } from './voice';

/**
 * Tells what lies in a host's folders for all voices apart by the voices: what is named after one, and indexes that are links
 * into its folder. Each name is read once: of thousands, none is held against each voice.
 *
 * @returns what belongs to a voice
 */
export async function belongings(
  { indexes, models }: Outside,
  places: readonly Place[],
): Promise<(place: Place) => Outside> {
  const names = new Set(places.map(({ name }) => name));
  const named = new Sorted<IndexFile>();
  const linked = new Sorted<IndexFile>();
  for (const index of indexes) {
    // An index is named after its voice, or after the model that shall find it.
    const after = parseIndexName(index.name)?.name ?? '';
    for (const voice of voicesNamedBy(`${after}.pth`, names)) named.add(voice, index);
    const folder = index.link === 'ok' ? await linkedFolder(index.path) : null;
    if (folder !== null) linked.add(folder, index);
  }
  const modelled = new Sorted<string>();
  for (const path of models) for (const voice of voicesNamedBy(basename(path), names)) modelled.add(voice, path);
  const order = new Map(indexes.map((index, position) => [index, position]));
  return ({ name, path }) => ({
    indexes: [...new Set([...named.of(name), ...linked.of(path)])].sort(
      (a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0),
    ),
    models: modelled.of(name),
  });
}

/** Several things for each key, in the order in which they came. */
class Sorted<T> {
  readonly #items = new Map<string, T[]>();

  add(key: string, item: T): void {
    const items = this.#items.get(key);
    if (items === undefined) this.#items.set(key, [item]);
    else items.push(item);
  }

  of(key: string): readonly T[] {
    return this.#items.get(key) ?? [];
  }
}
