import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClock, formatDuration, formatName, formatValue, plural } from './format.ts';

describe('formatValue', () => {
  it.each([
    [9412, 'count', '9,412'],
    [1_234_567, 'count', '1,234,567'],
    [12_400_000, 'count', '12.4M'],
    [0.5, 'count', '0.5'],
    [1180.4, 'per-second', '1,180 /s'],
    [3.14, 'per-second', '3.14 /s'],
    [0, 'ms', '0 ms'],
    [0.4213, 'ms', '0.42 ms'],
    [412, 'ms', '412 ms'],
    [12_941, 'ms', '12.9 s'],
    [0.031, 'ratio', '3.1 %'],
    [1, 'ratio', '100 %'],
    [0, 'ratio', '0 %'],
    [12.4, 'usd', '$12.40'],
    [9412.4, 'usd', '$9,412'],
    [412_000, 'usd', '$412k'],
    [1_240_000, 'usd', '$1.24M'],
    [-5, 'usd', '-$5'],
    [231e6, 'bytes', '231 MB'],
    [12, 'bytes', '12 B'],
  ] as const)('writes %d (%s) as %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('never rounds an availability below one up to 100 %', () => {
    expect(formatValue(0.9997, 'ratio')).toBe('99.97 %');
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 0.99999, noNaN: true }), (value) => {
        expect(formatValue(value, 'ratio')).not.toBe('100 %');
      }),
    );
  });

  it('never rounds a small share down to nothing', () => {
    expect(formatValue(0.0004, 'ratio')).toBe('0.04 %');
  });

  it('shows a dash for a figure that is missing', () => {
    expect(formatValue(undefined, 'ms')).toBe('–');
    expect(formatValue(null, 'count')).toBe('–');
    expect(formatValue(Number.NaN, 'usd')).toBe('–');
  });

  it('stays within twelve columns for every figure that a run can hold', () => {
    const units = ['count', 'per-second', 'ms', 'ratio', 'usd', 'bytes'] as const;
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        fc.constantFrom(...units),
        (value, unit) => {
          const figure = unit === 'ratio' ? value / 1e9 : value;
          expect(formatValue(figure, unit).length).toBeLessThanOrEqual(12);
        },
      ),
    );
  });
});

describe('formatDuration', () => {
  it.each([
    [999.7, '1 s'],
    [59_940, '59.9 s'],
    [59_980, '1 min'],
    [252_000, '4 min 12 s'],
    [2_700_000, '45 min'],
    [3_840_000, '1 h 04 min'],
    [-1500, '-1.5 s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

it('the clock passes midnight', () => {
  expect(formatClock('2025-11-28T23:59:00.000Z', 63_000)).toBe('00:00:03');
});

it('names of machines become words', () => {
  expect(formatName('pool-exhausted')).toBe('pool exhausted');
  expect(formatName('poolInUse')).toBe('pool in use');
});

it('counts of one have no plural', () => {
  expect(plural(1, 'check')).toBe('1 check');
  expect(plural(12_480, 'call')).toBe('12,480 calls');
});
