import { stripVTControlCharacters, styleText } from 'node:util';
import { expect, it } from 'vitest';
import { clip } from './clip.ts';

const red = styleText('red', 'abcdef', { validateStream: false });

it('cuts what is seen and ends the colour', () => {
  expect(clip(red, 3)).toBe('\u001b[31mabc\u001b[0m');
  expect(stripVTControlCharacters(clip(`x${red}y`, 4))).toBe('xabc');
});

it('leaves text that fits as it is', () => {
  expect(clip(red, 6)).toBe(red);
  expect(clip('abc', 10)).toBe('abc');
});
