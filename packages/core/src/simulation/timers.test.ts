import { AsyncLocalStorage } from 'node:async_hooks';
import { clearTimeout as clearImported, setTimeout as setImported } from 'node:timers';
import { promisify } from 'node:util';

import { expect, it, vi } from 'vitest';

import { simulate, type Simulation } from './index.ts';

const start = '2026-11-27T14:00:00Z';
const run = async <T>(body: (sim: Simulation) => T | Promise<T>): Promise<T> =>
  (await simulate({ seed: 1, start }, body)).value;

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

it('a latency of thirteen seconds is thirteen seconds of virtual time', async () => {
  const result = await simulate({ seed: 1, start }, async (sim) => {
    await after(13_000);
    return [sim.elapsedMs(), Date.now() - sim.startMs, performance.now()];
  });
  expect(result).toMatchObject({
    value: [13_000, 13_000, 13_000],
    virtualMs: 13_000,
    timersFired: 1,
    timersLeft: 0,
  });
});

it('timers fire in the order of due time, then of arming', async () => {
  const order = await run(async () => {
    const fired: string[] = [];
    const arm = (name: string, ms: number): void => {
      setTimeout(() => fired.push(name), ms);
    };
    arm('late', 20);
    arm('first at 10', 10);
    arm('second at 10', 10);
    arm('early', 5);
    await after(30);
    return fired;
  });
  expect(order).toEqual(['early', 'first at 10', 'second at 10', 'late']);
});

it('microtasks and next ticks of a timer run before the next timer of the same instant', async () => {
  const order = await run(async () => {
    const seen: string[] = [];
    setTimeout(() => {
      seen.push('first timer');
      process.nextTick(() => seen.push('its tick'));
      void Promise.resolve()
        .then(() => undefined)
        .then(() => seen.push('its chain'));
    }, 10);
    setTimeout(() => seen.push('second timer'), 10);
    await after(20);
    return seen;
  });
  expect(order).toEqual(['first timer', 'its tick', 'its chain', 'second timer']);
});

it('a timer that is cleared by another one of the same instant does not fire', async () => {
  const fired = await run(async () => {
    const seen: string[] = [];
    setTimeout(() => {
      clearTimeout(second);
      seen.push('first');
    }, 10);
    const second = setTimeout(() => seen.push('second'), 10);
    await after(20);
    return seen;
  });
  expect(fired).toEqual(['first']);
});

it('fractions of a millisecond are kept, and sums of them are exact', async () => {
  const times = await run(async (sim) => {
    const seen: number[] = [];
    await after(0.25);
    seen.push(sim.elapsedMs());
    for (let i = 0; i < 10; i += 1) await after(0.1);
    return [...seen, sim.elapsedMs()];
  });
  expect(times).toEqual([0.25, 1.25]);
});

it('zero, negative and senseless delays are 1 ms, as in Node', async () => {
  const times = await run(async (sim) => {
    const seen: number[] = [];
    for (const delay of [0, -5, NaN]) {
      await after(delay);
      seen.push(sim.elapsedMs());
    }
    return seen;
  });
  expect(times).toEqual([1, 2, 3]);
});

it('a delay that Node cannot hold is 1 ms, with the warning of Node', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  try {
    expect((await simulate({ seed: 1, start }, () => after(2 ** 31))).virtualMs).toBe(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('32-bit'), 'TimeoutOverflowWarning');
  } finally {
    warn.mockRestore();
  }
});

it('callbacks get their extra arguments, and the timer as this', async () => {
  const seen = await run(
    () =>
      new Promise<unknown[]>((resolve) => {
        const timer = setTimeout(
          function callback(this: unknown, ...args: unknown[]) {
            resolve([this === timer, ...args]);
          },
          5,
          'a',
          2,
        );
      }),
  );
  expect(seen).toEqual([true, 'a', 2]);
});

it('what is no function is refused as Node refuses it', async () => {
  await run(() => {
    const bad: unknown = 'not a function';
    expect(() => Reflect.apply(setTimeout, undefined, [bad, 1])).toThrow(TypeError);
    expect(() => Reflect.apply(setImmediate, undefined, [bad])).toThrow(TypeError);
  });
});

it('an interval repeats exactly until it is cleared, also from inside', async () => {
  const times = await run(
    (sim) =>
      new Promise<number[]>((resolve) => {
        const seen: number[] = [];
        const interval = setInterval(() => {
          seen.push(sim.elapsedMs());
          if (seen.length < 3) return;
          clearInterval(interval);
          setTimeout(resolve, 100, seen);
        }, 2.5);
      }),
  );
  expect(times).toEqual([2.5, 5, 7.5]);
});

