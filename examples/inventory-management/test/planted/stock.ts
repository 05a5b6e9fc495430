import type { StockLevel } from '../../src/domain.ts';
import { BusyError } from '../../src/implementations/hardened/errors.ts';
import { behind, type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;

/** Bugs in holding units, and in giving them back. */
export const stockBugs: readonly Bug[] = [
  behind(
    {
      name: 'busy-at-the-first-press',
      flaw: 'whoever comes while the cache of levels is made anew is sent away, to come again',
      breaks: ['pressed-once', 'reservation-p99'],
    },
    (shop) => {
      let presses = 0;
      return {
        async addToCart(cart) {
          presses += 1;
          if (presses % 40 === 0) throw new BusyError(cart.productId, 1);
          return shop.addToCart(cart);
        },
      };
    },
  ),
  withParts(
    {
      name: 'look-then-write',
      flaw: 'the row is read and written back less what is held, in two statements',
      breaks: ['stock-conserved', 'shelf-agrees'],
    },
    ({ createStatements }) => ({
      createStatements(outside, ...rest) {
        const { shards, stock } = outside;
        const statements = createStatements(outside, ...rest);
        return {
          ...statements,
          async reserve({ productId, reservationId, quantity }) {
            const options = { key: shards.of(productId), timeoutMs: 120 };
            const level = await stock.read({ productId }, options);
            if (level.available < quantity) return { status: 'sold-out', level };
            const available = level.available - quantity;
            const movement = { kind: 'hold', reservationId, quantity } as const;
            return {
              status: 'held',
              level: await stock.write({ productId, available, movement }, options),
            };
          },
        };
      },
    }),
  ),
  withParts(
    {
      name: 'hold-of-seconds',
      flaw: 'minutes are taken for seconds, eight of them for a hold',
      breaks: ['cart-ends-as-told', 'orders-served', 'cart-is-kept'],
    },
    ({ createReservations }) => ({
      createReservations: ({ random, settings }, ...rest) =>
        createReservations(
          { random, settings: { ...settings, holdMinutes: settings.holdMinutes / 100 } },
          ...rest,
        ),
    }),
  ),
  withParts(
    {
      name: 'hold-twice-as-long',
      flaw: 'a cart is held for twice the time that shoppers are promised',
      breaks: ['answers-are-true', 'carts-filled', 'nothing-locked-away'],
    },
    ({ createReservations }) => ({
      createReservations: ({ random, settings }, ...rest) =>
        createReservations(
          { random, settings: { ...settings, holdMinutes: settings.holdMinutes * 2 } },
          ...rest,
        ),
    }),
  ),
  withParts(
    {
      name: 'claim-forgotten',
      flaw: 'a cart that is being paid for is not claimed, and expires meanwhile',
      breaks: ['never-oversold', 'shelf-agrees'],
    },
    ({ createReservations }) => ({
      createReservations(...args) {
        const reservations = createReservations(...args);
        return {
          ...reservations,
          async claim() {
            return 'claimed';
          },
        };
      },
    }),
  ),
  behind(
    {
      name: 'emptied-cart-not-told',
      flaw: 'the button that empties a cart changes the page, and tells nobody',
      breaks: ['answers-are-true', 'cart-ends-as-told', 'carts-filled', 'nothing-locked-away'],
    },
    () => ({ removeFromCart: async () => {} }),
  ),
  behind(
    {
      name: 'emptied-cart-told-too-early',
      flaw: 'a cart is emptied in the background, and its shopper told so at once',
      breaks: ['cart-ends-as-told'],
    },
    (shop) => ({
      async removeFromCart(cart) {
        setTimeout(() => void shop.removeFromCart(cart), 50_000);
      },
    }),
  ),
  wired(
    {
      name: 'released-booked-as-expired',
      flaw: 'what a shopper gives back is booked as expired',
      breaks: ['cart-ends-as-told'],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        end: (input, options) =>
          stock.end(
            input.from === 'held' && input.as === 'released' ? { ...input, as: 'expired' } : input,
            options,
          ),
      },
    }),
  ),
  withParts(
    {
      name: 'conflict-is-sold-out',
      flaw: 'a product of which somebody else has just held a unit is sold out',
      breaks: ['answers-are-true'],
    },
    ({ createStatements }) => ({
      createStatements(outside, ...rest) {
        const statements = createStatements(outside, ...rest);
        return {
          ...statements,
          async reserve(reservation, version) {
            const result = await statements.reserve(reservation, version);
            return result.status === 'conflict' ? { ...result, status: 'sold-out' } : result;
          },
        };
      },
    }),
  ),
  behind(
    {
      name: 'sold-out-remembered',
      flaw: 'what was sold out once is sold out for ever: the cache is never told otherwise',
      breaks: ['answers-are-true', 'carts-filled'],
    },
    (shop) => {
      const soldOut = new Set<string>();
      return {
        async addToCart(cart) {
          const wish = `${cart.productId} x ${cart.quantity}`;
          if (soldOut.has(wish)) return { status: 'sold-out' };
          const answer = await shop.addToCart(cart);
          if (answer.status === 'sold-out') soldOut.add(wish);
          return answer;
        },
      };
    },
  ),
  withParts(
    {
      name: 'cold-cache',
      flaw: 'the first who wants a product meets a cache that does not have its level yet',
      breaks: ['no-defect', 'reservation-p99', 'pressed-once'],
    },
    ({ createReservations }) => ({
      createReservations(context, statements, levels, patience) {
        const reservations = createReservations(context, statements, levels, patience);
        const cache = new Map<string, StockLevel>();
        return {
          ...reservations,
          async hold(reservation) {
            const { productId } = reservation;
            const cached = cache.get(productId);
            if (cached === undefined) {
              void statements.read(productId).then(
                (level) => cache.set(productId, level),
                () => {},
              );
            }
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the bug
            const { available } = cached as StockLevel;
            return available < 0 ? 'sold-out' : reservations.hold(reservation);
          },
        };
      },
    }),
  ),
  withParts(
    {
      name: 'connection-not-returned',
      flaw: 'a connection is not given back when its statement fails',
      breaks: [
        'carts-filled',
        'nothing-left-behind',
        'nothing-locked-away',
        'orders-served',
        'reservation-p99',
        'reservations-end',
        'shelf-agrees',
        'shoppers-answered',
        'pressed-once',
      ],
    },
    ({ createStatements }) => ({
      createStatements(outside, ...rest) {
        const statements = createStatements(outside, ...rest);
        const { shardConnections, shards } = outside;
        return {
          ...statements,
          async find(reservation) {
            const lease = await shardConnections[shards.of(reservation.productId)].acquire();
            const found = await statements.find(reservation);
            if (found.state !== undefined) lease.release();
            return found;
          },
        };
      },
    }),
  ),
  wired(
    {
      name: 'undone-and-held-later',
      flaw: 'a hold that is undone before it is performed is taken for one that never comes',
      breaks: ['nothing-locked-away'],
      settings: { holdAtCheckout: true },
      faults: [
        {
          kind: 'slow',
          service: 'stock',
          operation: 'reserve',
          fromMs: 3 * minute,
          toMs: 3 * minute + 15_000,
          latency: { fixedMs: 40_000 },
        },
      ],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        end: (ending, options) => stock.end({ ...ending, isFence: false }, options),
      },
    }),
  ),
  wired(
    {
      name: 'expiry-given-up',
      flaw: 'a reservation that the database refuses to end is taken for ended',
      breaks: ['cart-ends-as-told', 'shelf-agrees', 'nothing-locked-away', 'reservations-end'],
      faults: [
        {
          kind: 'error',
          service: 'stock',
          operation: 'end',
          fromMs: 20 * minute,
          toMs: 22 * minute,
          share: 0.5,
        },
      ],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        end: (input, options) =>
          stock.end(input, options).catch(async () => {
            const { level } = await stock.find(
              { productId: input.productId, reservationId: input.reservationId },
              options,
            );
            return { state: input.as, level };
          }),
      },
    }),
  ),
];
