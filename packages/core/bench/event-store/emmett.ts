import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
} from '@event-driven-io/emmett-postgresql';
import { openPostgresEventStore } from '../../src/event-store/postgres/index.ts';
import { catchUp } from './catch-up.ts';
import { inParallel, median, payload, ratePerSecond, type Report, type Row } from './measure.ts';
import { withDatabase } from './server.ts';

const concurrency = 10;
const rounds = 5;
const perRound = 1_000;
const goal = { min: 1.5 };

/**
 * Appends and projections beside emmett-postgresql, in turns on one server. An append is one event to
 * a stream of its own, ten at once. A projection has a handler that only counts, one event a call on
 * both sides, one worker and equal batches, so that what is measured is reading and the checkpoint.
 */
export function measureBesideEmmett(report: Report): Promise<Row[]> {
  return withDatabase('firedrill', (ourUrl) =>
    withDatabase('emmett', async (theirUrl) => {
      const ours = await openPostgresEventStore({ connectionString: ourUrl });
      const theirs = getPostgreSQLEventStore(theirUrl);
      let done = 0;
      const step = (): void => report((done += 1), 3 * (rounds + 1));
      try {
        await theirs.schema.migrate();
        let next = 0;
        const appends = await inRounds(step, async () => {
          const ids = Array.from({ length: perRound }, () => String((next += 1)));
          const event = { type: 'placed', data: payload };
          return {
            firedrill: await ratePerSecond(perRound, () =>
              inParallel(ids, concurrency, (id) =>
                ours.append({ category: 'order', id }, [event], { expectedVersion: 'any' }),
              ),
            ),
            emmett: await ratePerSecond(perRound, () =>
              inParallel(ids, concurrency, (id) => theirs.appendToStream(`order-${id}`, [event])),
            ),
          };
        });
        const rows = [rowOf('appends per second, ten at once', appends, goal)];
        let leftOut = 0;
        for (const batchSize of [100, 1_000]) {
          const settings = { batchSize, workers: 1, buckets: 1 };
          const pairs = await inRounds(step, async (round) => {
            const name = `p${batchSize}-${round}`;
            return {
              firedrill: await ratePerSecond(next, () => catchUp(ours, name, next, settings)),
              emmett: await ratePerSecond(next, async () => {
                leftOut = Math.max(leftOut, next - (await consume(theirUrl, name, batchSize)));
              }),
            };
          });
          const what = `projected events per second, one event a call, batches of ${batchSize}`;
          rows.push(rowOf(what, pairs, goal));
        }
        rows.push({
          what: `events of ${next} that a projection left out; of Firedrill any ends the benchmark`,
          figures: { emmett: leftOut },
          ratio: leftOut / next,
          goal: undefined,
        });
        const handled = await consumeInBatches(theirUrl, 'in-batches');
        rows.push({
          what: `events that eachBatch of emmett-postgresql handled, of ${next}: where it is none, handlers of whole batches cannot be compared`,
          figures: { emmett: handled },
          ratio: handled / next,
          goal: undefined,
        });
        return rows;
      } finally {
        await ours.close();
        await theirs.close();
      }
    }),
  );
}

type Pair = { readonly firedrill: number; readonly emmett: number };

/** The first round warms up: plans, connections, pages. */
async function inRounds(step: () => void, work: (round: number) => Promise<Pair>): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const pair = await work(round);
    if (round > 0) pairs.push(pair);
    step();
  }
  return pairs;
}

function rowOf(what: string, pairs: readonly Pair[], rowGoal: Row['goal']): Row {
  return {
    what,
    figures: {
      firedrill: median(pairs.map(({ firedrill }) => firedrill)),
      emmett: median(pairs.map(({ emmett }) => emmett)),
    },
    ratio: median(pairs.map(({ firedrill, emmett }) => firedrill / emmett)),
    goal: rowGoal,
  };
}

/** Its default of 50 ms between two batches would be most of the time: it gets none. */
function consumerOf(connectionString: string, batchSize: number) {
  return postgreSQLEventStoreConsumer({
    connectionString,
    pulling: { batchSize, pullingFrequencyInMs: 0 },
    stopWhen: { noMessagesLeft: true },
  });
}

/**
 * Handles all events, and says how many. It orders them by transaction and keeps a position as its
 * checkpoint, so that it may leave some out that were appended at the same time.
 */
async function consume(
  connectionString: string,
  processorId: string,
  batchSize: number,
): Promise<number> {
  let count = 0;
  const consumer = consumerOf(connectionString, batchSize);
  consumer.reactor({
    processorId,
    startFrom: 'BEGINNING',
    eachMessage: () => {
      count += 1;
    },
  });
  await consumer.start();
  await consumer.close();
  return count;
}

/** How many events its handler of whole batches is given. */
async function consumeInBatches(connectionString: string, processorId: string): Promise<number> {
  let count = 0;
  const consumer = consumerOf(connectionString, 1_000);
  consumer.reactor({
    processorId,
    startFrom: 'BEGINNING',
    eachBatch: (messages) => {
      count += messages.length;
    },
  });
  await consumer.start();
  await consumer.close();
  return count;
}
