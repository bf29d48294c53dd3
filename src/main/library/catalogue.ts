import type { Absence, LibrarySnapshot } from '@shared/contract/library';
import type { ModelFile } from '@shared/contract/models';
import type { IndexFile, ScanResult, Voice } from '@shared/contract/voices';

/** What was found in something that was added. */
export interface Looked {
  readonly id: string;
  /** Null while it can be reached. */
  readonly absence: Absence | null;
  readonly scan: ScanResult | null;
}

/** An index, and the voice that it belongs to. */
export interface Known {
  readonly index: IndexFile;
  readonly voice: Voice | null;
}

/** All that is in what was added, each once. */
export interface Catalogue {
  readonly voices: readonly Voice[];
  /** Those that belong to no voice. */
  readonly loose: readonly IndexFile[];
  readonly models: readonly ModelFile[];
  readonly voiceById: ReadonlyMap<string, Voice>;
  readonly indexById: ReadonlyMap<string, Known>;
  /** Of a voice, an index or a model. */
  readonly pathById: ReadonlyMap<string, string>;
  readonly away: LibrarySnapshot['away'];
}

/** @param added What several of them hold is shown as the one has it that can be reached, or else the last. */
export function catalogueOf(added: readonly Looked[]): Catalogue {
  const sources = [...added].sort((a, b) => Number(b.absence !== null) - Number(a.absence !== null));
  const scans = sources.flatMap(({ scan }) => (scan === null ? [] : [scan]));
  const voiceById = new Map<string, Voice>();
  for (const { voices } of scans) for (const voice of voices) voiceById.set(voice.id, voice);
  const voices = [...voiceById.values()];
  const indexById = new Map<string, Known>();
  for (const voice of voices) for (const index of voice.indexes) indexById.set(index.id, { index, voice });
  const loose = new Map<string, IndexFile>();
  for (const { indexes } of scans)
    for (const index of indexes) if (!indexById.has(index.id)) loose.set(index.id, index);
  for (const index of loose.values()) indexById.set(index.id, { index, voice: null });
  const owned = voices.flatMap((voice) => voice.models);
  const ownedIds = new Set(owned.map(({ id }) => id));
  const found = scans.flatMap(({ models = [] }) => models).filter(({ id }) => !ownedIds.has(id));
  const pathById = new Map<string, string>();
  for (const { id, path } of voices) pathById.set(id, path);
  for (const { index } of indexById.values()) pathById.set(index.id, index.path);
  for (const { id, path } of found) pathById.set(id, path);
  for (const { id, path } of owned) pathById.set(id, path);
  const models = [...new Map(found.filter(isWorthShowing).map((model) => [model.id, model])).values()];
  return { voices, loose: [...loose.values()], models, voiceById, indexById, pathById, away: awayIn(sources) };
}

/** By the id of a voice or index. */
function awayIn(sources: readonly Looked[]): LibrarySnapshot['away'] {
  // As nearly always: thousands of ids would be looked at for nothing.
  if (sources.every(({ absence }) => absence === null)) return {};
  const away = new Map<string, LibrarySnapshot['away'][string]>();
  for (const { id, absence, scan } of sources) {
    for (const known of idsIn(scan)) {
      if (absence === null) away.delete(known);
      else away.set(known, { source: id, absence });
    }
  }
  return Object.fromEntries(away);
}

/** Loose models that a person may look for, or must be warned of; other files of PyTorch are nobody's business here. */
function isWorthShowing({ facts, problem }: ModelFile): boolean {
  return facts?.what === 'voice' || problem?.code === 'MODEL_RUNS_CODE';
}

/** Of the voices and indexes that were found. */
export function idsIn(scan: ScanResult | null): readonly string[] {
  const { voices, indexes } = scan ?? { voices: [], indexes: [] };
  return [
    ...voices.flatMap(({ id, indexes: own }) => [id, ...own.map((index) => index.id)]),
    ...indexes.map(({ id }) => id),
  ];
}
