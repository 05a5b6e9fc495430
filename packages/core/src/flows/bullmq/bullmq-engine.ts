import type { Redis } from 'ioredis';
import { sleep } from '../../resilience/index.ts';
import { FlowStoppedError } from '../errors.ts';
import type { Flow } from '../flow.ts';
import { firstEvent } from '../flow-event.ts';
import { checkData, type FlowDependencies } from '../perform.ts';
import type { Published, PublishOptions, RunningFlow } from '../running-flow.ts';
import { startSchedules } from '../schedules.ts';
import type { FlowTypes } from '../step.ts';
import { defaultRememberMs } from '../memory/recent-set.ts';
import { placeIn } from '../tables.ts';
import type { JobToAdd } from './adding-jobs.ts';
import { connectRedis, standardRedisUrl } from './connect-redis.ts';
import { RedisTables } from './redis-tables.ts';
import { type JobsOf, StepLines } from './step-lines.ts';

/** Where the broker of a flow is, and how patient it is with its workers. */
export interface BullmqConnectionOptions {
  /** Default: that of the standard port, `redis://127.0.0.1:6379`. */
  readonly redisUrl?: string;
  /** What all keys in Redis begin with. Default: `flows`. */
  readonly prefix?: string;
  /**
   * For how long a worker may go without a sign of life before another takes over, in ms. BullMQ's own
   * default is 30,000, and a takeover takes up to twice that. Default 5,000. A step that blocks the
   * event loop for longer runs twice at once; what the first writes then does not count.
   */
  readonly lockMs?: number;
  /**
   * For how long ids of events and keys of what is done are known at least, in ms, by the clock of Redis; a
   * repetition that comes later is new. Default: a week.
   */
  readonly rememberMs?: number;
}

/** Where the broker is, and what the steps reach outside. */
export interface BullmqFlowOptions<F extends FlowTypes>
  extends FlowDependencies, BullmqConnectionOptions {
  readonly outside: F['outside'];
}

/** A flow's broker that has answered; `run` puts this process to work on it. */
export interface BullmqConnection<F extends FlowTypes> {
  /** @param works whether this process runs steps, or publishes and asks only; default true */
  readonly run: (
    options: FlowDependencies & { readonly outside: F['outside']; readonly works?: boolean },
  ) => RunningFlow<F>;
}

const idleEveryMs = 20;
const defaultLockMs = 5_000;

/**
 * Runs a flow in this process on BullMQ: any number of processes with the same flow compete for its
 * events. A queue for each step, or eight for a step with a key, each with one worker at a time.
 *
 * @throws RedisMissingError when there is no Redis.
 */
export async function runOnBullmq<F extends FlowTypes>(
  flow: Flow<F>,
  options: BullmqFlowOptions<F>,
): Promise<RunningFlow<F>> {
  return (await connectBullmq(flow, options)).run(options);
}

/**
 * Finds the broker of a flow, for a process that makes up its mind later.
 *
 * @throws RedisMissingError when there is no Redis.
 */
export async function connectBullmq<F extends FlowTypes>(
  flow: Flow<F>,
  options: BullmqConnectionOptions,
): Promise<BullmqConnection<F>> {
  const {
    redisUrl = standardRedisUrl,
    prefix = 'flows',
    lockMs = defaultLockMs,
    rememberMs = defaultRememberMs,
  } = options;
  if (!(rememberMs > 0)) {
    throw new RangeError(`rememberMs is ${rememberMs}. Use milliseconds above 0.`);
  }
  const redis = await connectRedis(redisUrl);
  const tables = new RedisTables(redis, `${prefix}-${flow.name}`, rememberMs);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an engine knows no flow
  const any = flow as unknown as Flow;
  const lines = any.steps.map(
    (step) => new StepLines(any, step, { redis, tables, prefix, lockMs }),
  );
  await Promise.all(lines.map((each) => each.prepare()));
  tables.defineScripts();
  return { run: (own) => runOn(flow, { redis, tables, lines }, own) };
}

function runOn<F extends FlowTypes>(
  flow: Flow<F>,
  { redis, tables, lines }: { redis: Redis; tables: RedisTables; lines: readonly StepLines[] },
  options: FlowDependencies & { readonly outside: F['outside']; readonly works?: boolean },
): RunningFlow<F> {
  const { now = () => Date.now(), works = true } = options;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an engine knows no flow
  const any = flow as unknown as Flow;
  const jobsOf: JobsOf = (outgoing) => {
    const jobs: JobToAdd[] = [];
    for (const { event, delayMs } of outgoing) {
      for (const step of any.routes.get(event.name) ?? []) {
        const line = lines[step];
        if (line !== undefined) jobs.push(line.job(event, delayMs));
      }
    }
    return jobs;
  };
  if (works) for (const each of lines) each.start(jobsOf, options);
  let isStopped = false;

  async function publish(
    name: string,
    data: unknown,
    { id = globalThis.crypto.randomUUID(), delayMs = 0 }: PublishOptions = {},
  ): Promise<Published> {
    if (isStopped) throw new FlowStoppedError(flow.name, name);
    const checked = await checkData(any, name, data);
    const watch = options.observer?.publish?.({ flow: flow.name, event: name, id });
    const event = firstEvent(id, name, checked, now(), watch?.traceContext);
    try {
      const isNew = await tables.take(id, jobsOf([{ event, delayMs }]));
      watch?.end();
      return { id, isNew };
    } catch (error) {
      watch?.end(error);
      throw error;
    }
  }

  const timers = startSchedules(works ? any : { ...any, schedules: {} }, now, (event, data, id) => {
    publish(event, data, { id }).catch(() => {
      // The next time comes; Redis that is away is told by `health`.
    });
  });

  async function counts() {
    const all = await Promise.all(lines.map((each) => each.counts()));
    const sum = (name: 'waiting' | 'delayed' | 'active'): number =>
      all.reduce((total, each) => total + each[name], 0);
    return {
      waiting: sum('waiting'),
      delayed: sum('delayed'),
      active: sum('active'),
      done: await tables.doneCount(),
      dead: (await tables.letters()).length,
    };
  }

  async function onIdle(): Promise<void> {
    // Twice in a row: between two queues an event is in none of them for no time at all, but counts are
    // asked for one queue after the other.
    for (let quiet = 0; quiet < 2;) {
      const { waiting, delayed, active } = await counts();
      quiet = waiting + delayed + active === 0 ? quiet + 1 : 0;
      if (quiet < 2) await sleep(idleEveryMs);
    }
  }

  async function stop(): Promise<void> {
    if (isStopped) return;
    isStopped = true;
    for (const timer of timers) clearInterval(timer);
    await Promise.all(lines.map((each) => each.stop()));
    redis.disconnect();
  }

  return {
    publish,
    deadLetters: {
      list: () => tables.letters(),
      async replay(filter = () => true) {
        const chosen = (await tables.letters()).filter(filter);
        for (const { id, event, step } of chosen) {
          await tables.reopen(id);
          await lines[any.steps.findIndex(({ name }) => name === step)]?.add(event);
        }
        return chosen.length;
      },
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the steps have written there
    read: async (table, key) => (await tables.readEntry(placeIn(table, key))).value as never,
    counts,
    async health() {
      if (isStopped) return { isHealthy: false, cause: 'it was stopped' };
      if (redis.status !== 'ready') return { isHealthy: false, cause: `Redis is ${redis.status}` };
      return { isHealthy: true };
    },
    onIdle,
    stop,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await onIdle();
      await stop();
    },
  };
}
