/** What the flows of this folder take in, on this machine. */
import process from 'node:process';
import {
  choose,
  count,
  newCommand,
  runTool,
  UsageError,
  valueOption,
} from '@firedrill/core/command-line';
import { books } from './books.ts';
import { bullmqChain } from './bullmq-chain.ts';
import { machine } from './measure.ts';
import { sensorFlow } from './sensors.ts';
import { telemetry } from './telemetry.ts';
import { tradingFlow } from './trading.ts';

const parts: Readonly<Record<string, (rounds: number, seconds: number) => Promise<string>>> = {
  books,
  trading: tradingFlow,
  iot: sensorFlow,
  telemetry,
  bullmq: bullmqChain,
};

const command = newCommand(
  'pnpm --filter flows bench',
  'Measures the order book, trading, sensors, the cost of telemetry and a chain on BullMQ: the best of several rounds, in turns with what each is compared with.',
)
  .addOption(
    valueOption(
      '--part <name>',
      `one of ${Object.keys(parts).join(', ')} (default: all)`,
      (option, text) => {
        if (Object.hasOwn(parts, text)) return text;
        throw new UsageError({
          given: `--${option}=${text}`,
          cause: 'there is no such part',
          remedy: choose(text, Object.keys(parts)),
        });
      },
    ),
  )
  .addOption(valueOption('--rounds <n>', 'rounds of each row (default: 5)', count(1, 50, '5')))
  .addOption(
    valueOption(
      '--seconds <n>',
      'length of a sustained round, in seconds of processor time (default: 60)',
      count(1, 600, '60'),
    ),
  );

await runTool<{ readonly part?: string; readonly rounds: number; readonly seconds: number }>(
  command,
  { defaults: { rounds: 5, seconds: 60 } },
  async ({ part, rounds, seconds }) => {
    process.stdout.write(`${machine()}; best of ${rounds}\n`);
    for (const [name, run] of Object.entries(parts)) {
      if (part === undefined || part === name) process.stdout.write(await run(rounds, seconds));
    }
    return 0;
  },
);
