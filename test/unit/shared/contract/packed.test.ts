import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { pack, packed, unpack } from '@shared/contract/packed';

const schema = packed(v.strictObject({ groups: v.array(v.number()) }));

describe('what is packed', () => {
  it('comes out as it went in', () => {
    const value = { groups: [1, 2.5] };
    expect(unpack(v.parse(schema, pack(value)))).toEqual(value);
  });

  it.each([pack({ groups: ['one'] }), pack({ groups: [], more: 1 }), '{"groups":', { groups: [1] }])(
    'is held to the contract: %j',
    (value) => {
      expect(v.is(schema, value)).toBe(false);
    },
  );
});
