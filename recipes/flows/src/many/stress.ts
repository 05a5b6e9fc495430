import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  createMemoryBroker,
  type FlowObserver,
  type FlowTypes,
  type RunningFlow,
  runInMemory,
} from '@firedrill/core/flows';
import { connectBullmq, connectRedis } from '@firedrill/core/flows/bullmq';
import type { AnyExample } from '@firedrill/core/scenario';
import { flowOf } from './flow-of.ts';
import { LastEnds } from './last-ends.ts';
import { idle, machineMs, machineSleep } from './machine-time.ts';
import { paced } from './paced.ts';
import type { OwnEvent } from './read-events.ts';
import { removeKeys } from './run-on-bullmq.ts';
import { stressWorld } from './stress-world.ts';
import { Workers } from './workers.ts';

/** What was measured under stress. */
export interface StressFigures {
  /** Events from outside that were taken in. */
  readonly events: number;
  /** Deliveries to steps that were done. */
  readonly steps: number;
  /** By the clock of the machine, from the first event to the end of the last step, in s. */
  readonly seconds: number;
  /** Processor time of this process meanwhile, in s, where the steps ran in it. */
  readonly cpuSeconds: number | undefined;
  /** From the publication of each event to the end of the last step that follows from it, sorted. */
  readonly latenciesMs: Float64Array;
  /** Of the heap, or of Redis, for each event that waits for its first steps. */
  readonly bytesPerEvent: number;
  /** Whether everything that was taken in was finished. */
  readonly isAtRest: boolean;
}

