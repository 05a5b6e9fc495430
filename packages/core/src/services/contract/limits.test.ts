import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { settle, sleep } from '../../resilience/index.ts';
import { defineService, ServiceOverloadedError } from '../index.ts';
import { createCardGateway } from './card-gateway.ts';
import { connect, transports, withNetwork } from './simulated-network.ts';

describe.each(transports)('the limits of a service over %s', (transport) => {
  test('let requests wait, first come, first served', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway({ limits: { concurrency: 2, queue: 10 } });
      const client = connect(network, service);

      const calls = ['a', 'b', 'c', 'd', 'e'].map((id) => client.authorize({ id }));
      expect(network.stats().get('gateway')).toMatchObject({ inFlight: 5, queued: 3 });
      await Promise.all(calls);

      expect(performed.map(({ id, atMs }) => [id, atMs])).toEqual([
        ['a', 100],
        ['b', 100],
        ['c', 200],
        ['d', 200],
        ['e', 300],
      ]);
      expect(network.stats().get('gateway')).toMatchObject({ queued: 0, maxInFlight: 5 });
    });
  });

  test('refuse what finds the queue full: a definite failure with 503', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway({ limits: { concurrency: 1, queue: 1 } });
      const client = connect(network, service);

      const outcomes = await Promise.all(
        ['a', 'b', 'c'].map((id) => settle(client.authorize({ id }))),
      );

      expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'success', 'failure']);
      expect(outcomes[2]).toMatchObject({
        error: { code: 'SERVICE_OVERLOADED', status: 503, outcome: 'failure' },
      });
      expect(performed.map(({ id }) => id)).toEqual(['a', 'b']);
    });
  });

  test('refuse what has waited too long in the queue', async () => {
    await withNetwork({ transport }, async (network) => {
      const limits = { concurrency: 1, queue: 5, queueTimeoutMs: 250 };
      const { service, performed } = createCardGateway({ limits });
      const client = connect(network, service);
      const endedAtMs = ['a', 'b', 'c', 'd'].map(async (id) => {
        const { kind } = await settle(client.authorize({ id }));
        return `${id} ${kind} ${performance.now()}`;
      });
      expect(await Promise.all(endedAtMs)).toEqual([
        'a success 100',
        'b success 200',
        'c success 300',
        'd failure 250',
      ]);
      expect(performed).toHaveLength(3);
    });
  });

  test('still perform a queued request whose caller has given up', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway({ limits: { concurrency: 1, queue: 5 } });
      const client = connect(network, service);
      const first = client.authorize({ id: 'a' });
      const second = settle(client.authorize({ id: 'b' }, { timeoutMs: 50 }));

      expect(await second).toMatchObject({ kind: 'unknown' });
      expect(performance.now()).toBe(50);
      await first;
      await sleep(100);

      expect(performed.map(({ id }) => id)).toEqual(['a', 'b']);
    });
  });

  test('refuse slowly enough that a client repeating at once lets time go on', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(
        network,
        createCardGateway({ limits: { concurrency: 1, queue: 0 } }).service,
      );
      const first = client.authorize({ id: 'a' });
      let refusals = 0;
      for (;;) {
        const error = await client.authorize({ id: 'b' }).catch((cause: unknown) => cause);
        if (!(error instanceof ServiceOverloadedError)) break;
        refusals += 1;
      }
      await first;
      expect(refusals).toBe(100);
    });
  });
});

/** A row at a time, for 50 ms each. */
function createRows() {
  const freeAtMs = new Map<string, number>();
  const performed: string[] = [];
  const service = defineService({
    name: 'rows',
    baseUrl: 'https://rows.example',
    latency: { fixedMs: 10 },
    operations: {
      write: {
        method: 'PUT',
        path: '/rows/:row',
        input: z.object({ row: z.string(), by: z.string() }),
        waitMs({ row }, { nowMs }) {
          const atMs = Math.max(nowMs, freeAtMs.get(row) ?? 0) + 50;
          freeAtMs.set(row, atMs);
          return atMs - nowMs;
        },
        handle({ row, by }, { nowMs }) {
          performed.push(`${row} ${by} ${nowMs}`);
          return { atMs: nowMs };
        },
      },
    },
  });
  return { service, performed };
}

describe.each(transports)('an operation that makes requests wait over %s', (transport) => {
  test('performs them one after the other, and others meanwhile', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createRows();
      const client = connect(network, service);
      const writes = [
        { row: 'a', by: 'x' },
        { row: 'a', by: 'y' },
        { row: 'b', by: 'z' },
      ];
      const answers = await Promise.all(writes.map((each) => client.write(each)));
      expect(answers).toEqual([{ atMs: 60 }, { atMs: 110 }, { atMs: 60 }]);
      expect(performed).toEqual(['a x 60', 'b z 60', 'a y 110']);
    });
  });

  test('performs also what its caller has given up, and later what came after', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createRows();
      const client = network.connect(service);
      const first = client.write({ row: 'a', by: 'x' }, { timeoutMs: 40 });
      const second = client.write({ row: 'a', by: 'y' }, { timeoutMs: 1_000 });
      expect(await settle(first)).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
      expect(await second).toEqual({ atMs: 110 });
      expect(performed).toEqual(['a x 60', 'a y 110']);
    });
  });

  test('refuses what is not valid without a wait', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service } = createRows();
      const client = connect(network, service);
      // @ts-expect-error -- it names nobody
      const outcome = await settle(client.write({ row: 'a' }));
      expect(outcome).toMatchObject({ kind: 'failure', error: { code: 'INVALID_REQUEST' } });
      expect(performance.now()).toBe(10);
    });
  });
});
