import { connectBullmq, connectRedis } from '@firedrill/core/flows/bullmq';
import { startRedis } from '@firedrill/core/flows/testing';
import { Queue, Worker } from 'bullmq';
import { chainFlow } from './chain-flow.ts';
import {
  figure,
  inTurns,
  line,
  medianOfPairs,
  perCpuSecond,
  perSecond,
  rateLine,
  type Round,
  timed,
} from './measure.ts';

const count = 400;
/** As many at once as a step of a flow has by default. */
const concurrency = 16;

/** The chain of five steps on BullMQ, as a flow and as plain code. */
export async function bullmqChain(rounds: number): Promise<string> {
  const redis = await startRedis();
  try {
    let round = 0;
    const found = await inTurns(rounds, {
      flow: () => asFlow(redis.url, `f${(round += 1)}`),
      plain: () => asPlainCode(redis.url, `p${(round += 1)}`),
    });
    const times = medianOfPairs(found.flow, found.plain, perSecond);
    const onProcessor = medianOfPairs(found.flow, found.plain, perCpuSecond);
    return [
      `bullmq: ${figure(count)} chains of five steps, one process, ${concurrency} at once in each step\n`,
      rateLine('flow', 'chains', found.flow),
      rateLine('plain BullMQ', 'chains', found.plain),
      line(
        'flow against plain',
        `${figure(times)} times, ${figure(onProcessor)} for each s of processor: medians of ${rounds} pairs   goal 0.9: ${times >= 0.9 ? 'met' : 'MISSED'}`,
      ),
    ].join('');
  } finally {
    await redis.stop();
  }
}

async function asFlow(redisUrl: string, prefix: string): Promise<Round> {
  let reached = 0;
  const all = Promise.withResolvers<void>();
  const ended = (): void => {
    if ((reached += 1) === count) all.resolve();
  };
  const flow = (await connectBullmq(chainFlow, { redisUrl, prefix })).run({ outside: { ended } });
  const result = await timed(async () => {
    await Promise.all(Array.from({ length: count }, async (_, n) => flow.publish('e0', { n })));
    await all.promise;
    return count;
  });
  await flow.onIdle();
  await flow.stop();
  return result;
}

async function asPlainCode(redisUrl: string, prefix: string): Promise<Round> {
  const connection = await connectRedis(redisUrl);
  const queues = Array.from(
    { length: 5 },
    (_, index) => new Queue(`s${index}`, { connection, prefix }),
  );
  let ended = 0;
  const all = Promise.withResolvers<void>();
  const workers = queues.map(
    (queue, index) =>
      new Worker(
        queue.name,
        async ({ data }) => {
          const next = queues[index + 1];
          if (next !== undefined) await next.add('job', data, { removeOnComplete: true });
          else if ((ended += 1) === count) all.resolve();
        },
        { connection, prefix, concurrency },
      ),
  );
  const result = await timed(async () => {
    const [first] = queues;
    await Promise.all(
      Array.from({ length: count }, async (_, n) =>
        first?.add('job', { n }, { removeOnComplete: true }),
      ),
    );
    await all.promise;
    return count;
  });
  await Promise.all(workers.map((each) => each.close()));
  await Promise.all(queues.map((each) => each.close()));
  connection.disconnect();
  return result;
}
