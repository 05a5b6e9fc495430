import { simulateSystem } from '@firedrill/core/scenario/testing';
import type { Implementation } from '@firedrill/core/scenario';
import type { CartAnswer } from '../src/domain.ts';
import { createShards } from '../src/domain/shards.ts';
import { example } from '../src/example.ts';
import { createRowLines } from '../src/implementations/hardened/row-lines.ts';
import { createShop, hardenedParts } from '../src/implementations/hardened/shop.ts';
import type { Statements } from '../src/implementations/hardened/statements.ts';
import { productId } from '../src/services/catalogue.ts';
import type { Context, InventorySystem } from '../src/system.ts';
import type { Inventory } from '../src/types.ts';

/**
 * How should a shop hold units of the one product that everybody wants, whose row is locked by each statement? Four
 * ways, in the shop of week 5 as it is, on the database as it is, with no faults.
 */
export const ways = [
  'each for itself, with versions',
  'each for itself',
  'eight rows',
  'together',
] as const;
export type Way = (typeof ways)[number];

/** What came of a rush on one product. */
export interface HotRow {
  /** Carts filled a second. */
  readonly filledPerSecond: number;
  /** From the press to an answer that fills the cart, in ms. */
  readonly p99Ms: number;
  /** Share of the carts that were filled in that time with another product, which has its row on the same shard. */
  readonly othersFilled: number;
  /** Connections of the shard that are in use, on average. */
  readonly connections: number;
  /** Statements that change the stock, for each press. */
  readonly statements: number;
  /** Most units that were on sale, in all rows together, when somebody was told that it is sold out. */
  readonly leftUnits: number;
}

/** For how long a statement has the row, in ms. */
export const lockMs = 20;
const rushMs = 10_000;
const rowCount = 8;
/** One of them comes every quarter of a second. */
const otherCount = rushMs / 250;

const shards = createShards();
const onShard = Array.from({ length: 200 }, (_, at) => productId(at + 1)).filter(
  (id) => shards.of(id) === shards.of(productId(1)),
);
const rows = onShard.slice(0, rowCount);
const [single = productId(1)] = rows;
const other = onShard[rowCount] ?? productId(2);

/** A product in pieces: rows in the order in which a cart finds them, until one has enough. */
function inEightRows(shop: InventorySystem, context: Context): InventorySystem {
  const random = context.random('rows');
  return {
    ...shop,
    async addToCart(cart): Promise<CartAnswer> {
      if (cart.productId !== single) return shop.addToCart(cart);
      const from = random.integer(0, rowCount - 1);
      for (const [at] of rows.entries()) {
        const row = rows[(from + at) % rowCount] ?? single;
        const inRow = { ...cart, cartId: `${cart.cartId}-${at}`, productId: row };
        if ((await shop.addToCart(inRow)).status === 'in-cart') return { status: 'in-cart' };
      }
      return { status: 'sold-out' };
    },
  };
}

/** Each wish in a statement of its own, whatever version the row has. */
const alone = (statements: Statements): Statements => ({
  ...statements,
  async reserve(reservation) {
    const work = { ends: [], wishes: [reservation] };
    const { reserved } = await statements.change(reservation.productId, work);
    const [result] = reserved;
    if (result === undefined) throw new RangeError('Failed to reserve: there is no answer.');
    return result;
  },
});

const sending: Readonly<Record<Way, (statements: Statements) => Statements>> = {
  'each for itself, with versions': (statements) => statements,
  'each for itself': alone,
  'eight rows': alone,
  together: createRowLines,
};

const shopBy = (way: Way): Implementation<Inventory> => ({
  name: 'hot-row',
  week: 90,
  flaw: 'none: it is measured',
  breaks: [],
  create(context) {
    const shop = createShop(context, { ...hardenedParts, createRowLines: sending[way] });
    return way === 'eight rows' ? inEightRows(shop, context) : shop;
  },
});

/** A fifth wants two. */
const quantityOf = (at: number): number => (at % 5 === 0 ? 2 : 1);

const p99 = (all: readonly number[]): number =>
  all.toSorted((a, b) => a - b)[Math.floor(0.99 * all.length)] ?? Infinity;

/**
 * A rush of 10 s, at a steady rate.
 *
 * @param perSecond Shoppers who want the product.
 * @param units Units of it, in all of its rows; a multiple of eight.
 */
export function rushOn(way: Way, perSecond: number, units: number): Promise<HotRow> {
  const isInRows = way === 'eight rows';
  const unitsPerRow = isInRows ? units / rowCount : units;
  const settings = {
    rowLockMs: lockMs,
    hotProducts: 1,
    hotUnits: unitsPerRow,
    units: unitsPerRow,
  };
  return simulateSystem(
    example,
    { implementation: shopBy(way), settings },
    async ({ context, network, pool, sleep, system, truth }) => {
      const filledMs: number[] = [];
      const othersMs: number[] = [];
      let leftUnits = 0;

      async function press(cartId: string, wanted: string, quantity: number, into: number[]) {
        const pressedMs = context.elapsedMs();
        const { status } = await system.addToCart({ cartId, productId: wanted, quantity });
        if (status === 'in-cart') into.push(context.elapsedMs() - pressedMs);
        else if (wanted === single) {
          const left = (isInRows ? rows : [single]).map((id) => truth.stock.available(id));
          leftUnits = Math.max(
            leftUnits,
            left.reduce((sum, each) => sum + each, 0),
          );
        }
      }

      const presses: Promise<void>[] = [];
      const count = (perSecond * rushMs) / 1_000;
      const start = async (
        name: string,
        wanted: string,
        all: number,
        into: number[],
        quantity: (at: number) => number,
      ) => {
        for (let at = 0; at < all; at += 1) {
          presses.push(press(`${name}-${at}`, wanted, quantity(at), into).catch(() => {}));
          await sleep(rushMs / all);
        }
      };
      await Promise.all([
        start('cart', single, count, filledMs, quantityOf),
        start('other', other, otherCount, othersMs, () => 1),
      ]);
      const { acquired, meanHeldMs = 0 } = pool(`${shards.of(single)}-connections`);
      const performed = network.performed();
      const statements =
        (performed.get('stock.reserve') ?? 0) + (performed.get('stock.change') ?? 0);
      const filled = filledMs.length;
      const othersFilled = othersMs.length / otherCount;
      await Promise.all(presses);
      return {
        filledPerSecond: (1_000 * filled) / rushMs,
        p99Ms: p99(filledMs),
        othersFilled,
        connections: (acquired * meanHeldMs) / rushMs,
        statements: statements / (count + otherCount),
        leftUnits,
      };
    },
  );
}
