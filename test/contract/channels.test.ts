import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Api } from '@shared/contract/api';
import { type ArgumentOf, type Channel, channels, type ResultOf } from '@shared/contract/channels';
import { events } from '@shared/contract/events';
import type { Handlers } from '../../src/main/ipc/register';
import { createMain } from '../fixtures/mainServices';

// `npm run typecheck` compiles this file; the expectations on types fail there.
describe('the handlers of main', () => {
  it('answer every channel of the contract and none besides', () => {
    expect(Object.keys(createMain().handlers).sort()).toEqual(Object.keys(channels).sort());
    expectTypeOf<keyof Handlers>().toEqualTypeOf<Channel>();
  });

  it('take and give what the contract says', () => {
    expectTypeOf<Parameters<Handlers['jobs.start']>>().toEqualTypeOf<[ArgumentOf<'jobs.start'>]>();
    expectTypeOf<Awaited<ReturnType<Handlers['export.plan']>>>().toEqualTypeOf<ResultOf<'export.plan'>>();
    // @ts-expect-error a channel without a handler
    expectTypeOf<Omit<Handlers, 'app.info'>>().toExtend<Handlers>();
  });
});

describe('the contract', () => {
  it('gives channels and events different names', () => {
    expect(Object.keys(channels).filter((name) => Object.hasOwn(events, name))).toEqual([]);
  });

  it('offers four functions', () => {
    expectTypeOf<keyof Api>().toEqualTypeOf<'begin' | 'call' | 'on' | 'tokenOf'>();
  });
});
