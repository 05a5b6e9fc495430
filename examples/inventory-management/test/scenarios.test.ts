import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { collectRun, isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { traceFieldRemedy } from '../src/clients.ts';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';

/** Half of the rush, and of what is nearly given away, with the connections for it; and three tenths. */
const half = { cartsPerDay: 20_000, hotUnits: 100, connections: 10 };
const small = { cartsPerDay: 12_000, hotUnits: 60, connections: 6 };

const { run } = exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  hashed: { settings: { ...example.settings.parse({}), cartsPerDay: 8_000 } },
  planted,
  small,
  // Half of the small one.
  smallest: { cartsPerDay: 6_000, hotUnits: 30, connections: 3 },
  inFull: ['direct-calls', 'acknowledged-by-one', 'moved-without-a-fence'],
  larger: {
    'machines-kept': small,
    'no-fence': half,
    'patient-keeper': small,
  },
  violations: {
    'stock-conserved': /p-\d+: -?\d+ available, .* of the start/,
    'no-trace': /order-\d+ failed for the shopper, with \$\d/,
    'cart-is-kept': /\d+ units of p-\d+ are in carts, and \d+ are held/,
    'reservations-end': /cart-\d+ was sold already when it was expired/,
  },
});

test('the repaired shop shows its breakers, its fleet, and carts that expire', async () => {
  const { records } = await run('story');
  const samples = records.filter(isOf('sample')).filter(({ phase }) => phase === 'hardened');
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('breakersOpen')).toBe(2);
  expect(peak('missedUpdates')).toBeGreaterThan(0);
  expect(peak('nodes')).toBeGreaterThan(2);
  expect(peak('expired')).toBeGreaterThan(100);
  expect(samples.at(-1)?.values).toMatchObject({
    breakersOpen: 0,
    breakersHalfOpen: 0,
    missedUpdates: 0,
    openReservations: 0,
  });
  const names = new Set(records.filter(isOf('signal')).map(({ name }) => name));
  for (const name of ['breakers-closed', 'caught-up', 'carts-expire', 'fleet-grows']) {
    expect(names, name).toContain(name);
  }
});

test('without the rush retries add little, and nothing is oversold', async () => {
  const { records } = await collectRun(example, { scenario: 'failure', settings: { peak: 1 } });
  const checks = records.filter(isOf('check'));
  expect(checks.find(({ name }) => name === 'retry-storm')?.ok).toBe(false);
  expect(checks.find(({ name }) => name === 'never-oversold')?.ok).toBe(true);
});

test('a trace may name products that exist, and whole quantities', () => {
  const settings = example.settings.parse({});
  expect(traceFieldRemedy('product', 'p-001', settings)).toBeUndefined();
  expect(traceFieldRemedy('product', 'p-999', settings)).toContain('p-200');
  expect(traceFieldRemedy('quantity', '3', settings)).toBeUndefined();
  expect(traceFieldRemedy('quantity', '1.5', settings)).toContain('whole');
});
