import type { Job, Queue as JobQueue, Worker as JobWorker } from 'bullmq';
import type { Redis } from 'ioredis';
import { hashText } from '../../event-store/bucket.ts';
import { createTimeout, sleep } from '../../resilience/index.ts';
import type { Delivery, Outcome, Outgoing } from '../delivery.ts';
import { StepTimeoutError } from '../errors.ts';
import type { Flow, RunnableStep } from '../flow.ts';
import type { FlowEvent } from '../flow-event.ts';
import { type FlowDependencies, StepRunner } from '../perform.ts';
import { DelayedError, Queue, Worker } from './library.ts';
import type { RedisTables } from './redis-tables.ts';

/** How many lines the keys of an ordered step share: more of them would cost a worker each. */
const partitions = 8;
const conflictDelayMs = 5;
/** With BullMQ's default of 1, a second kill makes a job fail for good, whatever its attempts. */
const mostStalls = 1_000_000;

/** Puts events into the queues of the steps that listen to them. */
export type Deliver = (outgoing: readonly Outgoing[]) => Promise<void>;

interface JobData {
  readonly event: FlowEvent;
  readonly attempts: number;
}

/** When it is tried again, and whether that uses up an attempt. */
interface Again {
  readonly delayMs: number;
  readonly isSpent: boolean;
}

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
  #workers: readonly JobWorker<JobData>[] = [];
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
    const doneKey = this.#keyOf(runner.doneKey(event.data));
    for (let { attempts } = job.data; ;) {
      const done = await this.#tables.areDone(id, doneKey);
      let outgoing: readonly Outgoing[] = [];
      if (done.delivery) {
        outgoing = await this.#tables.outbox(id);
      } else {
        const delivery: Delivery = { id, event, attempts, interruptions: job.stalledCounter ?? 0 };
        const outcome = await this.#attempt(delivery, runner, done.key);
        const end = await this.#settle(job, token, delivery, outcome, runner);
        if ('delayMs' in end) {
          if (end.isSpent) attempts += 1;
          await job.updateData({ event, attempts });
          await this.#wait(job, token, end.delayMs);
          continue;
        }
        ({ outgoing } = end);
      }
      if (outgoing.length > 0) {
        await deliver(outgoing);
        // Nobody waits for it: what is left there would be put where it is known already.
        this.#tables.published(id);
      }
      return;
    }
  }

  async #attempt(delivery: Delivery, runner: StepRunner, isKeyDone: boolean): Promise<Outcome> {
    const { timeoutMs = 30_000, name } = this.#step;
    try {
      return await createTimeout({ timeoutMs }).execute(({ signal }) =>
        runner.perform(delivery, {
          readEntry: (at) => this.#tables.readEntry(at),
          isDone: () => isKeyDone,
          signal: () => signal,
        }),
      );
    } catch {
      return runner.failed(delivery, new StepTimeoutError(name, timeoutMs));
    }
  }

  /** Makes the outcome so: it is to be tried again, or this is what is to be published. */
  async #settle(
    job: Job<JobData>,
    token: string,
    delivery: Delivery,
    outcome: Outcome,
    runner: StepRunner,
  ): Promise<Again | { readonly outgoing: readonly Outgoing[] }> {
    const { id } = delivery;
    if (outcome.kind === 'again') {
      runner.settled(delivery, outcome, 'settled');
      return outcome;
    }
    const lock = { key: `${this.#prefix}:${job.queueName}:${job.id}:lock`, token };
    const end = { deliveryId: id, lock, outgoing: outcome.outgoing };
    const how = await this.#tables.commit(
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
    if (how === 'settled') return { outgoing: outcome.outgoing };
    if (how === 'repeated') return { outgoing: [] };
    if (how === 'earlier') return { outgoing: await this.#tables.outbox(id) };
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
