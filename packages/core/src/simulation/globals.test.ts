import * as nodeCrypto from 'node:crypto';
import cryptoModule from 'node:crypto';
import { performance as imported } from 'node:perf_hooks';
import { setTimeout as after } from 'node:timers/promises';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { simulate, type Simulation } from './index.ts';

const start = '2026-11-27T14:00:00.000Z';
const run = async <T>(body: (sim: Simulation) => T | Promise<T>, seed = 1): Promise<T> =>
  (await simulate({ seed, start }, body)).value;

const dateBefore = new Date(0);
const KeptDate = Date;

/** What local time it is, told in four ways. */
const local = (): unknown[] => [
  new Date().getHours(),
  new Date().getTimezoneOffset(),
  new Date().toString().slice(0, 33),
  new Intl.DateTimeFormat('en', { timeStyle: 'short' }).resolvedOptions().timeZone,
];

describe('the clock', () => {
  it('Date tells virtual time, however it is asked', async () => {
    const told = await run(async () => {
      await after(1500.5);
      return [
        new Date().toISOString(),
        Date.now(),
        KeptDate.now(),
        Date().startsWith('Fri Nov 27 2026'),
        new Date(2026, 0, 2).getDate(),
        new Date('2020-01-01T00:00:00Z').getTime(),
        Date.UTC(1970, 0, 1, 0, 0, 1),
        Date.parse('1970-01-01T00:00:02Z'),
      ];
    });
    const now = Date.parse(start) + 1500;
    expect(told).toEqual([
      '2026-11-27T14:00:01.500Z',
      now,
      now,
      true,
      2,
      1_577_836_800_000,
      1000,
      2000,
    ]);
  });

  it('dates from inside and outside are instances of one another', async () => {
    const inside = await run(() => {
      class Moment extends Date {
        iso(): string {
          return this.toISOString();
        }
      }
      const moment = new Moment();
      expect(dateBefore).toBeInstanceOf(Date);
      expect(moment).toBeInstanceOf(Date);
      expect(moment).toBeInstanceOf(Moment);
      expect(moment.iso()).toBe(start);
      expect(dateBefore.constructor).toBe(Date);
      expect([Date.name, Date.length]).toEqual(['Date', 7]);
      return new Date();
    });
    expect(inside).toBeInstanceOf(Date);
    expect(inside.constructor).toBe(Date);
  });

  it('performance and hrtime count from the start, and agree with Date', async () => {
    const told = await run(async () => {
      const before = process.hrtime();
      await after(1250.25);
      return {
        now: [performance.now(), imported.now(), performance.timeOrigin],
        hrtime: [process.hrtime(), process.hrtime(before), process.hrtime.bigint()],
      };
    });
    expect(told).toEqual({
      now: [1250.25, 1250.25, Date.parse(start)],
      hrtime: [[1, 250_250_001], [1, 250_250_000], 1_250_250_001n],
    });
  });

  it('is above zero from the first instant on, as on every machine, and exact from then on', async () => {
    await run(async () => {
      const [first, firstNs] = [performance.now(), process.hrtime.bigint()];
      expect(first).toBeGreaterThan(0);
      expect(firstNs).toBeGreaterThan(0n);
      expect(process.uptime()).toBeGreaterThan(0);
      await after(0.1);
      expect([performance.now(), performance.now() - first]).toEqual([0.1, 0.1]);
      expect(process.hrtime.bigint() - firstNs).toBe(100_000n);
      await after(3_600_000);
      expect(process.uptime()).toBeCloseTo(3600, 3);
    });
  });

  it('an entry of a cache that is made at the first instant expires', async () => {
    await run(async () => {
      const cache = new Map<string, number>();
      // As lru-cache does it: a start of 0 means that there is no time to live.
      cache.set('entry', performance.now());
      const isStale = (): boolean => {
        const madeAt = cache.get('entry');
        return madeAt !== undefined && madeAt !== 0 && performance.now() - madeAt > 1000;
      };
      await after(1001);
      expect(isStale()).toBe(true);
    });
  });

  it('an event is stamped with the virtual time at which it is heard', async () => {
    const { value } = await simulate({ seed: 1, start }, async () => {
      const stamps: number[] = [];
      const controller = new AbortController();
      const hear = (event: Event): void => void stamps.push(event.timeStamp);
      controller.signal.addEventListener('abort', hear);
      AbortSignal.timeout(250).addEventListener('abort', hear);
      await after(1000);
      controller.abort();
      const event = new Event('mine');
      hear(event);
      await after(5);
      hear(event);
      return stamps;
    });
    expect(value).toEqual([250, 1000, 1000, 1000]);
    expect(new Event('mine').timeStamp).not.toBe(0);
  });

  it('local times are those of UTC on every machine, or of the zone that is told', async () => {
    for (const machine of [undefined, 'America/New_York', 'Asia/Kathmandu']) {
      await inZone(machine, async () => {
        expect(await run(local)).toEqual([14, 0, 'Fri Nov 27 2026 14:00:00 GMT+0000', 'UTC']);
        const told = await simulate({ seed: 1, start, timeZone: 'Europe/Berlin' }, local);
        expect(told.value).toEqual([15, -60, 'Fri Nov 27 2026 15:00:00 GMT+0100', 'Europe/Berlin']);
      });
    }
    await expect(simulate({ seed: 1, start, timeZone: 'Berlin' }, local)).rejects.toThrow(
      /timeZone must be a zone .*got Berlin/,
    );
  });

  it('a format without a date means now, the virtual one', async () => {
    await run(async () => {
      const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' });
      await after(61_000);
      expect(clock.format()).toBe('14:01:01');
      expect(clock.format(0)).toBe('00:00:00');
      expect(Reflect.get(clock, 'format')).toBe(Reflect.get(clock, 'format'));
      expect(clock.formatToParts().find(({ type }) => type === 'minute')?.value).toBe('01');
    });
  });

  it('hrtime borrows from the seconds', async () => {
    await run(async (sim) => {
      sim.blockEventLoop(900);
      const before = process.hrtime();
      await after(200);
      expect(process.hrtime(before)).toEqual([0, 200_000_000]);
    });
  });

  it('AbortSignal.timeout aborts in virtual time, with the error of Node', async () => {
    const { value, virtualMs } = await simulate(
      { seed: 1, start },
      () =>
        new Promise((resolve) => {
          const signal = AbortSignal.timeout(5000);
          signal.addEventListener('abort', () => {
            resolve(signal.reason);
          });
        }),
    );
    expect(value).toMatchObject({ name: 'TimeoutError', code: 23 });
    expect(virtualMs).toBe(5000);
  });

  it('AbortSignal.timeout refuses what Node refuses', async () => {
    await run(() => {
      expect(() => AbortSignal.timeout(-1)).toThrow(RangeError);
    });
  });
});

