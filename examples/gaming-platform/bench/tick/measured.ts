import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../src/settings.ts';
import { hardenedTickMs } from '../../src/scenarios/tick-model.ts';
import { measuredPrices, type Prices } from '../../src/world/prices.ts';
import { costUs, type Work } from './work.ts';

/** What a run of the benchmark has found, as it is checked in. */
export interface Measured {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly os: string;
    readonly node: string;
  };
  /** Ticks of which each figure is the median. */
  readonly ticks: number;
  /** In microseconds; see {@link Prices}. */
  readonly prices: Prices;
  readonly sizes: readonly MeasuredSize[];
}

/** The ticks of a shard with so many players, in microseconds, and what was charged for in one of them, on average. */
export interface MeasuredSize {
  readonly players: number;
  readonly p10Us: number;
  readonly p50Us: number;
  readonly p90Us: number;
  readonly work: Work;
}

/** Shards that are a third of that of the event, that one, and nearly three times as large. */
export const sizes = [500, 1_500, 4_000] as const;

/** So much more or less than what was measured, as a share of it, may be predicted. */
export const mostOff = 0.3;

const file = join(import.meta.dirname, 'measured.json');

export async function readMeasured(): Promise<Measured> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the benchmark
  return JSON.parse(await readFile(file, 'utf8')) as Measured;
}

export const writeMeasured = (measured: Measured): Promise<void> =>
  writeFile(file, `${JSON.stringify(measured, null, 2)}\n`);

/**
 * How much dearer this machine is than the one of the table, by the prices alone and never by a tick: what a tick of
 * the event is charged for, at these prices and at those of the table.
 */
export function machineFactor({ prices, sizes: found }: Measured): number {
  const event = found.find(({ players }) => players === sizes[1]);
  if (event === undefined) throw new RangeError(`There is no shard with ${sizes[1]} players.`);
  return costUs(event.work, prices) / costUs(event.work, measuredPrices);
}

export interface Prediction extends MeasuredSize {
  /** From the number of players, the settings and the table of prices, in microseconds. */
  readonly fromSettingsUs: number;
  /** From what was charged for and the table of prices, in microseconds. */
  readonly fromWorkUs: number;
}

/** What the table of prices tells of each size, on a machine that is dearer by a factor. */
export function predict(
  { sizes: found }: Pick<Measured, 'sizes'>,
  settings: Settings,
  factor: number,
) {
  return found.map((size): Prediction => ({
    ...size,
    fromSettingsUs:
      factor * 1_000 * hardenedTickMs({ players: size.players, loginsPerSecond: 0 }, settings),
    fromWorkUs: factor * costUs(size.work, measuredPrices),
  }));
}
