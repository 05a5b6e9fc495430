import { UsageError } from '@firedrill/core/command-line';
import { createProjectionRunner, defineProjection } from '@firedrill/core/event-store';
import type { SqlTransaction } from '@firedrill/core/event-store/postgres';
import { type Child, startChild } from '../child.ts';
import { countFlag } from '../command/flag.ts';
import { childVariable } from '../command/start-command.ts';
import { optionalEventsFlag, storeFlags } from '../command/store-flags.ts';
import { openAt, openFromParent, sayWhere } from '../database/open-store.ts';
import { childEnv, choosePlace, type StoreOptions } from '../database/place.ts';
import type { Output } from '../output.ts';
import { defineRecipe, type RecipeContext, type ShopStore } from '../recipe.ts';
import { appendHistory } from '../shop/append-history.ts';
import { bucketMap, holders, isFair, shares } from '../shop/bucket-map.ts';
import type { ShopEvent } from '../shop/events.ts';
import {
  type Audit,
  auditLedger,
  checkExactlyOnce,
  createLedger,
  noteApplied,
} from '../shop/ledger.ts';
import { appliedBy, watchApplied } from '../shop/watch-applied.ts';
import { watchHolders } from '../shop/watch-holders.ts';
import { pause, until } from '../until.ts';

const name = 'invoices';
const buckets = 16;
/** What a batch waits for outside of the database. */
const batchMs = 10;
/** Short, so that one sees a takeover; ten seconds are better where nobody watches. */
const leaseMs = 1_200;

const flags = {
  partitionKey: countFlag({
    variable: 'PARTITION_KEY',
    description: 'be this one process only, from 0; without it, all are started here',
    least: 0,
    most: 7,
    defaultValue: undefined,
  }),
  totalPartitions: countFlag({
    variable: 'TOTAL_PARTITIONS',
    description: 'processes that share the work',
    least: 2,
    most: 8,
    defaultValue: 4,
  }),
  events: optionalEventsFlag,
  ...storeFlags,
};

interface PartitionedOptions extends StoreOptions {
  readonly partitionKey: number | undefined;
  readonly totalPartitions: number;
  readonly events: number | undefined;
}

export const partitioned = defineRecipe({
  name: 'partitioned',
  level: 'intermediate',
  teaches: 'one projection in several processes, and what happens when one is killed',
  lesson: [
    'Processes share the buckets of a projection by leases in the database. A process that dies cannot',
    'give its buckets back; when its lease has run out, the others take them over.',
  ],
  flags,
  next: [
    'partitioned --total-partitions=2',
    'partitioned --database-url=postgres://localhost/postgres --partition-key=0 --events=5000',
    'scaling',
  ],

  run(context) {
    return context.options.partitionKey === undefined ? walk(context) : beOneProcess(context);
  },
});

/** Starts all processes, kills one, and sees whether anything was lost. */
async function walk(context: RecipeContext<PartitionedOptions>): Promise<void> {
  const { out, signal, options } = context;
  const { events = 300, seed, totalPartitions } = options;
  const place = await choosePlace(context);
  sayWhere(out, place);
  const { store, serve } = await openAt(place, context);
  await createLedger(store);

  out.step(`1. Append ${events} events, and start ${totalPartitions} processes.`);
  await appendHistory(store, { events, seed, signal });
  const children = Array.from({ length: totalPartitions }, (_, key) => {
    const child = startChild({
      args: ['partitioned'],
      env: {
        ...context.env,
        ...childEnv(place),
        EVENTS: '',
        PARTITION_KEY: String(key),
        TOTAL_PARTITIONS: String(totalPartitions),
      },
      onLine: (line) => out.line(`${processName(key)} | ${line.trim()}`),
    });
    serve?.(child.process);
    return child;
  });
  context.onEnd(() => endAll(children));
  const everybody = children.map((_, key) => processName(key));
  const [, prey] = children;
  /** Waits until something holds, unless a child has ended that nobody has killed. */
  const untilWith = (living: readonly Child[], holds: () => Promise<boolean>): Promise<boolean> =>
    until(() => {
      for (const child of living) child.assertAlive();
      return holds();
    }, signal);
  await untilWith(children, async () => isFair(await holders(store, name), everybody));
  if (signal.aborted) return;
  const before = await holders(store, name);
  await showHolders(context, store);

  const [victim] = everybody.slice(1);
  if (prey === undefined || victim === undefined) return;
  out.step(`2. kill -9 ${victim} (process ${prey.process.pid}), and append ${events} more.`);
  const killedMs = performance.now();
  prey.process.kill('SIGKILL');
  await prey.ended;
  await showHolders(context, store);
  await appendHistory(store, { events, seed, signal });
  const living = children.filter((child) => child !== prey);
  const survivors = everybody.filter((each) => each !== victim);
  const isTakenOver = await untilWith(living, async () =>
    isFair(await holders(store, name), survivors),
  );
  const seconds = ((performance.now() - killedMs) / 1_000).toFixed(1);
  if (signal.aborted) return;
  out.line(`${seconds} s after the kill (a lease is ${leaseMs / 1_000} s):`);
  await showHolders(context, store);
  const after = await holders(store, name);
  const moved = after.flatMap((owner, bucket) =>
    before[bucket] === victim ? [`${bucket} to ${owner}`] : [],
  );
  out.check(
    'the buckets of the dead process went to the others',
    isTakenOver && moved.length > 0 && !after.includes(victim),
    moved.join(', '),
  );

  out.step('3. Let the others finish, and stop them (SIGTERM).');
  await untilWith(living, () => isCaughtUp(store));
  await endAll(children);
  const audit = await auditLedger(store, name);
  showWorkers(out, audit);
  if (!signal.aborted) checkExactlyOnce(out, 'all processes together', audit);
}

