import { createHooks, type Hooks } from '../../hooks/index.ts';
import type { Delivery, Outcome } from '../delivery.ts';
import { FlowStoppedError, StepTimeoutError } from '../errors.ts';
import type { Flow, RunnableStep } from '../flow.ts';
import { firstEvent } from '../flow-event.ts';
import { type Attempt, checkData, type FlowDependencies, StepRunner } from '../perform.ts';
import type { FlowCounts, Published, PublishOptions, RunningFlow } from '../running-flow.ts';
import { startSchedules } from '../schedules.ts';
import type { FlowLetter, FlowTypes } from '../step.ts';
import { placeIn } from '../tables.ts';
import type { Claim, MemoryConnection } from './memory-broker.ts';

/** The broker in memory, and what the steps reach outside. */
export interface MemoryFlowOptions<F extends FlowTypes> extends FlowDependencies {
  readonly outside: F['outside'];
  /** The broker, as this process reaches it: `createMemoryBroker(flow).connect()`. */
  readonly broker: MemoryConnection;
}

const defaultConcurrency = 16;
const defaultTimeoutMs = 30_000;
/** As often an attempt is made anew because others changed what it rests on, before it waits a little. */
const conflictDelayMs = 5;

interface Attempts {
  attempt: Claim;
}

/** Runs a flow in this process, on core's hooks: a pool for each step. */
export function runInMemory<F extends FlowTypes>(
  flow: Flow<F>,
  options: MemoryFlowOptions<F>,
): RunningFlow<F> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an engine knows no flow
  const any = flow as unknown as Flow;
  const { broker, now = () => Date.now() } = options;
  const pools = any.steps.map((step, index) => new StepPool(any, step, index, options));
  let isStopped = false;
  broker.onReady((step) => {
    if (!isStopped) pools[step]?.pump();
  });
  const timers = startSchedules(any, now, (event, data, id) => {
    publish(event, data, { id }).catch(() => {
      // It was stopped in the meantime: another process publishes it.
    });
  });
  // What was left by a process before this one.
  for (const pool of pools) pool.pump();

  async function publish(
    event: string,
    data: unknown,
    { id = globalThis.crypto.randomUUID(), delayMs = 0 }: PublishOptions = {},
  ): Promise<Published> {
    if (isStopped) throw new FlowStoppedError(flow.name, event);
    const checked = checkData(any, event, data);
    const known = checked instanceof Promise ? await checked : checked;
    const watch = options.observer?.publish?.({ flow: flow.name, event, id });
    const first = firstEvent(id, event, known, now(), watch?.traceContext);
    const isNew = broker.take({ event: first, delayMs });
    watch?.end();
    return { id, isNew };
  }

  async function stop(): Promise<void> {
    isStopped = true;
    for (const timer of timers) clearInterval(timer);
    await Promise.all(pools.map((pool) => pool.close()));
    broker.disconnect('stopped');
  }

  return {
    publish,
    deadLetters: {
      list: async (): Promise<readonly FlowLetter[]> => broker.letters(),
      async replay(filter = () => true) {
        return broker.replay(
          new Set(
            broker
              .letters()
              .filter(filter)
              .map(({ id }) => id),
          ),
        );
      },
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the steps have written there
    read: async (table, key) => broker.readEntry(placeIn(table, key)).value as never,
    counts: async (): Promise<FlowCounts> => broker.counts(),
    health: async () =>
      isStopped ? { isHealthy: false, cause: 'it was stopped' } : { isHealthy: true },
    onIdle: () => broker.onIdle(),
    stop,
    async close() {
      for (const timer of timers) clearInterval(timer);
      await broker.onIdle();
      await stop();
    },
  };
}

/** The workers of one step in one process. */
class StepPool {
  readonly #index: number;
  readonly #broker: MemoryConnection;
  readonly #runner: StepRunner;
  readonly #hooks: Hooks<Attempts>;
  /** Of the attempts whose signal was read. */
  readonly #controllers = new WeakMap<Delivery, AbortController>();
  readonly #pumpLater = (): void => {
    this.#isDue = false;
    this.pump();
  };
  #free: number;
  #isClosed = false;
  /** Whether a step that answers at once is being settled, inside of the pool's own pass. */
  #isCalled = false;
  #isDue = false;

  constructor(
    flow: Flow,
    step: RunnableStep,
    index: number,
    options: FlowDependencies & { readonly broker: MemoryConnection },
  ) {
    const { concurrency = defaultConcurrency, timeoutMs = defaultTimeoutMs } = step;
    this.#index = index;
    this.#broker = options.broker;
    this.#runner = new StepRunner(flow, step, options);
    this.#free = concurrency;
    this.#hooks = createHooks<Attempts>({
      workers: concurrency,
      queueSize: concurrency,
      maxHooksPerEvent: 1,
      timeoutMs,
      closeTimeoutMs: Math.min(timeoutMs, 2 ** 31 - 1),
      onDeadLetter: ({ data, reason, error }) => {
        this.#controllers.get(data)?.abort(error);
        const late = reason === 'timed-out' ? new StepTimeoutError(step.name, timeoutMs) : error;
        this.#settle(data, this.#runner.failed(data, late));
      },
    });
    const attempt: Attempt = {
      readEntry: options.broker.readEntry,
      isDone: (doneKey) => options.broker.isDone(index, doneKey),
      signal: (delivery) => this.#controllerOf(delivery).signal,
    };
    const settle = (claim: Claim, outcome: Outcome): void => this.#settle(claim, outcome);
    this.#hooks.hook('attempt', (claim) => {
      this.#isCalled = true;
      try {
        return this.#runner.perform(claim, attempt, settle);
      } finally {
        this.#isCalled = false;
      }
    });
  }

  /** Takes as many deliveries as there are free workers. */
  pump(): void {
    if (this.#isCalled) {
      // What a handler of the pool emits follows from it, and a chain of those has an end.
      if (!this.#isDue) queueMicrotask(this.#pumpLater);
      this.#isDue = true;
      return;
    }
    while (this.#free > 0 && !this.#isClosed) {
      const claim = this.#broker.claim(this.#index);
      if (claim === undefined) return;
      this.#free -= 1;
      this.#hooks.emit('attempt', claim);
    }
  }

  #controllerOf(delivery: Delivery): AbortController {
    let controller = this.#controllers.get(delivery);
    if (controller === undefined) {
      controller = new AbortController();
      this.#controllers.set(delivery, controller);
    }
    return controller;
  }

  #settle(claim: Claim, outcome: Outcome): void {
    const how = this.#broker.settle(claim, outcome);
    this.#runner.settled(claim, outcome, how);
    if (how === 'stale') return;
    if (how === 'conflict') this.#broker.postpone(claim, conflictDelayMs);
    this.#free += 1;
    this.pump();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#hooks.close();
  }
}
