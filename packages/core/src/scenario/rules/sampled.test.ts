import { expect, test } from 'vitest';
import type { Judged } from '../judged.ts';
import type { ExampleTypes } from '../types.ts';
import { chanceAtLimit, type ShareLimit, wilsonInterval } from '../wilson.ts';
import { sampled } from './sampled.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these samples look at no phase
const phase = {} as Judged<ExampleTypes>;

test.each([
  // The shares p at which (found - p)² = z² p (1 - p) / n, found by bisection in another program.
  { part: 0, of: 10, low: 0, high: 0.3989 },
  { part: 5, of: 10, low: 0.1842, high: 0.8158 },
  { part: 70, of: 100, low: 0.5726, high: 0.8023 },
  { part: 0, of: 0, low: 0, high: 1 },
])('the interval of $part in $of', ({ part, of, low, high }) => {
  const [from, to] = wilsonInterval({ part, of });
  expect(from).toBeCloseTo(low, 3);
  expect(to).toBeCloseTo(high, 3);
});

test.each<{ part: number; of: number; limit: ShareLimit; chance: number }>([
  // 1 - 0.99^76 - 76 * 0.01 * 0.99^75 - 76 * 75 / 2 * 0.01^2 * 0.99^74
  { part: 3, of: 76, limit: { atMost: 0.01 }, chance: 0.041 },
  { part: 0, of: 3, limit: { atLeast: 0.7 }, chance: 0.027 },
  { part: 5, of: 5, limit: { atMost: 0.5 }, chance: 1 / 32 },
  { part: 1, of: 5, limit: { atMost: 0 }, chance: 0 },
  { part: 0, of: 0, limit: { atMost: 0.5 }, chance: 1 },
])(
  '$part in $of, at the limit, is chance in a share of $chance',
  ({ chance, limit, ...sample }) => {
    expect(chanceAtLimit(sample, limit)).toBeCloseTo(chance, 4);
  },
);

const caught = (part: number, of: number) =>
  sampled('cheaters are caught', 'cheater', () => ({ part, of }), { atLeast: 0.7 }).judge(phase);

test('few who got away prove nothing, many do, and both are told', () => {
  expect(caught(2, 3)).toMatchObject({ holds: true });
  expect(caught(200, 300)).toMatchObject({ holds: true });
  expect(caught(180, 300)).toMatchObject({ holds: false, value: 0.6 });
  expect(caught(180, 300).observed).toMatch(/^60 %: 180 of 300 cheaters \(99 % interval/);
});

const accused = (part: number, of: number) =>
  sampled('the honest are left alone', 'player', () => ({ part, of }), { atMost: 0.005 });

test('a share that may not be higher', () => {
  expect(accused(1, 100).judge(phase).holds).toBe(true);
  expect(accused(10, 100).judge(phase).holds).toBe(false);
});

const suspected = (part: number) =>
  sampled('x', 'player', () => ({ part, of: 76 }), { atMost: 0.01 }).judge(phase);

test('three of 76 at 1 % are chance, though the interval is beyond, and that is told', () => {
  expect(suspected(3).holds).toBe(true);
  expect(suspected(3).observed).toMatch(/; at the limit chance does it once in 24\)$/);
  expect(suspected(5)).toMatchObject({ holds: false });
});

test('of nobody there is no share, and it does not hold', () => {
  expect(caught(0, 0)).toMatchObject({ holds: false, observed: 'there was no cheater' });
});

test('a limit is a share', () => {
  expect(() => sampled('x', 'y', () => ({ part: 0, of: 1 }), { atLeast: 70 })).toThrow(
    'Invalid limit 70 of "x": use a share from 0 to 1.',
  );
});
