import * as v from 'valibot';

/**
 * A large value on its way to the page, as JSON: an object crosses the bridge into the page property by property, which holds
 * it up for many frames; a text crosses in one piece.
 */
export type Packed<T> = string & { readonly packed?: T };

/** That what is packed is what the contract says. */
export function packed<T>(schema: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, Packed<T>> {
  return v.pipe(
    v.string(),
    v.parseJson(),
    schema,
    v.transform((value): Packed<T> => JSON.stringify(value)),
  );
}

export function pack<T>(value: T): Packed<T> {
  return JSON.stringify(value);
}

export function unpack<T>(text: Packed<T>): T {
  return JSON.parse(text) as T;
}
