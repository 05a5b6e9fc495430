import crypto, { randomUUID } from 'node:crypto';
import { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import timers, { setTimeout as imported } from 'node:timers';
import timersPromises from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { describe, expect, it } from 'vitest';

import { RestoreError, simulate, type SimulateOptions, type Simulation } from './index.ts';

const options: SimulateOptions = { seed: 1, start: 0, timeZone: 'Asia/Kathmandu' };

/** Every property that a simulation replaces, and the listeners of the process. */
function snapshot(): unknown[] {
  const objects: [object, string[]][] = [
    [globalThis, ['setTimeout', 'setInterval', 'setImmediate', 'Date', 'clearTimeout']],
    [globalThis, ['clearInterval', 'clearImmediate']],
    [timers, ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval']],
    [timersPromises, ['setTimeout', 'setInterval', 'setImmediate']],
    [timersPromises.scheduler, ['wait', 'yield']],
    [performance, ['now', 'timeOrigin']],
    [process, ['hrtime', 'uptime']],
    [Date, ['now']],
    [Date.prototype, ['constructor']],
    [AbortSignal, ['timeout']],
    [Math, ['random']],
    [globalThis.crypto, ['getRandomValues', 'randomUUID']],
    [crypto, ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync']],
    [crypto, ['pseudoRandomBytes']],
    [Event.prototype, ['timeStamp']],
    [Intl.DateTimeFormat.prototype, ['format', 'formatToParts']],
    [Socket.prototype, ['_writeGeneric']],
    [Worker.prototype, ['postMessage']],
  ];
  return [
    ...objects.flatMap(([object, keys]) =>
      keys.map((key) => Object.getOwnPropertyDescriptor(object, key)),
    ),
    new Date(2026, 6, 1).toString(),
    process.env['TZ'],
    process.rawListeners('unhandledRejection'),
    process.rawListeners('uncaughtException'),
    imported,
    randomUUID,
  ];
}

/** Fails unless `act` leaves everything as it found it. */
async function restores(act: () => Promise<void>): Promise<void> {
  const before = snapshot();
  await act();
  const after = snapshot();
  expect(after).toHaveLength(before.length);
  for (const [index, value] of after.entries()) expect(value).toStrictEqual(before[index]);
}

function throwing(): never {
  throw new Error('mine');
}

function refuseUncaught(event: string | symbol): void {
  if (event === 'uncaughtException') throw new Error('no more listeners');
}

function stubborn(): void {}

function refuseStubborn(_: string | symbol, listener: unknown): void {
  if (listener === stubborn) throw new Error('refused');
}

describe('the globals are restored', () => {
  it('after a run, and differ while it goes on', () =>
    restores(async () => {
      const before = snapshot();
      const { value } = await simulate(options, snapshot);
      expect(value.filter((one, index) => isSame(one, before[index]))).toEqual([]);
    }));

  it.each<[string, (sim: Simulation) => unknown]>([
    ['throws at once', throwing],
    ['rejects', () => timersPromises.setTimeout(5).then(throwing)],
    ['deadlocks', () => new Promise(() => undefined)],
    ['throws in a timer', () => new Promise(() => setTimeout(throwing, 5))],
    ['leaves a rejection unhandled', () => new Promise(() => void Promise.reject(new Error('x')))],
  ])('when the body %s', (_, body) =>
    restores(async () => {
      await expect(simulate(options, body)).rejects.toThrow(Error);
    }),
  );

  it('when the run is cancelled', () =>
    restores(async () => {
      const controller = new AbortController();
      const run = simulate({ ...options, signal: controller.signal }, () => {
        controller.abort();
        return timersPromises.setTimeout(10);
      });
      await expect(run).rejects.toMatchObject({ code: 'SIMULATION_CANCELLED' });
    }));

  it('when the body replaces them itself', () =>
    restores(async () => {
      await simulate(options, () => {
        Math.random = () => 4;
        globalThis.setTimeout = timers.setTimeout;
      });
      expect(Math.random()).toBeLessThan(1);
    }));

  it('when installing fails half-way', () =>
    restores(async () => {
      process.on('newListener', refuseUncaught);
      await expect(simulate(options, () => 1)).rejects.toThrow('no more listeners');
      process.off('newListener', refuseUncaught);
      expect((await simulate(options, () => 1)).value).toBe(1);
    }));

  it('as far as possible when a step fails, and the run says so', () =>
    restores(async () => {
      process.on('unhandledRejection', stubborn);
      const run = simulate(options, () => {
        process.on('newListener', refuseStubborn);
      });
      await expect(run).rejects.toThrow(RestoreError);
      await expect(run).rejects.toMatchObject({
        code: 'SIMULATION_NOT_RESTORED',
        cause: { message: 'refused' },
      });
      process.off('newListener', refuseStubborn);
    }));
});

describe('what was made in a simulation and outlives it', () => {
  it('does nothing any more, or works on real time', async () => {
    const { value } = await simulate(options, () => ({
      timer: setTimeout(() => expect.fail('fired after the end'), 1),
      keptSetTimeout: setTimeout,
      KeptDate: Date,
      keptRandom: Math.random,
    }));
    value.timer.refresh();
    clearTimeout(value.timer);
    await new Promise((resolve) => value.keptSetTimeout(resolve, 1));
    expect(value.KeptDate.now()).toBeGreaterThan(1e12);
    expect(new value.KeptDate().getTime()).toBeGreaterThan(1e12);
    expect(value.keptRandom()).toBeLessThan(1);
  });

  it('is virtual again in the next simulation', async () => {
    const { value: kept } = await simulate(options, () => globalThis.setTimeout);
    const result = await simulate(options, () => new Promise((resolve) => kept(resolve, 60_000)));
    expect(result.virtualMs).toBe(60_000);
  });
});

function isSame(a: unknown, b: unknown): boolean {
  return a !== undefined && contentOf(a) === contentOf(b);
}

/** What a descriptor holds, or the listeners of an event; a lone one stands for its list. */
function contentOf(entry: unknown): unknown {
  if (Array.isArray(entry)) return entry.length === 1 ? entry[0] : entry;
  return typeof entry === 'object' && entry !== null && 'value' in entry ? entry.value : entry;
}
