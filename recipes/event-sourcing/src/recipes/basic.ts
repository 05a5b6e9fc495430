import { newEventId, VersionConflictError } from '@firedrill/core/event-store';
import { storeFlags } from '../command/store-flags.ts';
import { openStore } from '../database/open-store.ts';
import { defineRecipe, type RecipeContext } from '../recipe.ts';
import type { RecordedShopEvent, ShopEvent } from '../shop/events.ts';

const paid: ShopEvent = { type: 'order.paid', data: { cents: 4_900 } };
const cancelled: ShopEvent = { type: 'order.cancelled', data: { reason: 'out of stock' } };

export const basic = defineRecipe({
  name: 'basic',
  level: 'beginner',
  teaches: 'streams, versions, conflicts, transactions, and a first fold over the events',
  lesson: [
    'What happened is appended to the stream of the thing that it happened to, and never changed.',
    'What is true now is computed from it.',
  ],
  flags: storeFlags,
  next: ['single-worker', 'stop-resume'],

  async run(context) {
    const { out } = context;
    const { store, schema } = await openStore(context);
    // In a directory that was kept, the orders of an earlier run are there: take numbers behind them.
    const { head } = await store.positions();
    const order = { category: 'order', id: `order-${head + 1}` };
    const other = { category: 'order', id: `order-${head + 2}` };

    out.step('1. Append: each order is a stream, and its version grows with every event.');
    const placed: ShopEvent = {
      type: 'order.placed',
      data: { customer: 'Ada', product: 'teapot', cents: 4_900 },
    };
    const first = await store.append(order, [placed], { expectedVersion: 'none' });
    out.line(`${order.id} was placed: version ${first.toVersion}, position ${first.position}.`);

    out.step('2. Two clerks read version 1. One takes the payment, the other cancels.');
    await store.append(order, [paid], { expectedVersion: 1 });
    out.line('The first appends order.paid, expecting version 1: accepted.');
    const conflict = await rejectionOf(store.append(order, [cancelled], { expectedVersion: 1 }));
    out.line(`The second appends order.cancelled, expecting version 1: ${nameOf(conflict)}.`);
    if (conflict instanceof VersionConflictError) out.line(`  ${conflict.message}`);
    out.check(
      'who decided on an old state is refused',
      conflict instanceof VersionConflictError && conflict.actualVersion === 2,
      `${nameOf(conflict)}, the stream is at version ${versionIn(conflict)}`,
    );

    out.step('3. A retry after a lost answer: the same event id is appended once.');
    const shipped = {
      type: 'order.shipped',
      data: { carrier: 'by bike' },
      eventId: newEventId(),
    } as const;
    const once = await store.append(order, [shipped], { expectedVersion: 2 });
    const again = await store.append(order, [shipped], { expectedVersion: 2 });
    out.line(`First attempt: ${once.outcome}. Second attempt: ${again.outcome}.`);
    out.check(
      'a repeated append adds nothing',
      again.outcome === 'already-appended' && again.toVersion === once.toVersion,
      `the stream stays at version ${again.toVersion}`,
    );

    out.step('4. Your transaction: events and your own rows together, or neither.');
    await store.transaction((tx) =>
      tx.query(
        'CREATE TABLE IF NOT EXISTS parcel (order_id text PRIMARY KEY, weight_grams integer NOT NULL)',
      ),
    );
    const failure = await rejectionOf(
      store.transaction(async (tx) => {
        await store.append(other, [placed], { expectedVersion: 'none', tx });
        await tx.query('INSERT INTO parcel VALUES ($1, $2)', [other.id, 800]);
        throw new Error('the printer is on fire');
      }),
    );
    const rows = await store.transaction((tx) =>
      tx.query('SELECT FROM parcel WHERE order_id = $1', [other.id]),
    );
    const otherEvents = await store.readStream(other);
    out.line(`It failed (${messageOf(failure)}), and was rolled back.`);
    out.check(
      'a rollback takes the events back too',
      rows.length === 0 && otherEvents.length === 0,
      `${rows.length} parcels, ${otherEvents.length} events of ${other.id}`,
    );

    out.step('5. Events never change: the database itself refuses.');
    const refusal = await rejectionOf(
      store.transaction((tx) => tx.query(`UPDATE "${schema}".event SET type = 'order.forged'`)),
    );
    out.line(messageOf(refusal));
    out.check(
      'an UPDATE of events is refused',
      sqlStateOf(refusal) === '23001',
      `SQLSTATE ${sqlStateOf(refusal)}, restrict_violation`,
    );

    const { events } = await store.readAll({ after: head });
    fold(context, await store.readStream(order), events);
  },
});

/** What is true now, computed from what happened: of one stream, and of all. */
function fold(
  { out }: Pick<RecipeContext<unknown>, 'out'>,
  stream: readonly RecordedShopEvent[],
  all: readonly RecordedShopEvent[],
): void {
  out.step('6. Read the stream, and fold it into what is true now.');
  out.table([
    ['version', 'position', 'type'],
    ...stream.map(({ streamVersion, position, type }) => [streamVersion, position, type]),
  ]);
  const state = stream.at(-1)?.type.replace('order.', '') ?? 'unknown';
  out.line(`The order is ${state}.`);
  const takings = all.reduce(
    (cents, event) => (event.type === 'order.paid' ? cents + event.data.cents : cents),
    0,
  );
  out.line(`All ${all.length} events of this run, in global order: takings ${takings} cents.`);
  out.check(
    'versions grow by one, and positions grow',
    stream.every(
      ({ streamVersion, position }, index) =>
        streamVersion === index + 1 && position > (stream[index - 1]?.position ?? 0),
    ),
    stream.map(({ streamVersion }) => streamVersion).join(', '),
  );
  out.line('A fold that remembers how far it has read is a projection: see single-worker.');
}

/** What a promise was rejected with; undefined when it was not. */
async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return error;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'accepted');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : 'accepted');
const sqlStateOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'none';
const versionIn = (error: unknown): number =>
  error instanceof VersionConflictError ? error.actualVersion : 0;
