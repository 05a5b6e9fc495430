import { readFile } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import {
  currentSimulation,
  LivelockError,
  simulate,
  SimulationActiveError,
  type SimulateOptions,
  type Simulation,
  SimulationCancelledError,
  SimulationSupersededError,
  UncaughtErrorInSimulationError,
  UnhandledRejectionInSimulationError,
  VirtualTimeLimitError,
} from './index.ts';

const start = '2026-11-27T14:00:00Z';
const options: SimulateOptions = { seed: 1, start };

describe('simulate', () => {
  it('gives the value, the virtual time and the counts of a run', async () => {
    const result = await simulate(options, async () => {
      await Promise.all([after(10), after(10), after(20)]);
      return 'done';
    });
    expect(result).toEqual({
      value: 'done',
      virtualMs: 20,
      timersFired: 3,
      timersLeft: 0,
      turns: expect.any(Number),
    });
  });

  it('takes a body that is not asynchronous', async () => {
    expect(await simulate(options, (sim) => sim.seed)).toMatchObject({ value: 1, virtualMs: 0 });
  });

  it('has the current simulation at hand while it runs, and only then', async () => {
    expect(currentSimulation()).toBeUndefined();
    await simulate(options, (sim) => {
      expect(currentSimulation()).toBe(sim);
      expect(sim.startMs).toBe(Date.parse(start));
    });
    expect(currentSimulation()).toBeUndefined();
  });

  it('runs the body on a turn of its own, and leaves the code around it alone', async () => {
    const before = globalThis.setTimeout;
    const running = simulate(options, () => globalThis.setTimeout);
    expect(globalThis.setTimeout).toBe(before);
    expect((await running).value).not.toBe(before);
  });

  it.each([
    ['seed', { seed: -1, start }],
    ['seed', { seed: 0.5, start }],
    ['seed', { seed: 2 ** 53, start }],
    ['start', { seed: 1, start: 'yesterday' }],
    ['maxVirtualMs', { seed: 1, start, maxVirtualMs: 0 }],
  ])('refuses a bad %s by name and value', async (name, bad) => {
    await expect(simulate(bad, () => undefined)).rejects.toThrow(RangeError);
    await expect(simulate(bad, () => undefined)).rejects.toThrow(`${name} must be`);
  });

  it('refuses to run inside another simulation, also in a hold', async () => {
    await simulate(options, async (sim) => {
      await expect(simulate(options, () => 1)).rejects.toThrow(SimulationActiveError);
      await expect(sim.hold(() => simulate(options, () => 1))).rejects.toMatchObject({
        code: 'SIMULATION_ACTIVE',
      });
    });
  });

  it.each<[string, (sim: Simulation) => Promise<unknown>]>([
    ['goes on', () => after(1e9)],
    ['stands still in a hold', (sim) => sim.hold(() => new Promise(() => undefined))],
    ['has timers without end', () => new Promise(() => setInterval(() => undefined, 1))],
  ])('ends a simulation that was left behind and %s, and starts afresh', async (_, body) => {
    const before = globalThis.setTimeout;
    const left = simulate(options, body).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(setImmediate, resolve));
    const next = await simulate(options, async (sim) => {
      const begunMs = sim.elapsedMs();
      await after(10);
      return [begunMs, Math.random()];
    });
    expect(next.value).toEqual([0, (await simulate(options, () => Math.random())).value]);
    expect(await left).toBeInstanceOf(SimulationSupersededError);
    expect(globalThis.setTimeout).toBe(before);
  });

  it('of several that are started at once only the last runs, and the others say why', async () => {
    const runs = [1, 2, 3].map((n) => simulate(options, () => after(10).then(() => n)));
    const outcomes = await Promise.allSettled(runs);
    expect(outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'SIMULATION_SUPERSEDED' } },
      { status: 'rejected', reason: { code: 'SIMULATION_SUPERSEDED' } },
      { status: 'fulfilled', value: { value: 3, virtualMs: 10 } },
    ]);
  });

  it('a program that goes on after its simulation does not reach into the next', async () => {
    const seen: unknown[] = [];
    const { promise: goOn, resolve: release } = Promise.withResolvers<void>();
    const first = simulate(options, async (sim) => {
      void sim
        .hold(() => goOn)
        .then(() => {
          setTimeout(() => seen.push('timer'), 1);
          setImmediate(() => seen.push('immediate'));
          seen.push(performance.now(), Date.now() - sim.startMs);
          Math.random();
          return after(1).then(() => seen.push('awaited'));
        });
      sim.blockEventLoop(77);
    });
    await first;
    const undisturbed = (await simulate(options, () => Math.random())).value;
    const second = await simulate(options, async (sim) => {
      await sim.hold(async () => {
        release();
        await new Promise((resolve) => sim.real.setImmediate(resolve));
      });
      await after(1000);
      return Math.random();
    });
    expect(second).toMatchObject({ value: undisturbed, virtualMs: 1000, timersFired: 1 });
    expect(seen).toEqual([77, 77]);
  });

  it('rejects with what the body threw', async () => {
    const error = new Error('mine');
    const throwing = (): never => {
      throw error;
    };
    await expect(simulate(options, throwing)).rejects.toBe(error);
    await expect(simulate(options, () => after(5).then(throwing))).rejects.toBe(error);
  });

  it('fails when a timer, an immediate or a microtask throws', async () => {
    const error = new Error('thrown');
    const throwing = (): never => {
      throw error;
    };
    for (const begin of [() => setTimeout(throwing, 5), () => setImmediate(throwing)]) {
      const run = simulate(options, () => {
        begin();
        return after(10);
      });
      await expect(run).rejects.toThrow(UncaughtErrorInSimulationError);
      await expect(run).rejects.toMatchObject({ cause: error });
    }
    const run = simulate(options, () => {
      queueMicrotask(throwing);
      return after(10);
    });
    await expect(run).rejects.toMatchObject({ code: 'SIMULATION_UNCAUGHT_ERROR', cause: error });
  });

  it('stops at the limit of virtual time, also when synchronous work passes it', async () => {
    const limited = { ...options, maxVirtualMs: 1000 };
    expect((await simulate(limited, () => after(1000))).virtualMs).toBe(1000);
    await expect(simulate(limited, () => after(1001))).rejects.toThrow(VirtualTimeLimitError);
    await expect(
      simulate(limited, (sim) => {
        sim.blockEventLoop(1001);
      }),
    ).rejects.toMatchObject({ code: 'SIMULATION_TIME_LIMIT', maxVirtualMs: 1000 });
  });

  it('calls immediates without end and without a timer a livelock', async () => {
    const run = simulate(options, () => {
      const again = (): void => void setImmediate(again);
      again();
      return new Promise(() => undefined);
    });
    await expect(run).rejects.toThrow(LivelockError);
  });
});

