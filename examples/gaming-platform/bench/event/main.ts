import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { count, exitCodes, newCommand, runTool, valueOption } from '@firedrill/core/command-line';
import { formatDuration, formatValue } from '@firedrill/core/scenario';
import { settingsSchema } from '../../src/settings.ts';
import type { PlayedShard } from './shard-child.ts';

interface Flags {
  readonly seed: number;
  readonly jobs: number;
  readonly json: boolean;
}

const { shards, dailyPlayers } = settingsSchema.parse({});

const command = newCommand(
  'pnpm --filter gaming-platform bench:event',
  `Plays all ${shards} shards of the event of ${formatValue(dailyPlayers, 'count')} daily players, each in full: its own players, its own storm, all rules. What they share outside (rewards, leaderboard, storage) each has for itself. Exits 1 when a shard breaks a rule.`,
)
  .addOption(
    valueOption('--seed <n>', 'of the first shard (default: 1)', count(0, 2_000_000_000, '1')),
  )
  .addOption(
    valueOption(
      '--jobs <n>',
      'shards at once (default: one for each processor)',
      count(1, 64, '2'),
    ),
  )
  .option('--json', 'one JSON document on stdout');

const defaults: Flags = { seed: 1, jobs: availableParallelism(), json: false };

/** Each thread takes the next shard when it is done with one. */
async function playAll(seeds: readonly number[], jobs: number): Promise<readonly PlayedShard[]> {
  const waiting = [...seeds];
  const played: PlayedShard[] = [];
  const thread = async (): Promise<void> => {
    const worker = new Worker(new URL('./shard-child.ts', import.meta.url));
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
      worker.postMessage(seed);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a thread answers
      const [shard] = (await once(worker, 'message')) as [PlayedShard];
      played.push(shard);
      console.error(`${played.length} of ${seeds.length} shards ...`);
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, thread));
  return played.toSorted((one, other) => one.seed - other.seed);
}

function asText(played: readonly PlayedShard[], took: { ms: number; bytes: number }): string {
  const sum = (of: (shard: PlayedShard) => number): string =>
    formatValue(
      played.reduce((total, shard) => total + of(shard), 0),
      'count',
    );
  const slowest = played.reduce((one, other) => (other.tickP99Ms > one.tickP99Ms ? other : one));
  const broken = played.filter((shard) => shard.broken.length > 0);
  return [
    `${played.length} shards, seeds ${played[0]?.seed} to ${played.at(-1)?.seed}: ${sum(({ players }) => players)} players at once, ${sum(({ actions }) => actions)} actions, ${sum(({ rewards }) => rewards)} rewards due`,
    `slowest tick: ${formatValue(slowest.tickP99Ms, 'ms')} at the 99th percentile, seed ${slowest.seed}`,
    broken.length === 0
      ? `all ${played[0]?.judged} rules hold in each of them`
      : broken
          .map(({ seed, broken: rules }) => `seed ${seed} breaks ${rules.join(', ')}`)
          .join('\n'),
    `took ${formatDuration(took.ms)}, and ${formatValue(took.bytes, 'bytes')} at the most`,
  ].join('\n');
}

await runTool(command, { defaults }, async ({ seed, jobs, json }) => {
  const startedMs = performance.now();
  const played = await playAll(
    Array.from({ length: shards }, (_, index) => seed + index),
    jobs,
  );
  const took = {
    ms: performance.now() - startedMs,
    bytes: 1_024 * process.resourceUsage().maxRSS,
  };
  console.log(json ? JSON.stringify({ played, took }) : asText(played, took));
  const isBroken = played.some(({ broken }) => broken.length > 0);
  return isBroken ? exitCodes.checkFailed : exitCodes.asExpected;
});
