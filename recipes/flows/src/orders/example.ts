import { defineBroker, flowScenarios, runInProcess } from '@firedrill/core/flows/example';
import { settle } from '@firedrill/core/resilience';
import {
  counter,
  defineExample,
  defineMeasures,
  type ExampleTypes,
  histogram,
  type Judged,
  ruleWords,
  type WorldContext,
} from '@firedrill/core/scenario';
import { constantLoad, spikeLoad } from '@firedrill/core/workload';
import { z } from 'zod';
import { orders } from './flow.ts';
import { naiveOrders } from './naive.ts';
import { type Order, totalOf } from './order.ts';
import { createOrderServices, type OrderTruth } from './services.ts';

const settings = z.object({
  ratePerSecond: z.coerce
    .number()
    .positive()
    .max(500)
    .default(4)
    .describe('orders a second in the rush'),
});

interface OrderSystem {
  /** Takes an order in; may be called again with the same one. */
  place(order: Order): Promise<void>;
  close(): Promise<void>;
}

interface Truth {
  readonly orders: Map<string, OrderTruth>;
  /** Orders whose customer was told that they were taken in. */
  readonly accepted: Set<string>;
}

/** The system says nothing of itself. */
const reports = defineMeasures({});

const measures = defineMeasures({
  placed: counter({ label: 'orders placed', chart: 'rate' }),
  accepted: counter({ label: 'orders accepted', chart: 'rate' }),
  timeToAccept: histogram({ label: 'time to accept', unit: 'ms' }),
});

interface OrderShop extends ExampleTypes {
  readonly settings: z.output<typeof settings>;
  readonly outside: ReturnType<typeof createServices>['outside'];
  readonly truth: Truth;
  readonly system: OrderSystem;
  readonly measures: typeof measures;
  readonly reports: typeof reports;
}

const { defineRules, defineSigns, invariant, objective, sign, usefulWork } = ruleWords<OrderShop>();
const minute = 60_000;

function createServices({ violate }: WorldContext<OrderShop>) {
  const truth: Truth = { orders: new Map(), accepted: new Set() };
  const services = createOrderServices({ orders: truth.orders, note: violate });
  return { outside: { ...services, broker: defineBroker(orders) }, truth };
}

const all = ({ truth }: Judged<OrderShop>): readonly OrderTruth[] => [...truth.orders.values()];
const isConfirmed = ({ mails }: OrderTruth): boolean => mails.includes('confirmed');
const isUndone = ({ mails }: OrderTruth): boolean => mails.includes('undone');
const openCharges = ({ charges, refunds }: OrderTruth): number => charges - refunds;
const doubleCharges = (phase: Judged<OrderShop>): number =>
  all(phase).reduce((sum, { charges }) => sum + Math.max(0, charges - 1), 0);
const forgotten = ({ truth }: Judged<OrderShop>): number =>
  [...truth.accepted].filter((id) => truth.orders.get(id)?.endedAtMs === undefined).length;

