import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { rules } from '../src/checks.ts';
import { createHardenedOn } from '../src/implementations/5-hardened.ts';
import { openPostgresStores } from '../src/real/postgres-stores.ts';
import { runRealPhase } from '../src/real/real-phase.ts';
import { shortDay } from '../src/real/short-day.ts';

const url = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

test('on a real server and a real clock every invariant holds, crashes included', async () => {
  const stores = await openPostgresStores(url, `clinic_test_${randomUUID().slice(0, 8)}`);
  const { phase } = await runRealPhase({
    settings: { ...shortDay(), requestsPerDay: 5_000 },
    seed: 1,
    seconds: 20,
    create: createHardenedOn(() => stores),
    onText: () => {},
  });
  const broken = rules
    .filter(({ kind }) => kind === 'invariant')
    .map((rule) => ({ name: rule.name, ...rule.evaluate(phase) }))
    .filter(({ holds }) => !holds);
  await stores.drop();
  expect(broken).toEqual([]);
  expect(phase.meter.total('crashes')).toBeGreaterThanOrEqual(3);
  expect(phase.world.services.truth.totals.accesses).toBeGreaterThan(100);
});
