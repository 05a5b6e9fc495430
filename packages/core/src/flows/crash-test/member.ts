import process from 'node:process';
import { connectRedis } from '../bullmq/connect-redis.ts';
import { runOnBullmq } from '../bullmq/index.ts';
import { accounts, ledger, outsideOf } from './ledger-flow.ts';

/** One process: works for the flow, publishes, and tells each id that it has an answer for. Killed. */
const [, , url = '', name = ''] = process.argv;
const outside = outsideOf(await connectRedis(url));
const flow = await runOnBullmq(ledger, { outside, redisUrl: url, lockMs: 1_000 });
process.once('disconnect', () => process.exit());
for (let index = 0; ; index += 1) {
  const id = `${name}-${index}`;
  await flow.publish('sent', { id, account: accounts[index % accounts.length] ?? '' }, { id });
  process.send?.(id);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
