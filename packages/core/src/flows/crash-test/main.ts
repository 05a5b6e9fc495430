import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import {
  atLeast,
  exitCodes,
  newCommand,
  runTool,
  seed,
  valueOption,
} from '../../command-line/index.ts';
import { sleep } from '../../resilience/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { connectRedis } from '../bullmq/connect-redis.ts';
import { runOnBullmq } from '../bullmq/index.ts';
import { startRedis } from '../bullmq/test-redis.ts';
import { accounts, counted, ledger, outsideOf } from './ledger-flow.ts';

const members = 3;
const killEveryMs = 1_500;
const drainLimitMs = 300_000;

const command = newCommand(
  'pnpm crash-test --flows',
  'Kills processes of a flow on BullMQ again and again, and counts what became of every event.',
)
  .addOption(valueOption('--seconds <n>', 'for how long (default: 60)', atLeast(1, '60')))
  .addOption(valueOption('--seed <n>', 'seed of whom it kills, and when (default: 1)', seed));

await runTool<{ readonly seconds: number; readonly seed: number }>(
  command,
  { defaults: { seconds: 60, seed: 1 } },
  async ({ seconds, seed: given }) => {
    process.stdout.write(`crash test of flows, seed ${given}\n`);
    const random = createRandom(given, 'kills');
    const server = await startRedis();
    const acknowledged = new Set<string>();
    /** Those that have come up: to kill the others would kill nothing in the middle of its work. */
    const atWork = new Set<ChildProcess>();
    let kills = 0;
    let started = 0;
    const start = (): ChildProcess => {
      started += 1;
      const child = fork(join(import.meta.dirname, 'member.ts'), [server.url, `m${started}`]);
      child.on('message', (id) => {
        if (typeof id === 'string') acknowledged.add(id);
        atWork.add(child);
      });
      return child;
    };
    const children = Array.from({ length: members }, start);
    try {
      const untilMs = Date.now() + seconds * 1_000;
      while (Date.now() < untilMs) {
        await sleep(killEveryMs * (0.5 + random.next()));
        const victim = random.integer(0, members - 1);
        const child = children[victim];
        if (child === undefined || !atWork.has(child)) continue;
        await kill(child);
        kills += 1;
        children[victim] = start();
      }
      await Promise.all(children.map(kill));
      kills += members;

      const redis = await connectRedis(server.url);
      const flow = await runOnBullmq(ledger, {
        outside: outsideOf(redis),
        redisUrl: server.url,
        lockMs: 1_000,
      });
      const restFromMs = Date.now();
      const left = await flow.counts();
      const unfinished = left.waiting + left.active + left.delayed;
      const drained = await Promise.race([
        flow.onIdle().then(() => true),
        // Nobody waits for it once everything is at rest.
        wait(drainLimitMs, false, { ref: false }),
      ]);
      const restMs = Date.now() - restFromMs;
      const noted = new Set(await redis.smembers(counted.noted));
      const payments = await redis.scard(counted.payments);
      const calls = Number((await redis.get(counted.calls)) ?? 0);
      let booked = 0;
      for (const account of accounts)
        booked += (await flow.read('accounts', account))?.entries ?? 0;
      const letters = await flow.deadLetters.list();
      await flow.stop();
      redis.disconnect();

      const lost = [...acknowledged].filter((id) => !noted.has(id)).length;
      const lines = [
        `${kills} processes killed in ${seconds} s, ${acknowledged.size} events acknowledged`,
        `${noted.size} came to their end, of them ${noted.size - acknowledged.size + lost} whose producer was killed before it heard`,
        // What was left of an account is booked one after the other, so that rest follows the backlog.
        `at rest ${(restMs / 1_000).toFixed(1)} s after the last kill, which left ${unfinished} deliveries`,
        `${calls - payments} calls of the service were repeated, and it knew them by their key`,
      ];
      const failures = [
        ...(drained ? [] : [`it did not come to rest within ${drainLimitMs / 1_000} s`]),
        ...(lost === 0 ? [] : [`${lost} acknowledged events were lost`]),
        ...(payments === noted.size ? [] : [`${payments} payments for ${noted.size} events`]),
        ...(booked === noted.size ? [] : [`${booked} entries for ${noted.size} events`]),
        ...(letters.length === 0
          ? []
          : [`${letters.length} dead letters: ${letters[0]?.error.message}`]),
        ...(acknowledged.size > 0 ? [] : ['nothing was acknowledged']),
      ];
      for (const line of lines) process.stdout.write(`  ${line}\n`);
      for (const failure of failures) process.stdout.write(`  DOES NOT ADD UP: ${failure}\n`);
      process.stdout.write(failures.length === 0 ? 'everything adds up\n' : 'it does not add up\n');
      return failures.length === 0 ? exitCodes.asExpected : exitCodes.checkFailed;
    } finally {
      await Promise.all(children.map(kill));
      await server.stop();
    }
  },
);

async function kill(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
