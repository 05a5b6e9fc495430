import { scheduler, setImmediate, setInterval, setTimeout } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { simulate } from './index.ts';

// All of these were imported before any simulation: the imports are live.
const start = 0;

describe('node:timers/promises under simulation', () => {
  it('setTimeout resolves with its value at its time', async () => {
    const result = await simulate({ seed: 1, start }, () => setTimeout(13_000, 'value'));
    expect(result).toMatchObject({ value: 'value', virtualMs: 13_000 });
  });

  it('setImmediate and scheduler.yield resolve at the same instant', async () => {
    const result = await simulate({ seed: 1, start }, async () => {
      await scheduler.yield();
      return await setImmediate('value');
    });
    expect(result).toMatchObject({ value: 'value', virtualMs: 0 });
  });

  it('scheduler.wait waits', async () => {
    expect((await simulate({ seed: 1, start }, () => scheduler.wait(250))).virtualMs).toBe(250);
  });

  it('an aborted wait rejects at once with the AbortError of Node, and leaves no timer', async () => {
    const result = await simulate({ seed: 1, start }, async () => {
      const controller = new AbortController();
      globalThis.setTimeout(() => {
        controller.abort('why');
      }, 10);
      return await setTimeout(5000, undefined, { signal: controller.signal }).catch(
        (error: unknown) => error,
      );
    });
    expect(result.value).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'why' });
    expect(result).toMatchObject({ virtualMs: 10, timersLeft: 0 });
  });

  it('a signal that is aborted already, or is none, is refused as Node refuses it', async () => {
    await simulate({ seed: 1, start }, async () => {
      const signal = AbortSignal.abort();
      await expect(setTimeout(1, 0, { signal })).rejects.toThrow('aborted');
      await expect(setImmediate(0, { signal })).rejects.toThrow('aborted');
      await expect(
        Reflect.apply(setTimeout, undefined, [1, 0, { signal: 'none' }]),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' });
    });
  });

  it('setInterval yields at each period, and clears its timer when the loop is left', async () => {
    const result = await simulate({ seed: 1, start }, async (sim) => {
      const times: unknown[] = [];
      for await (const value of setInterval(100, 'tick')) {
        times.push([value, sim.elapsedMs()]);
        if (times.length === 3) break;
      }
      return times;
    });
    expect(result.value).toEqual([
      ['tick', 100],
      ['tick', 200],
      ['tick', 300],
    ]);
    expect(result.timersLeft).toBe(0);
  });

  it('setInterval keeps the ticks that come while its consumer is busy', async () => {
    const { value } = await simulate({ seed: 1, start }, async (sim) => {
      const times: number[] = [];
      for await (const _ of setInterval(100)) {
        times.push(sim.elapsedMs());
        if (times.length === 1) await setTimeout(250);
        if (times.length === 4) break;
      }
      return times;
    });
    expect(value).toEqual([100, 350, 350, 400]);
  });

  it('setInterval ends with an AbortError when its signal is aborted', async () => {
    const { value } = await simulate({ seed: 1, start }, async (sim) => {
      const times: number[] = [];
      try {
        for await (const _ of setInterval(100, 0, { signal: AbortSignal.timeout(250) })) {
          times.push(sim.elapsedMs());
        }
      } catch (error) {
        return { times, error, atMs: sim.elapsedMs() };
      }
      return undefined;
    });
    expect(value).toMatchObject({ times: [100, 200], error: { name: 'AbortError' }, atMs: 250 });
  });
});
