import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { createRowLines } from '../src/implementations/hardened/row-lines.ts';
import type {
  Reservation,
  RowWork,
  Statements,
} from '../src/implementations/hardened/statements.ts';
import { createLastUnits } from '../src/truth/last-units.ts';
import { createRowLocks } from '../src/truth/row-locks.ts';

const product: Product = {
  id: 'p-001',
  name: 'Kettle',
  isHot: true,
  units: 5,
  keptUnits: 1,
  priceCents: 4_900,
};
const { id: productId } = product;
const wishOf = (reservationId: string): Reservation => ({ reservationId, productId, quantity: 1 });

test('a row is had by one statement after the other, and other rows meanwhile', () => {
  let nowMs = 0;
  const locks = createRowLocks(20, () => nowMs);
  expect([locks.take('a'), locks.take('a'), locks.take('b'), locks.take('a')]).toEqual([
    20, 40, 20, 60,
  ]);
  expect([locks.longestLine(), locks.longestLine()]).toEqual([2, 0]);
  nowMs = 50;
  expect(locks.take('a')).toBe(30);
  nowMs = 500;
  expect(locks.take('a')).toBe(20);
  expect(locks.longestLine()).toBe(1);
});

test('who is refused with enough on sale all the time was not found the last units', () => {
  const told: string[] = [];
  let available = 3;
  const lastUnits = createLastUnits(
    [product],
    () => available,
    (text) => told.push(text),
  );
  const fall = (to: number) => {
    available = to;
    lastUnits.changed({ productId, available, version: 1 });
  };
  lastUnits.pressed('pair', productId, 2);
  lastUnits.pressed('single', productId, 1);
  fall(2);
  lastUnits.answered('pair', true);
  lastUnits.answered('single', true);
  fall(1);
  lastUnits.pressed('late', productId, 1);
  fall(4);
  lastUnits.answered('late', true);
  expect(told, 'one is kept, and two are not there for a pair').toEqual([
    'single is told that p-001 is sold out, with 1 on sale',
  ]);
  expect(lastUnits.notFound).toBe(1);
});

const unused = () => Promise.reject(new Error('nobody asks for this'));

/** Statements that note what is sent, and are answered one after the other. */
function fakeStatements() {
  const sent: RowWork[] = [];
  const answers: ((isWell: boolean) => void)[] = [];
  const level = { productId, available: 1, version: 1 };
  const statements: Statements = {
    async *survey() {},
    forSale: ({ available }) => available,
    read: unused,
    reserve: unused,
    receive: unused,
    claim: unused,
    find: unused,
    end: async (_reservation, _from, as) => ({ state: as, level }),
    change(_, { ends, wishes }) {
      sent.push({ ends: [...ends], wishes: [...wishes] });
      return new Promise((resolve, reject) => {
        answers.push((isWell) => {
          const ended = ends.map(({ as }) => ({ state: as, level }));
          const reserved = wishes.map(({ quantity }) => ({
            status: quantity > 1 ? ('sold-out' as const) : ('held' as const),
            level,
          }));
          if (isWell) resolve({ ended, reserved });
          else reject(new Error('no answer'));
        });
      });
    },
  };
  return { answers, lines: createRowLines(statements), sent };
}

const turns = () => new Promise((resolve) => setTimeout(resolve));

test('what comes while a statement has the row goes together in the next, each with its own answer', async () => {
  const { answers, lines, sent } = fakeStatements();
  const first = lines.reserve(wishOf('a'), 0);
  await turns();
  const rest = [
    lines.reserve({ ...wishOf('b'), quantity: 2 }, 0).then(({ status }) => status),
    lines.reserve(wishOf('c'), 0).then(({ status }) => status),
    lines.end(wishOf('d'), 'held', 'expired').then(({ state }) => state),
    lines.end(wishOf('e'), 'claimed', 'sold').then(({ state }) => state),
  ];
  await turns();
  expect(sent).toHaveLength(1);
  answers[0]?.(true);
  expect((await first).status).toBe('held');
  await turns();
  expect(sent[1]).toEqual({
    ends: [{ reservationId: 'd', from: 'held', as: 'expired' }],
    wishes: [{ ...wishOf('b'), quantity: 2 }, wishOf('c')],
  });
  answers[1]?.(true);
  expect(await Promise.all(rest)).toEqual(['sold-out', 'held', 'expired', 'sold']);
});

test('a statement that fails is told to all who had a part in it, and the next goes out', async () => {
  const { answers, lines, sent } = fakeStatements();
  const failed = [lines.reserve(wishOf('a'), 0), lines.end(wishOf('b'), 'held', 'expired')];
  await turns();
  const next = lines.reserve(wishOf('c'), 0);
  answers[0]?.(false);
  const outcomes = await Promise.allSettled(failed);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await turns();
  answers[1]?.(true);
  expect((await next).status).toBe('held');
  expect(sent.map(({ wishes }) => wishes.length)).toEqual([1, 1]);
});

test('a statement takes a hundred parts, and the next those after them', async () => {
  const { answers, lines, sent } = fakeStatements();
  const all = Array.from({ length: 250 }, (_, at) => lines.reserve(wishOf(`w-${at}`), 0));
  for (let statement = 0; statement < 3; statement += 1) {
    await turns();
    answers[statement]?.(true);
  }
  await Promise.all(all);
  expect(sent.map(({ wishes }) => wishes.length)).toEqual([100, 100, 50]);
});
