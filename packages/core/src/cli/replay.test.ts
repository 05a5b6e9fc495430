import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeArgv } from './argv.ts';
import { declareCommand, parseOptions, type CommandOptions } from './options.ts';
import { nextCommand, replayCommand, shellQuoted } from './replay.ts';

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
  );
  expect(replayCommand('payments', options, { workers: 20 })).toBe(
    'pnpm --filter payments start -- --scenario=failure --seed=7 --set=workers=20 ' +
      String.raw`'--fault=it'\''s' '--trace=my traffic.csv' --transport=msw`,
  );
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
  });
  fc.assert(
    fc.property(flag, ({ scenario, seed, transport }) => {
      const options = parse(`--scenario=${scenario}`, `--seed=${seed}`, `--transport=${transport}`);
      const words = replayCommand('p', options, {}).split(' ').slice(4);
      expect(parse(...normalizeArgv(words))).toEqual(options);
    }),
  );
});

test('a shell reads a quoted word as it was', () => {
  const words = fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), { numRuns: 200, seed: 1 });
  const safe = words.filter((word) => !word.includes('\0'));
  const script = `printf '%s\\0' ${safe.map(shellQuoted).join(' ')}`;
  const read = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(safe);
});
