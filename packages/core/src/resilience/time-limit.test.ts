import { expect, test } from 'vitest';
import { catchUpMs } from './time-limit.ts';

test.each([
  { lateMs: 5, restMs: 0, why: 'timers are late by as much' },
  { lateMs: 6, restMs: 25, why: 'one answer takes several turns' },
  { lateMs: 40, restMs: 40, why: 'as much may have come in the meantime' },
  { lateMs: 60_000, restMs: 1_000, why: 'a laptop that wakes up waits no longer' },
])('who is $lateMs ms late waits $restMs ms more for what came in time: $why', (row) => {
  expect(catchUpMs(row.lateMs)).toBe(row.restMs);
});
