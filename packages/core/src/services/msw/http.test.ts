import { describe, expect, test } from 'vitest';
import { sleep } from '../../resilience/index.ts';
import { z } from 'zod';
import { createRandom } from '../../simulation/index.ts';
import { createCardGateway } from '../contract/card-gateway.ts';
import { withNetwork } from '../contract/simulated-network.ts';
import {
  AnswerCutError,
  ConnectionResetError,
  createNetwork,
  defineService,
  UnmockedUrlError,
} from '../index.ts';

const url = 'https://gateway.example/v1/authorizations';
const post = (body: string, init: RequestInit = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-key': 'merchant-1' },
  body,
  ...init,
});
const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  await promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('fetch, while a network with the msw transport lives', () => {
  test('gets the answer of the service as HTTP, after its latency', async () => {
    await withNetwork({ transport: 'msw' }, async (network) => {
      const { service, performed } = createCardGateway();
      network.connect(service);
      const response = await fetch(url, post('{"id":"a"}'));
      expect(performance.now()).toBe(100);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(await response.json()).toEqual({ id: 'a', cents: 100, number: 1 });
      expect(performed).toEqual([{ id: 'a', atMs: 100, key: 'merchant-1' }]);
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
      expect(network.stats().get('gateway')).toMatchObject({ calls: 2, succeeded: 2 });
    });
  });

  test('gets refusals as statuses with a JSON body', async () => {
    await withNetwork({ transport: 'msw' }, async (network) => {
      network.connect(createCardGateway().service);
      const declined = await fetch(url, post('{"id":"a","cents":2000}'));
      expect(declined.status).toBe(402);
      expect(await declined.json()).toEqual({
        error: { code: 'SERVICE_ERROR', message: 'card declined', body: { limit: 1_000 } },
      });
      const invalid = await fetch(url, post('{"id":7}'));
      expect(invalid.status).toBe(400);
      expect(await invalid.json()).toMatchObject({
        error: { code: 'INVALID_REQUEST', issues: [{ path: 'id' }] },
      });
      const garbled = await fetch(url, post('{"id":'));
      expect(garbled.status).toBe(400);
      expect(network.stats().get('gateway')).toMatchObject({ calls: 3, failed: 3 });
    });
  });

  test('takes a Request as well as an address', async () => {
    await withNetwork({ transport: 'msw' }, async (network) => {
      network.connect(createCardGateway().service);
      const request = new Request(url, post('{"id":"b"}'));
      expect(await (await fetch(request)).json()).toMatchObject({ id: 'b' });
      expect(await (await fetch(new URL(`${url}/b`))).json()).toEqual({ found: true });
    });
  });

  test('fails as a broken connection does: a TypeError, with the reset as its cause', async () => {
    const faults = [{ kind: 'reset', service: 'gateway', fromMs: 0, toMs: 1_000 }] as const;
    await withNetwork({ transport: 'msw', faults }, async (network) => {
      network.connect(createCardGateway().service);
      const error = await caught(fetch(url, post('{"id":"a"}')));
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({
        message: 'fetch failed',
        cause: expect.any(ConnectionResetError),
      });
    });
  });

  test('fails as an answer that breaks off does: terminated, with the cut as its cause', async () => {
    const faults = [{ kind: 'cut', service: 'gateway', fromMs: 0, toMs: 1_000 }] as const;
    await withNetwork({ transport: 'msw', faults }, async (network) => {
      const { service, performed } = createCardGateway();
      network.connect(service);
      const error = await caught(fetch(url, post('{"id":"a"}')));
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: 'terminated', cause: expect.any(AnswerCutError) });
      expect(performed).toHaveLength(1);
    });
  });

  test('is ended by its signal, which counts as a time-out or a cancellation', async () => {
    await withNetwork({ transport: 'msw' }, async (network) => {
      const { service, performed } = createCardGateway();
      network.connect(service);
      const late = fetch(url, post('{"id":"a"}', { signal: AbortSignal.timeout(30) }));
      expect(await caught(late)).toMatchObject({ name: 'TimeoutError' });
      const controller = new AbortController();
      const cancelled = fetch(url, post('{"id":"b"}', { signal: controller.signal }));
      controller.abort();
      expect(await caught(cancelled)).toMatchObject({ name: 'AbortError' });
      await sleep(200);
      expect(performed).toHaveLength(2);
      expect(network.stats().get('gateway')).toMatchObject({ timedOut: 1, cancelled: 1 });
    });
  });

  test('of an address that nobody serves is an error that names what is served', async () => {
    await withNetwork({ transport: 'msw' }, async (network) => {
      const lone = defineService({
        name: 'lone',
        baseUrl: 'https://lone.example:8443',
        latency: { fixedMs: 1 },
        operations: {
          read: {
            method: 'GET',
            path: '/x/:n',
            input: z.object({ n: z.coerce.number() }),
            handle: ({ n }) => n,
          },
        },
      });
      expect(await network.connect(lone).read({ n: '5' }, { timeoutMs: 9 })).toBe(5);
      const error = await caught(fetch('https://lone.example/x/5'));
      expect(error).toBeInstanceOf(UnmockedUrlError);
      expect(error).toMatchObject({
        message:
          'Failed to fetch GET https://lone.example/x/5: no mock service serves it. Connect the service ' +
          'that does, or correct the address. Served: GET https://lone.example:8443/x/:n.',
      });
      expect(
        await caught(fetch('https://lone.example:8443/x/5', { method: 'POST' })),
      ).toBeInstanceOf(UnmockedUrlError);
    });
  });

  test('works in real time, too', async () => {
    const faults: [] = [];
    await using network = await createNetwork({
      transport: 'msw',
      random: createRandom(1),
      faults,
    });
    network.connect(createCardGateway({ latency: { fixedMs: 1 } }).service);
    expect(await (await fetch(url, post('{"id":"a"}'))).json()).toMatchObject({ id: 'a' });
  });

  test('is put back when the network is disposed of', async () => {
    const before = globalThis.fetch;
    await withNetwork({ transport: 'msw' }, async (network) => {
      expect(globalThis.fetch).not.toBe(before);
      await network.dispose();
      expect(globalThis.fetch).toBe(before);
    });
    expect(globalThis.fetch).toBe(before);
  });
});
