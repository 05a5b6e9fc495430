import { randomBytes } from 'node:crypto';
import {
  type Flow,
  type FlowCounts,
  type FlowDependencies,
  type FlowLetter,
  type FlowLogEntry,
  type FlowTypes,
  type MemoryConnection,
  type RunningFlow,
  runInMemory,
} from '@firedrill/core/flows';
import { connectBullmq } from '@firedrill/core/flows/bullmq';

import { sleep } from '@firedrill/core/resilience';
import { type AnyExample, repairedOf, type TimeSource } from '@firedrill/core/scenario';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { compressedTime } from './compressed-time.ts';
import { flowOf } from './flow-of.ts';
import { idle } from './machine-time.ts';
import { paced } from './paced.ts';
import type { OwnEvent } from './read-events.ts';
import { aborted, removeKeys } from './run-on-bullmq.ts';
import { Workers } from './workers.ts';

/** What became of somebody's own events. */
export interface OwnRun {
  readonly taken: number;
  readonly repeated: number;
  readonly counts: FlowCounts;
  readonly letters: readonly FlowLetter[];
  /** Of this process: on BullMQ the steps run in others. */
  readonly log: readonly FlowLogEntry[];
  /** By the clock of the flow, in ms. */
  readonly elapsedMs: number;
}

/** Longer than any retry schedule of a flow; what is unfinished then is told. */
const limitMs = 24 * 3_600_000;

/** Runs the flow over these events in virtual time, in its own world, without visitors and faults. */
export async function runOwnEvents(
  example: AnyExample,
  events: readonly OwnEvent[],
  seed: number,
): Promise<OwnRun> {
  const log: FlowLogEntry[] = [];
  return runThrough(example, events, {
    seed,
    brokerOf: (given) => ({
      run: (flow: Flow, options) =>
        runInMemory(flow, {
          ...options,
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by `defineBroker`
          broker: given as MemoryConnection,
          log: (entry) => log.push(entry),
        }),
    }),
    settled: (running) => Promise.race([running.onIdle(), sleep(limitMs)]),
    log,
  });
}

/** Where own events run on BullMQ. */
export interface OwnEventsOnBullmq {
  /** Name of the flow in the catalogue. */
  readonly name: string;
  readonly workers: number;
  readonly redisUrl: string;
  readonly seed: number;
  /** How many times as fast as the machine's the clock of the flow runs. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

/**
 * The same on BullMQ: this process hosts the mock services and publishes, the steps run in processes
 * of their own.
 *
 * @throws RedisMissingError when there is no Redis.
 */
export async function runOwnEventsOnBullmq(
  example: AnyExample,
  events: readonly OwnEvent[],
  { name, workers: count, redisUrl, seed, speed, signal }: OwnEventsOnBullmq,
): Promise<OwnRun> {
  const prefix = `flows-${randomBytes(6).toString('hex')}`;
  const connection = await connectBullmq(paced(await flowOf(example), speed), { redisUrl, prefix });
  const startMs = Date.parse(example.startsAt);
  const workers = new Workers({
    name,
    count,
    seed,
    settings: example.settings.parse({}),
    redisUrl,
    prefix,
    lockMs: 10_000,
    speed,
    startMs,
    isStressed: false,
  });
  let running: RunningFlow<FlowTypes> | undefined;
  try {
    await Promise.race([workers.load(), aborted(signal)]);
    const begunAtMs = Date.now();
    const now = (): number => Math.trunc(startMs + (Date.now() - begunAtMs) * speed);
    const run = runThrough(example, events, {
      seed,
      time: compressedTime(speed),
      brokerOf: () => ({
        run(_flow, options) {
          running = connection.run({ ...options, now, works: false });
          return running;
        },
      }),
      begin: (outside) => workers.begin(outside, begunAtMs),
      settled: idle,
      log: [],
    });
    return await Promise.race([run, aborted(signal)]);
  } finally {
    await workers.stop();
    await running?.stop();
    await removeKeys(redisUrl, prefix);
  }
}

/** A broker as the system of an example reaches it, its types forgotten. */
interface AnyBroker {
  readonly run: (
    flow: Flow,
    options: FlowDependencies & { readonly outside: object },
  ) => RunningFlow<FlowTypes>;
}

interface Through {
  readonly seed: number;
  readonly time?: TimeSource;
  /** @param given the broker in memory that the example has made */
  readonly brokerOf: (given: unknown) => AnyBroker;
  /** Before the first event. @param outside clients of the services */
  readonly begin?: (outside: object) => Promise<void>;
  readonly settled: (running: RunningFlow<FlowTypes>) => Promise<unknown>;
  readonly log: readonly FlowLogEntry[];
}

async function runThrough(
  example: AnyExample,
  events: readonly OwnEvent[],
  { seed, time, brokerOf, begin, settled, log }: Through,
): Promise<OwnRun> {
  const repaired = repairedOf(example);
  let running: RunningFlow<FlowTypes> | undefined;
  let clients: object = {};
  const implementation: typeof repaired = {
    ...repaired,
    create(context) {
      clients = context.outside;
      const broker = brokerOf(context.outside['broker']);
      const noting: AnyBroker = {
        run(flow, options) {
          running = broker.run(flow, options);
          return running;
        },
      };
      return repaired.create({ ...context, outside: { ...context.outside, broker: noting } });
    },
  };
  const options = { implementation, seed, ...(time && { time }) };
  return simulateSystem(example, options, async ({ context }) => {
    if (running === undefined) throw new TypeError(`${example.name} has started no flow.`);
    await begin?.(clients);
    let repeated = 0;
    for (const { event, data, id, atMs = 0 } of events) {
      const waitMs = atMs - context.elapsedMs();
      if (waitMs > 0) await sleep(waitMs);
      const { isNew } = await running.publish(event, data, id === undefined ? {} : { id });
      if (!isNew) repeated += 1;
    }
    await settled(running);
    const result = {
      taken: events.length - repeated,
      repeated,
      counts: await running.counts(),
      letters: await running.deadLetters.list(),
      log,
      elapsedMs: context.elapsedMs(),
    };
    await running.stop();
    return result;
  });
}