it('refresh starts the delay anew, also after firing, and not after clearing', async () => {
  const times = await run(async (sim) => {
    const seen: number[] = [];
    const timer = setTimeout(() => seen.push(sim.elapsedMs()), 10);
    await after(6);
    timer.refresh();
    await after(12);
    timer.refresh();
    await after(12);
    clearTimeout(timer);
    timer.refresh();
    await after(50);
    return seen;
  });
  expect(times).toEqual([16, 28]);
});

it('a timer knows ref and unref, becomes a number, and ends with its scope', async () => {
  await run(async () => {
    const fired: string[] = [];
    const timer = setTimeout(() => fired.push('unref'), 1);
    expect(timer.hasRef()).toBe(true);
    expect(timer.unref().hasRef()).toBe(false);
    expect(timer.ref().hasRef()).toBe(true);
    timer.unref();
    clearTimeout(Number(setTimeout(() => fired.push('by number'), 1)));
    clearTimeout(String(Number(setTimeout(() => fired.push('by text'), 1))));
    setTimeout(() => fired.push('closed'), 1).close();
    {
      using scoped = setTimeout(() => fired.push('disposed'), 1);
      expect(scoped.hasRef()).toBe(true);
    }
    clearTimeout(undefined);
    await after(5);
    expect(fired).toEqual(['unref']);
  });
});

it('immediates run at the same instant, after promise chains, and before later timers', async () => {
  const order = await run(async (sim) => {
    const seen: unknown[] = [];
    setTimeout(() => seen.push(['timer', sim.elapsedMs()]), 1);
    setImmediate((name: string) => seen.push([name, sim.elapsedMs()]), 'immediate');
    clearImmediate(setImmediate(() => seen.push('cleared')));
    queueMicrotask(() => seen.push('microtask'));
    await after(2);
    return seen;
  });
  expect(order).toEqual(['microtask', ['immediate', 0], ['timer', 1]]);
});

it('an immediate set by an immediate runs in the next round, after timers that are due', async () => {
  const order = await run(async (sim) => {
    const seen: string[] = [];
    setTimeout(() => seen.push('timer'), 1);
    setImmediate(() => {
      seen.push('first');
      sim.blockEventLoop(5);
      setImmediate(() => seen.push('second'));
    });
    await after(10);
    return seen;
  });
  expect(order).toEqual(['first', 'timer', 'second']);
});

it('immediates without end do not keep timers from firing', async () => {
  const rounds = await run(async () => {
    let count = 0;
    let immediate: NodeJS.Immediate | undefined;
    const again = (): void => {
      count += 1;
      immediate = setImmediate(again);
    };
    again();
    await after(5000);
    clearImmediate(immediate);
    return count;
  });
  expect(rounds).toBeGreaterThan(1000);
});

it('node:timers is virtual too, also when it was imported before', async () => {
  const result = await simulate({ seed: 1, start }, async () => {
    clearImported(setImported(() => expect.fail('was cleared'), 10));
    await new Promise((resolve) => setImported(resolve, 90_000));
  });
  expect(result.virtualMs).toBe(90_000);
});

it('promisify turns the virtual functions into promises', async () => {
  const result = await simulate({ seed: 1, start }, async () => {
    await promisify(setImmediate)();
    return await promisify(setTimeout)(700, 'value');
  });
  expect(result).toMatchObject({ value: 'value', virtualMs: 700 });
});

it('a callback runs in the async context in which it was set', async () => {
  const store = new AsyncLocalStorage<string>();
  const seen = await run(async () => {
    const contexts: (string | undefined)[] = [];
    store.run('timer', () => setTimeout(() => contexts.push(store.getStore()), 1));
    store.run('immediate', () => setImmediate(() => contexts.push(store.getStore())));
    setTimeout(() => contexts.push(store.getStore()), 2);
    await store.run('awaited', async () => {
      await after(3);
      contexts.push(store.getStore());
    });
    return contexts;
  });
  expect(seen).toEqual(['immediate', 'timer', undefined, 'awaited']);
});

it('timers left when the body settles are cleared and counted', async () => {
  const fired: string[] = [];
  const result = await simulate({ seed: 1, start }, async () => {
    setInterval(() => fired.push('interval'), 1000);
    setTimeout(() => fired.push('same instant'), 10);
    await after(10);
    setImmediate(() => fired.push('immediate'));
    setTimeout(() => fired.push('later'), 10);
  });
  expect(result.timersLeft).toBe(3);
  await new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
  expect(fired).toEqual(['same instant']);
});
