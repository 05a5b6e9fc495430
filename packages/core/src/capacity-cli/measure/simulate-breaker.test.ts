import { expect, test } from 'vitest';
import { type BreakerResult, type BreakerStorm, compareProtections } from './simulate-breaker.ts';

/** A tenth of the guide's load, so that the test is quick: the same utilisation on fewer workers. */
const storm: BreakerStorm = {
  ratePerSecond: 20,
  callMs: 100,
  workers: 3,
  queueSize: 9,
  timeoutMs: 5_000,
  failureThreshold: 0.1,
  recoveryThreshold: 0.01,
  openMs: 5_000,
  failure: 'hang',
  failureMs: 60_000,
};

const served = ({ phases }: BreakerResult, phase: string): number => {
  const found = phases.find((each) => each.phase === phase);
  return (found?.served ?? 0) / (found?.arrived ?? 1);
};

const during = ({ phases }: BreakerResult) => phases[1] ?? phases[0];

test('an API that hangs empties a pool without a breaker; with one, callers know at once, and all is well again', async () => {
  const [nothing, limit, both] = await compareProtections(storm, 1);
  if (nothing === undefined || limit === undefined || both === undefined) throw new Error('none');
  for (const result of [nothing, limit, both]) {
    for (const { arrived, dropped, served: done, failed, refused } of result.phases) {
      expect(dropped + done + failed + refused).toBe(arrived);
    }
    expect(served(result, 'before')).toBeGreaterThan(0.98);
    expect(served(result, 'after')).toBeGreaterThan(0.9);
  }
  expect((during(limit)?.dropped ?? 0) / (during(limit)?.arrived ?? 1)).toBeGreaterThan(0.9);
  expect((during(both)?.dropped ?? 0) / (during(both)?.arrived ?? 1)).toBeLessThan(0.25);
  expect(during(both)?.refused).toBeGreaterThan(3 * (during(both)?.dropped ?? 0));
  expect(both.callsWhileFailing).toBeLessThan(limit.callsWhileFailing);
  expect(both.opened).toBeGreaterThan(1);
  expect(nothing.opened).toBe(0);
});

test('an API that answers with errors is left alone by the breaker', async () => {
  const [, limit, both] = await compareProtections({ ...storm, failure: 'error' }, 1);
  expect(limit?.callsWhileFailing).toBeGreaterThan(1_000);
  expect(both?.callsWhileFailing).toBeLessThan(100);
  expect(both?.recoveryMs).toBeLessThan(30_000);
});
