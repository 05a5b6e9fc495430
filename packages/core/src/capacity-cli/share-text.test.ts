import { expect, test } from 'vitest';
import { shareText } from './share-text.ts';

test.each([
  [0, '0 %'],
  [4e-13, '<0.001 %'],
  [0.000_946_6, '0.0947 %'],
  [0.001, '0.1 %'],
  [0.040_551, '4.06 %'],
  [0.333_5, '33.4 %'],
  [0.999_7, '99.97 %'],
  [1, '100 %'],
  [undefined, '–'],
])('%d is written %s', (share, text) => {
  expect(shareText(share)).toBe(text);
});
