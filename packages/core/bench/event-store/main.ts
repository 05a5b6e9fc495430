import process from 'node:process';
import {
  getPostgreSQLEventStore,
  postgreSQLEventStoreConsumer,
} from '@event-driven-io/emmett-postgresql';
import { Client } from 'pg';
import { openPostgresEventStore } from '../../src/event-store/postgres/index.ts';
import {
  createProjectionRunner,
  defineProjection,
} from '../../src/event-store/projections/index.ts';

// Appends and projections per second beside emmett-postgresql, in turns on one server in one run. An
// append is one event to one of many streams, ten at once; a projection reads all of them in batches of
// 100 with a handler that only counts, so that what is measured is reading and the checkpoint.

const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const rounds = Number(process.argv[2] ?? 5);
const perRound = Number(process.argv[3] ?? 1_000);
const concurrency = 10;
const databases = ['bench_firedrill', 'bench_emmett'].map((name) => `${name}_${process.pid}`);
const [ourName = '', theirName = ''] = databases;
const data = { orderId: 'o-1', cents: 4_200, items: ['a', 'b', 'c'] };

await onServer(async (client) => {
  for (const name of databases) await client.query(`CREATE DATABASE ${name}`);
});
const ours = await openPostgresEventStore({ connectionString: urlOf(ourName), maxConnections: 10 });
const theirs = getPostgreSQLEventStore(urlOf(theirName));
try {
  await theirs.schema.migrate();
  let next = 0;
  const appendOurs = (id: string) =>
    ours.append({ category: 'order', id }, [{ type: 'placed', data }], { expectedVersion: 'any' });
  const appendTheirs = (id: string) =>
    theirs.appendToStream(`order-${id}`, [{ type: 'placed', data }]);
  const appends: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const ids = Array.from({ length: perRound }, () => String((next += 1)));
    const a = await ratePerSecond(perRound, () => inParallel(ids, appendOurs));
    const b = await ratePerSecond(perRound, () => inParallel(ids, appendTheirs));
    // The first round warms up: plans, connections, pages.
    if (round > 0) appends.push([a, b]);
  }
  print('appends', appends);

  const total = perRound * (rounds + 1);
  const projections: [number, number][] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const a = await ratePerSecond(total, () => projectOurs(`p${round}`, total));
    const b = await ratePerSecond(total, () => projectTheirs(`p${round}`, total));
    if (round > 0) projections.push([a, b]);
  }
  print('projected events', projections);
} finally {
  await ours.close();
  await theirs.close();
  await onServer(async (client) => {
    for (const name of databases) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  });
}

async function projectOurs(name: string, total: number): Promise<void> {
  let count = 0;
  const projection = defineProjection({
    name,
    batchSize: 100,
    handle: async (events) => {
      count += events.length;
    },
  });
  const runner = createProjectionRunner(ours, { projections: [projection] });
  await runner.start();
  await runner.onCaughtUp();
  await runner.stop();
  if (count !== total) throw new Error(`${count} of ${total} events`);
}

async function projectTheirs(name: string, total: number): Promise<void> {
  let count = 0;
  const consumer = postgreSQLEventStoreConsumer({
    connectionString: urlOf(theirName),
    pulling: { batchSize: 100 },
  });
  const all = Promise.withResolvers<void>();
  consumer.reactor({
    processorId: name,
    startFrom: 'BEGINNING',
    eachMessage: () => {
      count += 1;
      if (count === total) all.resolve();
    },
  });
  const running = consumer.start();
  const limit = setTimeout(() => {
    all.reject(new Error(`emmett-postgresql handled ${count} of ${total} events in 20 s`));
  }, 20_000);
  try {
    await all.promise;
  } finally {
    clearTimeout(limit);
    await consumer.stop();
    await running;
    await consumer.close();
  }
}

async function inParallel(ids: readonly string[], work: (id: string) => Promise<unknown>) {
  const queue = ids.values();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const id of queue) await work(id);
    }),
  );
}

async function ratePerSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - startedMs);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function print(what: string, pairs: readonly (readonly [number, number])[]): void {
  const a = median(pairs.map(([rate]) => rate));
  const b = median(pairs.map(([, rate]) => rate));
  const ratio = median(pairs.map(([mine, other]) => mine / other));
  console.log(
    `${what}/s: firedrill ${a.toFixed(0)}, emmett-postgresql ${b.toFixed(0)}, ratio ${ratio.toFixed(2)}`,
  );
}

function urlOf(database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function onServer(work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