const floating = async (): Promise<void> => {
  setTimeout(() => void Promise.reject(new Error('lost')), 10);
  await after(50);
};

const giveUp = (): never => {
  throw new Error('enough');
};

describe('an unhandled rejection', () => {
  it('fails the run, with the reason as its cause', async () => {
    const run = simulate(options, floating);
    await expect(run).rejects.toThrow(UnhandledRejectionInSimulationError);
    await expect(run).rejects.toMatchObject({ elapsedMs: 10, cause: { message: 'lost' } });
  });

  it('goes to onUnhandledRejection instead, and the run goes on', async () => {
    const reasons: unknown[] = [];
    const result = await simulate(
      { ...options, onUnhandledRejection: (reason) => reasons.push(reason) },
      floating,
    );
    expect(result.virtualMs).toBe(50);
    expect(reasons).toEqual([new Error('lost')]);
  });

  it('fails the run with what onUnhandledRejection throws', async () => {
    await expect(simulate({ ...options, onUnhandledRejection: giveUp }, floating)).rejects.toThrow(
      'enough',
    );
  });
});

/** When an interval of 100 ms fires whose callback blocks for so long. */
async function beats(blockedMs: number): Promise<number[]> {
  const { value } = await simulate(options, async (sim) => {
    const seen: number[] = [];
    setInterval(() => {
      seen.push(sim.elapsedMs());
      sim.blockEventLoop(blockedMs);
    }, 100);
    await after(550);
    return seen;
  });
  return value;
}

