import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { hashText } from '../../event-store/bucket.ts';
import { createTimeout, sleep } from '../../resilience/index.ts';
import type { Delivery, Outcome, Outgoing } from '../delivery.ts';
import { FlowStoppedError, StepTimeoutError } from '../errors.ts';
import type { Flow, RunnableStep } from '../flow.ts';
import type { FlowEvent } from '../flow-event.ts';
import { checkData, type FlowDependencies, StepRunner } from '../perform.ts';
import type { Published, PublishOptions, RunningFlow } from '../running-flow.ts';
import { startSchedules } from '../schedules.ts';
import type { FlowTypes } from '../step.ts';
import { defaultRememberMs } from '../memory/recent-set.ts';
import { placeIn } from '../tables.ts';
import { connectRedis, standardRedisUrl } from './connect-redis.ts';
import { RedisTables } from './redis-tables.ts';

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

/** How many lines the keys of an ordered step share: more of them would cost a worker each. */
const partitions = 8;
const conflictDelayMs = 5;
const idleEveryMs = 20;
/** With BullMQ's default of 1, a second kill makes a job fail for good, whatever its attempts. */
const mostStalls = 1_000_000;

const defaultLockMs = 5_000;

type Deliver = (outgoing: readonly Outgoing[]) => Promise<void>;

