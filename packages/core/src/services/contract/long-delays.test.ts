import { describe, expect, test } from 'vitest';
import { settle, sleep } from '../../resilience/index.ts';
import { type Simulation, simulate } from '../../simulation/index.ts';
import {
  createNetwork,
  type Fault,
  type Latency,
  type Network,
  noLimit,
  type NoLimit,
} from '../index.ts';
import { createCardGateway } from './card-gateway.ts';
import { transports } from './simulated-network.ts';

const hourMs = 3_600_000;
const monthMs = 30 * 24 * hourMs;

/** Runs the body with a network in virtual time, for however long. */
async function withNetwork<T>(
  transport: (typeof transports)[number],
  faults: readonly Fault[],
  body: (network: Network, simulation: Simulation) => Promise<T>,
): Promise<T> {
  const { value } = await simulate({ seed: 1, start: 0 }, async (simulation) => {
    const random = simulation.random('network');
    const hold: Simulation['hold'] = (work) => simulation.hold(work);
    await using network = await createNetwork({ transport, random, faults, hold });
    return await body(network, simulation);
  });
  return value;
}

/** How a call ended, and when. */
async function outcomeOf(
  network: Network,
  simulation: Simulation,
  timeoutMs: number | NoLimit,
  latency?: Latency,
): Promise<unknown> {
  const { service } = createCardGateway(latency && { latency });
  const outcome = await settle(network.connect(service).authorize({ id: 'a' }, { timeoutMs }));
  const how = outcome.kind === 'success' ? 'success' : Reflect.get(Object(outcome.error), 'code');
  return [how, simulation.elapsedMs()];
}

// Node takes a delay above 2^31 - 1 ms, 24.8 days, for 1 ms.
describe.each(transports)('delays of more than 24 days over %s', (transport) => {
  test.each([
    ['a month', monthMs],
    ['ever', Number.MAX_SAFE_INTEGER],
  ])('a service hangs for %s, and its caller gives up when told', async (_, toMs) => {
    const faults: Fault[] = [{ kind: 'hang', service: 'gateway', fromMs: 0, toMs }];
    expect(
      await withNetwork(transport, faults, (network, sim) => outcomeOf(network, sim, hourMs)),
    ).toEqual(['SERVICE_TIMEOUT', hourMs]);
  });

  test('a caller waits for longer than a month, and hears of the end of the hang', async () => {
    const faults: Fault[] = [{ kind: 'hang', service: 'gateway', fromMs: 0, toMs: monthMs }];
    for (const timeoutMs of [2 * monthMs, noLimit('it is the hang that ends')]) {
      expect(
        await withNetwork(transport, faults, (network, sim) => outcomeOf(network, sim, timeoutMs)),
      ).toEqual(['CONNECTION_RESET', monthMs]);
    }
  });

  test('a caller gives up after two months', async () => {
    const faults: Fault[] = [{ kind: 'hang', service: 'gateway', fromMs: 0, toMs: 3 * monthMs }];
    expect(
      await withNetwork(transport, faults, (network, sim) => outcomeOf(network, sim, 2 * monthMs)),
    ).toEqual(['SERVICE_TIMEOUT', 2 * monthMs]);
  });

  test('a service is slow by a factor of a million', async () => {
    const slow = {
      kind: 'slow',
      service: 'gateway',
      factor: 1_000_000,
      fromMs: 0,
      toMs: monthMs,
    } as const;
    const latency = { fixedMs: 5000 };
    expect(
      await withNetwork(transport, [slow], (network, sim) =>
        outcomeOf(network, sim, hourMs, latency),
      ),
    ).toEqual(['SERVICE_TIMEOUT', hourMs]);
    expect(
      await withNetwork(transport, [slow], (network, sim) =>
        outcomeOf(network, sim, noLimit('it comes at last'), latency),
      ),
    ).toEqual(['success', 5_000_000_000]);
  });
});

describe('a channel', () => {
  test.each<[string, Fault]>([
    ['hangs', { kind: 'hang', service: 'callbacks', fromMs: 0, toMs: monthMs }],
    ['is slow', { kind: 'slow', service: 'callbacks', factor: 259_200, fromMs: 0, toMs: monthMs }],
  ])('that %s for a month delivers then, and not before', async (_, fault) => {
    await withNetwork('in-process', [fault], async (network, simulation) => {
      const channel = network.channel<string>({ name: 'callbacks', latency: { fixedMs: 10_000 } });
      const heardAtMs: number[] = [];
      channel.onMessage(() => heardAtMs.push(simulation.elapsedMs()));
      channel.send('first');
      await sleep(monthMs - 1);
      expect(channel.metrics()).toMatchObject({ delivered: 0, inFlight: 1 });
      await sleep(20_000);
      expect(channel.metrics()).toMatchObject({ delivered: 1, inFlight: 0 });
      expect(heardAtMs[0]).toBeGreaterThanOrEqual(monthMs);
    });
  });
});
