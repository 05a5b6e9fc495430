import { withTimeout } from '@firedrill/core/services';
import type { Order, OrderAnswer, RefusalReason, SagaRow, SagaState } from '../../domain.ts';
import { reports } from '../../reports.ts';
import type { Context } from '../../system.ts';
import type { Backorders } from './backorders.ts';
import type { Patience } from './patience.ts';
import { runSaga, undoSaga } from './saga.ts';
import { type OrderStep, type Sale, saleOf } from './steps.ts';

/** Sells what is in a cart: once for each order id, completely or not at all. */
export interface Orders {
  buy(order: Order): Promise<OrderAnswer>;
  /** Takes up the orders that a process before this one has left unfinished. */
  takeUp(): Promise<void>;
  /** Resolves when nothing is left to undo or to send. */
  onSettled(): Promise<void>;
}

export interface OrderParts {
  readonly steps: readonly OrderStep[];
  readonly patience: Patience;
  /** Ends the hold of an order that is confirmed, also of one that another process has left; does not give up. */
  readonly sell: (sale: Sale, isTakenUp: boolean) => Promise<void>;
  /** Sends the confirmation; does not give up. */
  readonly confirm: (order: Order) => Promise<void>;
  readonly backorders: Backorders;
}

/** Three times the 99th percentile. */
const noteTimeoutMs = 30;

/**
 * Orders as sagas, whose progress is stored. Whoever comes back after a crash runs an unfinished order
 * from its beginning: each step carries the order's id, and done twice is done once. How far it came the
 * first time, nobody knows: when it ends early now, all of its steps are undone. Before anything is
 * undone it is noted that it will be, and before anything is sold that nothing will be, and only then is
 * the shopper told: an order that was refused or confirmed is never run again.
 *
 * The last note of a process that crashed may be performed when another has the order. So each is taken only in
 * the state in which it was decided (compare and set), and whoever hears of another state goes on from there.
 */
export function createOrders(context: Context, parts: OrderParts): Orders {
  const { telemetry, outside } = context;
  const { steps, patience, sell, confirm, backorders } = parts;
  const sagas = withTimeout(outside.sagas, noteTimeoutMs);
  const answers = new Map<string, Promise<OrderAnswer>>();
  const unfinished = new Set<Promise<unknown>>();

  const ship = steps.find(({ name }) => name === 'ship');

  /** Notes how far an order is, if it is still in the state `from`; gives back how far it is. */
  async function note(from: SagaState, to: SagaRow): Promise<SagaRow> {
    const { row } = await patience.persist(() => sagas.note({ ...to, from }));
    return row;
  }

  function inBackground(work: Promise<unknown>): void {
    unfinished.add(work);
    void work.finally(() => unfinished.delete(work));
  }

  async function undo(sale: Sale, reason: RefusalReason, upTo?: string): Promise<void> {
    await undoSaga(steps, sale, upTo);
    if (reason === 'undelivered') await backorders.tell(sale.order, 'cancelled');
    await note('undoing', { order: sale.order, state: 'refused', reason });
  }

  /** The mail waits for no units: they may be long in being sold. */
  async function finish(order: Order, selling?: Promise<void>): Promise<void> {
    await Promise.all([selling, confirm(order)]);
    await note('confirmed', { order, state: 'done' });
  }

  /** Runs an order to its end that is paid for, and whose units are not there. */
  async function fill(order: Order): Promise<void> {
    const isReady = await backorders.wait(order);
    if (isReady) await patience.persist(async () => ship?.run(saleOf(order)));
    const row = await note(
      'backordered',
      isReady ? { order, state: 'confirmed' } : { order, state: 'undoing', reason: 'undelivered' },
    );
    answers.set(order.orderId, goOn(row));
  }

  const waitForUnits = (order: Order): Promise<unknown> =>
    Promise.all([backorders.tell(order, 'backordered'), fill(order)]);

  async function run(order: Order, isNew: boolean): Promise<OrderAnswer> {
    const sale = saleOf(order);
    const outcome = await runSaga(steps, sale);
    if (outcome.kind === 'done') {
      const state = sale.isShort ? 'backordered' : 'confirmed';
      const row = await note('running', { order, state });
      if (sale.isShort || row.state !== 'confirmed') return goOn(row);
      await sell(sale, false);
      inBackground(finish(order));
      return { status: 'confirmed' };
    }
    const reason = outcome.kind === 'refused' ? outcome.refusal : 'unavailable';
    const row = await note('running', { order, state: 'undoing', reason });
    if (row.state === 'undoing') telemetry.count(reports.undoneOrders);
    if (row.state !== 'undoing' || !isNew) return goOn(row);
    inBackground(undo(sale, reason, outcome.step));
    return { status: 'refused', reason };
  }

  /** Goes on from where an order is. */
  async function goOn(
    { order, state, reason = 'unavailable' }: SagaRow,
    isNew = false,
  ): Promise<OrderAnswer> {
    if (state === 'running') return run(order, isNew);
    if (state === 'backordered') {
      inBackground(waitForUnits(order));
      return { status: 'backordered' };
    }
    if (state === 'confirmed') inBackground(finish(order, sell(saleOf(order), true)));
    if (state === 'undoing') inBackground(undo(saleOf(order), reason));
    const isSold = state === 'confirmed' || state === 'done';
    return isSold ? { status: 'confirmed' } : { status: 'refused', reason };
  }

  async function process(order: Order): Promise<OrderAnswer> {
    // To begin again is to ask how far it is.
    const begin = () => sagas.begin({ order });
    const { row, isNew } = await patience.certain(begin, begin);
    return goOn(row, isNew);
  }

  function once(orderId: string, work: () => Promise<OrderAnswer>): Promise<OrderAnswer> {
    const known = answers.get(orderId);
    if (known !== undefined) return known;
    const answer = work();
    answers.set(orderId, answer);
    // Whether it was begun, nobody knows: whoever asks again finds out.
    answer.catch(() => answers.delete(orderId));
    return answer;
  }

  return {
    buy: (order) => once(order.orderId, () => process(order)),
    async takeUp() {
      const { rows } = await sagas.unfinished({});
      for (const row of rows) {
        const { orderId } = row.order;
        if (!answers.has(orderId)) inBackground(once(orderId, () => goOn(row)).catch(() => {}));
      }
    },
    async onSettled() {
      while (unfinished.size > 0) await Promise.allSettled(unfinished);
    },
  };
}
