import { createProjectionRunner, defineProjection } from '@firedrill/core/event-store';
import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import { batchSizeFlag, eventsFlag, storeFlags, workersFlag } from '../command/store-flags.ts';
import { openStore } from '../database/open-store.ts';
import { defineRecipe, type RecipeContext, type ShopStore } from '../recipe.ts';
import { appendHistory } from '../shop/append-history.ts';
import { auditLedger, checkExactlyOnce, createLedger, noteApplied } from '../shop/ledger.ts';
import type { ShopEvent } from '../shop/events.ts';
import { pause, untilCaughtUp } from '../until.ts';

/** What a batch waits for outside of the database, e.g. a printer of labels. */
const labelMs = 5;
const buckets = 16;

export const workerPool = defineRecipe({
  name: 'worker-pool',
  level: 'intermediate',
  teaches: 'the partitions of a projection side by side in one process',
  lesson: [
    'The streams of a projection are hashed to buckets. A pool of workers handles several buckets at',
    'once; a bucket is on one worker at a time, so each order is handled in the order of its events.',
  ],
  flags: {
    workers: workersFlag(4),
    events: eventsFlag(240),
    batchSize: batchSizeFlag(10),
    ...storeFlags,
  },
  next: [
    'worker-pool --workers=1',
    'worker-pool --database-url=postgres://localhost/postgres',
    'partitioned',
  ],

  async run(context) {
    const { out, signal, options } = context;
    const { events, workers } = options;
    const { store } = await openStore(context);
    await createLedger(store);
    await appendHistory(store, { ...options, signal });
    out.step(
      `The same ${events} events, by one worker and by a pool; a batch waits ${labelMs} ms.`,
    );
    const alone = await project(context, store, 'labels-alone', 1);
    const pool = await project(context, store, 'labels-pool', workers);
    if (signal.aborted) return;
    out.table([
      ['workers', 'batches', 'at most at once', 'ms', 'events per second'],
      ...[alone, pool].map(({ size, batches, peak, ms }) => [
        size,
        batches,
        peak,
        Math.round(ms),
        Math.round((events * 1_000) / ms),
      ]),
    ]);
    out.line(
      'Batches of different buckets wait at the same time. What they write takes turns on the one',
    );
    out.line(
      'connection of the embedded database; on a server that overlaps too (--database-url).',
    );

    out.step('Who did what: events by bucket.');
    const byBucket = pool.byBucket.toSorted(([a], [b]) => a - b);
    out.line(byBucket.map(([, count]) => count).join('  '));
    out.check(
      'a bucket is on one worker at a time',
      alone.overlaps + pool.overlaps === 0,
      `${pool.batches} batches in ${pool.byBucket.length} buckets, ${pool.overlaps} overlaps`,
    );
    out.check(
      'no more workers than asked for',
      alone.peak === 1 && pool.peak <= workers,
      `${pool.peak} of ${workers} at once`,
    );
    if (workers > 1) {
      out.check(
        'the pool works on several buckets at once',
        pool.peak > 1,
        `${pool.peak} at once, ${alone.peak} by one worker`,
      );
    }
    checkExactlyOnce(out, 'one worker', await auditLedger(store, 'labels-alone'));
    checkExactlyOnce(out, 'the pool', await auditLedger(store, 'labels-pool'));
  },
});

/** What was seen while a pool worked. */
interface Observation {
  readonly size: number;
  readonly ms: number;
  readonly batches: number;
  /** Most handlers that ran at the same time. */
  readonly peak: number;
  /** Times that a bucket was handled by two at once. */
  readonly overlaps: number;
  readonly byBucket: readonly (readonly [number, number])[];
}

async function project(
  { options, signal }: RecipeContext<{ readonly batchSize: number }>,
  store: ShopStore,
  name: string,
  size: number,
): Promise<Observation> {
  const running = new Set<number>();
  const byBucket = new Map<number, number>();
  let batches = 0;
  let peak = 0;
  let overlaps = 0;
  let endedMs = 0;
  const projection = defineProjection<SqlTransaction, ShopEvent>({
    name,
    buckets,
    batchSize: options.batchSize,
    async handle(events, tx, { bucket = 0 }) {
      if (running.has(bucket)) overlaps += 1;
      running.add(bucket);
      peak = Math.max(peak, running.size);
      batches += 1;
      byBucket.set(bucket, (byBucket.get(bucket) ?? 0) + events.length);
      try {
        await pause(labelMs);
        await noteApplied(events, tx, { projection: name, worker: 'pool' });
      } finally {
        running.delete(bucket);
        endedMs = performance.now();
      }
    },
  });
  const runner = createProjectionRunner(store, {
    projections: [projection],
    workers: size,
    signal,
  });
  const startedMs = performance.now();
  await runner.start();
  await untilCaughtUp(runner, signal);
  await runner.stop();
  return { size, ms: endedMs - startedMs, batches, peak, overlaps, byBucket: [...byBucket] };
}
