import { join } from 'node:path';
import { exampleContract } from '@firedrill/core/scenario/contract';
import { isOf } from '@firedrill/core/scenario/testing';
import { expect, test } from 'vitest';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';

const { run } = exampleContract(example, {
  source: join(import.meta.dirname, '../src'),
  planted,
  // Four tenths of the sale, merchants and payments alike: what shows in the whole of it shows here.
  small: { volumeUsdPerDay: 4_000_000, merchants: 2_000, vipMerchants: 20 },
  // Half of that.
  smallest: { volumeUsdPerDay: 2_000_000, merchants: 1_000, vipMerchants: 10 },
  inFull: [
    'no-key',
    'capture-posted-by-the-page',
    'sanctions-skipped',
    'abroad-of-the-platform',
    'lane-of-the-vips-lost',
    'too-late',
  ],
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
