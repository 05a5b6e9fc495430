import type { Socket } from 'node:net';
import { simulateSystem } from '@firedrill/core/scenario/testing';
import { describe, expect, test } from 'vitest';
import { machineFactor, mostOff, predict, readMeasured, sizes } from '../bench/tick/measured.ts';
import { play, type Tick } from '../bench/tick/play.ts';
import { kindsOfWork, meanWork } from '../bench/tick/work.ts';
import { example } from '../src/example.ts';
import { hardenedTickMs } from '../src/scenarios/tick-model.ts';
import { settingsSchema } from '../src/settings.ts';
import { measuredPrices } from '../src/world/prices.ts';
import { inSimulation } from './alone.ts';

const measured = await readMeasured();
const assumedPrices = settingsSchema.parse({});
const settings = settingsSchema.parse({ measuredPrices: true });

const off = (predictedUs: number, measuredUs: number): number =>
  Math.abs(predictedUs / measuredUs - 1);

test('the table of prices is the one that was measured', () => {
  expect(measuredPrices).toEqual(measured.prices);
  expect(machineFactor(measured)).toBe(1);
  expect(measured.sizes.map(({ players }) => players)).toEqual(sizes);
});

describe.each(predict(measured, settings, 1))(
  'a shard of $players players',
  ({ players, p50Us, work, fromSettingsUs, fromWorkUs }) => {
    test('has a tick on the wall clock as long as the settings predict', () => {
      expect(off(fromSettingsUs, p50Us)).toBeLessThan(mostOff);
      expect(off(fromWorkUs, p50Us)).toBeLessThan(mostOff);
    });

    test('has one several times as long as by the prices that were assumed', () => {
      const assumedMs = hardenedTickMs({ players, loginsPerSecond: 0 }, assumedPrices);
      expect(p50Us / 1_000 / assumedMs).toBeGreaterThan(3);
    });

    test('does the work that it did when it was measured', async () => {
      const now = meanWork((await playInVirtualTime(players)).map((tick) => tick.work));
      for (const name of kindsOfWork) {
        expect(off(now[name], work[name]), name).toBeLessThan(0.15);
      }
    });
  },
);

/** The shard of the benchmark, where nothing takes time and nobody has a phone. */
async function playInVirtualTime(players: number): Promise<readonly Tick[]> {
  let ticks: readonly Tick[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is used of a socket
  const nowhere = { write: () => true } as unknown as Socket;
  await inSimulation(async () => {
    const phones = { socketOf: () => nowhere, close: async () => {} };
    ticks = await play({ players, settings, phones, warmUpMs: 4_000, measuredMs: 3_000 });
  });
  return ticks;
}

test('with the measured prices, a tick in virtual time takes what it took on the wall clock', async () => {
  const event = measured.sizes.find(({ players }) => players === 1_500);
  await simulateSystem(
    example,
    { implementation: 'hardened', settings: { measuredPrices: true } },
    async ({ truth, system, sleep, measured: { tickWork } }) => {
      await sleep(1_000);
      // Nobody is there, and a tick is begun all the same.
      expect(1_000 * (tickWork.mean ?? NaN)).toBeCloseTo(measuredPrices.tickUs);
      await Promise.all(
        Array.from({ length: 1_500 }, async (_, index) => {
          const player = truth.createPlayer(index + 1);
          await system.join(player.profile);
          truth.enter(player);
        }),
      );
      await sleep(10_000);
      expect(off(1_000 * (tickWork.p50 ?? NaN), event?.p50Us ?? NaN)).toBeLessThan(mostOff);
    },
  );
});

test('an assumed price beside the measured ones is refused, by name', () => {
  const { error } = settingsSchema.safeParse({ measuredPrices: true, sendUs: 2 });
  expect(error?.issues).toMatchObject([
    { path: ['sendUs'], message: '2 is not used with measuredPrices; leave one of them out' },
  ]);
  expect(settingsSchema.safeParse({ sendUs: 2 }).success).toBe(true);
});
