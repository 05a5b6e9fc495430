import { expect, test } from 'vitest';
import { formatLoad, parseLoad } from './load-spec.ts';

test('a load is read back as it was written', () => {
  for (const load of [
    { shape: 'constant', factor: 0.1, durationMs: 134_000 },
    { shape: 'spike', factor: 2, durationMs: 3_600_000 },
  ] as const) {
    expect(parseLoad(formatLoad(load))).toEqual(load);
  }
});

test('what is left out is the ordinary rate, for ten minutes', () => {
  expect(parseLoad('constant')).toEqual({ shape: 'constant', factor: 1, durationMs: 600_000 });
});

test.each([
  ['', '"" is no shape; use constant or spike'],
  ['burst', '"burst" is no shape'],
  ['spike,factor=0', 'factor is "0", and has to be above 0'],
  ['spike,factor=', 'factor is ""'],
  ['spike,factor=1e9', 'factor is "1e9"'],
  ['spike,for=10', 'for is "10"'],
  ['spike,for=0s', 'for is "0s", and has to be from 1s to 24h'],
  ['spike,until=10m', '"until" is no option; use factor or for'],
])('%j is refused: %s', (text, message) => {
  expect(() => parseLoad(text)).toThrow(message);
});
