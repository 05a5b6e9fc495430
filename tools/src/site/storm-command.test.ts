import { expect, test } from 'vitest';
import { stormOfCommand, stormOfFlags } from './storm-command.ts';

test('reads scenario, seed, settings and faults of a command', () => {
  const line =
    "pnpm --filter payment-processing start -- --scenario=recovery --seed=7 --set a=1 --fault 'fraud:slow@14:20-14:25,p50=900'   # does it help?";
  expect([...new URLSearchParams(stormOfCommand(line))]).toEqual([
    ['example', 'payment-processing'],
    ['scenario', 'recovery'],
    ['seed', '7'],
    ['set', 'a=1'],
    ['fault', 'fraud:slow@14:20-14:25,p50=900'],
  ]);
});

test('leaves out what the page cannot show', () => {
  for (const line of [
    'pnpm --filter payment-processing start                # the whole story',
    'pnpm -s --filter payment-processing start -- --scenario=failure --json | head',
    'pnpm swarm payment-processing --seeds=200',
  ]) {
    expect(stormOfCommand(line)).toBeUndefined();
  }
});

test('flags alone are put to the repaired system of the chapter', () => {
  expect(stormOfFlags('--set connections=200', 'gaming-platform')).toBe(
    'example=gaming-platform&scenario=recovery&set=connections%3D200',
  );
  expect(stormOfFlags('--trace your-traffic.csv', 'gaming-platform')).toBeUndefined();
});
