import { expect, test } from 'vitest';
import type { Fault } from '../services/index.ts';
import { excusedWindows, lengthUntil } from './excuse.ts';

const second = 1_000;
const strike = (service: string, from: number, to: number): Fault => ({
  kind: 'hang',
  service,
  fromMs: from * second,
  toMs: to * second,
});
const settings = { holdMs: 60 * second };
const served = { kind: 'useful-work', needs: ['till', 'app'] };
const excusedIn = (rule: Parameters<typeof excusedWindows>[0], ...faults: readonly Fault[]) =>
  excusedWindows(rule, faults, settings).map(({ fromMs, toMs }) => [
    fromMs / second,
    toMs / second,
  ]);

test('an objective is excused while something is struck that it needs, and for as long after it and 15 s', () => {
  expect(excusedIn(served, strike('till', 100, 110))).toEqual([[95, 135]]);
  expect(excusedIn(served, strike('music', 100, 110))).toEqual([]);
  expect(excusedIn(served)).toEqual([]);
});

test('never for longer than a system may take to recover', () => {
  expect(excusedIn(served, strike('till', 100, 300))).toEqual([[95, 420]]);
  expect(excusedIn(served, strike('till', 2, 3))).toEqual([[0, 19]]);
});

test('faults one after the other excuse one time, and far from each other two', () => {
  const faults = [strike('app', 300, 301), strike('till', 120, 130), strike('till', 100, 110)];
  expect(excusedIn(served, ...faults)).toEqual([
    [95, 155],
    [295, 317],
  ]);
  expect(lengthUntil(600 * second, excusedWindows(served, faults, settings))).toBe(82 * second);
  expect(lengthUntil(300 * second, excusedWindows(served, faults, settings))).toBe(65 * second);
  expect(lengthUntil(290 * second, excusedWindows(served, faults, settings))).toBe(60 * second);
});

test('an objective that names nothing needs everything, and one that needs nothing has no excuse', () => {
  expect(excusedIn({ kind: 'objective' }, strike('music', 100, 110))).toEqual([[95, 135]]);
  expect(excusedIn({ kind: 'objective', needs: [] }, strike('music', 100, 110))).toEqual([]);
});

test('an invariant is never excused, whatever it is said to need', () => {
  expect(excusedIn({ kind: 'invariant' }, strike('till', 100, 110))).toEqual([]);
  expect(excusedIn({ kind: 'invariant', needs: ['till'] }, strike('till', 100, 110))).toEqual([]);
});

test('a rule says when a fault is felt for longer, and never that it is felt for less', () => {
  const kept = {
    ...served,
    feltForMs: ({ kind }: Fault, { holdMs }: typeof settings) => (kind === 'crash' ? holdMs : 0),
  };
  const crash = { ...strike('app', 100, 110), kind: 'crash' } as const;
  expect(excusedIn(kept, crash)).toEqual([[95, 170]]);
  expect(excusedIn(kept, strike('till', 100, 110))).toEqual([[95, 135]]);
});
