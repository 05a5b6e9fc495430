import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  noJitterGenerator,
  retry,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';
import { describe, expect, it } from 'vitest';

import { simulate } from './index.ts';

// cockatiel was imported before any simulation: it must look the timers up when it uses them.
const options = { seed: 1, start: 0 };

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

describe('cockatiel under virtual time', () => {
  it('retries with its backoff', async () => {
    const { value } = await simulate(options, async (sim) => {
      const attempts: number[] = [];
      const policy = retry(handleAll, {
        maxAttempts: 4,
        backoff: new ExponentialBackoff({ initialDelay: 1000, generator: noJitterGenerator }),
      });
      const outcome = await policy
        .execute(() => {
          attempts.push(sim.elapsedMs());
          throw new Error('down');
        })
        .catch((error: unknown) => error);
      return { attempts, outcome };
    });
    expect(value.attempts).toEqual([0, 1000, 3000, 7000, 15_000]);
    expect(value.outcome).toEqual(new Error('down'));
  });

  it('gives up at its time limit', async () => {
    const { value, virtualMs } = await simulate(options, () =>
      timeout(5000, TimeoutStrategy.Aggressive)
        .execute(() => after(13_000))
        .catch((error: unknown) => error),
    );
    expect(value).toBeInstanceOf(TaskCancelledError);
    expect(virtualMs).toBe(5000);
  });

  it('opens its breaker, and closes it again after a trial', async () => {
    const { value } = await simulate(options, async (sim) => {
      const changes: unknown[] = [];
      const breaker = circuitBreaker(handleAll, {
        halfOpenAfter: 30_000,
        breaker: new ConsecutiveBreaker(3),
      });
      breaker.onBreak(() => changes.push(['open', sim.elapsedMs()]));
      breaker.onHalfOpen(() => changes.push(['half-open', sim.elapsedMs()]));
      breaker.onReset(() => changes.push(['closed', sim.elapsedMs()]));
      const refused: number[] = [];
      while (sim.elapsedMs() < 60_000) {
        const isDown = sim.elapsedMs() < 20_000;
        await breaker
          .execute(() => {
            if (isDown) throw new Error('down');
          })
          .catch((error: unknown) => {
            if (error instanceof BrokenCircuitError) refused.push(sim.elapsedMs());
          });
        await after(1000);
      }
      return { changes, refused: refused.length };
    });
    expect(value).toEqual({
      changes: [
        ['open', 2000],
        ['half-open', 32_000],
        ['closed', 32_000],
      ],
      refused: 29,
    });
  });
});
