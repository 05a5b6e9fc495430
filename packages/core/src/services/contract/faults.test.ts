import { describe, expect, test } from 'vitest';
import { settle, sleep } from '../../resilience/index.ts';
import type { Fault, Network } from '../index.ts';
import type { Link } from '../link.ts';
import { createCardGateway } from './card-gateway.ts';
import { connect, transports, within, withNetwork } from './simulated-network.ts';

const always = { service: 'gateway', fromMs: 0, toMs: 60_000 } as const;
const fired = (network: Network): number[] => [...network.faultCounts().values()];
const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `id-${n}`);
const linkOf = (process: string): Link => ({ process, isCut: false, onCut: () => undefined });

describe.each(transports)('a fault over %s', (transport) => {
  test('hang: no answer and no effect, until its end resets the connection', async () => {
    const faults: Fault[] = [{ kind: 'hang', ...always, toMs: 5_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      const impatient = settle(client.authorize({ id: 'a' }, { timeoutMs: 1_000 }));
      const patient = settle(client.authorize({ id: 'b' }));

      expect(await impatient).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
      expect(await patient).toMatchObject({ kind: 'unknown', error: { code: 'CONNECTION_RESET' } });

      expect(performance.now()).toBe(5_000);
      expect(performed).toEqual([]);
      expect(fired(network)).toEqual([2]);
      expect(network.stats().get('gateway')).toMatchObject({ timedOut: 1, reset: 1, inFlight: 0 });
      await client.authorize({ id: 'c' });
      expect(fired(network)).toEqual([2]);
    });
  });

  test('error: a definite failure with its status, after the latency, without effect', async () => {
    const faults: Fault[] = [{ kind: 'error', ...always, status: 500 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const outcome = await settle(connect(network, service).authorize({ id: 'a' }));
      expect(outcome).toMatchObject({
        kind: 'failure',
        error: { code: 'SERVICE_ERROR', status: 500, reason: 'the service is failing' },
      });
      expect(performance.now()).toBe(100);
      expect(performed).toEqual([]);
      expect(fired(network)).toEqual([1]);
    });
  });

  test('slow: multiplies the latency, or replaces it', async () => {
    const faults: Fault[] = [
      { kind: 'slow', ...always, toMs: 1_000, factor: 10 },
      { kind: 'slow', ...always, fromMs: 1_000, latency: { fixedMs: 7 } },
    ];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      await client.authorize({ id: 'a' });
      expect(performance.now()).toBe(1_000);
      await client.authorize({ id: 'b' });
      expect(performance.now()).toBe(1_007);
      expect(fired(network)).toEqual([1, 1]);
    });
  });

  test('slow: a caller with a time-out gives up in time', async () => {
    const faults: Fault[] = [{ kind: 'slow', ...always, factor: 10 }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      const outcome = await settle(client.authorize({ id: 'a' }, { timeoutMs: 500 }));
      expect(outcome).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
      expect(performance.now()).toBe(500);
    });
  });

  test.each([
    { isPerformed: true, atMs: 100 },
    { isPerformed: false, atMs: 1 },
  ])('reset: unknown, performed or not ($isPerformed)', async ({ isPerformed, atMs }) => {
    const faults: Fault[] = [{ kind: 'reset', ...always, performed: isPerformed }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const outcome = await settle(connect(network, service).authorize({ id: 'a' }));
      expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'CONNECTION_RESET' } });
      expect(performance.now()).toBe(atMs);
      expect(performed).toHaveLength(isPerformed ? 1 : 0);
      expect(fired(network)).toEqual([1]);
    });
  });

  test('reset: about half are performed when it does not say', async () => {
    const faults: Fault[] = [{ kind: 'reset', ...always }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      await Promise.all(ids(200).map((id) => settle(client.authorize({ id }))));
      expect(performed.length).toBeGreaterThan(70);
      expect(performed.length).toBeLessThan(130);
      expect(fired(network)).toEqual([200]);
    });
  });

  test('flap: fails at the beginning of each period, and is well for the rest', async () => {
    const faults: Fault[] = [{ kind: 'flap', ...always, periodMs: 1_000, downMs: 300 }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway({ latency: { fixedMs: 1 } }).service);
      const outcomes = [];
      for (const atMs of [0, 299, 300, 999, 1_000, 1_299, 1_300]) {
        await sleep(atMs - performance.now());
        outcomes.push(settle(client.authorize({ id: `${atMs}` })));
      }
      const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
      expect(kinds).toEqual([
        'failure',
        'failure',
        'success',
        'success',
        'failure',
        'failure',
        'success',
      ]);
      expect(fired(network)).toEqual([4]);
    });
  });

  test('duplicate: performed again shortly after, and the caller sees the first answer', async () => {
    const faults: Fault[] = [{ kind: 'duplicate', ...always, copies: 2 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const output = await connect(network, service).authorize({ id: 'a' });
      expect(output.number).toBe(1);
      await sleep(200);
      expect(performed.map(({ id }) => id)).toEqual(['a', 'a', 'a']);
      expect(performed[1]?.atMs).toBeGreaterThan(100);
      expect(fired(network)).toEqual([1]);
      expect(network.stats().get('gateway')).toMatchObject({ calls: 1, succeeded: 1 });
    });
  });

  test('reorder: later requests overtake earlier ones, each within its delay', async () => {
    const faults: Fault[] = [{ kind: 'reorder', ...always, delayMs: 1_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      await Promise.all(ids(20).map((id) => client.authorize({ id })));
      const order = performed.map(({ id }) => id);
      expect(order).not.toEqual(ids(20));
      expect(order.toSorted()).toEqual(ids(20).toSorted());
      expect(performance.now()).toBeLessThanOrEqual(1_100);
      expect(fired(network)).toEqual([20]);
    });
  });

  test('drop-response: performed, and the answer never arrives', async () => {
    const faults: Fault[] = [{ kind: 'drop-response', ...always }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      const impatient = settle(client.authorize({ id: 'a' }, { timeoutMs: 5_000 }));
      const patient = client.authorize({ id: 'b' });
      expect(await impatient).toMatchObject({ kind: 'unknown' });
      expect(performed.map(({ atMs }) => atMs)).toEqual([100, 100]);
      expect(await within(600_000, patient)).toBe('still waiting');
      expect(fired(network)).toEqual([2]);
    });
  });

  test('cut: performed, and the answer breaks off: unknown, at once', async () => {
    const faults: Fault[] = [{ kind: 'cut', ...always }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const outcome = await settle(connect(network, service).authorize({ id: 'a' }));
      expect(outcome).toMatchObject({
        kind: 'unknown',
        error: {
          code: 'ANSWER_CUT',
          message:
            'Failed to call gateway.authorize: the answer broke off. It may have been performed: look it up, or repeat it with the same idempotency key.',
        },
      });
      expect(performance.now()).toBe(100);
      expect(performed).toHaveLength(1);
      expect(fired(network)).toEqual([1]);
      expect(network.stats().get('gateway')).toMatchObject({ reset: 1, succeeded: 0, inFlight: 0 });
    });
  });

  test('dribble: performed in its time, and the answer is complete only later', async () => {
    const faults: Fault[] = [{ kind: 'dribble', ...always, forMs: 3_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      const answer = await client.authorize({ id: 'a' });
      expect(performance.now()).toBe(3_100);
      expect(answer).toMatchObject({ id: 'a', number: 1 });
      expect(performed).toEqual([{ id: 'a', atMs: 100 }]);
      const refused = await settle(client.authorize({ id: 'b', cents: 2_000 }));
      expect(refused).toMatchObject({ kind: 'failure', error: { status: 402 } });
      expect(performance.now()).toBe(6_200);
      expect(fired(network)).toEqual([2]);
    });
  });

  test('dribble: a time limit is for the whole answer, and what was performed stays so', async () => {
    const faults: Fault[] = [{ kind: 'dribble', ...always, forMs: 3_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const outcome = await settle(
        connect(network, service).authorize({ id: 'a' }, { timeoutMs: 1_000 }),
      );
      expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'SERVICE_TIMEOUT' } });
      expect(performance.now()).toBe(1_000);
      expect(performed).toHaveLength(1);
      await sleep(5_000);
      expect(network.stats().get('gateway')).toMatchObject({ timedOut: 1, succeeded: 0 });
    });
  });

  test('dribble: takes none of the capacity of the service', async () => {
    const faults: Fault[] = [{ kind: 'dribble', ...always, forMs: 3_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const limits = { concurrency: 1, queue: 5 };
      const { service, performed } = createCardGateway({ limits });
      const client = connect(network, service);
      await Promise.all(['a', 'b', 'c'].map((id) => client.authorize({ id })));
      expect(performed.map(({ atMs }) => atMs)).toEqual([100, 200, 300]);
      expect(performance.now()).toBe(3_300);
    });
  });

  test('partition: nothing arrives and no answer comes back, until its end resets the connection', async () => {
    const faults: Fault[] = [{ kind: 'partition', ...always, fromMs: 50, toMs: 5_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      const underWay = settle(client.authorize({ id: 'under way' }));
      await sleep(60);
      const impatient = settle(client.authorize({ id: 'impatient' }, { timeoutMs: 1_000 }));
      const patient = settle(client.authorize({ id: 'patient' }));

      expect(await impatient).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
      expect(performance.now()).toBe(1_060);
      for (const outcome of [await underWay, await patient]) {
        expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'CONNECTION_RESET' } });
        expect(performance.now()).toBe(5_000);
      }
      expect(performed.map(({ id }) => id)).toEqual(['under way']);
      expect(fired(network)).toEqual([3]);
      await client.authorize({ id: 'after' });
      expect(network.stats().get('gateway')).toMatchObject({ reset: 2, succeeded: 1, inFlight: 0 });
    });
  });

  test('partition: a caller whose answer is lost gives up at its own limit', async () => {
    const faults: Fault[] = [{ kind: 'partition', ...always, fromMs: 50, toMs: 5_000 }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      const outcome = await settle(client.authorize({ id: 'a' }, { timeoutMs: 500 }));
      expect(outcome).toMatchObject({ error: { code: 'SERVICE_TIMEOUT' } });
      expect(performance.now()).toBe(500);
    });
  });

  test('partition: cuts off the process that it names, and no other', async () => {
    const faults: Fault[] = [{ kind: 'partition', ...always, toMs: 5_000, process: 'app-2' }];
    await withNetwork({ transport, faults }, async (network) => {
      const { service, performed } = createCardGateway();
      const one = network.connect(service, linkOf('app-1'));
      const two = network.connect(service, linkOf('app-2'));
      const limit = { timeoutMs: 1_000 };
      expect(await settle(one.authorize({ id: 'a' }, limit))).toMatchObject({ kind: 'success' });
      expect(await settle(two.authorize({ id: 'b' }, limit))).toMatchObject({ kind: 'unknown' });
      expect(performed.map(({ id }) => id)).toEqual(['a']);
    });
  });

  test('strikes its own service, operation and time only', async () => {
    const faults: Fault[] = [
      { kind: 'error', service: 'gateway', operation: 'authorize', fromMs: 1_000, toMs: 2_000 },
      { kind: 'error', ...always, service: 'another' },
    ];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway({ latency: { fixedMs: 1 } }).service);
      const kindAt = async (atMs: number): Promise<string> => {
        await sleep(atMs - performance.now());
        return (await settle(client.authorize({ id: 'a' }))).kind;
      };
      expect(await kindAt(999)).toBe('success');
      const struck = kindAt(1_000);
      const spared = settle(client.erase());
      expect(await struck).toBe('failure');
      expect((await spared).kind).toBe('success');
      expect(await kindAt(1_999)).toBe('failure');
      expect(await kindAt(2_000)).toBe('success');
      expect(Object.fromEntries(network.faultCounts())).toEqual({
        'gateway-error-1': 2,
        'another-error-1': 0,
      });
    });
  });

  test('may strike a share of the calls', async () => {
    const faults: Fault[] = [{ kind: 'error', ...always, share: 0.25 }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      const calls = ids(400).map((id) => settle(client.authorize({ id })));
      const failed = (await Promise.all(calls)).filter(({ kind }) => kind === 'failure').length;
      expect(failed).toBeGreaterThan(70);
      expect(failed).toBeLessThan(130);
      expect(fired(network)).toEqual([failed]);
    });
  });

  test('may strike a share of the keys: the same ones throughout, and known beforehand', async () => {
    const faults: Fault[] = [{ kind: 'error', id: 'sick', ...always, share: 0.4, of: 'keys' }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      const sick = ids(100).filter((key) => network.isAffected('sick', key));
      expect(sick.length).toBeGreaterThan(20);
      expect(sick.length).toBeLessThan(60);
      for (let round = 0; round < 2; round += 1) {
        const outcomes = ids(100).map(async (key) => {
          const { kind } = await settle(client.authorize({ id: 'a' }, { key }));
          return kind === 'failure' ? [key] : [];
        });
        expect((await Promise.all(outcomes)).flat()).toEqual(sick);
      }
      expect((await settle(client.authorize({ id: 'no key' }))).kind).toBe('success');
    });
  });

  test('that stops requests on their way takes none of the capacity of the service', async () => {
    const faults: Fault[] = [{ kind: 'hang', ...always, operation: 'erase' }];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(
        network,
        createCardGateway({ limits: { concurrency: 1, queue: 0 } }).service,
      );
      const hanging = settle(client.erase(undefined, { timeoutMs: 10_000 }));
      await client.authorize({ id: 'a' });
      expect(performance.now()).toBe(100);
      expect(await hanging).toMatchObject({ kind: 'unknown' });
    });
  });

  test('that comes first in the schedule decides when several would', async () => {
    const faults: Fault[] = [
      { kind: 'error', ...always, status: 500 },
      { kind: 'hang', ...always },
      { kind: 'slow', ...always, factor: 2 },
      { kind: 'slow', ...always, factor: 3 },
    ];
    await withNetwork({ transport, faults }, async (network) => {
      const client = connect(network, createCardGateway().service);
      expect(await settle(client.authorize({ id: 'a' }))).toMatchObject({ error: { status: 500 } });
      expect(performance.now()).toBe(600);
      expect(fired(network)).toEqual([1, 0, 1, 1]);
    });
  });
});
