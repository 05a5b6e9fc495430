import { expect, test } from 'vitest';
import { partsInBox } from './house-rules.ts';
import { pack } from './packing.ts';

const parts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `part-${from + index}`);

test('a box is begun once, and sealed when it is full', () => {
  const first = pack(undefined, parts(8));
  expect(first).toEqual({ open: { box: 1, serials: parts(8) }, full: [], begun: [1] });
  const second = pack(first.open, parts(8, 8));
  expect(second.full).toEqual([{ box: 1, serials: parts(partsInBox) }]);
  expect(second).toMatchObject({ open: { box: 2, serials: parts(4, 12) }, begun: [2] });
});

test('what fills its boxes leaves none that is begun', () => {
  const { open, full, begun } = pack(undefined, parts(2 * partsInBox));
  expect(open).toEqual({ box: 3, serials: [] });
  expect(full.map(({ box }) => box)).toEqual([1, 2]);
  expect(begun).toEqual([1, 2]);
  expect(pack(open, parts(1)).begun).toEqual([3]);
});
