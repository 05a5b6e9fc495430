import type {
  Job,
  JobsOptions,
  Queue as JobQueue,
  RedisQueueBackend,
  Worker as JobWorker,
} from 'bullmq';
import type { Redis } from 'ioredis';
import { hashText } from '../../event-store/bucket.ts';
import { createTimeout, sleep } from '../../resilience/index.ts';
import type { Delivery, Outcome, Outgoing } from '../delivery.ts';
import { StepTimeoutError } from '../errors.ts';
import type { Flow, RunnableStep } from '../flow.ts';
import type { FlowEvent } from '../flow-event.ts';
import { type FlowDependencies, StepRunner } from '../perform.ts';
import { DelayedError, Queue, Worker } from './library.ts';
import { type JobToAdd, jobToAdd } from './adding-jobs.ts';
import { handOn, jobToFinish } from './finishing-jobs.ts';
import type { RedisTables } from './redis-tables.ts';

/** How many lines the keys of an ordered step share: more of them would cost a worker each. */
const partitions = 8;
const conflictDelayMs = 5;
const defaultTimeoutMs = 30_000;
/** With BullMQ's default of 1, a second kill makes a job fail for good, whatever its attempts. */
const mostStalls = 1_000_000;

/** The deliveries of events to the steps that listen to them. */
export type JobsOf = (outgoing: readonly Outgoing[]) => readonly JobToAdd[];

interface JobData {
  readonly event: FlowEvent;
  readonly attempts: number;
}

/** When it is tried again, and whether that uses up an attempt. */
interface Again {
  readonly delayMs: number;
  readonly isSpent: boolean;
}

/** A job that a worker of this process has taken, with the token of its lock. */
interface HeldJob {
  readonly job: Job<JobData>;
  readonly token: string;
  readonly backend: RedisQueueBackend;
}

/** An attempt that has come to its end. */
interface Attempted {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
  readonly runner: StepRunner;
  readonly jobsOf: JobsOf;
}

const neverDone = { delivery: false, key: false } as const;

interface StepLinesOptions {
  readonly redis: Redis;
  readonly tables: RedisTables;
  readonly prefix: string;
  readonly lockMs: number;
}

/** The queues of one step, and the workers of this process for them. */
export class StepLines {
  readonly #step: RunnableStep;
  readonly #redis: Redis;
  readonly #tables: RedisTables;
  readonly #prefix: string;
  readonly #lockMs: number;
  readonly #flow: Flow;
  readonly #queues: readonly JobQueue<JobData>[];
  readonly #limit: ReturnType<typeof createTimeout>;
  #workers: readonly JobWorker<JobData>[] = [];
  #isStopping = false;

