import { sleep } from '../../resilience/index.ts';
import { type Simulation, simulate } from '../../simulation/index.ts';
import {
  type Client,
  createNetwork,
  type Fault,
  type Limited,
  type Link,
  type Network,
  type NetworkOptions,
  type Operations,
  type Service,
  withTimeout,
} from '../index.ts';

/** Both ways to reach a service: every test of the contract runs over each. */
export const transports = ['in-process', 'msw'] as const satisfies NetworkOptions['transport'][];

export interface NetworkRun {
  readonly transport: NetworkOptions['transport'];
  readonly faults?: readonly Fault[];
  readonly seed?: number;
}

/** Runs the body with a network in virtual time, and gives what it gives. */
export async function withNetwork<T>(
  { transport, faults = [], seed = 1 }: NetworkRun,
  body: (network: Network, simulation: Simulation) => Promise<T>,
): Promise<T> {
  const { value } = await simulate(
    { seed, start: '2026-11-27T14:00:00Z', maxVirtualMs: 24 * 3_600_000 },
    async (simulation) => {
      const random = simulation.random('network');
      await using network = await createNetwork({
        transport,
        random,
        faults,
        hold: (work) => simulation.hold(work),
      });
      return await body(network, simulation);
    },
  );
  return value;
}

/** Longer than anything in these tests takes. */
const anHourMs = 3_600_000;

/** A client whose calls wait for an hour, unless a call says otherwise. */
export const connect = <Own extends Operations>(
  network: Network,
  service: Service<Own>,
  link?: Link,
): Limited<Client<Own>> => withTimeout(network.connect(service, link), anHourMs);

/** A promise that has not settled after this time, or what it settled to. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | 'still waiting'> {
  return await Promise.race([promise, sleep(ms).then(() => 'still waiting' as const)]);
}
