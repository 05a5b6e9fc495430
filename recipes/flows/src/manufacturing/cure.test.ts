import { expect, test } from 'vitest';
import { cureRate, degreeOfCure, doseFor } from './cure.ts';

test('the data sheet at its temperature, and 4 % faster for each degree beside it', () => {
  expect(cureRate(180)).toBeCloseTo(0.2, 10);
  expect(cureRate(181) / cureRate(180)).toBeCloseTo(Math.exp(70_000 / (8.314 * 453.65 ** 2)), 3);
});

test('a dose and its degree are each other’s inverse', () => {
  expect(degreeOfCure(doseFor(0.985))).toBeCloseTo(0.985, 12);
  expect(degreeOfCure(0)).toBe(0);
});
