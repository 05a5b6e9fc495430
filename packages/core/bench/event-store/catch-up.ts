import type { EventStore } from '../../src/event-store/event-store.ts';
import {
  createProjectionRunner,
  defineProjection,
} from '../../src/event-store/projections/index.ts';
import type { SqlTransaction } from '../../src/event-store/sql/sql-database.ts';

/** Runs a new projection to the end, one event a call, and sees that it got them all. */
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
): Promise<void> {
  let count = 0;
  const projection = defineProjection<SqlTransaction>({
    name,
    batchSize,
    buckets,
    startAfter,
    handleEach: () => {
      count += 1;
    },
  });
  const runner = createProjectionRunner(store, { projections: [projection], workers });
  await runner.start();
  await runner.onCaughtUp();
  await runner.stop();
  if (count !== expected) throw new Error(`Firedrill handled ${count} of ${expected} events.`);
}