export const example = defineExample<OrderShop>({
  name: 'flows/orders',
  title: 'Orders: a saga that ends, whatever happens',
  startsAt: '2026-03-02T09:00:00.000Z',
  settings,
  charts: { rate: { title: 'Orders', unit: 'per-second' } },
  measures,
  reports,
  createServices,
  implementations: {
    naive: {
      name: 'naive',
      week: 1,
      flaw: 'One function with retries, in memory: it forgets in a crash, and pays again when there was no answer.',
      breaks: ['charged-once', 'every-order-ends', 'no-trace', 'sold', 'told-once'],
      create({ outside }) {
        const shop = naiveOrders(outside);
        return { place: async (order) => shop.place(order), close: () => shop.onIdle() };
      },
    },
    flow: {
      name: 'flow',
      week: 2,
      flaw: 'none known: every step is one effect that the order is recognised by, and what cannot go on is undone',
      role: 'repaired',
      breaks: [],
      create(context) {
        const flow = runInProcess(orders, context);
        return {
          async place(order) {
            await flow.publish('order.placed', order, { id: order.orderId });
          },
          close: () => flow.close(),
        };
      },
    },
  },
  async visit({ context, truth, system, arrival }) {
    const { meter, elapsedMs, random } = context;
    const draw = random('orders');
    const sku = draw.pick(['tea', 'tea', 'cup', 'pot']);
    const items: Order['items'] = [{ sku, quantity: draw.integer(1, 3) }];
    const isRight = !draw.chance(0.04);
    const card = draw.chance(0.05) ? 'declined' : `card-${arrival.index}`;
    const orderId = `order-${arrival.index + 1}`;
    const order: Order = {
      orderId,
      customer: `customer-${arrival.index}`,
      card,
      items,
      totalCents: totalOf(items) + (isRight ? 0 : 1),
    };
    truth.orders.set(orderId, {
      isSellable: isRight && card !== 'declined' && sku !== 'pot',
      placedAtMs: elapsedMs(),
      charges: 0,
      refunds: 0,
      isReserved: false,
      shipments: 0,
      mails: [],
    });
    meter.count(measures.placed);
    // Who gets an error presses the button again.
    for (let press = 0; press < 10; press += 1) {
      const { kind } = await settle(system.place(order));
      if (kind === 'success') {
        truth.accepted.add(orderId);
        meter.count(measures.accepted);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
    meter.record(measures.timeToAccept, elapsedMs() - arrival.atMs);
  },
  signals: [],
  rules: defineRules({
    'charged-once': invariant('no order is charged twice', 'double charge', doubleCharges),
    'every-order-ends': invariant(
      'every order that was accepted ends confirmed or undone, and its customer knows',
      'forgotten order',
      forgotten,
    ),
    'no-trace': invariant('an order that was undone leaves no trace', 'trace', (phase) =>
      all(phase)
        .filter((order) => isUndone(order) && !isConfirmed(order))
        .reduce(
          (sum, order) => sum + openCharges(order) + order.shipments + (order.isReserved ? 1 : 0),
          0,
        ),
    ),
    'confirmed-is-whole': invariant(
      'an order that was confirmed is paid, reserved and on its way, once',
      'broken promise',
      (phase) =>
        all(phase)
          .filter(isConfirmed)
          .filter((order) => openCharges(order) < 1 || order.shipments !== 1 || !order.isReserved)
          .length,
    ),
    'told-once': invariant(
      'nobody gets the same mail twice, or two that differ',
      'surplus mail',
      (phase) =>
        all(phase).reduce(
          (sum, { mails }) =>
            sum +
            mails.length -
            new Set(mails).size +
            (mails.includes('confirmed') && mails.includes('undone') ? 1 : 0),
          0,
        ),
    ),
    sold: usefulWork(
      'what can be sold is sold',
      'order',
      (phase) => {
        const due = all(phase).filter(
          ({ isSellable, placedAtMs }) => isSellable && phase.isJudged(placedAtMs),
        );
        return { done: due.filter(isConfirmed).length, due: due.length };
      },
      { atLeast: 0.99, needs: ['stock', 'payments', 'carrier', 'mail', 'app'] },
    ),
    'accepted-soon': objective(
      'an order is accepted in less than half a second',
      ({ measured }) => measured.timeToAccept.p95,
      {
        under: 500,
        unit: 'ms',
        of: 'at the 95th percentile',
        needs: ['app'],
      },
    ),
  }),
  swarm: {
    settles: () => ({
      'for twelve attempts, 20 s apart': 12 * 20_000,
      'until the parcel has arrived': 5 * minute,
      'to undo what is left': minute,
    }),
  },
  figures: {
    doubleCharges: {
      label: 'double charges',
      unit: 'count',
      better: 'lower',
      rule: 'charged-once',
      of: doubleCharges,
    },
    forgotten: {
      label: 'forgotten orders',
      unit: 'count',
      better: 'lower',
      rule: 'every-order-ends',
      of: forgotten,
    },
    confirmed: {
      label: 'confirmed',
      unit: 'count',
      better: 'higher',
      rule: 'sold',
      of: (phase) => all(phase).filter(isConfirmed).length,
    },
    undone: {
      label: 'undone',
      unit: 'count',
      better: 'lower',
      of: (phase) => all(phase).filter(isUndone).length,
    },
  },
  scenarios: flowScenarios<OrderShop>({
    title: 'answers of the payment service are lost, the carrier is down, a process crashes',
    intro: [
      'A shop takes orders: reserve, pay, ship, confirm. Whatever fails, no order may be left half done.',
    ],
    naive: 'naive',
    repaired: 'flow',
    storm: {
      durationMs: 6 * minute,
      load: ({ ratePerSecond }) =>
        spikeLoad({
          basePerSecond: 0.5,
          peakPerSecond: ratePerSecond,
          durationMs: 6 * minute,
          spikeFromMs: minute,
          spikeToMs: 3 * minute,
          rampMs: 1_000,
        }),
      ordinaryLoad: () => constantLoad({ ratePerSecond: 0.5, durationMs: 6 * minute }),
      faults: () => [
        {
          kind: 'drop-response',
          id: 'lost-answers',
          service: 'payments',
          operation: 'charge',
          fromMs: minute,
          toMs: 3 * minute,
          share: 0.3,
        },
        {
          kind: 'error',
          id: 'carrier-down',
          service: 'carrier',
          operation: 'book',
          fromMs: 90_000,
          toMs: 150_000,
        },
        {
          kind: 'drop-response',
          id: 'lost-mail-answers',
          service: 'mail',
          fromMs: minute,
          toMs: 3 * minute,
          share: 0.1,
        },
        {
          kind: 'crash',
          id: 'crash',
          service: 'app',
          fromMs: 2 * minute,
          toMs: 2 * minute + 3_000,
        },
      ],
      story: [
        { atMs: minute, text: 'the rush begins' },
        { atMs: 3 * minute, text: 'the rush is over' },
      ],
    },
    signs: defineSigns({
      'double-charges': sign('orders are charged twice', doubleCharges, {
        atLeast: 10,
        unit: 'count',
      }),
      'forgotten-orders': sign('orders are forgotten', forgotten, { atLeast: 1, unit: 'count' }),
    }),
    cause: {
      label: 'lost answers and a crash, while the rush is on',
      conditions: {
        answers: { label: 'the lost answers', faults: ['lost-answers'] },
        crash: { label: 'the crash', faults: ['crash'] },
        rush: { label: 'the rush', load: 'above-base' },
      },
    },
    explain: (phase) => ({
      chain: [
        { kind: 'cause', text: 'the payment service charges, and its answer is lost' },
        {
          kind: 'code',
          text: 'no answer is taken for a no, and the order is charged again under a new key',
        },
        {
          kind: 'victim',
          text: `${doubleCharges(phase)} double charges, and ${forgotten(phase)} orders of which nobody knows any more`,
        },
      ],
      lessons: [
        {
          text: 'Give each effect a key that is the same for every try, and keep the next step where a crash cannot reach it.',
        },
      ],
    }),
    scale: {
      baseRatePerSecond: ({ ratePerSecond }) => ratePerSecond,
      columns: [
        { name: 'confirmed', label: 'confirmed', unit: 'count' },
        { name: 'p95', label: 'accepted, p95', unit: 'ms' },
      ],
      row: (phase) => ({
        confirmed: all(phase).filter(isConfirmed).length,
        p95: phase.measured.timeToAccept.p95,
      }),
    },
  }),
});