/** One of the processes, until it is stopped. */
async function beOneProcess(context: RecipeContext<PartitionedOptions>): Promise<void> {
  const { out, options, onEnd } = context;
  const { partitionKey: key = 0, totalPartitions, seed } = options;
  if (key >= totalPartitions) {
    throw new UsageError({
      given: `--partition-key=${key}`,
      cause: `there are ${totalPartitions} partitions, counted from 0`,
      remedy: `Use a key below ${totalPartitions}, or raise --total-partitions.`,
    });
  }
  const store = await openShared(context);
  const worker = processName(key);
  // Whose parent is gone has nobody to work for.
  const orphaned = new AbortController();
  const onDisconnect = (): void => orphaned.abort();
  process.on('disconnect', onDisconnect);
  onEnd(async () => {
    process.off('disconnect', onDisconnect);
  });
  const signal = AbortSignal.any([context.signal, orphaned.signal]);
  if (options.events !== undefined) {
    const appended = await appendHistory(store, { events: options.events, seed, signal });
    out.line(`${appended} events appended.`);
  }
  const runner = createProjectionRunner(store, {
    projections: [
      defineProjection<SqlTransaction, ShopEvent>({
        name,
        buckets,
        batchSize: 10,
        async handle(events, tx) {
          await pause(batchMs);
          await noteApplied(events, tx, { projection: name, worker });
        },
      }),
    ],
    owner: worker,
    workers: 2,
    leaseMs,
    pollMs: 50,
    signal,
  });
  await runner.start();
  const isChild = context.env[childVariable] !== undefined;
  if (!isChild) {
    watchApplied(context, runner);
    watchHolders(context, store, { projection: name, prefix: () => 'buckets ' });
  }
  await until(() => signal.aborted, signal);
  await runner.stop();
  out.line(`stopped after ${appliedBy(runner)} events`);
  if (isChild) return;
  const audit = await auditLedger(store, name);
  out.step('What all processes have applied so far.');
  showWorkers(out, audit);
  out.check(
    'no event twice, none out of order',
    audit.twice === 0 && audit.outOfOrder === 0,
    `${audit.applied} of ${audit.expected} applied, ${audit.twice} twice, ${audit.outOfOrder} out of order`,
  );
}

/** The store that other processes work on too: the parent's, or that of a server. */
async function openShared(context: RecipeContext<PartitionedOptions>): Promise<ShopStore> {
  const { databaseUrl, partitionKey } = context.options;
  if (databaseUrl !== undefined) {
    const place = await choosePlace(context, true);
    if (context.env[childVariable] === undefined) sayWhere(context.out, place);
    const { store } = await openAt(place, context);
    await createLedger(store);
    if (context.env[childVariable] === undefined) context.out.line(waiting);
    return store;
  }
  const store = await openFromParent(context);
  if (store !== undefined) return store;
  throw new UsageError({
    given: `--partition-key=${partitionKey}`,
    cause: 'the embedded database belongs to the process that has opened it',
    remedy:
      'Add --database-url, or leave the key out: the recipe then starts all processes itself.',
  });
}

const waiting = 'Working until Ctrl-C. Start the same with other keys, and kill one of them.';

const processName = (key: number): string => `process-${key}`;

async function showHolders({ out }: RecipeContext<unknown>, store: ShopStore): Promise<void> {
  const owners = await holders(store, name);
  out.line(`buckets ${bucketMap(owners)}  ${shares(owners)}`);
}

function showWorkers(out: Output, { byWorker }: Audit): void {
  out.table([['process', 'events'], ...[...byWorker].toSorted(([a], [b]) => a.localeCompare(b))]);
}

async function isCaughtUp(store: ShopStore): Promise<boolean> {
  const { buckets: all, head } = await store.projections.status(name);
  return all.every(({ checkpoint }) => checkpoint >= head);
}

async function endAll(children: readonly Child[]): Promise<void> {
  for (const { process: child } of children) child.kill('SIGTERM');
  await Promise.all(children.map(({ ended }) => ended));
}
