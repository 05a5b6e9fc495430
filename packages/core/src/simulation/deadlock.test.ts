import { setTimeout as after } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { DeadlockError, simulate, type SimulateOptions } from './index.ts';

const options: SimulateOptions = { seed: 1, start: 0 };

async function failure(
  body: () => unknown,
  more: Partial<SimulateOptions> = {},
): Promise<DeadlockError> {
  const outcome = await simulate({ ...options, ...more }, async () => {
    await body();
  }).catch((error: unknown) => error);
  if (outcome instanceof DeadlockError) return outcome;
  throw new Error('no deadlock', { cause: outcome });
}

function neverSettles(): Promise<never> {
  return new Promise(() => undefined);
}

describe('a deadlock', () => {
  it('is an error with the moment and the last timers to fire', async () => {
    const error = await failure(async () => {
      await after(1000);
      setTimeout(function poll() {}, 500);
      await neverSettles();
    });
    expect(error).toMatchObject({ code: 'SIMULATION_DEADLOCK', elapsedMs: 1500 });
    expect(error).toMatchObject({
      lastTimers: [
        expect.stringMatching(/^setTimeout of 1000 ms .* at 1000 ms$/),
        'setTimeout of 500 ms (poll) at 1500 ms',
      ],
    });
    expect(error.message).toContain('traceWaits: true');
  });

  it('names the places where pending promises were made, when told to', async () => {
    const error = await failure(
      async () => {
        await after(10);
        await neverSettles();
      },
      { traceWaits: true },
    );
    expect(error.message).toMatch(/neverSettles \(.*deadlock\.test\.ts\S*:\d+:\d+\)/);
    expect(error.message).not.toContain('traceWaits: true');
  });

  it('lists at most eight timers, the latest last', async () => {
    const error = await failure(async () => {
      for (let i = 1; i <= 20; i += 1) await after(i);
      await neverSettles();
    });
    const lines = error.message.split('\n').filter((line) => line.includes('setTimeout of'));
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toMatch(/of 20 ms .* at 210 ms$/);
  });

  it('is not called while real turns still lead on', async () => {
    const result = await simulate(options, async () => {
      const { port1, port2 } = new MessageChannel();
      const answer = new Promise((resolve) => {
        port2.addEventListener('message', resolve);
        port2.start();
      });
      port1.postMessage('x');
      await answer;
      port1.close();
      await after(10);
    });
    expect(result.virtualMs).toBe(10);
  });

  it("unref'd timers run while the body waits, and may be what it waits for", async () => {
    const result = await simulate(options, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5000).unref());
      await after(5000, undefined, { ref: false });
    });
    expect(result.virtualMs).toBe(10_000);
  });

  it("unref'd timers alone carry a run for an hour, and then no longer", async () => {
    let ticks = 0;
    const error = await failure(async () => {
      await after(1000);
      setInterval(() => {
        ticks += 1;
      }, 60_000).unref();
      await neverSettles();
    });
    expect(error).toMatchObject({ elapsedMs: 3_601_000, unrefTimers: 1 });
    expect(ticks).toBe(60);
  });

  it('a timer with a ref starts the hour anew', async () => {
    const result = await simulate(options, async () => {
      setInterval(() => undefined, 60_000).unref();
      await after(2 * 3_600_000);
      await new Promise((resolve) => setTimeout(resolve, 3_000_000).unref());
    });
    expect(result.virtualMs).toBe(10_200_000);
  });
});