describe('blockEventLoop', () => {
  it('moves time while nothing runs; late timers then fire in the order in which they were due', async () => {
    const { value } = await simulate(options, async (sim) => {
      const seen: unknown[] = [];
      for (const ms of [30, 10, 20, 200]) setTimeout(() => seen.push([ms, sim.elapsedMs()]), ms);
      setTimeout(() => {
        sim.blockEventLoop(100.5);
        seen.push(['blocked until', sim.elapsedMs()]);
      }, 5);
      await after(300);
      return seen;
    });
    expect(value).toEqual([
      ['blocked until', 105.5],
      [10, 105.5],
      [20, 105.5],
      [30, 105.5],
      [200, 200],
    ]);
  });

  it('makes an interval late, and its next period starts then', async () => {
    const { value } = await simulate(options, async (sim) => {
      const seen: number[] = [];
      setInterval(() => seen.push(sim.elapsedMs()), 100);
      sim.blockEventLoop(250);
      await after(210);
      return seen;
    });
    expect(value).toEqual([250, 350, 450]);
  });

  it('inside an interval does not move its beat, unless it takes longer than a period', async () => {
    expect(await beats(30)).toEqual([100, 200, 300, 400, 500]);
    expect(await beats(100)).toEqual([100, 200, 300, 400, 500]);
    expect(await beats(150)).toEqual([100, 250, 400, 550]);
  });

  it('in one interval makes another late once, and leaves its own beat alone', async () => {
    const { value } = await simulate(options, async (sim) => {
      const seen: [string, number][] = [];
      setInterval(() => {
        seen.push(['slow', sim.elapsedMs()]);
        sim.blockEventLoop(30);
      }, 100);
      setInterval(() => seen.push(['quick', sim.elapsedMs()]), 100);
      await after(250);
      return seen;
    });
    expect(value).toEqual([
      ['slow', 100],
      ['quick', 130],
      ['slow', 200],
      ['quick', 230],
    ]);
  });

  it('refuses a negative or endless time', async () => {
    await simulate(options, (sim) => {
      expect(() => {
        sim.blockEventLoop(-1);
      }).toThrow(/ms must be .* got -1/);
      expect(() => {
        sim.blockEventLoop(Infinity);
      }).toThrow(RangeError);
    });
  });
});

describe('hold', () => {
  it('lets virtual time stand still while real work goes on', async () => {
    const { value } = await simulate(options, async (sim) => {
      const fired: number[] = [];
      setTimeout(() => fired.push(sim.elapsedMs()), 1);
      const text = await sim.hold(() => readFile(import.meta.filename, 'utf8'));
      const heldUntil = sim.elapsedMs();
      await after(5);
      return { heldUntil, fired, found: text.includes('stand still') };
    });
    expect(value).toEqual({ heldUntil: 0, fired: [1], found: true });
  });

  it('gives immediates their turn, so that real work may use them', async () => {
    const result = await simulate(options, (sim) =>
      sim.hold(() => new Promise((resolve) => setImmediate(resolve, 'ran'))),
    );
    expect(result).toMatchObject({ value: 'ran', virtualMs: 0 });
  });

  it('waits for all holds, and passes on their errors', async () => {
    const { value } = await simulate(options, async (sim) => {
      const realWait = (turns: number): Promise<void> =>
        new Promise((resolve) => {
          const count = (left: number): void => {
            if (left === 0) resolve();
            else sim.real.setImmediate(count, left - 1);
          };
          count(turns);
        });
      const outcomes = await Promise.allSettled([
        sim.hold(() => realWait(5)),
        sim.hold(() => realWait(20)),
        sim.hold(() => Promise.reject(new Error('held'))),
        sim.hold(() => {
          throw new Error('at once');
        }),
      ]);
      return [outcomes.map((outcome) => outcome.status), sim.elapsedMs()];
    });
    expect(value).toEqual([['fulfilled', 'fulfilled', 'rejected', 'rejected'], 0]);
  });

  it('has the real timers and clock at hand', async () => {
    const { virtualMs } = await simulate(options, (sim) =>
      sim.hold(async () => {
        const before = sim.real.now();
        await new Promise((resolve) => sim.real.setTimeout(resolve, 2));
        sim.real.clearTimeout(sim.real.setTimeout(() => undefined, 60_000));
        expect(sim.real.now()).toBeGreaterThan(before);
      }),
    );
    expect(virtualMs).toBe(0);
  });
});

