import type { FlowTypes, RunningFlow } from '@firedrill/core/flows';
import { type AnyExample, repairedOf } from '@firedrill/core/scenario';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { compressedTime } from './compressed-time.ts';
import { directClients } from './direct-clients.ts';

/** The system of a flow in the machine's own time, over services that answer at once. */
export async function stressWorld<T>(
  example: AnyExample,
  seed: number,
  run: (options: never) => RunningFlow<FlowTypes>,
  body: (running: RunningFlow<FlowTypes>, clients: object) => Promise<T>,
): Promise<T> {
  let declared: object = {};
  let clients: object = {};
  let running: RunningFlow<FlowTypes> | undefined;
  const hosted: AnyExample = {
    ...example,
    createServices(context) {
      const world = example.createServices(context);
      declared = world.outside;
      return world;
    },
  };
  const repaired = repairedOf(example);
  const implementation: typeof repaired = {
    ...repaired,
    create(context) {
      clients = directClients(declared, context.clock.now);
      const broker: { readonly run: (flow: unknown, options: never) => unknown } = {
        run(_flow, options) {
          running = run(options);
          return running;
        },
      };
      return repaired.create({ ...context, outside: { ...context.outside, ...clients, broker } });
    },
  };
  return simulateSystem(hosted, { implementation, seed, time: compressedTime(1) }, async () => {
    if (running === undefined) throw new TypeError(`${example.name} has started no flow.`);
    try {
      return await body(running, clients);
    } finally {
      await running.stop();
    }
  });
}
