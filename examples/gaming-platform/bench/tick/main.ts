import { cpus, release, type } from 'node:os';
import process from 'node:process';
import { count, exitCodes, newCommand, runTool, valueOption } from '@firedrill/core/command-line';
import { settingsSchema } from '../../src/settings.ts';
import type { Prices } from '../../src/world/prices.ts';
import { connectPhones, type Phones } from './connect-phones.ts';
import { measurePrices, mostPriced } from './measure-prices.ts';
import {
  machineFactor,
  type Measured,
  type MeasuredSize,
  mostOff,
  predict,
  type Prediction,
  sizes,
  writeMeasured,
} from './measured.ts';
import { play } from './play.ts';
import { quantile } from './statistics.ts';
import { meanWork } from './work.ts';

interface Flags {
  readonly ticks: number;
  readonly record: boolean;
  readonly json: boolean;
  readonly check: boolean;
}

const defaults: Flags = { ticks: 200, record: false, json: false, check: false };

const command = newCommand(
  'pnpm --filter gaming-platform bench:tick',
  'Measures what the work of a tick costs on this machine, and holds what the table of prices predicts against ticks on the wall clock. Close what else is running.',
)
  .addOption(
    valueOption(
      '--ticks <n>',
      'of which each figure is the median, twenty a second (default: 200)',
      count(20, 10_000, '200'),
    ),
  )
  .option('--record', 'write bench/tick/measured.json')
  .option('--json', 'one JSON document on stdout')
  .option('--check', `exit 1 when a prediction is off by more than ${100 * mostOff} %`);

/** Before anything is measured, code is compiled. */
const warmUpTicks = 80;
const settings = settingsSchema.parse({ measuredPrices: true });

async function measureSize(players: number, ticks: number, phones: Phones): Promise<MeasuredSize> {
  const played = await play({
    players,
    settings,
    phones,
    warmUpMs: warmUpTicks * settings.tickMs,
    measuredMs: ticks * settings.tickMs,
  });
  const took = played.map(({ tookUs }) => tookUs);
  return {
    players,
    p10Us: Math.round(quantile(took, 0.1)),
    p50Us: Math.round(quantile(took, 0.5)),
    p90Us: Math.round(quantile(took, 0.9)),
    work: rounded(meanWork(played.map(({ work }) => work))),
  };
}

/** Three digits are more than a machine does twice. */
function rounded<T extends { readonly [Name in keyof T]: number }>(values: T): T {
  const entries = Object.entries<number>(values);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same names
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Number(value.toPrecision(3))]),
  ) as T;
}

async function measure(ticks: number): Promise<Measured> {
  const phones = await connectPhones(Math.max(mostPriced, ...sizes));
  console.error('prices ...');
  const prices = rounded<Prices>(await measurePrices({ settings, phones, warmUpTicks, ticks }));
  const found: MeasuredSize[] = [];
  for (const players of sizes) {
    console.error(`a shard of ${players} players ...`);
    found.push(await measureSize(players, ticks, phones));
  }
  await phones.close();
  const [{ model } = { model: 'unknown' }] = cpus();
  return {
    machine: {
      cpu: model,
      cores: cpus().length,
      os: `${type()} ${release()}`,
      node: process.version,
    },
    ticks,
    prices,
    sizes: found,
  };
}

const percent = (predictedUs: number, measuredUs: number): string =>
  `${(100 * (predictedUs / measuredUs - 1)).toFixed(0)} %`;

function asText(
  { machine, prices }: Measured,
  factor: number,
  found: readonly Prediction[],
): string {
  const { cpu, cores, os, node } = machine;
  return [
    `${cpu}, ${cores} cores, ${os}, Node ${node}`,
    ...Object.entries(prices).map(([name, us]) => `  ${name.padEnd(12)} ${us}`),
    `this machine is ${factor.toFixed(2)} times as dear as that of the table`,
    ...found.map(
      ({ players, p50Us, fromSettingsUs, fromWorkUs }) =>
        `  ${players} players: a tick takes ${p50Us} us; predicted from the settings ${fromSettingsUs.toFixed(0)} us (${percent(fromSettingsUs, p50Us)}), from what was charged ${fromWorkUs.toFixed(0)} us (${percent(fromWorkUs, p50Us)})`,
    ),
  ].join('\n');
}

await runTool(command, { defaults }, async ({ ticks, record, json, check }) => {
  const measured = await measure(ticks);
  if (record) await writeMeasured(measured);
  const factor = machineFactor(measured);
  const found = predict(measured, settings, factor);
  console.log(
    json ? JSON.stringify({ ...measured, factor, sizes: found }) : asText(measured, factor, found),
  );
  const missed = found.filter(
    ({ p50Us, fromSettingsUs }) => Math.abs(fromSettingsUs / p50Us - 1) > mostOff,
  );
  process.exit(check && missed.length > 0 ? exitCodes.checkFailed : exitCodes.asExpected);
});
