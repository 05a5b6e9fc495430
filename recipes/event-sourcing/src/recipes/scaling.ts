import { UsageError } from '@firedrill/core/command-line';
import {
  createProjectionRunner,
  defineProjection,
  type ProjectionRunner,
} from '@firedrill/core/event-store';
import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import { countFlag } from '../command/flag.ts';
import { optionalEventsFlag, storeFlags } from '../command/store-flags.ts';
import { openAt, openStore, sayWhere } from '../database/open-store.ts';
import { choosePlace, type StoreOptions } from '../database/place.ts';
import { defineRecipe, type RecipeContext, type ShopStore } from '../recipe.ts';
import { appendHistory } from '../shop/append-history.ts';
import { isFair } from '../shop/bucket-map.ts';
import { watchHolders } from '../shop/watch-holders.ts';
import type { ShopEvent } from '../shop/events.ts';
import { auditLedger, checkExactlyOnce, createLedger, noteApplied } from '../shop/ledger.ts';
import { pause, until, untilCaughtUp } from '../until.ts';

const name = 'parcels';
const buckets = 16;
/** Short, so that one sees the buckets change hands; ten seconds are better where nobody watches. */
const leaseMs = 900;

const flags = {
  workers: countFlag({
    variable: 'WORKERS',
    description: 'workers to scale up to',
    least: 2,
    most: 8,
    defaultValue: 4,
  }),
  workerId: countFlag({
    variable: 'WORKER_ID',
    description: 'be this one worker only, on a server that others use too',
    least: 0,
    most: 9,
    defaultValue: undefined,
  }),
  events: optionalEventsFlag,
  ...storeFlags,
};

interface ScalingOptions extends StoreOptions {
  readonly workers: number;
  readonly workerId: number | undefined;
  readonly events: number | undefined;
}

export const scaling = defineRecipe({
  name: 'scaling',
  level: 'advanced',
  teaches: 'from one worker to four and back, while events keep coming',
  lesson: [
    'Workers lease buckets and know of each other through the store. Whoever comes gets a fair share',
    'from the others, whoever goes leaves theirs behind; no bucket is ever on two workers.',
  ],
  flags,
  next: [
    'scaling --workers=8',
    'scaling --database-url=postgres://localhost/postgres --worker-id=0 --events=5000',
    'scaling --database-url=postgres://localhost/postgres --worker-id=1',
  ],

  run(context) {
    return context.options.workerId === undefined ? walk(context) : beOneWorker(context);
  },
});

/** All workers in this process, which come one after the other; then one goes. */
async function walk(context: RecipeContext<ScalingOptions>): Promise<void> {
  const { out, signal, options } = context;
  const { workers: most, events = 100 } = options;
  const { store } = await openStore(context);
  await createLedger(store);

  out.step('Events keep coming, and so do workers. One character a bucket: who holds it.');
  const startedMs = performance.now();
  const seconds = (): string => ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(5);
  const watch = watchHolders(context, store, {
    projection: name,
    prefix: () => `${seconds()} s  `,
  });
  let isOver = false;
  const appended = appendSteadily(context, store, (sum) => isOver && sum >= events);
  const team: ProjectionRunner[] = [];
  context.onEnd(async () => {
    isOver = true;
    await Promise.all(team.map((runner) => runner.stop()));
    await Promise.allSettled([appended]);
  });
  const settled: boolean[] = [];
  const settle = async (): Promise<void> => {
    const ids = team.map(({ owner }) => owner);
    settled.push(await until(() => isFair(watch.owners, ids), signal));
  };
  while (team.length < most && !signal.aborted) {
    const runner = workerOf(store, `worker-${team.length + 1}`, signal);
    out.line(`         + ${runner.owner}`);
    team.push(runner);
    await runner.start();
    await settle();
  }
  const leaving = team.shift();
  if (leaving !== undefined && !signal.aborted) {
    out.line(`         - ${leaving.owner}`);
    await leaving.stop();
    await settle();
  }
  isOver = true;
  const sum = await appended;
  const [last] = team;
  const isDone = last !== undefined && (await untilCaughtUp(last, signal));
  await Promise.all(team.map((runner) => runner.stop()));
  await watch.look();

  const audit = await auditLedger(store, name);
  out.step(`${sum} events came. Who handled them:`);
  out.table([
    ['worker', 'events'],
    ...[...audit.byWorker].toSorted(([a], [b]) => a.localeCompare(b)),
  ]);
  if (!isDone) return;
  out.check(
    'after each change the buckets are shared fairly',
    settled.every(Boolean),
    `${settled.length} changes, ${settled.filter(Boolean).length} settled`,
  );
  checkExactlyOnce(out, 'all workers together', audit);
}

/** One worker in a process of its own, until it is stopped. */
async function beOneWorker(context: RecipeContext<ScalingOptions>): Promise<void> {
  const { out, signal, options } = context;
  const { workerId, events, seed } = options;
  const place = await choosePlace(context, true);
  if (place.kind === 'embedded') {
    throw new UsageError({
      given: `--worker-id=${workerId}`,
      cause: 'the embedded database belongs to one process, so there are no others to share with',
      remedy: 'Add --database-url, or leave it out: the recipe then starts all workers itself.',
    });
  }
  sayWhere(out, place);
  const { store } = await openAt(place, context);
  await createLedger(store);
  if (events !== undefined)
    out.line(`${await appendHistory(store, { events, seed, signal })} events appended.`);
  const runner = workerOf(store, `worker-${workerId}`, signal);
  await runner.start();
  watchHolders(context, store, { projection: name });
  out.line('Working until Ctrl-C. Start the same with other ids, and stop some of them.');
  await until(() => signal.aborted, signal);
  await runner.stop();
  const audit = await auditLedger(store, name);
  out.line(
    `This worker and its namesakes handled ${audit.byWorker.get(runner.owner) ?? 0} events.`,
  );
  out.check(
    'no event twice, none out of order',
    audit.twice === 0 && audit.outOfOrder === 0,
    `${audit.applied} of ${audit.expected} applied, ${audit.twice} twice`,
  );
}

function workerOf(store: ShopStore, owner: string, signal: AbortSignal): ProjectionRunner {
  const projection = defineProjection<SqlTransaction, ShopEvent>({
    name,
    buckets,
    batchSize: 5,
    handle: (events, tx) => noteApplied(events, tx, { projection: name, worker: owner }),
  });
  return createProjectionRunner(store, {
    projections: [projection],
    owner,
    workers: 1,
    leaseMs,
    pollMs: 50,
    signal,
  });
}

/** Events keep coming, ten at a time, until there are enough. Gives how many there were. */
async function appendSteadily(
  { signal, options: { seed } }: RecipeContext<ScalingOptions>,
  store: ShopStore,
  isEnough: (sum: number) => boolean,
): Promise<number> {
  let sum = 0;
  while (!isEnough(sum) && !signal.aborted) {
    sum += await appendHistory(store, { events: 10, seed, signal });
    await pause(50, signal);
  }
  return sum;
}
