import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';

/** Seven tenths of the sale, merchants and payments alike; and four tenths: what shows in the whole of it shows here. */
const most = { volumeUsdPerDay: 7_000_000, merchants: 3_500, vipMerchants: 35 };
const small = { volumeUsdPerDay: 4_000_000, merchants: 2_000, vipMerchants: 20 };

const { run } = exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  planted,
  small,
  // Half of the small one.
  smallest: { volumeUsdPerDay: 2_000_000, merchants: 1_000, vipMerchants: 10 },
  inFull: ['sanctions-skipped', 'lane-of-the-vips-lost', 'too-late'],
  larger: {
    'no-key': most,
    'capture-posted-by-the-page': most,
    'abroad-of-the-platform': small,
  },
  violations: {
    'no-double-credit': /is credited to m-\d+ 2 times/,
    'receipts-once': /order-\d+ gets a receipt for the 2\. time/,
  },
});

test('breakers are seen open, half-open and closed again', async () => {
  const { records } = await run('story');
  const samples = records.filter(isOf('sample')).filter(({ phase }) => phase === 'hardened');
  const peak = (name: string): number =>
    Math.max(...samples.map(({ values }) => values[name] ?? 0));
  expect(peak('breakersOpen')).toBeGreaterThan(0);
  expect(peak('breakersHalfOpen')).toBeGreaterThan(0);
  expect(samples.at(-1)?.values).toMatchObject({ breakersOpen: 0, breakersHalfOpen: 0 });
  const names = records.filter(isOf('signal')).map(({ name }) => name);
  expect(names).toContain('breakers-closed');
});
