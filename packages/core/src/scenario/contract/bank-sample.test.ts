import { afterEach, expect, test, vi } from 'vitest';
import { bankSample } from './bank-sample.ts';

const bank = ['a', 'b', 'c', 'd'];

afterEach(() => vi.unstubAllEnvs());

test('without a wish it is the whole bank', () => {
  vi.stubEnv('BANK_SAMPLE', undefined);
  expect(bankSample(bank)).toEqual(bank);
});

test('the parts are the whole, and none is in two of them', () => {
  const parts = ['1/3', '2/3', '3/3'].map((part) => {
    vi.stubEnv('BANK_SAMPLE', part);
    return bankSample(bank);
  });
  expect(parts).toEqual([['a', 'd'], ['b'], ['c']]);
});

test.each(['third', '0/3', '4/3', '1/'])('%s is no part', (wanted) => {
  vi.stubEnv('BANK_SAMPLE', wanted);
  expect(() => bankSample(bank)).toThrow(
    `Invalid BANK_SAMPLE "${wanted}": use a part such as 1/3, or leave it out.`,
  );
});
