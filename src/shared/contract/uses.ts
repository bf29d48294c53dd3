import * as v from 'valibot';
import { Offer } from './intake';
import { count, filePath, Host, opaqueId, Problem, shortText } from './primitives';

/** Why a program loads this index for a model and no other. */
export const PickReason = v.picklist([
  /** It is called like the model and lies beside it. */
  'sameName',
  /** There is no other beside the model. */
  'onlyOne',
  /** Its name contains what the program looks for. */
  'contains',
  /** Its name begins with what the program looks for. */
  'begins',
  /** Nothing beside the model fits, and the name of this one does. */
  'elsewhere',
  /** What the program looks for is somewhere in its path. */
  'path',
  /** It lies in the folder that the model names. */
  'folder',
  /** Its name says that it is of the model's voice. */
  'named',
  /** Its name contains that of the model. */
  'wholeName',
  /** The settings of the slot say so. */
  'settings',
]);
export type PickReason = v.InferOutput<typeof PickReason>;

/** Why a program loads none. */
export const NoPickReason = v.picklist([
  /** None fits what it looks for. */
  'noMatch',
  /** The settings of the slot name none. */
  'emptySlot',
  /** The settings of the slot name a file that is not there. */
  'missingFile',
]);
export type NoPickReason = v.InferOutput<typeof NoPickReason>;

/** What a program loads by itself. */
export const Loads = v.variant('what', [
  v.strictObject({
    what: v.literal('index'),
    /** As the program sees it; links are not followed. */
    path: filePath,
    /** The file that is behind it. */
    real: filePath,
    why: PickReason,
    /** Others that would do for the same reason, were this one not there. */
    rivals: count,
  }),
  v.strictObject({ what: v.literal('nothing'), why: NoPickReason }),
]);
export type Loads = v.InferOutput<typeof Loads>;

/** A model that a program offers, and what it loads for it. */
export const ModelUse = v.strictObject({
  /** File name of the model, or what the slot calls it. */
  model: shortText,
  /** The folder of its slot, where the program has slots. */
  slot: v.nullable(shortText),
  /** The folder of a voice in the program that the model lies in; null where models lie apart. */
  folder: v.nullable(shortText),
  /** What the program looks for: a part of the model's name, or the file that the slot names. */
  key: shortText,
  loads: Loads,
});
export type ModelUse = v.InferOutput<typeof ModelUse>;

/** A program on this computer. */
export const FoundHost = v.strictObject({
  host: Host,
  /** Its own folder. */
  path: filePath,
  /** It runs now. */
  running: v.boolean(),
  /** Why it cannot be looked into now; null while it can. */
  problem: v.nullable(Problem),
});
export type FoundHost = v.InferOutput<typeof FoundHost>;

/** A program on this computer, with what it loads for the models of a voice. */
export const VoiceUse = v.strictObject({
  ...FoundHost.entries,
  /** A token for its own folder. */
  root: opaqueId,
  models: v.array(
    v.strictObject({
      ...ModelUse.entries,
      /** The id of the index that it loads, where the library knows it. */
      index: v.nullable(opaqueId),
    }),
  ),
});
export type VoiceUse = v.InferOutput<typeof VoiceUse>;

/** A program on this computer, as it can be added to the library. */
export const HostOffer = v.strictObject({
  ...FoundHost.entries,
  /** Its folder is in the library. */
  added: v.boolean(),
  offer: Offer,
});
export type HostOffer = v.InferOutput<typeof HostOffer>;
