import { expect, test } from 'vitest';
import type { WindowReading } from '../measures/measured.ts';
import { objective } from './statements.ts';

const quick = (figure: number | WindowReading | undefined) =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the figure asks for no phase
  objective('it is quick', () => figure, { under: 400, unit: 'ms' }).judge({} as never);
const reading = { fromMs: 0, toMs: 300_000, count: 67, value: 432, atLeast: 247 };

test('a figure that is over its limit breaks it, and so does one that was not measured', () => {
  expect(quick(399)).toMatchObject({ holds: true, observed: '399 ms' });
  expect(quick(400)).toMatchObject({ holds: false, observed: '400 ms' });
  expect(quick(undefined)).toMatchObject({ holds: false, observed: 'nothing was measured' });
});

test('a percentile breaks it by three or more, and says so where there are fewer', () => {
  expect(quick({ ...reading, atLeast: 401 })).toMatchObject({ holds: false, observed: '432 ms' });
  expect(quick(reading)).toMatchObject({
    holds: true,
    value: 432,
    observed: '432 ms, by fewer than three of 67',
  });
});
