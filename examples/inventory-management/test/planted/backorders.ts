import { sleep } from '@firedrill/core/resilience';
import { type Bug, wired, withParts } from './plant.ts';

const minute = 60_000;
/** Few units, and as many again that may be sold above them: many wait, and not for all of them something comes. */
const scarce = {
  settings: { oversell: true, hotUnits: 60, oversellPercent: 100 },
} as const;
/** Nobody sells as many. */
const anyNumber = 1_000_000;

/** Bugs in what is sold above what is there, and in who gets what comes. */
export const backorderBugs: readonly Bug[] = [
  wired(
    {
      // So few that the limit is reached.
      settings: { ...scarce.settings, hotUnits: 20 },
      name: 'limit-checked-by-the-process',
      flaw: 'how much may be sold above what is there is checked in the process, with a level of a minute ago',
      breaks: ['oversold-as-allowed'],
    },
    ({ stock }) => {
      const seen = new Map<string, { readonly available: number; readonly untilMs: number }>();
      return {
        stock: {
          ...stock,
          async reserve({ above = 0, ...wish }, options) {
            const { productId, quantity } = wish;
            const { available = 0, untilMs = 0 } = seen.get(productId) ?? {};
            const isAllowed = above > 0 && available + above >= quantity;
            const result = await stock.reserve(
              { ...wish, above: isAllowed ? anyNumber : above },
              options,
            );
            const nowMs = Date.now();
            if (nowMs >= untilMs) {
              seen.set(productId, {
                available: result.level.available,
                untilMs: nowMs + minute,
              });
            }
            return result;
          },
        },
      };
    },
  ),
  wired(
    {
      ...scarce,
      name: 'overtakes-in-the-queue',
      flaw: 'of two who wait for as many units, the second is served in the place of the first',
      breaks: ['backorders-in-turn'],
    },
    ({ stock }) => {
      const quantities = new Map<string, number>();
      const placeOf = new Map<string, string>();
      const alone = new Map<string, string>();
      return {
        stock: {
          ...stock,
          reserve(wish, options) {
            quantities.set(wish.reservationId, wish.quantity);
            return stock.reserve(wish, options);
          },
          async find(asked, options) {
            const { productId, reservationId } = asked;
            const own = await stock.find(asked, options);
            const place = placeOf.get(reservationId);
            if (place !== undefined) {
              const other = await stock.find({ ...asked, reservationId: place }, options);
              return other.state === 'claimed' ? { ...own, isShort: other.isShort } : own;
            }
            if (own.isShort !== true) return own;
            const alike = `${productId} x ${quantities.get(reservationId)}`;
            const first = alone.get(alike);
            if (first === reservationId) return own;
            if (first === undefined) {
              alone.set(alike, reservationId);
              return own;
            }
            alone.delete(alike);
            placeOf.set(first, reservationId).set(reservationId, first);
            return own;
          },
        },
      };
    },
  ),
  wired(
    {
      ...scarce,
      name: 'sold-out-at-the-shelf',
      flaw: 'what may be sold above what is there is known to nobody who holds it',
      breaks: ['answers-are-true', 'carts-filled'],
    },
    ({ stock }) => ({
      stock: {
        ...stock,
        reserve: (wish, options) => stock.reserve({ ...wish, above: 0 }, options),
      },
    }),
  ),
  wired(
    {
      ...scarce,
      name: 'waiting-in-memory',
      flaw: 'who waits for a delivery is known to one process only, and forgotten in its crash',
      breaks: ['backorders-are-kept', 'reservations-end', 'shelf-agrees'],
      faults: [{ kind: 'crash', service: 'app', fromMs: 15 * minute, toMs: 15 * minute + 500 }],
    },
    ({ sagas }) => ({
      sagas: {
        ...sagas,
        async unfinished(input, options) {
          const { rows } = await sagas.unfinished(input, options);
          return { rows: rows.filter(({ state }) => state !== 'backordered') };
        },
      },
    }),
  ),
  withParts(
    {
      ...scarce,
      name: 'gives-up-early',
      flaw: 'who waits for units gets the money back after two minutes, whatever was promised',
      breaks: ['backorders-are-kept'],
    },
    ({ createBackorders }) => ({
      createBackorders: (context, reservations, patience) => {
        const backorders = createBackorders(context, reservations, patience);
        return {
          ...backorders,
          wait: (order) =>
            Promise.race([backorders.wait(order), sleep(2 * minute).then(() => false)]),
        };
      },
    }),
  ),
  wired(
    {
      ...scarce,
      name: 'deliveries-by-the-shift',
      flaw: 'the list of what has come is read once, and used for six minutes',
      breaks: ['deliveries-are-booked'],
    },
    ({ deliveries }) => {
      if (deliveries === undefined) return {};
      const { list } = deliveries;
      let reads = 0;
      let known: ReturnType<typeof list> | undefined;
      return {
        deliveries: {
          list(input, options) {
            if (reads % 36 === 0 || known === undefined) known = list(input, options);
            reads += 1;
            return known;
          },
        },
      };
    },
  ),
  wired(
    {
      settings: { bufferUnits: 5, hotUnits: 60 },
      name: 'buffer-for-who-presses-again',
      flaw: 'a hold that is tried again after a lost answer is taken for one that is there, and nothing is kept from it',
      breaks: ['last-units-are-kept'],
    },
    ({ stock }) => {
      const unanswered = new Set<string>();
      return {
        stock: {
          ...stock,
          async reserve(wish, options) {
            const { reservationId } = wish;
            try {
              const isAgain = unanswered.has(reservationId);
              return await stock.reserve(isAgain ? { ...wish, keep: 0 } : wish, options);
            } catch (error) {
              unanswered.add(reservationId);
              throw error;
            }
          },
        },
      };
    },
  ),
];
