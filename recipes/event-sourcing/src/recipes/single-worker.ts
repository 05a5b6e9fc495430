import { createProjectionRunner, defineProjection } from '@firedrill/core/event-store';
import { batchSizeFlag, eventsFlag, storeFlags, workersFlag } from '../command/store-flags.ts';
import { openStore } from '../database/open-store.ts';
import { defineRecipe } from '../recipe.ts';
import { appendHistory } from '../shop/append-history.ts';
import { createOrderSummary, orderSummary, sumOfOrders } from '../shop/order-summary.ts';
import { auditLedger, checkCheckpoints, checkExactlyOnce, createLedger } from '../shop/ledger.ts';
import { until, untilCaughtUp } from '../until.ts';

export const singleWorker = defineRecipe({
  name: 'single-worker',
  level: 'beginner',
  teaches: 'a projection, its checkpoint, and a graceful shutdown',
  lesson: [
    'A projection is a fold that remembers how far it has come. Its handler writes a read model; the',
    'checkpoint moves in the same transaction, so that each event takes effect exactly once.',
  ],
  flags: {
    events: eventsFlag(200),
    workers: workersFlag(1),
    batchSize: batchSizeFlag(10),
    ...storeFlags,
  },
  next: ['single-worker --workers=4', 'stop-resume'],

  async run(context) {
    const { out, signal, options } = context;
    const { workers, batchSize } = options;
    const { store } = await openStore(context);
    await createLedger(store);
    await createOrderSummary(store);

    out.step(`1. Append ${options.events} events of a shop.`);
    const appended = await appendHistory(store, { ...options, signal });
    const { head } = await store.positions();
    out.line(`${appended} events appended; the last one has position ${head}.`);

    out.step(
      `2. Project them with ${workers === 1 ? 'one worker' : `${workers} workers`}, and stop in the middle of a batch.`,
    );
    let applied = 0;
    let hasStopped = false;
    const projection = defineProjection(
      orderSummary({
        batchSize,
        worker: 'first run',
        onApplied(events) {
          applied += events;
          // As Ctrl-C would: the batch under way is finished, and no other is begun.
          if (applied > appended / 2) void first.stop().then(() => (hasStopped = true));
        },
      }),
    );
    const first = createProjectionRunner(store, {
      projections: [projection],
      workers,
      pollMs: 50,
      signal,
    });
    await first.start();
    await until(() => hasStopped, signal);
    await first.stop();
    const [report] = await first.status();
    const halfway = await auditLedger(store, projection.name);
    out.line(
      `Stopped: ${halfway.applied} of ${halfway.expected} events applied, ` +
        `the bucket furthest behind is at position ${report?.position}.`,
    );
    await checkCheckpoints(out, store, projection.name);
    out.check(
      'all buckets were given back',
      report?.unowned === report?.buckets,
      `${report?.unowned} of ${report?.buckets} are free`,
    );
    if (signal.aborted) return;

    out.step('3. Start again: it goes on behind the checkpoint.');
    const second = createProjectionRunner(store, {
      projections: [defineProjection(orderSummary({ batchSize, worker: 'second run' }))],
      workers,
      pollMs: 50,
      signal,
    });
    await second.start();
    const isDone = await untilCaughtUp(second, signal);
    await second.stop();
    const audit = await auditLedger(store, projection.name);
    out.table([['', 'events'], ...audit.byWorker]);
    if (!isDone) return;
    checkExactlyOnce(out, 'order-summary', audit);

    out.step('4. What the read model says now.');
    const orders = await store.transaction((tx) =>
      tx.query(
        'SELECT state, count(*) AS orders, sum(cents) AS cents FROM order_summary GROUP BY state ORDER BY state',
      ),
    );
    out.table([
      ['state', 'orders', 'cents'],
      ...orders.map(({ state, orders: count, cents }) => [
        String(state),
        Number(count),
        Number(cents),
      ]),
    ]);
    const sums = await sumOfOrders(store);
    out.check(
      'the read model adds up to the events',
      sums.fromEvents === sums.fromReadModel,
      `${sums.fromReadModel} cents ordered, ${sums.fromEvents} by the events`,
    );
  },
});
