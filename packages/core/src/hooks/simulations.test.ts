import { describe, expect, test } from 'vitest';
import { simulate, type SimulateOptions } from '../simulation/index.ts';
import { createHooks, type Hooks } from './index.ts';

const options: SimulateOptions = { seed: 1, start: 0 };

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Events {
  task: number;
  hanging: number;
}

function poolOf(): Hooks<Events> {
  const hooks = createHooks<Events>({ queueSize: 100_000, maxStrays: 1_000, workers: 100 });
  hooks.hook('task', () => undefined);
  hooks.hook('hanging', () => new Promise<void>(() => undefined), { timeoutMs: 100 });
  return hooks;
}

// A simulation takes its timers and turns with it when it ends.
describe('hooks that outlive a simulation', () => {
  test('go on after one that ended while they rested between two turns', async () => {
    const hooks = poolOf();
    await simulate(options, async () => {
      for (let i = 0; i < 10_000; i++) hooks.emit('task', i);
      await Promise.resolve();
      await Promise.resolve();
    });
    expect(hooks.counters().processed).toBeLessThan(10_000);
    hooks.emit('task', 0);
    await hooks.onIdle();
    expect(hooks.counters().processed).toBe(10_001);
  });

  test('go on in the next one, too', async () => {
    const hooks = poolOf();
    for (let run = 1; run <= 3; run++) {
      await simulate(options, async () => {
        for (let i = 0; i < 10_000; i++) hooks.emit('task', i);
        await Promise.resolve();
        await Promise.resolve();
      });
    }
    await simulate(options, async () => {
      hooks.emit('task', 0);
      await hooks.onIdle();
    });
    expect(hooks.counters().processed).toBe(30_001);
  });

  test.each([
    [0, 20],
    [0, 90],
    [5_000, 20],
    [40, 4_000],
  ])(
    'keep a time limit of 100 ms when one ended while it ran (%d ms in, then %d ms in)',
    async (firstMs, secondMs) => {
      const hooks = poolOf();
      await simulate(options, async () => {
        await after(firstMs);
        hooks.emit('hanging', 1);
        await after(10);
      });
      const { value } = await simulate(options, async () => {
        await after(secondMs);
        const before = hooks.counters().timedOut;
        hooks.emit('hanging', 2);
        await after(99);
        const early = hooks.counters().timedOut - before;
        await after(10_000);
        return { early, timedOut: hooks.counters().timedOut };
      });
      expect(value.timedOut).toBeGreaterThanOrEqual(1);
      expect(value.early).toBeLessThanOrEqual(1);
      const before = hooks.counters();
      expect(before.timedOut + before.running).toBe(2);
    },
  );
});
