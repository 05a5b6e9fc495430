import { describe, expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createRandom } from '../simulation/index.ts';
import type { createCardGateway } from './contract/card-gateway.ts';
import { withNetwork } from './contract/simulated-network.ts';
import { settle } from '../resilience/index.ts';
import { type Client, defineService, type Limited, ServiceFailure } from './index.ts';
import { latencySampler } from './latency.ts';

const base = {
  name: 'gateway',
  baseUrl: 'https://gateway.example',
  latency: { fixedMs: 1 },
  operations: { read: { method: 'GET', path: '/read', handle: () => 1 } },
} as const;

describe('a service', () => {
  test('gives its client the types of its operations', () => {
    type Gateway = Client<ReturnType<typeof createCardGateway>['service']['operations']>;
    expectTypeOf<Parameters<Gateway['authorize']>[0]>().toEqualTypeOf<{
      id: string;
      cents?: number | undefined;
    }>();
    expectTypeOf<Parameters<Gateway['lookup']>[0]>().toEqualTypeOf<
      Readonly<Record<'id', string>>
    >();
    expectTypeOf<Parameters<Gateway['erase']>[0]>().toEqualTypeOf<undefined>();
    expectTypeOf<Gateway['erase']>().toBeCallableWith(undefined, { timeoutMs: 1 });
    expectTypeOf<Limited<Gateway>['erase']>().toBeCallableWith();
    // @ts-expect-error -- every call says how long it waits
    expectTypeOf<Gateway['lookup']>().toBeCallableWith({ id: 'a' });
    expectTypeOf<ReturnType<Gateway['lookup']>>().toEqualTypeOf<Promise<{ found: boolean }>>();
    expectTypeOf<ReturnType<Gateway['capture']>>().toEqualTypeOf<
      Promise<{ id: string; cents: number }>
    >();
  });

  test.each([
    [{ name: 'Card Gateway' }, 'Invalid service name "Card Gateway": use kebab-case'],
    [{ baseUrl: '/v1' }, 'Invalid gateway.baseUrl "/v1"'],
    [{ baseUrl: 'https://a.example/' }, 'without a slash at its end'],
    [{ latency: { fixedMs: -1 } }, 'Invalid gateway.latency.fixedMs -1'],
    [{ latency: { p50Ms: 0, p99Ms: 1 } }, 'Invalid gateway.latency.p50Ms 0'],
    [{ latency: { p50Ms: 9, p99Ms: 1 } }, 'Invalid gateway.latency.p99Ms 1: use at least p50Ms'],
    [{ limits: { concurrency: 0 } }, 'Invalid gateway.limits.concurrency 0'],
    [{ limits: { concurrency: 1, queue: -1 } }, 'Invalid gateway.limits.queue -1'],
    [{ limits: { concurrency: 1, queueTimeoutMs: 0 } }, 'Invalid gateway.limits.queueTimeoutMs 0'],
  ])('with %o is refused', (change, message) => {
    const define = (): unknown => defineService({ ...base, ...change });
    expect(define).toThrow(RangeError);
    expect(define).toThrow(message);
  });

  test('refuses operations that share a route, lack a path, or make its client a promise', () => {
    const { read } = base.operations;
    expect(() => defineService({ ...base, operations: { read, again: read } })).toThrow(
      'Invalid gateway.again.path: another operation has "GET /read" already.',
    );
    expect(() =>
      defineService({ ...base, operations: { read: { ...read, path: 'read?x' } } }),
    ).toThrow(RangeError);
    // oxlint-disable-next-line unicorn/no-thenable -- it is what has to be refused
    const operations = Object.fromEntries([['then', read]]);
    expect(() => defineService({ ...base, operations })).toThrow('Invalid operation gateway.then');
  });

  test('refuses a handle that is asynchronous: it has to happen at one instant', async () => {
    const service = defineService({
      ...base,
      operations: { wait: { method: 'GET', path: '/wait', handle: async () => 1 } },
    });
    await withNetwork({ transport: 'in-process' }, async (network) => {
      const call = network.connect(service).wait(undefined, { timeoutMs: 9 });
      await expect(settle(call)).rejects.toThrow(/handle returned a promise/);
    });
  });

  test('refuses with a status that means refusal', () => {
    expect(() => new ServiceFailure(200, 'fine')).toThrow(RangeError);
  });

  test('accepts schemas that transform: handle gets the parsed input', () => {
    const { operations } = defineService({
      ...base,
      operations: {
        length: {
          method: 'POST',
          path: '/length',
          input: z.object({ text: z.string().transform((text) => text.length) }),
          handle: ({ text }) => text + 1,
        },
      },
    });
    expectTypeOf(operations.length.handle).parameter(0).toEqualTypeOf<{ text: number }>();
    expect(operations.length.handle({ text: 2 }, { nowMs: 0, key: undefined })).toBe(3);
  });
});

describe('a latency', () => {
  test('has the median and the 99th percentile that it was given, in whole milliseconds', () => {
    const sample = latencySampler({ p50Ms: 120, p99Ms: 300 }, 'latency');
    const random = createRandom(3);
    const drawn = Array.from({ length: 20_000 }, () => sample(random)).toSorted((a, b) => a - b);
    expect(drawn.every((ms) => Number.isInteger(ms) && ms >= 1)).toBe(true);
    expect(Math.abs((drawn[10_000] ?? 0) - 120)).toBeLessThan(4);
    expect(Math.abs((drawn[19_800] ?? 0) - 300)).toBeLessThan(15);
  });

  test('is never less than a millisecond, unless it is fixed', () => {
    const random = createRandom(3);
    expect(latencySampler({ p50Ms: 0.01, p99Ms: 0.02 }, 'latency')(random)).toBe(1);
    expect(latencySampler({ fixedMs: 0 }, 'latency')(random)).toBe(0);
  });
});
