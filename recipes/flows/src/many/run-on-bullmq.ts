import { randomBytes } from 'node:crypto';
import type { FlowTypes, RunningFlow } from '@firedrill/core/flows';
import { connectBullmq, connectRedis } from '@firedrill/core/flows/bullmq';
import type { OtherBroker } from '@firedrill/core/flows/example';
import {
  type AnyExample,
  definePort,
  type ExampleTypes,
  repairedOf,
  type RunFinished,
  type RunRecord,
  runScenario,
  type WorldContext,
} from '@firedrill/core/scenario';
import type { LoadProfile } from '@firedrill/core/workload';
import { compressedTime } from './compressed-time.ts';
import { flowOf } from './flow-of.ts';
import { idle } from './machine-time.ts';
import { paced } from './paced.ts';
import { Workers } from './workers.ts';

export interface BullmqRunOptions {
  /** Name of the flow in the catalogue. */
  readonly name: string;
  readonly workers: number;
  readonly redisUrl: string;
  readonly seed: number;
  /** How many times as fast as the machine's the clock of the flow runs. */
  readonly speed: number;
  /** How much of the day is played, in ms of the flow's clock. Default: all of it. */
  readonly dayMs?: number | undefined;
  /** Workers that are killed (SIGKILL) in a minute, each with another in its place. Default: 0. */
  readonly killsPerMinute?: number;
  /** The command that runs it again. */
  readonly replay: string;
  readonly signal?: AbortSignal;
}

/**
 * An ordinary day of a flow, without faults, on BullMQ: this process hosts the mock services and the
 * truth, sends the visitors and judges; the steps run in processes of their own. Redis and processes
 * are left as they were found.
 *
 * @throws RedisMissingError when there is no Redis.
 */
