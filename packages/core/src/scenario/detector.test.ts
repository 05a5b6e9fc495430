import { expect, test } from 'vitest';
import { measuredShare, operatingPoint, precisionAt, sweep } from './detector.ts';

const scored = [
  { score: 0.9, kind: 'bot' },
  { score: 0.6, kind: 'bot' },
  { score: 0.2, kind: 'friend' },
  { score: 0.7, kind: undefined },
  { score: 0.1, kind: undefined },
  { score: 0.3, kind: undefined },
];

test('an operating point counts the planted, each kind of them, and the honest', () => {
  const { recall, falseAlarms, byKind } = operatingPoint(scored, 0.5);
  expect(recall).toMatchObject({ part: 2, of: 3 });
  expect(falseAlarms).toMatchObject({ part: 1, of: 3 });
  expect(byKind.get('bot')).toMatchObject({ share: 1 });
  expect(byKind.get('friend')).toMatchObject({ share: 0, of: 1 });
});

test('a lower threshold finds no less, and alarms no less', () => {
  const points = sweep(scored, [0.8, 0.5, 0.15]);
  expect(points.map(({ recall }) => recall.part)).toEqual([1, 2, 3]);
  expect(points.map(({ falseAlarms }) => falseAlarms.part)).toEqual([0, 1, 2]);
});

test('the same detector is right most of the time in a harness, and hardly ever in the world', () => {
  const detector = { recall: 0.8, falseAlarms: 0.01 };
  expect(precisionAt(0.02, detector)).toBeCloseTo(0.62, 2);
  expect(precisionAt(0.005, detector)).toBeCloseTo(0.287, 2);
  expect(precisionAt(0.000_15, detector)).toBeCloseTo(0.012, 3);
});

test('nothing found of nothing says nothing, and a rate beyond 1 is refused', () => {
  expect(measuredShare({ part: 0, of: 0 })).toMatchObject({ share: 0, interval: [0, 1] });
  expect(precisionAt(0, { recall: 1, falseAlarms: 0 })).toBe(0);
  expect(() => precisionAt(2, { recall: 1, falseAlarms: 0 })).toThrow('Invalid baseRate 2');
});
