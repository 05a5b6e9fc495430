import { describe, expect, test } from 'vitest';
import { cleaned, shapeOf } from './clean.ts';

const row = { id: 'a', version: 1, shop: 'market', day: '2026-03-02', amountCents: 1_250 };
const clean = (changes: object) => cleaned(JSON.stringify({ ...row, ...changes }));
const { amountCents: _, ...withoutAmount } = row;

test('a row is a sale', () => {
  const sale = { id: 'a', version: 1, shop: 'market', day: '2026-03-02', cents: 1_250 };
  expect(clean({})).toMatchObject({ kind: 'sale', sale });
  const asText = { ...withoutAmount, amount: '12.50', channel: 'app' };
  expect(cleaned(JSON.stringify(asText))).toMatchObject({ kind: 'sale', sale });
});

test('an amount keeps every cent', () => {
  for (const amount of ['0.29', '1.15', '4.35', '9999.99']) {
    const found = cleaned(JSON.stringify({ ...withoutAmount, amount }));
    expect(found).toMatchObject({ sale: { cents: Number(amount.replace('.', '')) } });
  }
});

describe('refused, with a reason that names the field', () => {
  test.each([
    ['shop', { shop: 'moon' }],
    ['day', { day: '2026-02-30' }],
    ['day', { day: 'yesterday' }],
    ['amountCents', { amountCents: -5 }],
    ['amountCents', { amountCents: '1250' }],
    ['amountCents', { amountCents: 1e9 }],
    ['amount', { amountCents: undefined, amount: { value: 12.5 } }],
    ['amount', { amountCents: undefined, amount: '99999.99' }],
    ['version', { version: 0 }],
  ])('%s: %o', (field, changes) => {
    const found = clean(changes);
    expect(found.kind === 'refused' && found.refused.reason).toMatch(new RegExp(`^${field}: `));
  });
  test.each(['', '{"id":', '[]', 'null', '{"id":5}'])('the line %s', (line) => {
    expect(cleaned(line)).toMatchObject({
      kind: 'refused',
      refused: { id: line },
      shape: 'unreadable',
    });
  });
});

test('a shape is its fields and types, in whatever order they come', () => {
  expect(shapeOf({ b: 1, a: 'x' })).toBe(shapeOf({ a: 'y', b: 2 }));
  expect(shapeOf({ a: 1 })).not.toBe(shapeOf({ a: '1' }));
});
