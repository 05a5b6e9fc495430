import { definePort, type PortContext } from '../../scenario/index.ts';
import type { Flow } from '../flow.ts';
import { createMemoryBroker, type MemoryConnection } from '../memory/memory-broker.ts';
import { type MemoryFlowOptions, runInMemory } from '../memory/memory-engine.ts';
import type { SystemContext } from '../../scenario/index.ts';
import type { RunningFlow } from '../running-flow.ts';
import type { FlowTypes } from '../step.ts';

/**
 * The broker of a flow, as something outside of its processes: one that crashes loses nothing but its
 * turn. One for each run: make it in `createServices`.
 */
export function defineBroker<F extends FlowTypes>(flow: Flow<F>) {
  const broker = createMemoryBroker(flow);
  return definePort<MemoryConnection>({
    name: 'broker',
    open({ onEnd }: PortContext) {
      const connection = broker.connect();
      onEnd(() => connection.disconnect('interrupted'));
      return connection;
    },
  });
}

/** Runs a flow in one process of a simulated system: its steps reach all that is outside. */
export function runInProcess<F extends FlowTypes>(
  flow: Flow<F>,
  context: {
    readonly outside: F['outside'] & { readonly broker: MemoryConnection };
    readonly clock: SystemContext<never>['clock'];
    readonly random: SystemContext<never>['random'];
  },
  more: Pick<MemoryFlowOptions<F>, 'log' | 'observer'> = {},
): RunningFlow<F> {
  const { outside, clock, random } = context;
  const jitter = random('retries');
  return runInMemory(flow, {
    ...more,
    outside,
    broker: outside.broker,
    now: clock.now,
    random: () => jitter.next(),
  });
}
