import { type Simulation, simulate } from '../../simulation/index.ts';
import { createNetwork, type Fault, type Network, type NetworkOptions } from '../index.ts';

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

/** Waits in virtual time. */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** A promise that has not settled after this time, or what it settled to. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | 'still waiting'> {
  return await Promise.race([promise, sleep(ms).then(() => 'still waiting' as const)]);
}
