import { simulateSystem } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { example } from '../src/example.ts';
import { createLevels } from '../src/implementations/hardened/levels.ts';
import { createPatience } from '../src/implementations/hardened/patience.ts';
import { createReservations } from '../src/implementations/hardened/reservations.ts';
import type { Reservation, Statements } from '../src/implementations/hardened/statements.ts';
import type { WorldContext } from '@firedrill/core/scenario';
import { createStock } from '../src/truth/stock.ts';
import type { Inventory } from '../src/types.ts';

/**
 * Every order in which the statements of a few shoppers can reach the database. Each statement is
 * parked until the test lets it through; a depth-first search goes through all choices.
 */

const product: Product = {
  id: 'p-1',
  name: 'last',
  isHot: true,
  units: 2,
  keptUnits: 0,
  priceCents: 1,
};

/** Longer than any pause between two attempts; shorter than a hold. */
const quietMs = 1_000;

type World = WorldContext<Inventory>;

/** The database, behind a gate that lets one statement through at a time. */
function createGate({ violate }: World) {
  const stock = createStock({
    products: [product],
    elapsedMs: () => 0,
    violate,
    onHold: () => {},
    onEnd: () => {},
    onChange: () => {},
  });
  const parked: (() => void)[] = [];
  const statement = <T>(perform: () => T): Promise<T> =>
    new Promise((resolve) => {
      parked.push(() => resolve(perform()));
    });
  const productId = product.id;
  const statements: Statements = {
    async *survey() {},
    forSale: ({ available }) => available,
    // The first look at the row: all start from the same version, so that they conflict.
    read: () => Promise.resolve(stock.read(productId)),
    reserve: ({ reservationId, quantity }, version) =>
      statement(() => stock.reserve({ productId, reservationId, quantity, version })),
    receive: (receipt) => statement(() => stock.receive(receipt)),
    claim: ({ reservationId }) => statement(() => stock.claim(productId, reservationId)),
    end: ({ reservationId }, from, as) =>
      statement(() => stock.end({ productId, reservationId, from, as })),
    change: (_, { ends, wishes }) =>
      statement(() =>
        stock.change({ productId, ends: [...ends], wishes: wishes.map((wish) => ({ ...wish })) }),
      ),
    find: ({ reservationId }) => statement(() => stock.find(productId, reservationId)),
  };
  return { stock, parked, statements };
}

type Intent = 'buy' | 'give-back' | 'abandon';

/** Runs the shoppers once; `choices` says which statement goes next, the first where it says nothing. */
async function runOnce(
  context: World,
  sleep: (ms: number) => Promise<void>,
  intents: readonly Intent[],
  choices: readonly number[],
): Promise<readonly number[]> {
  const { stock, parked, statements } = createGate(context);
  const patience = createPatience(context.random('patience'), () => {});
  const levels = createLevels(() => {});
  const reservations = createReservations(context, statements, levels, patience);
  let bought = 0;

  const shoppers = intents.map(async (intent, index) => {
    const reservation: Reservation = {
      reservationId: `shopper-${index}`,
      productId: product.id,
      quantity: 1,
    };
    if ((await reservations.hold(reservation)) === 'sold-out') return;
    if (intent === 'give-back') await reservations.release(reservation);
    if (intent !== 'buy') return;
    if ((await reservations.claim(reservation)) === 'gone') return;
    await reservations.sell(reservation);
    bought += 1;
  });

  const widths: number[] = [];
  await sleep(quietMs);
  while (parked.length > 0) {
    const choice = choices[widths.length] ?? 0;
    widths.push(parked.length);
    const [next] = parked.splice(choice, 1);
    next?.();
    await sleep(quietMs);
  }
  await Promise.all(shoppers);
  // The abandoned ones expire.
  const settled = reservations.onSettled();
  for (let minutes = 0; minutes < 20; minutes += 1) {
    await sleep(60_000);
    for (const next of parked.splice(0)) next();
  }
  await settled;

  const { reservations: made, sold, released, expired, endedTwice, unitsOff } = stock.totals;
  expect(unitsOff).toBe(0);
  expect(endedTwice).toBe(0);
  expect(sold + released + expired).toBe(made);
  expect(sold).toBe(bought);
  expect(sold).toBeLessThanOrEqual(product.units);
  expect(stock.read(product.id).available).toBe(product.units - sold);
  return widths;
}

/** The choices after these in depth-first order, or nothing when all have been made. */
function nextChoices(choices: readonly number[], widths: readonly number[]): number[] | undefined {
  const made = widths.map((_, depth) => choices[depth] ?? 0);
  for (let depth = made.length - 1; depth >= 0; depth -= 1) {
    const choice = (made[depth] ?? 0) + 1;
    if (choice < (widths[depth] ?? 0)) return [...made.slice(0, depth), choice];
  }
  return undefined;
}

test.each<readonly [readonly Intent[]]>([
  [['buy', 'buy', 'buy']],
  [['buy', 'give-back', 'buy']],
  [['buy', 'abandon', 'give-back']],
])('no order of the statements of %j sells what is not there', (intents) =>
  simulateSystem(example, { implementation: 'hooks' }, async ({ context, sleep }) => {
    let choices: number[] | undefined = [];
    let runs = 0;
    while (choices !== undefined) {
      const widths: readonly number[] = await runOnce(context, sleep, intents, choices);
      choices = nextChoices(choices, widths);
      runs += 1;
    }
    expect(runs).toBeGreaterThan(500);
  }),
);
