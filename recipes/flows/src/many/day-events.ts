import { UsageError } from '@firedrill/core/command-line';
import { createMemoryBroker, type FlowTypes, runInMemory } from '@firedrill/core/flows';
import type { OtherBroker } from '@firedrill/core/flows/example';
import { type AnyExample, definePort, repairedOf, runScenario } from '@firedrill/core/scenario';
import { constantLoad } from '@firedrill/core/workload';
import { flowOf } from './flow-of.ts';
import type { OwnEvent } from './read-events.ts';
import { calm } from './run-on-bullmq.ts';

/** Visitors come for a minute of virtual time: fast enough to meet, slow enough to be themselves. */
const dayMs = 60_000;

/**
 * What `visitors` visitors of an ordinary day send, found by running that day in virtual time: the
 * events that come from outside, each once.
 *
 * @throws UsageError when nothing comes from outside.
 */
export async function dayEvents(
  example: AnyExample,
  seed: number,
  visitors: number,
): Promise<readonly OwnEvent[]> {
  const flow = await flowOf(example);
  const found = new Map<string, OwnEvent>();
  const memory = createMemoryBroker<FlowTypes>(flow);
  const broker: OtherBroker = {
    run(own, options) {
      const connection = memory.connect();
      return runInMemory(own, {
        ...options,
        broker: {
          ...connection,
          take(outgoing) {
            const { id, name, data, depth } = outgoing.event;
            if (depth === 0 && !found.has(id)) found.set(id, { event: name, data, id });
            return connection.take(outgoing);
          },
        },
      });
    },
  };
  const port = definePort<OtherBroker>({ name: 'broker', open: () => broker });
  const { story } = example.scenarios;
  if (story.kind !== 'storm') throw new TypeError(`${example.name} has no storm.`);
  const load = constantLoad({ ratePerSecond: visitors / (dayMs / 1_000), durationMs: dayMs });
  const busy: AnyExample = {
    ...example,
    createServices(context) {
      const world = example.createServices(context);
      return { ...world, outside: { ...world.outside, broker: port } };
    },
    scenarios: {
      ...example.scenarios,
      story: { ...story, storm: { ...story.storm, ordinaryLoad: () => load } },
    },
  };
  const day = {
    ...busy,
    scenarios: {
      ...busy.scenarios,
      story: calm(busy, repairedOf(example).name, { workers: 1, speed: 1, dayMs: undefined }),
    },
  };
  const settings: Record<string, unknown> = example.settings.parse({});
  const options = {
    scenario: 'story',
    seed,
    settings,
    proof: 'none',
    replay: '',
    next: '',
  } as const;
  await runScenario(day, options, () => {});
  if (found.size > 0) return [...found.values()];
  throw new UsageError({
    given: '--stress',
    cause: `nothing comes to ${example.name} from outside`,
    remedy: 'Use another flow.',
  });
}
