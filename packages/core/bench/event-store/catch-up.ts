import type { EventStore } from '../../src/event-store/event-store.ts';
import {
  createProjectionRunner,
  defineProjection,
} from '../../src/event-store/projections/index.ts';
import type { SqlTransaction } from '../../src/event-store/sql/sql-database.ts';

/**
 * Runs a new projection to the end, one event a call, and sees that it got them all. Gives the
 * milliseconds from its first event to its last.
 */
export async function catchUp(
  store: EventStore<SqlTransaction>,
  name: string,
  expected: number,
  {
    startAfter = 0,
    batchSize,
    workers,
    buckets,
  }: {
    readonly startAfter?: number;
    readonly batchSize: number;
    readonly workers: number;
    readonly buckets: number;
  },
): Promise<number> {
  let count = 0;
  let firstMs = 0;
  let lastMs = 0;
  const projection = defineProjection<SqlTransaction>({
    name,
    batchSize,
    buckets,
    startAfter,
    handleEach: () => {
      lastMs = performance.now();
      if (count === 0) firstMs = lastMs;
      count += 1;
    },
  });
  const runner = createProjectionRunner(store, { projections: [projection], workers });
  await runner.start();
  await runner.onCaughtUp();
  await runner.stop();
  if (count !== expected) throw new Error(`Firedrill handled ${count} of ${expected} events.`);
  return lastMs - firstMs;
}