/** Runs on a machine that stands in another zone; without one, where it stands. */
async function inZone(zone: string | undefined, act: () => Promise<void>): Promise<void> {
  const before = process.env['TZ'];
  if (zone !== undefined) process.env['TZ'] = zone;
  try {
    await act();
    expect(process.env['TZ']).toBe(zone ?? before);
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
}

const everything = async (seed: number): Promise<unknown> =>
  run(
    async (sim) => [
      Math.random(),
      crypto.randomUUID(),
      nodeCrypto.randomUUID(),
      [...crypto.getRandomValues(new Uint16Array(3))],
      [...nodeCrypto.getRandomValues(new Uint8Array(3))],
      nodeCrypto.randomBytes(5).toString('hex'),
      nodeCrypto.randomInt(1000),
      nodeCrypto.randomInt(-5, 5),
      [...nodeCrypto.randomFillSync(new Uint8Array(4), 1, 2)],
      filledBuffer(),
      nodeCrypto.randomFillSync(new DataView(new ArrayBuffer(8)), 2, 4).getFloat64(0),
      ['pseudoRandomBytes', 'prng', 'rng'].map((name) => callOf(name, 4)),
      callOf('randomUUIDv7'),
      (await promisify(nodeCrypto.randomBytes)(5)).toString('hex'),
      await promisify((done: (error: Error | null, value: number) => void) => {
        nodeCrypto.randomInt(7, done);
      })(),
      await new Promise((resolve) => {
        nodeCrypto.randomFill(new Uint32Array(2), (_, filled) => {
          resolve([...filled]);
        });
      }),
      sim.random('a').next(),
      sim.elapsedMs(),
    ],
    seed,
  );

/** Calls a function that the types do not know, or not in all versions of Node. */
function callOf(name: string, ...args: unknown[]): string | undefined {
  const found: unknown = Reflect.get(cryptoModule, name);
  if (typeof found !== 'function') return undefined;
  const made: unknown = Reflect.apply(found, cryptoModule, args);
  return made instanceof Uint8Array ? Buffer.from(made).toString('hex') : JSON.stringify(made);
}

/** The bytes of a buffer that is no view; the types know views only. */
function filledBuffer(): number[] {
  const buffer = new ArrayBuffer(4);
  Reflect.apply(nodeCrypto.randomFillSync, undefined, [buffer]);
  return [...new Uint8Array(buffer)];
}

/** The first draw of a stream, after so many draws from others. */
function ownDraw(others: number): Promise<number> {
  return run((sim) => {
    for (let i = 0; i < others; i += 1) {
      sim.random('other').next();
      Math.random();
    }
    return sim.random('own').next();
  });
}

describe('randomness', () => {
  it('all sources give the same for the same seed, and others for another', async () => {
    const first = await everything(7);
    expect(await everything(7)).toEqual(first);
    expect(await everything(8)).not.toEqual(first);
  });

  it('the sources keep the shape of what they stand for', async () => {
    await run(() => {
      const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      expect(crypto.randomUUID()).toMatch(uuid);
      expect(nodeCrypto.randomUUID()).toMatch(uuid);
      expect(nodeCrypto.randomFillSync(new Uint8Array(6), 2, 2).slice(4)).toEqual(
        new Uint8Array(2),
      );
      for (let i = 0; i < 100; i += 1) {
        const drawn = nodeCrypto.randomInt(3, 5);
        expect(drawn === 3 || drawn === 4).toBe(true);
      }
    });
  });

  it('a UUID of version 7 begins with the virtual time', async () => {
    await run(async () => {
      await after(12);
      const uuid = callOf('randomUUIDv7');
      if (uuid === undefined) return;
      expect(uuid).toMatch(
        /^"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/,
      );
      const time = uuid.slice(1).replace('-', '').slice(0, 12);
      expect(Number.parseInt(time, 16)).toBe(Date.parse(start) + 12);
    });
  });

  it('what the real functions refuse is refused in the same way', async () => {
    await run(() => {
      // @ts-expect-error -- floats are refused by the types too
      expect(() => crypto.getRandomValues(new Float64Array(1))).toThrow(
        expect.objectContaining({ name: 'TypeMismatchError' }),
      );
      expect(() => crypto.getRandomValues(new Uint8Array(65_537))).toThrow(
        expect.objectContaining({ name: 'QuotaExceededError' }),
      );
      expect(() => nodeCrypto.randomInt(5, 5)).toThrow(RangeError);
      expect(() => nodeCrypto.randomBytes(-1)).toThrow(RangeError);
      expect(() => nodeCrypto.randomFillSync(new Uint8Array(2), 3)).toThrow(RangeError);
    });
  });

  it('a draw from one named stream moves no other stream', async () => {
    expect(await ownDraw(0)).toBe(await ownDraw(10));
  });

  it('a name gives the same stream object each time', async () => {
    await run((sim) => {
      expect(sim.random('a')).toBe(sim.random('a'));
      expect(sim.random('a')).not.toBe(sim.random('b'));
    });
  });
});
