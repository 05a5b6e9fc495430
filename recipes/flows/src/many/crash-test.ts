import process from 'node:process';
import {
  atLeast,
  exitCodes,
  newCommand,
  runTool,
  seed,
  valueOption,
} from '@firedrill/core/command-line';
import { startRedis } from '@firedrill/core/flows/testing';
import { catalog } from '../catalog.ts';
import { runOnBullmq } from './run-on-bullmq.ts';

/** Those with effects outside that a crash can lose or repeat. */
const killed = ['iot', 'notifications', 'orders', 'trading'];
const killsPerMinute = 10;
const workers = 3;

const command = newCommand(
  'pnpm crash-test --flows',
  'Plays an ordinary day of four flows on BullMQ, kills their workers ten times a minute, and judges what came of it.',
)
  .addOption(valueOption('--seconds <n>', 'length of each day (default: 60)', atLeast(1, '60')))
  .addOption(valueOption('--seed <n>', 'seed of whom it kills, and when (default: 1)', seed));

await runTool<{ readonly seconds: number; readonly seed: number }>(
  command,
  { defaults: { seconds: 60, seed: 1 } },
  async ({ seconds, seed: given }) => {
    const redis = await startRedis();
    let failures = 0;
    try {
      for (const name of killed) {
        const entry = catalog[name];
        if (entry === undefined) throw new RangeError(`There is no flow ${name}.`);
        const { example } = await entry.load();
        const { story } = example.scenarios;
        const durationMs = story.kind === 'storm' ? story.storm.durationMs : 0;
        const dayMs = entry.day === undefined ? durationMs : seconds * 1_000;
        const broken: string[] = [];
        const sinceMs = Date.now();
        const { killed: kills } = await runOnBullmq(
          example,
          {
            name,
            workers,
            redisUrl: redis.url,
            seed: given,
            speed: dayMs / (seconds * 1_000),
            dayMs,
            killsPerMinute,
            replay: '',
          },
          (record) => {
            // A takeover takes as long as the lock of the dead: objectives and useful work in time are not asked for.
            if (record.type !== 'check' || record.kind !== 'invariant' || record.ok) return;
            broken.push(`${record.name} (${record.observed})`);
          },
        );
        const tookS = ((Date.now() - sinceMs) / 1_000).toFixed(0);
        const outcome =
          broken.length === 0 ? 'every invariant holds' : `BROKEN: ${broken.join(', ')}`;
        process.stdout.write(`${name}: ${kills} workers killed in ${tookS} s, ${outcome}\n`);
        failures += broken.length;
      }
    } finally {
      await redis.stop();
    }
    return failures === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
  },
);
