import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeArgv, shellQuoted } from '../command-line/index.ts';
import { declareCommand, parseOptions, type CommandOptions } from './options.ts';
import { nextCommand, replayCommand } from './replay.ts';

const parse = (...args: string[]): CommandOptions => parseOptions(declareCommand('example'), args);

test('a run of defaults is replayed by the seed alone', () => {
  expect(replayCommand('payments', parse(), {})).toBe('pnpm --filter payments start -- --seed=1');
});

test('what changes the record is in the command, and how it was shown is not', () => {
  const options = parse(
    '--scenario=failure',
    '--seed=7',
    '--transport=msw',
    '--trace=my traffic.csv',
    "--fault=it's",
    '--json',
    '--report=r.html',
    '--verify',
    '--implementation=mine,hooks',
    '--why',
  );
  expect(replayCommand('payments', options, { workers: 20 })).toBe(
    'pnpm --filter payments start -- --scenario=failure --seed=7 --implementation=mine,hooks --set=workers=20 ' +
      String.raw`'--fault=it'\''s' '--trace=my traffic.csv' --transport=msw --why`,
  );
});

test('a storm that was found is replayed without the faults of the scenario', () => {
  const options = parse('--fault=gateway:hang@+1s-+2s', '--calm', '--load=constant,for=1m');
  expect(replayCommand('payments', options, {})).toMatch(
    / --seed=1 --fault=gateway:hang@\+1s-\+2s --calm --load=constant,for=1m$/,
  );
});

test('a proof that was left out is left out again', () => {
  expect(replayCommand('payments', parse('--no-proof'), {})).toMatch(/ --seed=1 --no-proof$/);
});

test('the next command keeps a seed that was chosen', () => {
  expect(nextCommand('p', '--scenario=recovery', 1)).toBe(
    'pnpm --filter p start -- --scenario=recovery',
  );
  expect(nextCommand('p', '--scenario=recovery', 7)).toMatch(/--scenario=recovery --seed=7$/);
});

test('a replay command parses back to the same options', () => {
  const flag = fc.record({
    scenario: fc.constantFrom('story', 'failure', 'recovery', 'scale'),
    seed: fc.maxSafeNat(),
    transport: fc.constantFrom('in-process', 'msw'),
    storm: fc.subarray(['--calm', '--load=spike,factor=0.5,for=10m']),
    proof: fc.constantFrom([], ['--why'], ['--no-proof']),
  });
  fc.assert(
    fc.property(flag, ({ scenario, seed, transport, storm, proof }) => {
      fc.pre(scenario !== 'scale' || storm.length === 0);
      const flags = [`--scenario=${scenario}`, `--seed=${seed}`, `--transport=${transport}`];
      const options = parse(...flags, ...storm, ...proof);
      const words = replayCommand('p', options, {}).split(' ').slice(4);
      expect(parse(...normalizeArgv(words))).toEqual(options);
    }),
  );
});

function readByShell(shell: string, words: readonly string[]): readonly string[] {
  const script = `printf '%s\\0' ${words.map(shellQuoted).join(' ')}`;
  const env = { ...process.env, LC_ALL: 'C.UTF-8' };
  return execFileSync(shell, ['-c', script], { encoding: 'utf8', env }).split('\0').slice(0, -1);
}

test('what a terminal must not print is written out, and bash reads it as it was', () => {
  const words = ['\u001B[31mred', 'a\nb', "it's\t\\n", '\u009B2J', 'abc\u202Edef', '\u007F1'];
  for (const word of words) expect(shellQuoted(word)).not.toMatch(/[\p{Cc}\u202E]/u);
  expect(readByShell('/bin/bash', words)).toEqual(words);
});

test('a shell reads a quoted word as it was', () => {
  const words = fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), { numRuns: 200, seed: 1 });
  const safe = words.filter((word) => !word.includes('\0'));
  expect(readByShell('/bin/sh', safe)).toEqual(safe);
});
