import { expect, test } from 'vitest';
import { declareCommand, parseOptions } from './options.ts';
import { pickView } from './views.ts';

const parse = (...args: string[]) => parseOptions(declareCommand('example'), args);
const terminal = { isTTY: true };
const pipe = {};

test('a terminal gets the live view, a pipe gets text', () => {
  expect(pickView(parse(), terminal, 'xterm-256color')).toBe('terminal');
  expect(pickView(parse('--speed=60x'), terminal, 'xterm')).toBe('terminal');
  expect(pickView(parse('--speed=max'), pipe, 'xterm')).toBe('plain');
});

test('a terminal that cannot move its cursor gets text', () => {
  expect(pickView(parse(), terminal, 'dumb')).toBe('plain');
});

test('--json is the same on a terminal and in a pipe', () => {
  expect(pickView(parse('--json'), terminal, 'xterm')).toBe('json');
  expect(pickView(parse('--json'), pipe, undefined)).toBe('json');
});

test('a speed that nobody could see is refused', () => {
  expect(() => pickView(parse('--speed=60x'), pipe, 'xterm')).toThrow('is no terminal');
});
