import * as v from 'valibot';
import { opaqueId, shortText } from './primitives';

/** What the system's dialog is asked for: one folder for one thing, or as much at once as a person wants to take in. */
export const Picking = v.picklist(['folder', 'folders', 'files']);
export type Picking = v.InferOutput<typeof Picking>;

/** Something that a person chose: a token that stands for it, and its name. */
export const Offer = v.strictObject({ token: opaqueId, name: shortText });
export type Offer = v.InferOutput<typeof Offer>;