const three = async (): Promise<void> => {
  await Promise.all([after(10), after(10), after(25)]);
  await after(5);
};

describe('pace', () => {
  it('is asked before each move of time, with the time to which it moves', async () => {
    const seen: number[] = [];
    await simulate({ ...options, pace: (nextElapsedMs) => void seen.push(nextElapsedMs) }, three);
    expect(seen).toEqual([10, 25, 30]);
  });

  it('keeps time standing while its promise is pending', async () => {
    const seen: (number | undefined)[] = [];
    const result = await simulate(
      {
        ...options,
        async pace() {
          const before = currentSimulation()?.elapsedMs();
          await new Promise((resolve) => currentSimulation()?.real.setTimeout(resolve, 1));
          seen.push(before, currentSimulation()?.elapsedMs());
        },
      },
      three,
    );
    expect(seen).toEqual([0, 0, 10, 10, 25, 25]);
    expect(result.virtualMs).toBe(30);
  });

  it('fails the run when it throws or rejects', async () => {
    const throwing = {
      ...options,
      pace: (): never => {
        throw new Error('view is gone');
      },
    };
    await expect(simulate(throwing, three)).rejects.toThrow('view is gone');
    const rejecting = { ...options, pace: () => Promise.reject(new Error('view is lost')) };
    await expect(simulate(rejecting, three)).rejects.toThrow('view is lost');
  });
});

const forever = (): Promise<never> => new Promise(() => undefined);

describe('a signal', () => {
  it('that is aborted before the start lets nothing begin', async () => {
    let began = false;
    const run = simulate({ ...options, signal: AbortSignal.abort('why') }, () => {
      began = true;
    });
    await expect(run).rejects.toMatchObject({ code: 'SIMULATION_CANCELLED', cause: 'why' });
    expect(began).toBe(false);
  });

  it('ends a run in the middle', async () => {
    const controller = new AbortController();
    const fired: string[] = [];
    const run = simulate({ ...options, signal: controller.signal }, async () => {
      setTimeout(() => {
        controller.abort('stop');
      }, 500);
      setTimeout(() => fired.push('same instant'), 500);
      setTimeout(() => fired.push('later'), 501);
      await after(1000);
    });
    await expect(run).rejects.toThrow(SimulationCancelledError);
    await expect(run).rejects.toMatchObject({ elapsedMs: 500, cause: 'stop' });
    expect(fired).toEqual([]);
  });

  it('ends a run that stands still, in a hold or in its pace', async () => {
    for (const stuck of ['hold', 'pace'] as const) {
      const controller = new AbortController();
      const waits = { ...options, signal: controller.signal };
      const run = simulate(stuck === 'pace' ? { ...waits, pace: forever } : waits, (sim) =>
        stuck === 'hold' ? sim.hold(forever) : after(10),
      );
      setTimeout(() => {
        controller.abort();
      }, 2);
      await expect(run).rejects.toThrow(SimulationCancelledError);
    }
  });
});
