import { sleep } from '../../resilience/index.ts';
import type { AnyEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { unavailability } from '../unavailable.ts';
import { BucketPool } from './bucket-pool.ts';
import { RunnerStateError } from './errors.ts';
import type { Group, ProjectionCounters } from './group.ts';
import { hasReached } from './has-reached.ts';
import { Heartbeat } from './heartbeat.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { STARVING_SHARE, tell } from './notices.ts';
import { patiently, type PatienceOptions } from './patience.ts';
import { type ProjectionRunnerOptions, resolveRunnerOptions } from './runner-options.ts';
import { type ProjectionReport, reportProjections } from './status.ts';
import { readTail } from './tail.ts';
import { withinLimit } from './within-limit.ts';

/** Repetitions of a start that finds no server: with doubled pauses, a restart of one fits into them. */
const START_REPETITIONS = 5;

/** What a runner holds and has done, read at once and without the store. */
export interface RunnerMetrics extends Readonly<ProjectionCounters> {
  readonly projection: string;
  readonly generation: number;
  /** Buckets held here. */
  readonly buckets: number;
  /** Positions between the horizon as last seen and the held bucket that is furthest behind. */
  readonly lag: number;
}

/** How many ms a runner has to stop in. */
export interface StopOptions {
  /**
   * Milliseconds to wait for handlers; then they are cut short and undone. A store that has not answered
   * a second later is left alone: the leases run out. Default: as long as it takes.
   */
  readonly timeoutMs?: number;
}

/** Which projection is waited for, up to which position. */
export interface CaughtUpOptions {
  /** Default: all projections of the runner. */
  readonly projection?: string;
  /** Position that must be reached. Default: the highest that is committed now. */
  readonly position?: number;
  /** Ends the wait: it may be for others, and so goes on when this runner has stopped. */
  readonly signal?: AbortSignal;
}

/** Runs projections on a store, together with all other runners of the same projections. */
export interface ProjectionRunner {
  readonly owner: string;
  /**
   * Registers the projections and takes the first buckets. Tries some seconds long while the store
   * cannot be reached.
   *
   * @throws RunnerStateError when it was started before; the signal's reason when that is aborted
   *   already; what the store throws.
   */
  start(): Promise<void>;
  /** Finishes the batches under way, gives all buckets back, and ends. The store stays open. */
  stop(options?: StopOptions): Promise<void>;
  /** Leaves a projection be: its buckets here stand still, and stay here. */
  pause(projection: string): void;
  /** Ends a pause, and lets stopped buckets try their event again. Returns how many those were. */
  resume(projection: string): Promise<number>;
  /** Looks for leases now: after a rebuild was begun, or a swap. */
  refresh(): Promise<void>;
  /** Resolves when no bucket here has work that is known of; one that waits to try again has. */
  onIdle(): Promise<void>;
  /**
   * Resolves when all buckets, whoever holds them, have come as far as the store is now. Waits while the
   * store cannot be reached.
   *
   * @throws The signal's reason when it is aborted first.
   */
  onCaughtUp(options?: CaughtUpOptions): Promise<void>;
  /** What the store knows of the runner's projections, whoever works on them. */
  status(): Promise<readonly ProjectionReport[]>;
  metrics(): readonly RunnerMetrics[];
}

/**
 * Makes a runner; `start` sets it going. Several runners, in one process or in many, share the buckets
 * of a projection fairly, whoever comes or goes; each event takes effect exactly once in the store's
 * database, and in the order of its stream.
 *
 * @throws RangeError naming the option that is out of range.
 */
export function createProjectionRunner<Tx, Event extends AnyEvent>(
  store: EventStore<Tx, Event>,
  options: ProjectionRunnerOptions<Tx, Event>,
): ProjectionRunner {
  const resolved = resolveRunnerOptions(options);
  const { projections, owner, workers, leaseMs, pollMs, partition, signal, observer } = resolved;
  const storeRetryMs = Math.max(pollMs, 100);
  let state: 'new' | 'running' | 'stopping' | 'stopped' = 'new';
  let pollTimer: NodeJS.Timeout | undefined;
  let stopped: Promise<void> | undefined;
  let unsubscribe: (() => void) | undefined;
  const tailing = new Map<Group<Tx, Event>, 'reading' | 'again'>();

  const pool = new BucketPool<Tx, Event>({
    store,
    workers,
    leaseMs,
    observer,
    storeRetryMs,
    onRest(group, held) {
      if (held.isSurplus) {
        keeper.release([held]).catch((error: unknown) => {
          tell(observer, { type: 'store.failed', during: 'lease', error });
        });
      }
      // What was appended while it was busy: the tail looks after it now.
      else if (held.position < group.horizon || held.hintsSeen < group.hints) void tail(group);
    },
  });
  const keeper = new LeaseKeeper({ store, pool, projections, owner, leaseMs, partition, observer });

  async function tail(group: Group<Tx, Event>): Promise<void> {
    if (state !== 'running' || pool.isPaused(group.projection.name)) return;
    if (tailing.has(group)) {
      tailing.set(group, 'again');
      return;
    }
    try {
      let hasMore = true;
      while (hasMore) {
        tailing.set(group, 'reading');
        const isBehind = await readTail(store, group, (held) => pool.enqueue(group, held));
        hasMore = state === 'running' && (isBehind || tailing.get(group) === 'again');
      }
    } catch (error) {
      tell(observer, { type: 'store.failed', during: 'read', error });
    } finally {
      tailing.delete(group);
    }
  }

  function hint(): void {
    for (const group of keeper.groups.values()) group.hints += 1;
    void look();
  }

  async function look(): Promise<void> {
    await Promise.all([...keeper.groups.values()].map(tail));
  }

  function poll(): void {
    pollTimer = setTimeout(() => {
      void look();
      poll();
    }, pollMs);
  }

  const heartbeat = new Heartbeat({ beat, leaseMs, pollMs });
  let renewedAtMs: number | undefined;

  async function beat(): Promise<boolean> {
    try {
      await keeper.renew();
      watchRenewals();
      await keeper.releaseOrphans();
      const isShort = state === 'running' && (await keeper.balance());
      // Not awaited: it takes a connection that handlers may have, and leases must not wait for them.
      if (state === 'running') void keeper.persistPositions();
      return isShort;
    } catch (error) {
      tell(observer, { type: 'store.failed', during: 'lease', error });
      return true;
    }
  }

  function watchRenewals(): void {
    const nowMs = performance.now();
    const sinceRenewalMs = nowMs - (renewedAtMs ?? nowMs);
    renewedAtMs = nowMs;
    if (sinceRenewalMs > leaseMs * STARVING_SHARE) {
      const waitedMs = sinceRenewalMs;
      tell(observer, { type: 'runner.starving', of: 'renewal', waitedMs, leaseMs });
    }
  }

  async function stop(timeoutMs: number | undefined): Promise<void> {
    const wasRunning = state === 'running';
    state = wasRunning ? 'stopping' : 'stopped';
    signal?.removeEventListener('abort', onAbort);
    unsubscribe?.();
    clearTimeout(pollTimer);
    if (!wasRunning) return;
    try {
      await withinLimit(giveBack(), timeoutMs, () => {
        for (const held of keeper.held()) held.cutShort();
      });
    } catch (error) {
      if (unavailability(error) === undefined) throw error;
      // What was not given back goes to others when its lease has run out.
      tell(observer, { type: 'store.failed', during: 'stop', error });
    } finally {
      state = 'stopped';
      void heartbeat.end();
    }
  }

  async function giveBack(): Promise<void> {
    // Leases are renewed meanwhile.
    await pool.stop();
    state = 'stopped';
    await heartbeat.end();
    await keeper.persistPositions();
    await keeper.releaseAll();
  }

  function onAbort(): void {
    runner.stop().catch((error: unknown) => {
      tell(observer, { type: 'store.failed', during: 'stop', error });
    });
  }

  const runner: ProjectionRunner = {
    owner,

    async start() {
      if (state !== 'new') throw new RunnerStateError('start', `is ${state}`, 'Make a new one.');
      signal?.throwIfAborted();
      await patiently(() => keeper.register(), {
        onUnavailable: (error) => tell(observer, { type: 'store.failed', during: 'start', error }),
        delayMs: (repetition) =>
          repetition > START_REPETITIONS ? undefined : storeRetryMs * 2 ** (repetition - 1),
        signal,
      });
      // Stopped meanwhile.
      if (stopped !== undefined) return;
      state = 'running';
      signal?.addEventListener('abort', onAbort, { once: true });
      unsubscribe = store.onAppended(hint);
      await heartbeat.now();
      poll();
    },

    stop({ timeoutMs } = {}) {
      stopped ??= stop(timeoutMs);
      return stopped;
    },

    pause(projection) {
      assertKnown('pause', projection);
      pool.pause(projection);
    },

    async resume(projection) {
      assertKnown('resume', projection);
      pool.resume(projection);
      const count = await store.projections.resume(projection);
      if (count > 0) await heartbeat.now();
      void look();
      return count;
    },

    refresh: heartbeat.now,

    async onIdle() {
      while (!pool.isAtRest || tailing.size > 0) {
        await pool.onRest();
        if (tailing.size > 0) await sleep(Math.min(pollMs, 10));
      }
    },

    async onCaughtUp({ projection, position, signal: giveUp } = {}) {
      if (projection !== undefined) assertKnown('wait', projection);
      const patience: PatienceOptions = {
        onUnavailable: (error) => tell(observer, { type: 'store.failed', during: 'read', error }),
        delayMs: () => pollMs,
        signal: giveUp,
      };
      const target = position ?? (await patiently(() => store.positions(), patience)).head;
      const waiting = new Set(
        projection === undefined ? projections.map(({ name }) => name) : [projection],
      );
      while (waiting.size > 0) {
        if (state === 'running') {
          await look();
          await keeper.persistPositions();
        }
        for (const name of waiting) {
          const isThere = (): Promise<boolean> => hasReached(store.projections, name, target);
          if (await patiently(isThere, patience)) waiting.delete(name);
        }
        if (waiting.size > 0) await sleep(pollMs, giveUp);
      }
    },

    status: () =>
      reportProjections(
        store,
        projections.map(({ name }) => name),
      ),

    metrics() {
      return [...keeper.groups.values()].map(
        ({ projection, generation, counters, buckets, horizon }) => ({
          projection: projection.name,
          generation,
          buckets: buckets.size,
          lag: Math.max(0, ...[...buckets.values()].map(({ position }) => horizon - position)),
          ...counters,
        }),
      );
    },
  };

  function assertKnown(asked: string, projection: string): void {
    if (projections.some(({ name }) => name === projection)) return;
    throw new RunnerStateError(
      `${asked} ${projection}`,
      'has no such projection',
      `It has ${projections.map(({ name }) => name).join(', ')}.`,
    );
  }

  return runner;
}