export async function runOnBullmq(
  example: AnyExample,
  options: BullmqRunOptions,
  sink: (record: RunRecord) => void,
): Promise<RunFinished & { readonly killed: number }> {
  const { name, workers: count, redisUrl, seed, speed, replay, signal } = options;
  const { killsPerMinute = 0 } = options;
  const prefix = `flows-${randomBytes(6).toString('hex')}`;
  const settings: Record<string, unknown> = example.settings.parse({});
  const flow = paced(await flowOf(example), speed);
  const connection = await connectBullmq(flow, { redisUrl, prefix });
  const startMs = Date.parse(example.startsAt);
  let begunAtMs = 0;
  const now = (): number => Math.trunc(startMs + (Date.now() - begunAtMs) * speed);
  const workers = new Workers({
    name,
    count,
    seed,
    settings,
    redisUrl,
    prefix,
    // A killed worker's events are to be taken over soon; a busy machine is not to be taken for dead.
    lockMs: killsPerMinute > 0 ? 2_000 : 10_000,
    speed,
    startMs,
    isStressed: false,
  });
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  let running: RunningFlow<FlowTypes> | undefined;
  /** Events that come before the workers are there wait in Redis. */
  let starting: Promise<unknown> = Promise.resolve();

  const broker: OtherBroker = {
    run(_flow, own) {
      const on = connection.run({ ...own, now, works: false });
      running = on;
      const here: RunningFlow<FlowTypes> = {
        ...on,
        publish: (event, data, { delayMs = 0, ...rest } = {}) =>
          on.publish(event, data, { ...rest, delayMs: delayMs / speed }),
        async close() {
          await starting;
          await idle(on);
          await on.stop();
        },
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the flow is the same, its types forgotten
      return here as never;
    },
  };
  const port = definePort<OtherBroker>({ name: 'broker', open: () => broker });
  const repaired = repairedOf(example);

  /** Loads everything before the clock of the flow begins to run. */
  async function startWorkers(clients: object): Promise<void> {
    await workers.begin(clients, begunAtMs);
    if (killsPerMinute > 0) workers.killAgainAndAgain(killsPerMinute, seed).catch(broken.reject);
  }

  const hosted: AnyExample = {
    ...example,
    processes: () => ['app'],
    createServices(context) {
      begunAtMs = Date.now() - context.elapsedMs() / speed;
      const world = example.createServices(inMachineTime(context, speed));
      return { ...world, outside: { ...world.outside, broker: port } };
    },
    visit: ({ context, ...rest }) =>
      example.visit({ ...rest, context: inMachineTime(context, speed) }),
    implementations: example.implementations.map((each) =>
      each === repaired
        ? {
            ...each,
            create(context) {
              starting = startWorkers(context.outside);
              // Whoever waits for it hears of it.
              starting.catch(() => {});
              return each.create(context);
            },
          }
        : each,
    ),
    scenarios: { ...example.scenarios, story: calm(example, repaired.name, options) },
  };
  async function run(): Promise<RunFinished> {
    await workers.load();
    const time = compressedTime(speed);
    return runScenario(
      hosted,
      { scenario: 'story', seed, settings, proof: 'none', replay, next: '', time },
      (record) => {
        // Of a run that was given up nothing more is to be seen.
        if (signal?.aborted !== true) sink(record);
      },
    );
  }
  try {
    const finished = await Promise.race([run(), aborted(signal), broken.promise]);
    return { ...finished, killed: workers.killed };
  } finally {
    await workers.stop();
    await running?.stop();
    await removeKeys(redisUrl, prefix);
  }
}

/** A duration that is measured is the machine's, whatever its clock makes of it. */
function inMachineTime<C extends WorldContext<ExampleTypes>>(context: C, speed: number): C {
  const { meter } = context;
  return {
    ...context,
    meter: {
      ...meter,
      record: (measure, value) =>
        meter.record(measure, measure.unit === 'ms' ? value / speed : value),
    },
  };
}

/** The storm's own world on an ordinary day. */
export function calm(
  example: AnyExample,
  implementation: string,
  { workers, speed, dayMs }: Pick<BullmqRunOptions, 'workers' | 'speed' | 'dayMs'>,
): AnyExample['scenarios']['story'] {
  const { story } = example.scenarios;
  if (story.kind !== 'storm') throw new TypeError(`${example.name} has no storm.`);
  const { cause: _cause, signs: _signs, ...rest } = story;
  return {
    ...rest,
    title: 'an ordinary day on BullMQ, without faults',
    intro: [
      ...story.intro,
      `${workers} processes run the steps. The clock of the flow runs ${speed} times as fast as the machine's; a duration that is measured is the machine's.`,
    ],
    cast: [{ implementation, role: 'repaired' }],
    storm: {
      ...story.storm,
      load: (settings) => shortened(story.storm.ordinaryLoad(settings), dayMs),
      faults: () => [],
      story: [],
    },
  };
}

function shortened(load: LoadProfile, dayMs = load.durationMs): LoadProfile {
  const durationMs = Math.min(dayMs, load.durationMs);
  const { pieces, maxRatePerSecond, description } = load;
  return {
    durationMs,
    maxRatePerSecond,
    description,
    ratePerSecond: (elapsedMs) => load.ratePerSecond(elapsedMs),
    ...(pieces && {
      pieces: pieces
        .filter(({ fromMs }) => fromMs < durationMs)
        .map((piece) => ({ ...piece, toMs: Math.min(piece.toMs, durationMs) })),
    }),
  };
}

/** Leaves Redis as it was found. */
export async function removeKeys(redisUrl: string, prefix: string): Promise<void> {
  const redis = await connectRedis(redisUrl);
  try {
    for await (const keys of redis.scanStream({ match: `*${prefix}*`, count: 1_000 })) {
      if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String));
    }
  } finally {
    redis.disconnect();
  }
}

/** Rejects when the run is given up. */
export function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(new InterruptedError()), { once: true });
  });
}

/** Ctrl-C: everything that was started is ended, and that is no defect. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}
