import type { Implementation } from '@firedrill/core/scenario';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { hash } from '../src/domain/hash.ts';
import { createRing } from '../src/domain/ring.ts';
import type { Resharding } from '../src/implementations/hardened/mover.ts';
import { createShop, hardenedParts } from '../src/implementations/hardened/shop.ts';
import { example } from '../src/example.ts';
import { productId } from '../src/services/catalogue.ts';
import type { Inventory } from '../src/types.ts';

/** What it costs to add a shard: how many rows move, and what those who want them notice. */

export const rowCount = 200;
const rows = Array.from({ length: rowCount }, (_, at) => productId(at + 1));
const names = (count: number) => Array.from({ length: count }, (_, at) => `shard-${at + 1}`);

/** How many of the rows change their shard when there is one more, in two ways to place them. */
export function rowsThatMove(before: number): { readonly ring: number; readonly modulo: number } {
  const rings = [before, before + 1].map((count) => createRing(names(count)));
  const [one, other] = rings;
  return {
    ring: rows.filter((id) => one?.nodeOf(id) !== other?.nodeOf(id)).length,
    modulo: rows.filter((id) => hash(id) % before !== hash(id) % (before + 1)).length,
  };
}

/** How rows are moved that are in use. */
export const ways: Readonly<Record<string, Resharding['steps']>> = {
  'copied in use': ['copy', 'copy', 'close', 'copy', 'open'],
  'closed, then copied': ['close', 'copy', 'open'],
};

export interface Move {
  /** From the first row that is copied to the last one that has its new shard, in ms. */
  readonly tookMs: number;
  /** The longest time for which nobody had a row, in ms. */
  readonly pauseMs: number;
  /** Statements that a shard refused. */
  readonly refused: number;
  /** From the press to the filled cart, of those who wanted a row that moved, in ms. */
  readonly p99Ms: number;
  /** Those of them who were not told in time. */
  readonly failed: number;
}

const shopBy = (steps: Resharding['steps']): Implementation<Inventory> => ({
  name: 'resharding',
  week: 90,
  flaw: 'none: it is measured',
  breaks: [],
  create: (context) =>
    createShop(context, {
      ...hardenedParts,
      createResharding: () => ({ ...hardenedParts.createResharding(), steps }),
    }),
});

/** Carts a second, all of them for rows that move. */
const perSecond = 50;
/** What there is by then is moved: a minute of carts. */
const startMs = 60_000;
const untilMs = 120_000;

/** @param rowsPerSecond how fast rows are copied */
export function moveUnderLoad(way: string, rowsPerSecond: number): Promise<Move> {
  const steps = ways[way];
  if (steps === undefined) throw new RangeError(`There is no way "${way}" to move rows.`);
  const settings = {
    reshard: true,
    reshardMinutes: startMs / 60_000,
    copyRowsPerSecond: rowsPerSecond,
    hotUnits: 10_000,
    units: 10_000,
  };
  const placeAfter = hardenedParts.createResharding().placeAfter;
  return simulateSystem(
    example,
    { implementation: shopBy(steps), settings },
    async ({ at, context, sleep, truth }) => {
      const shop = at(0);
      const moving = rows.filter((id) => placeAfter(id) === 'shard-5');
      const tookMs: number[] = [];
      const presses: Promise<void>[] = [];
      let failed = 0;

      async function press(number: number): Promise<void> {
        const pressedMs = context.elapsedMs();
        const wanted = moving[number % moving.length] ?? productId(1);
        const cart = { cartId: `cart-${number}`, productId: wanted, quantity: 1 };
        await shop.addToCart(cart);
        if (pressedMs >= startMs) tookMs.push(context.elapsedMs() - pressedMs);
      }

      for (let number = 0; context.elapsedMs() < untilMs; number += 1) {
        presses.push(
          press(number).catch(() => {
            failed += 1;
          }),
        );
        await sleep(1_000 / perSecond);
      }
      await Promise.all(presses);
      const sorted = tookMs.toSorted((a, b) => a - b);
      const { fromMs = 0, toMs = 0, longestPauseMs, refused } = truth.moving ?? {};
      return {
        tookMs: toMs - fromMs,
        pauseMs: longestPauseMs ?? 0,
        refused: refused ?? 0,
        p99Ms: sorted[Math.floor(0.99 * sorted.length)] ?? 0,
        failed,
      };
    },
  );
}
