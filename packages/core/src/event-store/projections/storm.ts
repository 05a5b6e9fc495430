import { simulate, type Random } from '../../simulation/index.ts';
import { sleep } from '../../resilience/index.ts';
import type { RecordedEvent } from '../event.ts';
import { MemoryDatabase } from '../memory/database.ts';
import { createMemoryEventStore, type MemoryEventStore } from '../memory/memory-event-store.ts';
import type { MemoryTransaction } from '../memory/transaction.ts';
import { defineProjection, type FailurePolicy, type Projection } from './define-projection.ts';
import { ProjectionTimeoutError } from './errors.ts';
import { createProjectionRunner, type ProjectionRunner } from './runner.ts';
import { AppliedEvents, committedEvents, differences, pause } from './test-bed.ts';

/** What a storm did, and what is wrong afterwards. */
export interface StormReport {
  readonly differences: readonly string[];
  readonly committed: number;
  readonly kills: number;
  readonly stops: number;
  readonly takenOver: number;
  readonly lost: number;
  readonly timedOut: number;
  readonly deadLettered: number;
  readonly stopped: number;
}

export interface StormOptions {
  readonly onExhausted: FailurePolicy['onExhausted'];
}

const LEASE_MS = 1_000;
const STORM_MS = 30_000;
const BUCKETS = 8;

/**
 * Writers with rollbacks, and runners that come, go, are killed with what they hold, and lose leases to
 * a store that answers late; handlers that are slow, fail now and then, fail for good at some events,
 * and hang. Then calm, in which a last runner drains.
 */
export async function runStorm(seed: number, { onExhausted }: StormOptions): Promise<StormReport> {
  const { value } = await simulate(
    { seed, start: '2026-01-01T00:00:00Z', maxVirtualMs: 20 * 60_000 },
    async (sim) => {
      const database = new MemoryDatabase({ bucketCount: 16 });
      const random = sim.random('storm');
      const applied = new AppliedEvents();
      const counts = {
        kills: 0,
        stops: 0,
        takenOver: 0,
        lost: 0,
        timedOut: 0,
        deadLettered: 0,
        stopped: 0,
      };
      let isCalm = false;
      const connect = (): MemoryEventStore =>
        createMemoryEventStore({
          database,
          latency: isCalm ? { fixedMs: 1 } : { p50Ms: 5, p99Ms: 2_500 },
        });

      const projections = ['totals', 'mails'].map((name) =>
        stormProjection(name, onExhausted, sim.random(name), applied, () => isCalm),
      );
      const launch = async (): Promise<{ store: MemoryEventStore; runner: ProjectionRunner }> => {
        const store = connect();
        const runner = createProjectionRunner(store, {
          projections,
          leaseMs: LEASE_MS,
          pollMs: 50,
          workers: random.integer(1, 4),
          onNotice: (notice) => {
            if (notice.type === 'bucket.lost') counts.lost += 1;
            if (notice.type === 'bucket.acquired' && notice.takenOverFrom !== undefined)
              counts.takenOver += 1;
            const hasFailed = notice.type === 'event.failed' || notice.type === 'batch.failed';
            if (hasFailed && notice.error instanceof ProjectionTimeoutError) counts.timedOut += 1;
            if (notice.type !== 'event.failed') return;
            if (notice.outcome === 'dead-lettered') counts.deadLettered += 1;
            if (notice.outcome === 'stopped') counts.stopped += 1;
          },
        });
        // Of a killed process nothing settles any more, its start neither.
        runner.start().catch((error: unknown) => {
          throw error;
        });
        await Promise.resolve();
        return { store, runner };
      };

      const endMs = Date.now() + STORM_MS;
      const writers = Array.from({ length: 4 }, (_, index) =>
        write(connect(), sim.random(`writer-${index}`), endMs),
      );
      const running = [await launch()];
      while (Date.now() < endMs) {
        await pause(random, 1_500);
        const victim = running[random.integer(0, Math.max(0, running.length - 1))];
        if (running.length < 4 && random.chance(0.5)) running.push(await launch());
        else if (victim !== undefined) {
          running.splice(running.indexOf(victim), 1);
          if (random.chance(0.7)) {
            victim.store.kill();
            counts.kills += 1;
          } else {
            void victim.runner.stop({ timeoutMs: 500 });
            counts.stops += 1;
          }
        }
      }
      await Promise.all(writers);
      for (const { store } of running) store.kill();

      isCalm = true;
      const { runner } = await launch();
      await sleep(2 * LEASE_MS);
      for (const { name } of projections) await runner.resume(name);
      await runner.onCaughtUp();
      await runner.stop();

      const committed = committedEvents(database);
      const expected = committed.filter((event) => onExhausted === 'stop' || !isPoison(event));
      const found = projections.flatMap(({ name }) => {
        const letters = database.projections.get(name)?.generations.get(1)?.deadLetters.size ?? 0;
        const missing = committed.length - expected.length - letters;
        return [
          ...differences(expected, applied.of(name)).map((text) => `${name}: ${text}`),
          ...(missing === 0 ? [] : [`${name}: ${missing} poisoned events are no dead letters`]),
        ];
      });
      return { ...counts, committed: committed.length, differences: found };
    },
  );
  return value;
}

/** An event that its handler refuses, as long as the storm lasts or for ever. */
function isPoison(event: RecordedEvent): boolean {
  return event.type === 'order.poisoned';
}

function stormProjection(
  name: string,
  onExhausted: FailurePolicy['onExhausted'],
  random: Random,
  applied: AppliedEvents,
  isCalm: () => boolean,
): Projection<MemoryTransaction> {
  return defineProjection<MemoryTransaction>({
    name,
    buckets: BUCKETS,
    batchSize: 10,
    handlerTimeoutMs: 3_000,
    failure: {
      maxAttempts: 3,
      backoff: { initialMs: 20, maxMs: 200, factor: 2, jitter: 'full' },
      onExhausted,
    },
    async handle(events, tx) {
      if (!isCalm()) {
        if (random.chance(0.02)) await sleep(5 * LEASE_MS);
        else if (random.chance(0.2)) await pause(random, 2.5 * LEASE_MS);
        else if (random.chance(0.5)) await pause(random, 20);
      }
      for (const event of events) {
        applied.write(name, event, tx);
        // Poison is cured by the calm where the policy is to stop: somebody has corrected the handler.
        if (isPoison(event) && (onExhausted === 'dead-letter' || !isCalm())) {
          throw new Error(`cannot handle ${event.eventId}`);
        }
      }
    },
  });
}

async function write(store: MemoryEventStore, random: Random, endMs: number): Promise<void> {
  while (Date.now() < endMs) {
    await pause(random, 300);
    const stream = { category: 'order', id: String(random.integer(1, 12)) };
    const events = Array.from({ length: random.integer(1, 4) }, () => ({
      type: random.chance(0.01) ? 'order.poisoned' : 'order.changed',
      data: null,
    }));
    try {
      await store.transaction(async (tx) => {
        await store.append(stream, events, { expectedVersion: 'any', tx });
        if (random.chance(0.3)) await pause(random, 400);
        if (random.chance(0.1)) throw new Error('rolled back');
      });
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'rolled back') throw error;
    }
  }
}
