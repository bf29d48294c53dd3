import type { HostMode } from '@shared/contract/measurement';
import type { Version } from '@shared/contract/primitives';
import type { PickReason } from '@shared/contract/uses';
import type { IndexKind, VoiceLayout } from '@shared/contract/voices';
import type { AddedNameParts, BuiltNameParts, ParsedIndexName } from './indexName';

/** A path below a host's own folder, folder by folder. */
export type Segments = readonly [string, ...string[]];

/** All that the app knows of a program that loads indexes. */
export interface HostRules {
  /** What people call it. */
  readonly title: string;
  /** The folder in the host's own folder that holds its voices, one folder each. */
  readonly home: string;
  /** Paths in its own folder, any of which tells it from other hosts with the same `home`. */
  readonly markers: readonly Segments[];
  /** How its voices are recognized. */
  readonly layouts: Readonly<Partial<Record<HostLayout, LayoutRules>>>;
  /** Folders in its `home` that hold material of its own and are no voices. */
  readonly material: readonly string[];
  /** Where it keeps models apart from their voices. */
  readonly modelFolders: readonly Segments[];
  /** Where it keeps the indexes of all voices side by side; null when it does not. */
  readonly indexFolder: Segments | null;
  /** Kinds of index files that it writes. */
  readonly kinds: readonly IndexKind[];
  /** Reads a file name of its own, without `.index`; null when it is none. */
  readonly readName: (stem: string, folderName?: string) => ParsedIndexName | null;
  /** What it calls the index of a voice. */
  readonly indexName: (parts: BuiltNameParts) => string;
  /** Where it looks for the index of a voice, below its own folder; the first is the main one. None without a slot. */
  readonly targets: (parts: TargetParts) => readonly Segments[];
  /** How it finds the index of a voice by itself; null when it is handed the file. */
  readonly picker: PickerRules | null;
  /** How its slots say what is in them; null when its voices have no slots. */
  readonly slots: SlotRules | null;
  /** What tells it on a computer where nobody has said where it is. */
  readonly installed: InstalledRules;
  /** The ways in which it uses an index. */
  readonly modes: Readonly<Partial<Record<HostMode, ModeRules>>>;
}

/** A bare folder of features, and a voice that was merged here, are nobody's. */
export type HostLayout = Exclude<VoiceLayout, 'bare' | 'merged'>;

/** What is in a voice's folder, by names. */
export interface LayoutRules {
  /** Folders of features, the preferred first. Version: the models they are for, when the name says so. */
  readonly features: readonly { readonly pattern: RegExp; readonly version: Version | null }[];
  /** What only this layout has: a voice whose features were not extracted yet, or were deleted. */
  readonly certain: RegExp | null;
  /** What others might have as well, the more telling first. */
  readonly likely: readonly RegExp[];
  /** The folder of the recordings at 16 kHz, cut: one for each file of features, of the same name. */
  readonly slices: string | null;
  /** The same recordings at the full rate, under the same names. */
  readonly fullRateSlices: string | null;
  /** The folder of pitch curves, which a model with pitch has. */
  readonly pitch: string | null;
  /** The sample rate, under `data` of config.json. */
  readonly rateKey: string | null;
  /** What a saved model is called after its voice's name; groups `epoch` and `step`. */
  readonly checkpoint: RegExp | null;
  /** What made the features: a field of a JSON file, or the name of their folder up to an ending. */
  readonly embedder: { readonly file: string; readonly field: string } | { readonly folderEnding: string } | null;
}

/** How a host finds the index of a voice that a person chose by name. */
export interface PickerRules {
  /** The part of a voice's name that it looks for. */
  readonly key: (name: string) => string;
  /** `path`: it takes an index whose path contains the key; `folder`: one in the folder that the key names. */
  readonly looks: 'path' | 'folder';
  /** How its versions choose, the one that can be told by a folder before the others. */
  readonly versions: readonly [PickRule, ...PickRule[]];
}

/** How one version of a host lists its models and indexes, and which of them it puts together. */
export interface PickRule {
  /** A folder in its own folder that no other version has; null where nothing tells them apart. */
  readonly toldBy: Segments | null;
  /** Whether it offers a file as a model. */
  readonly isModel: (fileName: string) => boolean;
  /** The folders that it looks through for indexes, with all that is below them. */
  readonly looksIn: readonly Segments[];
  /** Whether what lies deeper comes before or after what lies above it. */
  readonly order: 'deepestFirst' | 'topFirst';
  /** Whether it looks into folders that are links. */
  readonly followsLinks: boolean;
  /** Whether it minds when an index was written. */
  readonly byAge: boolean;
  /** What it loads for a model, of the indexes in the order in which it comes by them. */
  readonly pick: (model: Segments, indexes: readonly HostIndex[]) => Picked;
}

/** A file below a host's own folder whose name ends in `.index`, in letters of any case. */
export interface HostIndex {
  readonly segments: Segments;
  /** What tells it from others, also where a link gives it a second name. */
  readonly real: string;
  /** Milliseconds since 1970; 0 where the rule does not mind. */
  readonly modified: number;
}

export interface Picked {
  /** What the host looks for. */
  readonly key: string;
  /** Null: it finds none. `rivals`: so many others fit for the same reason. */
  readonly found: { readonly index: HostIndex; readonly why: PickReason; readonly rivals: number } | null;
}

export interface InstalledRules {
  /** What people's folders with it are called. */
  readonly folder: RegExp;
  /** Programs in its own folder that it is started by and nobody else has: they prove what it is. */
  readonly own: readonly string[];
  /** More of them, under names that other programs bear, too. */
  readonly common: readonly string[];
}

export interface TargetParts extends AddedNameParts {
  /** What its model is called, without the ending: the host goes by that. The voice's name, where no model is meant. */
  readonly model: string;
  /** The folder of a slot, where voices have slots; else null. */
  readonly slot: string | null;
}

/** A voice that lies in a numbered slot, with a file that says which index belongs to it. */
export interface SlotRules {
  readonly layout: HostLayout;
  /** The name of that file. */
  readonly settings: string;
  /** What it says; null when it is no such file, or the voice in the slot asks no index. */
  readonly read: (settings: string) => SlotFacts | null;
  /** The same text with another index and everything else as it was. @throws TypeError when `read` gives null */
  readonly withIndex: (settings: string, fileName: string) => string;
}

export interface SlotFacts {
  /** What the person called the voice; may be empty. */
  readonly name: string;
  /** File name of the index beside the settings; null when there is none. */
  readonly index: string | null;
}

/** How one way of using an index searches it, and what that way bears. */
export interface ModeRules {
  /** Neighbors it asks for. */
  readonly neighbors: 8 | 1;
  /** `groups`: as many as the file says, by its own metric; `all`: every vector, by squared L2, whatever the file says. */
  readonly searches: 'groups' | 'all';
  /**
   * When a neighbor is missing: the others are blended, the whole block goes without, the last vector of the file is
   * taken, or it cannot happen.
   */
  readonly missing: 'othersBlend' | 'blockDropped' | 'wrongVector' | 'impossible';
  /** It refuses paths with other letters than ASCII ones. */
  readonly asciiPaths: boolean;
  /** It looks for the file by the voice's name, and so minds what the file is called. */
  readonly findsByName: boolean;
  /** The oldest FAISS that it is installed with. */
  readonly faiss: string;
}
