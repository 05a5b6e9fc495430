import { expect, test } from 'vitest';
import { nextDuty, simcTuning } from './control-loop.ts';

test('the tuning is that of the SIMC rules', () => {
  // K = 300, lag 60 s, dead time 4 + 2 s, closed loop as slow as that: 60 / (300 (6 + 6)), 4 (6 + 6) s.
  const tuning = simcTuning({ gainC: 300, lagMs: 60_000, deadMs: 4_000 });
  expect(tuning.gainPerC).toBeCloseTo(1 / 60, 10);
  expect(tuning.integralMs).toBe(48_000);
});

const tuning = { gainPerC: 0.02, integralMs: 50_000 };

test('the duty stays within 0 and 1, and a long warm-up winds nothing up', () => {
  let integral = 0;
  for (let second = 0; second < 600; second += 1) {
    const next = nextDuty(tuning, { errorC: 150, integral, restDuty: 0.5, dtMs: 1_000 });
    expect(next.duty).toBe(1);
    ({ integral } = next);
  }
  expect(integral).toBe(0);
  expect(nextDuty(tuning, { errorC: -100, integral, restDuty: 0.5, dtMs: 1_000 }).duty).toBe(0);
});

test('an error that stays is learnt', () => {
  const first = nextDuty(tuning, { errorC: 2, integral: 0, restDuty: 0.5, dtMs: 1_000 });
  const second = nextDuty(tuning, {
    errorC: 2,
    integral: first.integral,
    restDuty: 0.5,
    dtMs: 1_000,
  });
  expect(second.duty - first.duty).toBeCloseTo((0.02 * 2 * 1_000) / 50_000, 10);
});
