import { describe, expect, expectTypeOf, test } from 'vitest';
import { settle, sleep } from '../../resilience/index.ts';
import {
  CallCancelledError,
  InvalidRequestError,
  type Link,
  noLimit,
  ServiceError,
  ServiceTimeoutError,
  withTimeout,
} from '../index.ts';
import { createCardGateway } from './card-gateway.ts';
import { connect, transports, within, withNetwork } from './simulated-network.ts';

/** The way of a process that lives. */
const openLink: Link = { process: 'app', isCut: false, onCut: () => undefined };

describe.each(transports)('a call over %s', (transport) => {
  test('resolves with what the operation gave, after its latency', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service } = createCardGateway({ latency: { fixedMs: 120 } });
      const client = connect(network, service);

      const output = await client.authorize({ id: 'a' });

      expectTypeOf(output).toEqualTypeOf<{ id: string; cents: number; number: number }>();
      expect(output).toEqual({ id: 'a', cents: 100, number: 1 });
      expect(performance.now()).toBe(120);
      expect(network.stats().get('gateway')).toEqual({
        calls: 1,
        inFlight: 0,
        succeeded: 1,
        failed: 0,
        timedOut: 0,
        reset: 0,
        cancelled: 0,
        queued: 0,
        maxInFlight: 1,
      });
    });
  });

  test('is performed at one instant, when its latency is over, and knows its key', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway();
      await connect(network, service).authorize({ id: 'a' }, { key: 'merchant-1' });
      expect(performed).toEqual([{ id: 'a', atMs: 100, key: 'merchant-1' }]);
    });
  });

  test('is told of as it is sent, also when it never arrives', async () => {
    const faults = [{ kind: 'error', service: 'gateway', fromMs: 0, toMs: 1_000 }] as const;
    await withNetwork({ transport, faults }, async (network) => {
      const sent: unknown[] = [];
      const { service, performed } = createCardGateway();
      const heard = { ...service, onSent: (...what: readonly unknown[]) => void sent.push(what) };
      await settle(connect(network, heard).authorize({ id: 'a' }));
      expect(sent).toEqual([['authorize', { id: 'a' }]]);
      expect(performed).toEqual([]);
    });
  });

  test('that is refused is a definite failure with status, reason and body', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);

      const outcome = await settle(client.authorize({ id: 'a', cents: 5_000 }));

      expect(outcome).toMatchObject({
        kind: 'failure',
        error: {
          code: 'SERVICE_ERROR',
          service: 'gateway',
          operation: 'authorize',
          status: 402,
          reason: 'card declined',
          body: { limit: 1_000 },
          message:
            'Failed to call gateway.authorize: card declined (status 402). Change the request before repeating it.',
        },
      });
      expect(network.stats().get('gateway')).toMatchObject({ failed: 1, succeeded: 0 });
    });
  });

  test('with an input that breaks the schema is refused with 400 and not performed', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);

      const outcome = await settle(client.authorize({ id: 'a', cents: -1 }));

      expect(outcome.kind).toBe('failure');
      if (outcome.kind !== 'failure') return;
      expect(outcome.error).toBeInstanceOf(InvalidRequestError);
      expect(outcome.error).toMatchObject({ status: 400, issues: [{ path: 'cents' }] });
      expect(performed).toEqual([]);
    });
  });

  test('carries path parameters and query as text, whatever type they had', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      expect(await client.search({ atLeast: 21 })).toEqual({ atLeast: 21, double: 42 });
      expect(await client.search({ atLeast: '4', text: 'ä&b' })).toEqual({
        atLeast: 4,
        text: 'ä&b',
        double: 8,
      });
      await client.authorize({ id: 'a/b c' });
      expect(await client.lookup({ id: 'a/b c' })).toEqual({ found: true });
      expect(await client.capture({ id: 'x y', cents: 3 })).toEqual({ id: 'x y', cents: 3 });
    });
  });

  test('without a part of its path is refused before it is sent', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      await expect(client.lookup({ id: '' })).rejects.toThrow(InvalidRequestError);
      expect(network.stats().get('gateway')).toMatchObject({ calls: 0 });
    });
  });

  test('may have neither input nor output', async () => {
    await withNetwork({ transport }, async (network) => {
      expect(await connect(network, createCardGateway().service).erase()).toBeUndefined();
    });
  });

  test('that times out has an unknown outcome: the service performs it anyway', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway({ latency: { fixedMs: 300 } });
      const client = connect(network, service);

      const outcome = await settle(client.authorize({ id: 'a' }, { timeoutMs: 200 }));

      expect(performance.now()).toBe(200);
      expect(outcome).toMatchObject({ kind: 'unknown', error: { code: 'SERVICE_TIMEOUT' } });
      expect(performed).toEqual([]);
      await sleep(150);
      expect(performed).toEqual([{ id: 'a', atMs: 300 }]);
      expect(network.stats().get('gateway')).toMatchObject({
        timedOut: 1,
        succeeded: 0,
        inFlight: 0,
      });
    });
  });

  test('whose answer takes the whole time-out comes too late', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      await expect(client.authorize({ id: 'a' }, { timeoutMs: 100 })).rejects.toThrow(
        ServiceTimeoutError,
      );
      await expect(client.authorize({ id: 'b' }, { timeoutMs: 101 })).resolves.toBeDefined();
    });
  });

  test('that is cancelled has an unknown outcome: the service performs it anyway', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway();
      const client = connect(network, service);
      const controller = new AbortController();
      setTimeout(() => controller.abort('closing'), 40);

      const outcome = await settle(client.authorize({ id: 'a' }, { signal: controller.signal }));

      expect(performance.now()).toBe(40);
      expect(outcome).toMatchObject({
        kind: 'unknown',
        error: { code: 'CALL_CANCELLED', cause: 'closing' },
      });
      await sleep(100);
      expect(performed).toHaveLength(1);
      expect(network.stats().get('gateway')).toMatchObject({ cancelled: 1 });
    });
  });

  test('with a signal that is aborted already is never sent', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway();
      const call = connect(network, service).authorize(
        { id: 'a' },
        { signal: AbortSignal.abort('late') },
      );
      await expect(call).rejects.toThrow(CallCancelledError);
      await sleep(500);
      expect(performed).toEqual([]);
      expect(network.stats().get('gateway')).toMatchObject({ calls: 0, cancelled: 0 });
    });
  });

  test('refuses a time-out that is none: waiting for ever takes a reason', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      for (const timeoutMs of [0, -1, Number.NaN, Infinity]) {
        await expect(client.authorize({ id: 'a' }, { timeoutMs })).rejects.toThrow(
          `Invalid timeoutMs ${timeoutMs}: use milliseconds above 0, or noLimit('the reason').`,
        );
      }
    });
  });

  test('without a limit waits for as long as it takes, and has said why', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service } = createCardGateway({ latency: { fixedMs: 40 * 24 * 60_000 } });
      const call = network
        .connect(service)
        .authorize({ id: 'a' }, { timeoutMs: noLimit('it shows what a hang does') });
      await call;
      expect(performance.now()).toBe(40 * 24 * 60_000);
    });
  });

  test('of a client with a limit keeps to it, unless the call has its own', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = withTimeout(network.connect(createCardGateway().service), 50);
      await expect(client.authorize({ id: 'a' })).rejects.toThrow(ServiceTimeoutError);
      expect(performance.now()).toBe(50);
      await client.authorize({ id: 'b' }, { timeoutMs: 200 });
      expect(() => withTimeout(client, 0)).toThrow(RangeError);
    });
  });

  test('of a service with keys needs one: faults could not strike it otherwise', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway({ keys: 'merchants' });
      const client = network.connect(service, openLink);
      await expect(client.authorize({ id: 'a' }, { timeoutMs: 500 })).rejects.toThrow(
        'Failed to call gateway.authorize: it needs a key. Give { key }: which of its merchants the call is for.',
      );
      await client.authorize({ id: 'a' }, { timeoutMs: 500, key: 'm-1' });
      expect(performed).toMatchObject([{ key: 'm-1' }]);
    });
  });

  test('of a process that is gone never arrives, and brings no answer back', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service, performed } = createCardGateway();
      let isCut = false;
      const link: Link = {
        process: 'app',
        get isCut() {
          return isCut;
        },
        onCut: () => undefined,
      };
      const client = network.connect(service, link);
      const underWay = client.authorize({ id: 'under way' }, { timeoutMs: 500 });
      const late = client.authorize({ id: 'late' }, { timeoutMs: 50 });
      await sleep(20);
      isCut = true;
      const after = client.authorize({ id: 'after' }, { timeoutMs: 500 });

      expect(await within(10_000, Promise.race([underWay, late, after]))).toBe('still waiting');
      expect(performed.map(({ id }) => id)).toEqual(['under way', 'late']);
    });
  });

  test('that meets a defect of the mock rejects with the defect itself', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      await expect(settle(client.crash())).rejects.toThrow(EvalError);
      expect(network.stats().get('gateway')).toMatchObject({ failed: 1, inFlight: 0 });
    });
  });

  test('is made on one server, however often the definition is connected', async () => {
    await withNetwork({ transport }, async (network) => {
      const { service } = createCardGateway();
      await connect(network, service).authorize({ id: 'a' });
      await connect(network, service).authorize({ id: 'b' });
      expect(network.stats().get('gateway')).toMatchObject({ calls: 2 });
      expect(() => network.connect(createCardGateway().service)).toThrow(RangeError);
    });
  });

  test('never loses its kind: an error of a call says failure or unknown by itself', async () => {
    await withNetwork({ transport }, async (network) => {
      const client = connect(network, createCardGateway().service);
      const error: unknown = await client
        .authorize({ id: 'a', cents: 5_000 })
        .catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(ServiceError);
      expect(error).toMatchObject({ outcome: 'failure', name: 'ServiceError' });
    });
  });
});
