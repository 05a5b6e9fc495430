import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settle, sleep } from '../../resilience/index.ts';
import { type Fault, faultKindsOf } from '../index.ts';
import { createCardGateway } from './card-gateway.ts';
import { connect, transports, withNetwork } from './simulated-network.ts';

const latency = { p50Ms: 80, p99Ms: 400 } as const;
type TransportName = (typeof transports)[number];

/** What happened to each of 60 calls, sent 10 ms apart, and to the service. */
async function trace(transport: TransportName, seed: number, faults: readonly Fault[]) {
  return await withNetwork({ transport, seed, faults }, async (network) => {
    const { service, performed } = createCardGateway({
      latency,
      limits: { concurrency: 6, queue: 8, queueTimeoutMs: 100 },
    });
    const client = connect(network, service);
    const calls = [];
    for (let n = 0; n < 60; n += 1) {
      const key = `key-${n % 7}`;
      const options = n % 3 === 0 ? { key, timeoutMs: 150 } : { key, timeoutMs: 2_000 };
      calls.push(
        settle(client.authorize({ id: `${n}`, cents: (n % 12) * 100 + 1 }, options)).then(
          (outcome) => [
            n,
            performance.now(),
            outcome.kind === 'success' ? outcome.value : String(outcome.error),
          ],
        ),
      );
      await sleep(10);
    }
    const outcomes = await Promise.all(calls);
    await sleep(30_000);
    const stats = network.stats().get('gateway');
    return { outcomes, performed, stats, counts: [...network.faultCounts()] };
  });
}

const oneOfEach: readonly Fault[] = [
  { kind: 'hang', service: 'gateway', fromMs: 0, toMs: 400, share: 0.1 },
  { kind: 'error', service: 'gateway', fromMs: 0, toMs: 400, share: 0.1 },
  { kind: 'slow', service: 'gateway', fromMs: 0, toMs: 400, share: 0.1, factor: 4 },
  { kind: 'reset', service: 'gateway', fromMs: 0, toMs: 400, share: 0.1 },
  { kind: 'flap', service: 'gateway', fromMs: 0, toMs: 400, share: 0.5, periodMs: 50, downMs: 20 },
  { kind: 'duplicate', service: 'gateway', fromMs: 0, toMs: 400, share: 0.2 },
  { kind: 'reorder', service: 'gateway', fromMs: 0, toMs: 400, share: 0.2, delayMs: 300 },
  { kind: 'drop-response', service: 'gateway', fromMs: 0, toMs: 400, share: 0.3, of: 'keys' },
  { kind: 'cut', service: 'gateway', fromMs: 0, toMs: 400, share: 0.2 },
  { kind: 'dribble', service: 'gateway', fromMs: 0, toMs: 400, share: 0.2, forMs: 90 },
];

/** How each of 50 calls ended, and when. */
async function endings(faults: readonly Fault[]): Promise<unknown> {
  return await withNetwork({ transport: 'in-process', faults }, async (network) => {
    const client = connect(network, createCardGateway({ latency }).service);
    const calls = Array.from({ length: 50 }, async (_, n) => {
      const { kind } = await settle(client.authorize({ id: `${n}` }));
      return { kind, atMs: performance.now() };
    });
    return await Promise.all(calls);
  });
}

describe('a network', () => {
  test('does the same over both transports, whatever the faults', async () => {
    const kinds = fc.subarray([...oneOfEach]);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1_000_000 }), kinds, async (seed, faults) => {
        expect(await trace('msw', seed, faults)).toEqual(await trace('in-process', seed, faults));
      }),
      { numRuns: 8 },
    );
  });

  test.each(transports)('does the same for the same seed over %s', async (transport) => {
    const first = await trace(transport, 7, oneOfEach);
    expect(await trace(transport, 7, oneOfEach)).toEqual(first);
    expect(await trace(transport, 8, oneOfEach)).not.toEqual(first);
  });

  test('draws the same latencies whether or not another fault is in the schedule', async () => {
    const errors = { kind: 'error', service: 'gateway', fromMs: 0, toMs: 99, share: 0.5 } as const;
    const other: Fault = { kind: 'duplicate', service: 'gateway', fromMs: 0, toMs: 99, share: 0.5 };
    const later: Fault = { kind: 'hang', service: 'gateway', fromMs: 9_000, toMs: 9_999 };
    expect(await endings([other, errors, later])).toEqual(await endings([errors]));
  });

  test('counts every call once, whatever happens to it', async () => {
    const fault = fc.record({
      kind: fc.constantFrom(...faultKindsOf({ kind: 'service' })),
      share: fc.double({ min: 0.1, max: 1, noNaN: true }),
      fromMs: fc.nat(300),
      lastsMs: fc.integer({ min: 1, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        fc.array(fault, { maxLength: 4 }),
        async (seed, drawn) => {
          const faults = drawn.map(({ kind, share, fromMs, lastsMs }): Fault => {
            const strike = { service: 'gateway', fromMs, toMs: fromMs + lastsMs, share } as const;
            if (kind === 'slow') return { kind, ...strike, factor: 3 };
            if (kind === 'flap') return { kind, ...strike, periodMs: 40, downMs: 15 };
            if (kind === 'reorder') return { kind, ...strike, delayMs: 200 };
            if (kind === 'dribble') return { kind, ...strike, forMs: 120 };
            if (kind === 'clock') return { kind, ...strike, byMs: 5 };
            return { kind, ...strike };
          });
          const { stats } = await trace('in-process', seed, faults);
          expect(stats).toMatchObject({ calls: 60, inFlight: 0, queued: 0 });
          const { succeeded = 0, failed = 0, timedOut = 0, reset = 0, cancelled = 0 } = stats ?? {};
          expect(succeeded + failed + timedOut + reset + cancelled).toBe(60);
        },
      ),
      { numRuns: 60 },
    );
  });
});