interface JobData {
  readonly event: FlowEvent;
  readonly attempts: number;
}

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
  const deliver = async (outgoing: readonly Outgoing[]): Promise<void> => {
    await Promise.all(
      outgoing.flatMap(({ event, delayMs }) =>
        (any.routes.get(event.name) ?? []).map(async (step) => lines[step]?.add(event, delayMs)),
      ),
    );
  };
  if (works) for (const each of lines) each.start(deliver, options);
  let isStopped = false;

  async function publish(
    name: string,
    data: unknown,
    { id = globalThis.crypto.randomUUID(), delayMs = 0 }: PublishOptions = {},
  ): Promise<Published> {
    if (isStopped) throw new FlowStoppedError(flow.name, name);
    const checked = await checkData(any, name, data);
    const ids = { id, correlationId: id, causationId: undefined, depth: 0 };
    // First to the steps, where it is recognised, and then known: in between, a crash loses nothing.
    await deliver([{ event: { ...ids, name, data: checked, atMs: now() }, delayMs }]);
    return { id, isNew: await tables.know(id) };
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
          await lines[any.steps.findIndex(({ name }) => name === step)]?.add(event, 0);
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

interface StepLinesOptions {
  readonly redis: Redis;
  readonly tables: RedisTables;
  readonly prefix: string;
  readonly lockMs: number;
}

/** The queues of one step, and the workers of this process for them. */
class StepLines {
  readonly #step: RunnableStep;
  readonly #redis: Redis;
  readonly #tables: RedisTables;
  readonly #prefix: string;
  readonly #lockMs: number;
  readonly #flow: Flow;
  readonly #queues: readonly Queue<JobData>[];
  #workers: readonly Worker<JobData>[] = [];
  #isStopping = false;

  constructor(flow: Flow, step: RunnableStep, { redis, tables, prefix, lockMs }: StepLinesOptions) {
    this.#flow = flow;
    this.#step = step;
    this.#redis = redis;
    this.#tables = tables;
    this.#prefix = `{${prefix}-${flow.name}}`;
    this.#lockMs = lockMs;
    this.#queues = Array.from({ length: step.key === undefined ? 1 : partitions }, (_, index) => {
      const queue = new Queue<JobData>(
        step.key === undefined ? step.name : `${step.name}-${index}`,
        {
          connection: redis,
          prefix: this.#prefix,
          defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: false },
        },
      );
      queue.on('error', () => {});
      return queue;
    });
  }

  async prepare(): Promise<void> {
    if (this.#step.key === undefined) return;
    await Promise.all(this.#queues.map((queue) => queue.setGlobalConcurrency(1)));
  }

  async add(event: FlowEvent, delayMs: number): Promise<void> {
    const { key, delayMs: own, name } = this.#step;
    const line = key === undefined ? 0 : hashText(key(event.data)) % partitions;
    const heldMs = delayMs + ((typeof own === 'function' ? own(event.data) : own) ?? 0);
    await this.#queues[line]?.add(
      name,
      { event, attempts: 0 },
      // An id of BullMQ's holds no colon and is no number.
      { jobId: `e-${encodeURIComponent(event.id)}`, ...(heldMs > 0 && { delay: heldMs }) },
    );
  }

  start(deliver: Deliver, options: FlowDependencies): void {
    const runner = new StepRunner(this.#flow, this.#step, options);
    this.#workers = this.#queues.map((queue) => {
      const worker = new Worker<JobData>(
        queue.name,
        (job, token = '') => this.#work(job, token, runner, deliver),
        {
          connection: this.#redis,
          prefix: this.#prefix,
          concurrency: this.#step.key === undefined ? (this.#step.concurrency ?? 16) : 1,
          lockDuration: this.#lockMs,
          stalledInterval: this.#lockMs / 2,
          maxStalledCount: mostStalls,
        },
      );
      worker.on('error', () => {
        // "Missing lock": another has taken over, and the commit of this one was refused.
      });
      return worker;
    });
  }

  async counts(): Promise<{ waiting: number; delayed: number; active: number }> {
    let [waiting, delayed, active] = [0, 0, 0];
    for (const queue of this.#queues) {
      const found = await queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active');
      waiting += (found['waiting'] ?? 0) + (found['prioritized'] ?? 0);
      delayed += found['delayed'] ?? 0;
      active += found['active'] ?? 0;
    }
    return { waiting, delayed, active };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#workers.map((worker) => worker.close()));
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  async #work(
    job: Job<JobData>,
    token: string,
    runner: StepRunner,
    deliver: Deliver,
  ): Promise<void> {
    const { event } = job.data;
    const id = `${event.id}/${this.#step.name}`;
    for (let { attempts } = job.data; ;) {
      if (!(await this.#tables.isDone(id))) {
        const delivery: Delivery = { id, event, attempts, interruptions: job.stalledCounter ?? 0 };
        const outcome = await this.#attempt(delivery, runner);
        const again = await this.#settle(job, token, delivery, outcome);
        if (again !== undefined) {
          if (again.isSpent) attempts += 1;
          await job.updateData({ event, attempts });
          await this.#wait(job, token, again.delayMs);
          continue;
        }
      }
      await deliver(await this.#tables.outbox(id));
      await this.#tables.published(id);
      return;
    }
  }

  async #attempt(delivery: Delivery, runner: StepRunner): Promise<Outcome> {
    const { timeoutMs = 30_000, name } = this.#step;
    try {
      return await createTimeout({ timeoutMs }).execute(({ signal }) =>
        runner.perform(delivery, {
          readEntry: (at) => this.#tables.readEntry(at),
          isDone: (key) => this.#tables.isDone(key),
          signal: () => signal,
        }),
      );
    } catch {
      return runner.failed(delivery, new StepTimeoutError(name, timeoutMs));
    }
  }

  /** Makes the outcome so; what is to be tried again is handed back. */
  async #settle(
    job: Job<JobData>,
    token: string,
    { id }: Delivery,
    outcome: Outcome,
  ): Promise<{ readonly delayMs: number; readonly isSpent: boolean } | undefined> {
    if (outcome.kind === 'again') return outcome;
    const lock = { key: `${this.#prefix}:${job.queueName}:${job.id}:lock`, token };
    const end = { deliveryId: id, lock, outgoing: outcome.outgoing };
    const how = await this.#tables.commit(
      outcome.kind === 'done'
        ? { ...end, doneKey: outcome.doneKey, changes: outcome.changes, letter: undefined }
        : { ...end, doneKey: undefined, changes: undefined, letter: outcome.letter },
    );
    if (how === 'conflict') return { delayMs: conflictDelayMs, isSpent: false };
    if (how === 'settled') return undefined;
    throw new Error(`Failed to finish ${id}: another worker has taken it over.`);
  }

  /** An ordered line waits in its place; any other job makes room for the next. */
  async #wait(job: Job<JobData>, token: string, delayMs: number): Promise<void> {
    if (this.#step.key !== undefined && !this.#isStopping) {
      await sleep(delayMs);
      return;
    }
    await job.moveToDelayed(Date.now() + Math.max(1, Math.ceil(delayMs)), token);
    throw new DelayedError();
  }
}
