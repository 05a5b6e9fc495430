import { describe, expect, test } from 'vitest';
import {
  newCommand,
  parseFlags,
  parseFlagsAndWords,
  repeatableOption,
  valueOption,
} from './flags.ts';
import { refuseWithout } from './refuse-without.ts';
import { count, oneOf } from './values.ts';

interface Flags {
  readonly rounds: number;
  readonly kind: 'fast' | 'slow';
  readonly skip: readonly string[];
  readonly check: boolean;
}

const declare = () =>
  newCommand('pnpm measure', 'Measures.')
    .addOption(valueOption('--rounds <n>', 'rounds', count(1, 9, '3')))
    .addOption(valueOption('--kind <name>', 'kind', oneOf(['fast', 'slow'])))
    .addOption(repeatableOption('--skip <name>', 'leave out'))
    .option('--check', 'judge');
const parse = (...args: string[]) => parseFlags<Flags>(declare(), args);

test('values are taken with = and with a space, and what was not given is not there', () => {
  expect(parse('--rounds=2', '--kind', 'slow')).toEqual({ rounds: 2, kind: 'slow' });
  expect(parse()).toEqual({});
});

test('what may be repeated keeps its order', () => {
  expect(parse('--skip=b', '--skip', 'a')).toEqual({ skip: ['b', 'a'] });
});

test('words that belong to no flag are given only to who asks for them', () => {
  expect(parseFlagsAndWords<Flags>(declare(), ['one', '--check', 'two'])).toEqual({
    flags: { check: true },
    words: ['one', 'two'],
  });
});

describe('what is refused names the flag, the value and the remedy', () => {
  test.each([
    [['--ronds=2'], '--ronds=2', 'Did you mean --rounds?'],
    [['--bananarama'], '--bananarama', 'See --help'],
    [['-x'], '-x', 'See --help'],
    [['--rounds'], '--rounds', 'Write it as --rounds=<n>.'],
    [['--rounds='], '--rounds', 'its value is empty'],
    [['--rounds', '--check'], '--rounds', 'its value is missing before --check'],
    [['--rounds=1', '--rounds=2'], '--rounds=2', 'stands twice'],
    [['--rounds=1e1'], '--rounds=1e1', 'Use a whole number from 1 to 9'],
    [['--rounds=0x2'], '--rounds=0x2', 'is not a number'],
    [['--rounds=10'], '--rounds=10', 'out of range'],
    [['--kind=fasst'], '--kind=fasst', 'Did you mean fast? Use one of fast, slow.'],
    [['--check=yes'], '--check=yes', 'it takes no value. Write --check.'],
    [['--skip', '--check'], '--skip', 'missing before --check'],
    [['2'], '"2"', 'See pnpm measure --help.'],
    [['--', '--check'], '"--check"', 'it belongs to no option'],
  ])('%j', (args, given, remedy) => {
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => parse(...args)).toThrow(given);
    expect(() => parse(...args)).toThrow(remedy);
  });

  test('and so does a flag that means nothing without another one', () => {
    expect(() => refuseWithout('--check', { rounds: 2 })).toThrow('--rounds');
    expect(() => refuseWithout('--check', { rounds: undefined })).not.toThrow();
  });
});

test('the help names the command, what it does and every flag, --help last', () => {
  const help = declare().helpInformation();
  expect(help).toContain('Usage: pnpm measure [options]');
  expect(help).toContain('Measures.');
  expect(help.trim().split('\n').at(-1)).toContain('--help');
});
