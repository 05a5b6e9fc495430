import {
  createProjectionRunner,
  defineProjection,
  type ProjectionRunner,
} from '@firedrill/core/event-store';
import { eventsFlag, storeFlags, workersFlag } from '../command/store-flags.ts';
import { openStore } from '../database/open-store.ts';
import type { Output } from '../output.ts';
import { defineRecipe, type ShopProjection } from '../recipe.ts';
import { appendHistory } from '../shop/append-history.ts';
import { auditLedger, checkExactlyOnce, createLedger, noteApplied } from '../shop/ledger.ts';
import { createOrderSummary, orderSummary } from '../shop/order-summary.ts';
import { untilCaughtUp } from '../until.ts';

const worker = 'shop';

/** Who has paid how much. It is about payments only: the store sends it nothing else. */
const takings: ShopProjection = {
  name: 'takings',
  filter: { types: ['order.paid'] },
  batchSize: 10,
  async handle(events, tx, { projection }) {
    for (const event of events) {
      if (event.type !== 'order.paid') continue;
      await tx.query('INSERT INTO takings VALUES ($1, $2)', [event.stream.id, event.data.cents]);
    }
    await noteApplied(events, tx, { projection, worker });
  },
};

/** Letters to new customers: one in a transaction, so that a failure holds up nobody else's. */
const welcome: ShopProjection = {
  name: 'welcome-letters',
  filter: { categories: ['user'] },
  batchSize: 1,
  async handleEach(event, tx, { projection }) {
    await tx.query('INSERT INTO letter VALUES ($1)', [event.stream.id]);
    await noteApplied([event], tx, { projection, worker });
  },
};

const summary = orderSummary({ batchSize: 50, worker });
const projections = [summary, takings, welcome].map((options) => defineProjection(options));

export const multipleProjections = defineRecipe({
  name: 'multiple-projections',
  level: 'intermediate',
  teaches: 'several read models in one process, each at its own pace',
  lesson: [
    'Every projection has its own filter, batch size and checkpoint. One that is slow, paused or',
    'broken falls behind alone, and catches up later from where it was.',
  ],
  flags: { events: eventsFlag(150), workers: workersFlag(2), ...storeFlags },
  next: ['worker-pool', 'multiple-projections --events=1000 --workers=4'],

  async run(context) {
    const { out, signal, options } = context;
    const { events, seed, workers } = options;
    const { store } = await openStore(context);
    await createLedger(store);
    await createOrderSummary(store);
    await store.transaction(async (tx) => {
      await tx.query('CREATE TABLE IF NOT EXISTS takings (order_id text, cents integer)');
      await tx.query('CREATE TABLE IF NOT EXISTS letter (user_id text)');
    });

    out.step(`1. Append ${events} events, and project them three times. takings is paused.`);
    await appendHistory(store, { events, seed, signal });
    const runner = createProjectionRunner(store, { projections, workers, pollMs: 50, signal });
    runner.pause(takings.name);
    await runner.start();
    await untilCaughtUp(runner, signal, summary.name);
    await untilCaughtUp(runner, signal, welcome.name);
    await showProgress(out, runner);
    const reports = await runner.status();
    const paused = reports.find(({ projection }) => projection === takings.name);
    out.check(
      'who is paused holds up nobody',
      signal.aborted ||
        reports.every(({ projection, lag }) => lag > 0 === (projection === takings.name)),
      `takings is ${paused?.lag} positions behind, the others are at the end`,
    );

    out.step(`2. Append ${events} more, and let takings go on.`);
    await runner.resume(takings.name);
    await appendHistory(store, { events, seed, signal });
    const isDone = await untilCaughtUp(runner, signal);
    await runner.stop();
    await showProgress(out, runner);
    if (!isDone) return;
    checkExactlyOnce(out, summary.name, await auditLedger(store, summary.name));
    checkExactlyOnce(
      out,
      takings.name,
      await auditLedger(store, takings.name, ({ type }) => type === 'order.paid'),
    );
    checkExactlyOnce(
      out,
      welcome.name,
      await auditLedger(store, welcome.name, ({ stream }) => stream.category === 'user'),
    );
  },
});

async function showProgress(out: Output, runner: ProjectionRunner): Promise<void> {
  const metrics = new Map(runner.metrics().map((each) => [each.projection, each]));
  const reports = await runner.status();
  out.table([
    ['projection', 'batch size', 'events', 'transactions', 'checkpoint', 'lag'],
    ...reports.map(({ projection, position, lag }) => [
      projection,
      projections.find(({ name }) => name === projection)?.batchSize ?? 0,
      metrics.get(projection)?.applied ?? 0,
      metrics.get(projection)?.batches ?? 0,
      position,
      lag,
    ]),
  ]);
}
