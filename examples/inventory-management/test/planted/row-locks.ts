import type { StockLevel } from '../../src/domain.ts';
import { type Bug, withParts } from './plant.ts';

const minute = 60_000;

/** Nearly everybody wants one product, so that several want its row at once, and some of them its last units. */
const settings = {
  rowLockMs: 25,
  connections: 16,
  cartsPerDay: 80_000,
  hotProducts: 1,
  hotShare: 0.9,
  hotUnits: 600,
} as const;
/** The last units come back all the time, and there is always somebody who wants more than there are. */
const scarce = {
  settings: { ...settings, hotUnits: 200, holdMinutes: 1, abandonShare: 0.8 },
} as const;

/** Bugs in how statements are sent together to a row that each of them would lock. */
export const rowLockBugs: readonly Bug[] = [
  withParts(
    {
      // Not so many that the shop comes to a standstill.
      settings: { ...settings, cartsPerDay: 50_000 },
      name: 'each-for-itself',
      flaw: 'each hold is a statement of its own, and waits for its row with a connection',
      breaks: ['rows-are-not-waited-for'],
    },
    () => ({ createRowLines: (statements) => statements }),
  ),
  withParts(
    {
      ...scarce,
      name: 'all-or-none',
      flaw: 'a statement for several holds what all of them want, or is sold out for all of them',
      breaks: ['last-units-are-found'],
    },
    ({ createRowLines }) => ({
      createRowLines(statements) {
        const known = new Map<string, StockLevel>();
        return createRowLines({
          ...statements,
          async change(productId, work) {
            const level = known.get(productId);
            const wanted = work.wishes.reduce((sum, { quantity }) => sum + quantity, 0);
            const isSoldOut = level !== undefined && statements.forSale(level) < wanted;
            const wishes = isSoldOut ? [] : work.wishes;
            const { ended, reserved } = await statements.change(productId, { ...work, wishes });
            const last = reserved.at(-1) ?? ended.at(-1);
            if (last !== undefined) known.set(productId, last.level);
            return isSoldOut
              ? { ended, reserved: work.wishes.map(() => ({ status: 'sold-out', level })) }
              : { ended, reserved };
          },
        });
      },
    }),
  ),
  withParts(
    {
      ...scarce,
      name: 'sold-out-for-two',
      flaw: 'what was sold out for two is so for one, too, until something comes back',
      breaks: ['last-units-are-found'],
    },
    ({ createRowLines }) => ({
      createRowLines(statements) {
        const lines = createRowLines(statements);
        const soldOut = new Set<string>();
        return {
          ...lines,
          async reserve(reservation, version) {
            const { productId } = reservation;
            if (soldOut.has(productId)) {
              return { status: 'sold-out', level: await statements.read(productId) };
            }
            const result = await lines.reserve(reservation, version);
            if (result.status === 'sold-out') soldOut.add(productId);
            return result;
          },
          async end(reservation, ...how) {
            const ended = await lines.end(reservation, ...how);
            soldOut.delete(reservation.productId);
            return ended;
          },
        };
      },
    }),
  ),
  withParts(
    {
      ...scarce,
      name: 'answers-mixed-up',
      flaw: 'the answers of a statement for several are given out in the reverse order',
      breaks: ['cart-is-kept', 'last-units-are-found', 'orders-served'],
    },
    ({ createRowLines }) => ({
      createRowLines: (statements) =>
        createRowLines({
          ...statements,
          async change(productId, work) {
            const { ended, reserved } = await statements.change(productId, work);
            return { ended, reserved: reserved.toReversed() };
          },
        }),
    }),
  ),
  withParts(
    {
      ...scarce,
      name: 'others-forgotten',
      flaw: 'when a statement for several fails, one tries again, and the others are forgotten',
      breaks: [
        'reservations-end',
        'shelf-agrees',
        'nothing-left-behind',
        'nothing-locked-away',
        'orders-served',
        'pressed-once',
        'shoppers-answered',
      ],
      faults: [
        {
          kind: 'error',
          service: 'stock',
          operation: 'change',
          fromMs: 5 * minute,
          toMs: 15 * minute,
          share: 0.03,
        },
      ],
    },
    ({ createRowLines }) => ({
      createRowLines(statements) {
        const lines = createRowLines(statements);
        const known = new WeakSet<object>();

        async function toldOnce<T>(answer: Promise<T>): Promise<T> {
          try {
            return await answer;
          } catch (error) {
            if (typeof error !== 'object' || error === null) throw error;
            // All who had a part in a statement are given the same error.
            if (known.has(error)) return new Promise(() => {});
            known.add(error);
            throw error;
          }
        }
        return {
          ...lines,
          reserve: (...args) => toldOnce(lines.reserve(...args)),
          end: (...args) => toldOnce(lines.end(...args)),
        };
      },
    }),
  ),
];
