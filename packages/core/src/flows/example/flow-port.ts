import { definePort, type PortContext, type SystemContext } from '../../scenario/index.ts';
import type { Flow } from '../flow.ts';
import { createMemoryBroker, type MemoryConnection } from '../memory/memory-broker.ts';
import { runInMemory } from '../memory/memory-engine.ts';
import type { FlowDependencies } from '../perform.ts';
import type { RunningFlow } from '../running-flow.ts';
import type { FlowTypes } from '../step.ts';

/** A broker of another engine, such as BullMQ, as one process reaches it. */
export interface OtherBroker {
  /** Puts the process to work on the flow. */
  readonly run: <F extends FlowTypes>(
    flow: Flow<F>,
    options: FlowDependencies & { readonly outside: F['outside'] },
  ) => RunningFlow<F>;
}

/**
 * The broker of a flow, as something outside of its processes: one that crashes loses nothing but its
 * turn. One for each run: make it in `createServices`. Whoever brings another broker finds the flow.
 */
export function defineBroker<F extends FlowTypes>(flow: Flow<F>) {
  const broker = createMemoryBroker(flow);
  const port = definePort<MemoryConnection | OtherBroker>({
    name: 'broker',
    open({ onEnd }: PortContext) {
      const connection = broker.connect();
      onEnd(() => connection.disconnect('interrupted'));
      return connection;
    },
  });
  return { ...port, flow };
}

/** Runs a flow in one process of a system: its steps reach all that is outside. */
export function runInProcess<F extends FlowTypes>(
  flow: Flow<F>,
  context: {
    readonly outside: F['outside'] & { readonly broker: MemoryConnection | OtherBroker };
    readonly clock: SystemContext<never>['clock'];
    readonly random: SystemContext<never>['random'];
  },
  more: Pick<FlowDependencies, 'log' | 'observer'> = {},
): RunningFlow<F> {
  const { outside, clock, random } = context;
  const { broker } = outside;
  const jitter = random('retries');
  const options = { ...more, outside, now: clock.now, random: () => jitter.next() };
  return 'run' in broker ? broker.run(flow, options) : runInMemory(flow, { ...options, broker });
}
