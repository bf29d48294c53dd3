import fc from 'fast-check';
import type * as v from 'valibot';

/** The parts of a schema of valibot that say what fits it. */
interface Schema {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Schema>>;
  readonly item?: Schema;
  readonly items?: readonly Schema[];
  readonly key?: Schema;
  readonly value?: Schema;
  readonly wrapped?: Schema;
  readonly options?: readonly unknown[];
  readonly literal?: unknown;
  readonly pipe?: readonly (Schema & { readonly requirement?: unknown })[];
}

/** Texts that mean something to main, or would to what is behind it. */
const TEXTS = [
  '/rvc',
  '../../../etc/passwd',
  "' OR 1=1 --",
  '__proto__',
  'CON',
  'a.index',
  '노래',
  '',
  '\u0000',
  '\\\\?\\C:\\',
];

/**
 * What has the shape of a schema; not each of them fits it, for of the length of a text nothing is known.
 *
 * @param ids Names of what there is, to be asked for.
 */
export function shaped(schema: v.GenericSchema, ids: readonly string[]): fc.Arbitrary<unknown> {
  return shapeOf(schema, fc.constantFrom(...ids));
}

function shapeOf(schema: Schema, id: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const of = (inner: Schema | undefined): fc.Arbitrary<unknown> => {
    if (inner === undefined) throw new Error(`"${schema.type}" has another shape.`);
    return shapeOf(inner, id);
  };
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return fc.oneof({ weight: 4, arbitrary: id }, fc.constantFrom(...TEXTS), fc.string({ maxLength: 12 }));
    case 'number': {
      const least = leastOf(schema);
      return fc.oneof(
        { weight: 2, arbitrary: fc.integer({ min: least, max: least + 40 }) },
        fc.double({ min: 0, max: 1 }),
        fc.constantFrom(-1, NaN, 2 ** 53),
      );
    }
    case 'literal':
      return fc.constant(schema.literal);
    case 'picklist':
      return fc.constantFrom(...(schema.options ?? []));
    case 'nullable':
      return fc.oneof(fc.constant(null), of(schema.wrapped));
    case 'optional':
    case 'exact_optional':
      return of(schema.wrapped);
    case 'array':
      return fc.array(of(schema.item), { maxLength: 4 });
    case 'tuple':
    case 'strict_tuple':
      return fc.tuple(...(schema.items ?? []).map(of));
    case 'record':
      return fc.dictionary(of(schema.key).map(String), of(schema.value), { maxKeys: 3 });
    case 'union':
    case 'variant':
      return fc.oneof(...(schema.options as readonly Schema[]).map(of));
    case 'object':
    case 'strict_object': {
      const entries = Object.entries(schema.entries ?? {});
      const required = entries.flatMap(([key, { type }]) => (type.endsWith('optional') ? [] : [key]));
      return fc.record(Object.fromEntries(entries.map(([key, inner]) => [key, of(inner)])), { requiredKeys: required });
    }
    default:
      throw new Error(`What fits "${schema.type}" is not known.`);
  }
}

/** The least number that fits a schema, as far as it says so. */
function leastOf({ pipe = [] }: Schema): number {
  return Math.max(
    0,
    ...pipe.map((part) => (part.type === 'min_value' ? Number(part.requirement) : part.pipe ? leastOf(part) : 0)),
  );
}

/** The same with one value in it, wherever, that is another. */
export function spoiled(value: unknown, other: unknown, at: number): unknown {
  if (typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const inner = spoiled((value as Readonly<Record<string, unknown>>)[key], other, Math.floor(at / keys.length));
  return Array.isArray(value)
    ? value.map((one: unknown, place) => (place === Number(key) ? inner : one))
    : { ...value, [key]: inner };
}
