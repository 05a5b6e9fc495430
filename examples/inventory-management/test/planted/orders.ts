import { settle, sleep } from '@firedrill/core/resilience';
import type { OrderStep } from '../../src/implementations/hardened/steps.ts';
import { behind, type Bug, wired, withParts, withSteps } from './plant.ts';

const minute = 60_000;

/** One step of an order, changed; the others as they are. */
const changed =
  (name: string, change: (step: OrderStep) => OrderStep) =>
  (steps: readonly OrderStep[]): readonly OrderStep[] =>
    steps.map((step) => (step.name === name ? change(step) : step));

/** Bugs on the way from the card to the parcel. */
export const orderBugs: readonly Bug[] = [
  wired(
    {
      name: 'key-dropped-on-retry',
      flaw: 'the key of a charge is made anew for each attempt',
      breaks: ['no-trace', 'sold-once'],
    },
    ({ payments }) => {
      let attempts = 0;
      return {
        payments: {
          ...payments,
          charge(input, options) {
            attempts += 1;
            return payments.charge({ ...input, key: `${input.key}/${attempts}` }, options);
          },
        },
      };
    },
  ),
  withSteps(
    {
      name: 'price-not-checked',
      flaw: 'the price of the page is believed',
      breaks: ['answers-are-true', 'price-is-right'],
    },
    changed('validate', (step) => ({ ...step, run: async () => undefined })),
  ),
  withParts(
    {
      name: 'failed-told-as-card',
      flaw: 'who is refused because a service failed is told that the card was declined',
      breaks: ['answers-are-true'],
    },
    ({ createOrders }) => ({
      createOrders(...args) {
        const orders = createOrders(...args);
        return {
          ...orders,
          async buy(order) {
            const answer = await orders.buy(order);
            const isFailed = answer.status === 'refused' && answer.reason === 'unavailable';
            return isFailed ? { status: 'refused', reason: 'card' } : answer;
          },
        };
      },
    }),
  ),
  behind(
    {
      name: 'slow-told-as-refused',
      flaw: 'an order that takes longer than a second is refused on the page, and goes on behind it',
      breaks: ['answers-are-true', 'orders-served'],
    },
    (shop) => ({
      buy: (order) =>
        Promise.race([
          shop.buy(order),
          sleep(1_000).then(() => ({ status: 'refused', reason: 'unavailable' }) as const),
        ]),
    }),
  ),
  withParts(
    {
      name: 'mail-after-minutes',
      flaw: 'the seconds for which a confirmation may wait are taken for minutes',
      breaks: ['confirmation-mailed'],
    },
    ({ createConfirmation }) => ({
      createConfirmation(...args) {
        const confirm = createConfirmation(...args);
        return async (order) => {
          await sleep(2 * minute);
          await confirm(order);
        };
      },
    }),
  ),
  withSteps(
    {
      name: 'money-not-given-back',
      flaw: 'the undo of an order forgets the charge',
      breaks: ['no-trace'],
    },
    changed('pay', ({ name, run }) => ({ name, run })),
  ),
  withSteps(
    {
      name: 'units-not-given-back',
      flaw: 'the undo of an order forgets the units that are claimed for it',
      breaks: [
        'answers-are-true',
        'carts-filled',
        'shelf-agrees',
        'nothing-locked-away',
        'reservations-end',
        'nothing-left-behind',
      ],
    },
    changed('reserve', ({ name, run }) => ({ name, run })),
  ),
  withSteps(
    {
      name: 'parcel-not-called-back',
      flaw: 'a parcel whose acceptance is unknown is not called back when the order is given up',
      breaks: ['no-trace', 'shelf-agrees'],
      faults: [
        {
          kind: 'hang',
          service: 'shipping',
          operation: 'find',
          fromMs: 5 * minute,
          toMs: 15 * minute,
        },
        {
          kind: 'drop-response',
          service: 'shipping',
          operation: 'ship',
          fromMs: 5 * minute,
          toMs: 15 * minute,
          share: 0.2,
        },
      ],
    },
    changed('ship', ({ name, run }) => ({ name, run })),
  ),
  withSteps(
    {
      name: 'late-cart-not-held-again',
      flaw: 'who comes back after the hold has expired is served without a new one',
      breaks: ['shelf-agrees'],
    },
    changed('reserve', (step) => ({
      ...step,
      async run(sale) {
        const { reservation } = sale;
        const refusal = await step.run(sale);
        if (sale.reservation === reservation) return refusal;
        await step.undo?.(sale);
        return undefined;
      },
    })),
  ),
  wired(
    {
      name: 'mail-at-most-once',
      flaw: 'a confirmation whose mail fails is taken for sent',
      breaks: ['confirmation-mailed'],
      faults: [
        { kind: 'error', service: 'mail', fromMs: 10 * minute, toMs: 12 * minute, share: 0.3 },
      ],
    },
    ({ mail }) => ({
      mail: {
        ...mail,
        confirm: (input, options) => mail.confirm(input, options).catch(() => ({ sent: true })),
      },
    }),
  ),
  wired(
    {
      name: 'mail-key-of-the-attempt',
      flaw: 'the key of a confirmation is made anew for each attempt',
      breaks: ['confirmation-once'],
      faults: [
        {
          kind: 'drop-response',
          service: 'mail',
          fromMs: 10 * minute,
          toMs: 11 * minute,
          share: 0.3,
        },
      ],
    },
    ({ mail }) => {
      let attempts = 0;
      return {
        mail: {
          ...mail,
          confirm(input, options) {
            attempts += 1;
            return mail.confirm({ ...input, key: `${input.key}/${attempts}` }, options);
          },
        },
      };
    },
  ),
  wired(
    {
      name: 'one-of-two-sent',
      flaw: 'the parcel of a retry has one unit, whatever was ordered',
      breaks: ['orders-served', 'shelf-agrees', 'nothing-locked-away', 'confirmed-is-complete'],
    },
    ({ shipping }) => {
      const tried = new Set<string>();
      return {
        shipping: {
          ...shipping,
          ship(input, options) {
            const quantity = tried.has(input.key) ? 1 : input.quantity;
            tried.add(input.key);
            return shipping.ship({ ...input, quantity }, options);
          },
        },
      };
    },
  ),
  behind(
    {
      name: 'failure-remembered',
      flaw: 'whoever presses again is given what was made of the order, be it an error',
      breaks: ['back-and-served', 'orders-served', 'pressed-once', 'shoppers-answered'],
      settings: { returnShare: 1 },
      faults: [{ kind: 'error', service: 'sagas', fromMs: 18 * minute, toMs: 19 * minute }],
    },
    (shop) => {
      const attempts = new Map<string, ReturnType<typeof shop.buy>>();
      return {
        buy(order) {
          const attempt = attempts.get(order.orderId) ?? shop.buy(order);
          attempts.set(order.orderId, attempt);
          return attempt;
        },
      };
    },
  ),
  withParts(
    {
      name: 'repeated-without-pause',
      flaw: 'what may not be given up is tried again at once, as soon as it has failed',
      breaks: ['asked-with-pauses'],
      faults: [{ kind: 'error', service: 'mail', fromMs: 10 * minute, toMs: 11 * minute }],
    },
    ({ createConfirmation }) => ({
      createConfirmation: (context, patience) =>
        createConfirmation(context, {
          ...patience,
          async persist(call) {
            for (;;) {
              const outcome = await settle(call());
              if (outcome.kind === 'success') return outcome.value;
            }
          },
        }),
    }),
  ),
  withParts(
    {
      name: 'answer-not-remembered',
      flaw: 'an order that is pressed again is worked on beside the first time, and noted from whatever it is by then',
      breaks: [
        'orders-served',
        'shelf-agrees',
        'nothing-locked-away',
        'confirmed-is-complete',
        'pressed-once',
      ],
      faults: [
        {
          kind: 'drop-response',
          service: 'payments',
          fromMs: 10 * minute,
          toMs: 11 * minute,
          share: 0.9,
        },
      ],
    },
    ({ createOrders }) => ({
      createOrders(context, orderParts) {
        const attempts: ReturnType<typeof createOrders>[] = [];
        const { sagas } = context.outside;
        const overwritten: typeof sagas = {
          ...sagas,
          async note(input, options) {
            const { row } = await sagas.begin({ order: input.order }, options);
            return sagas.note({ ...input, from: row.state }, options);
          },
        };
        const outside = { ...context.outside, sagas: overwritten };
        return {
          buy(order) {
            const attempt = createOrders({ ...context, outside }, orderParts);
            attempts.push(attempt);
            return attempt.buy(order);
          },
          takeUp: async () => {},
          onSettled: async () => {
            for (const attempt of attempts) await attempt.onSettled();
          },
        };
      },
    }),
  ),
];