export interface StressOptions {
  readonly seed: number;
  /** For how long events are sent, in s. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** So many events wait or run at most: beyond it latency is the length of the queue. */
const mostInFlight = 256;
/** Who is asked to end finishes what it has taken in for so long. */
const restLimitMs = 10_000;
const redisSample = 1_000;
/** What else changes in the heap does not count among so many. */
const heapSample = 20_000;

/** The same events again and again, each time to a new broker and a new world, until the time is over. */
export async function stressInMemory(
  example: AnyExample,
  events: readonly OwnEvent[],
  { seed, seconds, signal }: StressOptions,
): Promise<StressFigures> {
  const bytesPerEvent = await heapPerEvent(example, events);
  const flow = paced(await flowOf(example), Infinity);
  const latencies: number[] = [];
  let [taken, steps, tookMs, cpuMicros] = [0, 0, 0, 0];
  const isDue = (): boolean => tookMs < seconds * 1_000 && !signal.aborted;
  while (isDue()) {
    const ends = new LastEnds();
    const broker = createMemoryBroker<FlowTypes>(flow).connect();
    const run = (options: Parameters<typeof runInMemory>[1]): RunningFlow<FlowTypes> =>
      runInMemory({ ...flow, schedules: {} }, { ...options, broker, observer: ends.observer });
    await stressWorld(example, seed, run, async (running) => {
      const startMs = machineMs();
      const startCpu = process.cpuUsage();
      const sentMs = new Map<string, number>();
      for (const { event, data, id = '' } of events) {
        if (signal.aborted || machineMs() - startMs + tookMs > seconds * 1_000) break;
        sentMs.set(id, machineMs());
        await running.publish(event, data, { id });
        const { waiting, active } = broker.counts();
        if (waiting + active > mostInFlight) await nextTurn();
      }
      await running.onIdle();
      tookMs += machineMs() - startMs;
      const { user, system } = process.cpuUsage(startCpu);
      cpuMicros += user + system;
      taken += sentMs.size;
      steps += broker.counts().done;
      collect(latencies, sentMs, ends.byEvent);
    });
  }
  return {
    events: taken,
    steps,
    seconds: tookMs / 1_000,
    cpuSeconds: cpuMicros / 1e6,
    latenciesMs: Float64Array.from(latencies).toSorted(),
    bytesPerEvent,
    isAtRest: true,
  };
}

export interface BullmqStressOptions extends StressOptions {
  /** Name of the flow in the catalogue. */
  readonly name: string;
  readonly workers: number;
  readonly redisUrl: string;
}

/**
 * The events once, as fast as they are taken in, for as long as there is time; the steps run in
 * processes of their own.
 *
 * @throws RedisMissingError when there is no Redis.
 */
export async function stressOnBullmq(
  example: AnyExample,
  events: readonly OwnEvent[],
  { name, workers: count, redisUrl, seed, seconds, signal }: BullmqStressOptions,
): Promise<StressFigures> {
  const prefix = `flows-${randomBytes(6).toString('hex')}`;
  const flow = paced(await flowOf(example), Infinity);
  const bytesPerEvent = await redisPerEvent(example, events, redisUrl, `${prefix}-size`);
  const connection = await connectBullmq(flow, { redisUrl, prefix });
  const startMs = Date.parse(example.startsAt);
  const settings: Record<string, unknown> = example.settings.parse({});
  const workers = new Workers({
    name,
    count,
    seed,
    settings,
    redisUrl,
    prefix,
    startMs,
    lockMs: 10_000,
    speed: 1,
    isStressed: true,
  });
  const observer: FlowObserver = { begin: () => ({ end: () => {} }) };
  let ends: ReadonlyMap<string, number> = new Map();
  try {
    await workers.load();
    const begunAtMs = Date.now();
    const now = (): number => startMs + Date.now() - begunAtMs;
    const run = (options: Parameters<typeof runInMemory>[1]): RunningFlow<FlowTypes> =>
      connection.run({ ...options, now, observer, works: false });
    return await stressWorld(example, seed, run, async (running, clients) => {
      await workers.begin(clients, begunAtMs);
      const fromMs = machineMs();
      const isOver = (): boolean => signal.aborted || machineMs() - fromMs > seconds * 1_000;
      const sentMs = new Map<string, number>();
      let inFlight = 0;
      const isFull = (): boolean => inFlight > mostInFlight;
      const rest = events.values();
      const sender = async (): Promise<void> => {
        for (const { event, data, id = '' } of rest) {
          while (isFull() && !isOver()) await machineSleep(askEveryMs);
          if (isOver()) return;
          sentMs.set(id, machineMs());
          await running.publish(event, data, { id });
        }
      };
      const watched = new AbortController();
      const watch = async (): Promise<void> => {
        while (!watched.signal.aborted) {
          const { waiting, active } = await running.counts();
          inFlight = waiting + active;
          await machineSleep(askEveryMs);
        }
      };
      const watching = watch();
      await Promise.all(Array.from({ length: senders }, sender));
      const isAtRest = await Promise.race([
        idle(running).then(() => true),
        machineSleep(restLimitMs).then(() => false),
      ]);
      watched.abort();
      await watching;
      const { done: steps } = await running.counts();
      ends = await workers.stop();
      const latencies: number[] = [];
      collect(latencies, sentMs, ends);
      const lastMs = Math.max(fromMs, ...ends.values());
      return {
        events: sentMs.size,
        steps,
        seconds: (lastMs - fromMs) / 1_000,
        cpuSeconds: undefined,
        latenciesMs: Float64Array.from(latencies).toSorted(),
        bytesPerEvent,
        isAtRest,
      };
    });
  } finally {
    await workers.stop();
    await removeKeys(redisUrl, prefix);
  }
}

const senders = 16;
const askEveryMs = 20;

function collect(
  into: number[],
  sentMs: ReadonlyMap<string, number>,
  ends: ReadonlyMap<string, number>,
): void {
  for (const [id, fromMs] of sentMs) {
    const untilMs = ends.get(id);
    if (untilMs !== undefined) into.push(untilMs - fromMs);
  }
}

/** Events that wait, in the broker alone: what is in the world of the flow is not counted. */
async function heapPerEvent(example: AnyExample, events: readonly OwnEvent[]): Promise<number> {
  const flow = await flowOf(example);
  const broker = createMemoryBroker(flow).connect();
  const before = heapBytes();
  for (let index = 0; index < heapSample; index += 1) {
    const { event: name = '', data, id = '' } = events[index % events.length] ?? {};
    const event = { ...first, id: `${id}#${index}`, correlationId: id, name, data };
    broker.take({ event: structuredClone(event), delayMs: 0 });
  }
  const bytes = heapBytes() - before;
  // What was measured is in use until here.
  return broker.counts().waiting === 0 ? 0 : bytes / heapSample;
}

const first = { causationId: undefined, depth: 0, atMs: 0 };

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage === 'function') Reflect.apply(collectGarbage, undefined, []);
  return process.memoryUsage().heapUsed;
}

async function redisPerEvent(
  example: AnyExample,
  events: readonly OwnEvent[],
  redisUrl: string,
  prefix: string,
): Promise<number> {
  const redis = await connectRedis(redisUrl);
  const flow = await flowOf(example);
  try {
    const running = (await connectBullmq(flow, { redisUrl, prefix })).run({
      outside: {},
      works: false,
    });
    const usedBytes = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1] ?? 0);
    const before = await usedBytes();
    const sample = events.slice(0, redisSample);
    for (const { event, data, id = '' } of sample) await running.publish(event, data, { id });
    const bytes = (await usedBytes()) - before;
    await running.stop();
    return bytes / sample.length;
  } finally {
    redis.disconnect();
    await removeKeys(redisUrl, prefix);
  }
}
