import { createRandom } from '@firedrill/core/simulation';
import { expect, test } from 'vitest';
import type { Product } from '../src/domain.ts';
import { createMiscounts } from '../src/truth/miscounts.ts';
import { plainStock } from './plain-stock.ts';

const product: Product = {
  id: 'p-001',
  name: 'Kettle',
  isHot: true,
  units: 5,
  keptUnits: 3,
  priceCents: 4_900,
};

test('where the books are right nothing is missing, and elsewhere less than is kept', () => {
  const many = Array.from({ length: 100 }, (_, at) => ({
    ...product,
    id: `p-${at}`,
    isHot: at < 10,
  }));
  const right = createMiscounts(many, undefined, () => {});
  const wrong = createMiscounts(many, createRandom(1), () => {});
  expect(many.every(({ id }) => right.missing(id) === 0)).toBe(true);
  const missing = many.map(({ id }) => wrong.missing(id));
  expect(Math.max(...missing)).toBe(2);
  expect(Math.min(...missing)).toBe(0);
  expect(Math.min(...missing.slice(0, 10)), 'of what is hot').toBe(1);
});

test('what is sold of the last units counts once, at its worst', () => {
  const told: string[] = [];
  const miscounts = createMiscounts([product], undefined, (text) => told.push(text));
  for (const available of [3, 1, 2, 1]) miscounts.fell(product.id, available);
  expect(miscounts.soldOfKept).toBe(2);
  expect(told).toEqual(['2 of the last units of p-001 are sold or held online']);
});

test('the database holds down to what is to be kept, and not below', () => {
  const stock = plainStock(product);
  const reserve = (reservationId: string) => {
    const { version } = stock.read(product.id);
    const wish = { productId: product.id, reservationId, quantity: 1, version, keep: 3 };
    return stock.reserve(wish).status;
  };
  expect(['a', 'b', 'c'].map(reserve)).toEqual(['held', 'held', 'sold-out']);
});