  constructor(flow: Flow, step: RunnableStep, { redis, tables, prefix, lockMs }: StepLinesOptions) {
    this.#flow = flow;
    this.#step = step;
    this.#redis = redis;
    this.#tables = tables;
    this.#prefix = `{${prefix}-${flow.name}}`;
    this.#lockMs = lockMs;
    this.#limit = createTimeout({ timeoutMs: step.timeoutMs ?? defaultTimeoutMs });
    this.#queues = Array.from({ length: step.key === undefined ? 1 : partitions }, (_, index) => {
      const queue = new Queue<JobData>(
        step.key === undefined ? step.name : `${step.name}-${index}`,
        {
          connection: redis,
          prefix: this.#prefix,
        },
      );
      queue.on('error', () => {});
      return queue;
    });
  }

  async prepare(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.waitUntilReady()));
    if (this.#step.key === undefined) return;
    await Promise.all(this.#queues.map((queue) => queue.setGlobalConcurrency(1)));
  }

  /** The delivery of an event to this step. */
  job(event: FlowEvent, delayMs: number): JobToAdd {
    const { queue, name, data, options } = this.#entry(event, delayMs);
    return jobToAdd(queue, this.#deliveryId(event), { name, data, options });
  }

  /** Adds it at once, for whoever has nothing else to do with it. */
  async add(event: FlowEvent): Promise<void> {
    const { queue, name, data, options } = this.#entry(event, 0);
    await queue.add(name, data, options);
  }

  #deliveryId({ id }: FlowEvent): string {
    return `${id}/${this.#step.name}`;
  }

  #entry(event: FlowEvent, delayMs: number) {
    const { key, delayMs: own, name } = this.#step;
    const line = key === undefined ? 0 : hashText(key(event.data)) % partitions;
    const queue = this.#queues[line];
    if (queue === undefined) throw new Error(`Failed to add ${event.id}: no line ${line}.`);
    const heldMs = delayMs + ((typeof own === 'function' ? own(event.data) : own) ?? 0);
    // An id of BullMQ's holds no colon and is no number.
    const jobId = `e-${encodeURIComponent(event.id)}`;
    const options: JobsOptions = heldMs > 0 ? { jobId, delay: heldMs } : { jobId };
    return { queue, name, data: { event, attempts: 0 }, options };
  }

  start(jobsOf: JobsOf, options: FlowDependencies): void {
    const runner = new StepRunner(this.#flow, this.#step, options);
    this.#workers = this.#queues.map((queue) => {
      const worker: JobWorker<JobData> = new Worker<JobData>(
        queue.name,
        (job, token = '') =>
          this.#work({ job, token, backend: worker.getBackend() }, runner, jobsOf),
        {
          connection: this.#redis,
          prefix: this.#prefix,
          concurrency: this.#step.key === undefined ? (this.#step.concurrency ?? 16) : 1,
          lockDuration: this.#lockMs,
          stalledInterval: this.#lockMs / 2,
          maxStalledCount: mostStalls,
          removeOnComplete: { count: 0 },
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

  async #work(held: HeldJob, runner: StepRunner, jobsOf: JobsOf): Promise<void> {
    const { job, token } = held;
    const { event } = job.data;
    const id = this.#deliveryId(event);
    const doneKey = this.#keyOf(runner.doneKey(event.data));
    const interruptions = job.stalledCounter ?? 0;
    for (let { attempts } = job.data; ;) {
      // A delivery has one job, which is not added again once it is done: only one that was interrupted
      // can have come to its end before.
      const mayBeDone = interruptions > 0 || doneKey !== undefined;
      const done = mayBeDone ? await this.#tables.areDone(id, doneKey) : neverDone;
      if (done.delivery) return;
      const delivery: Delivery = { id, event, attempts, interruptions };
      const outcome = await this.#attempt(delivery, runner, done.key);
      const again = await this.#settle(held, { delivery, outcome, runner, jobsOf });
      if (again === undefined) return;
      if (again.isSpent) attempts += 1;
      await job.updateData({ event, attempts });
      await this.#wait(job, token, again.delayMs);
    }
  }

  async #attempt(delivery: Delivery, runner: StepRunner, isKeyDone: boolean): Promise<Outcome> {
    let controller: AbortController | undefined;
    const outcome = runner.perform(
      delivery,
      {
        readEntry: (at) => this.#tables.readEntry(at),
        isDone: () => isKeyDone,
        signal: () => (controller ??= new AbortController()).signal,
      },
      (_, made) => made,
    );
    if (!(outcome instanceof Promise)) return outcome;
    try {
      return await this.#limit.execute(({ signal }) => {
        signal.addEventListener('abort', () => controller?.abort(signal.reason), { once: true });
        return outcome;
      });
    } catch {
      const { timeoutMs = defaultTimeoutMs, name } = this.#step;
      return runner.failed(delivery, new StepTimeoutError(name, timeoutMs));
    }
  }

  /** Makes the outcome so; gives back when it is to be tried again. */
  async #settle(
    { job, token, backend }: HeldJob,
    { delivery, outcome, runner, jobsOf }: Attempted,
  ): Promise<Again | undefined> {
    const { id } = delivery;
    if (outcome.kind === 'again') {
      runner.settled(delivery, outcome, 'settled');
      return outcome;
    }
    const lock = { key: `${this.#prefix}:${job.queueName}:${job.id}:lock`, token };
    const finish = jobToFinish(backend, job, token, !this.#isStopping);
    const end = { deliveryId: id, lock, finish, jobs: jobsOf(outcome.outgoing) };
    const { how, finished } = await this.#tables.commit(
      outcome.kind === 'done'
        ? {
            ...end,
            doneKey: this.#keyOf(outcome.doneKey),
            changes: outcome.changes,
            letter: undefined,
          }
        : { ...end, doneKey: undefined, changes: undefined, letter: outcome.letter },
    );
    const isTaken = how !== 'stale' && how !== 'conflict';
    runner.settled(delivery, outcome, isTaken ? 'settled' : how);
    if (how === 'conflict') return { delayMs: conflictDelayMs, isSpent: false };
    if (isTaken) {
      handOn(job, finished);
      return undefined;
    }
    throw new Error(`Failed to finish ${id}: another worker has taken it over.`);
  }

  /** A done key as it lies in Redis, where the steps of a flow share a set. */
  #keyOf(doneKey: string | undefined): string | undefined {
    return doneKey === undefined ? undefined : `${this.#step.name}/${doneKey}`;
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
