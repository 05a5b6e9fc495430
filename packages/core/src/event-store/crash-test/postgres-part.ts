import type { ChildProcess } from 'node:child_process';
import { sleep } from '../../resilience/index.ts';
import { createRandom } from '../../simulation/index.ts';
import { openPostgresEventStore, type PostgresEventStore } from '../postgres/index.ts';
import { reportProjections } from '../projections/index.ts';
import { Children, exited } from './children.ts';
import type { CrashTestPart, PartOptions, PartReport } from './part.ts';
import { type Comparison, compare, readCommitted } from './postgres-comparison.ts';
import { createOwnDatabase } from './postgres-database.ts';
import {
  appliedTable,
  businessTable,
  categories,
  crashTestProjections,
  streamsOfCategory,
  type WorkerMessage,
  type WriterMessage,
} from './postgres-workload.ts';

const WRITERS = 8;
const WORKERS = 4;
/** Leases last 1.5 s and a slow machine needs a while: nothing short of a defect needs this long. */
const DRAIN_LIMIT_MS = 120_000;

/** Starting a dozen processes takes a second or two each: nothing short of a defect needs this long. */
const START_LIMIT_MS = 120_000;

/** What the processes have told. */
interface Tally {
  committed: number;
  rolledBack: number;
  kills: number;
  stalls: number;
  takeovers: number;
  lost: number;
  failures: number;
  lastFailure: string;
}

/**
 * Writers append while workers that project are killed with SIGKILL and started again; then what was
 * applied is compared with what was committed.
 */
export function postgresPart(databaseUrl: string): CrashTestPart {
  return async (options) => {
    const database = await createOwnDatabase(databaseUrl);
    const children = new Children();
    let store: PostgresEventStore | undefined;
    try {
      store = await openPostgresEventStore({ connectionString: database.url, maxConnections: 4 });
      return await storm(store, database.url, children, options);
    } finally {
      await children.killAll();
      await store?.close();
      await database.drop();
    }
  };
}

async function storm(
  store: PostgresEventStore,
  url: string,
  children: Children,
  { seed, seconds, signal, progress }: PartOptions,
): Promise<PartReport> {
  await store.transaction(async (tx) => {
    await tx.query(appliedTable);
    await tx.query(businessTable);
  });
  const projections = crashTestProjections(() => Promise.resolve());
  for (const { name, buckets } of projections) {
    await store.projections.register({ projection: name, bucketCount: buckets });
  }
  const tally: Tally = {
    committed: 0,
    rolledBack: 0,
    kills: 0,
    stalls: 0,
    takeovers: 0,
    lost: 0,
    failures: 0,
    lastFailure: '',
  };
  const writers = Array.from({ length: WRITERS }, (_, index) =>
    startWriter(children, { url, seed, name: `writer-${index + 1}` }, tally),
  );
  const workers = Array.from({ length: WORKERS }, (_, index) =>
    keepWorker(children, { url, seed, index: index + 1 }, tally),
  );

  progress(`starting ${WRITERS + WORKERS} processes`);
  const startedMs = Date.now();
  while (tally.committed === 0 || !workers.every(({ isReady }) => isReady)) {
    checkWriters(writers);
    if (Date.now() - startedMs > START_LIMIT_MS) {
      throw new Error('Failed to start the workers: some of them never held a bucket.');
    }
    await sleep(100, signal);
  }
  const random = createRandom(seed, 'kills');
  const endAtMs = Date.now() + seconds * 1_000;
  let spokeAtMs = 0;
  while (Date.now() < endAtMs) {
    await sleep(Math.min(random.integer(200, 1_500), Math.max(1, endAtMs - Date.now())), signal);
    // Now and then one that is still starting, but mostly those that have something to lose.
    const ready = workers.filter(({ isReady }) => isReady || random.chance(0.1));
    if (Date.now() < endAtMs && ready.length > 0) {
      const worker = random.pick(ready);
      if (random.chance(0.2)) worker.stall(random.integer(1_600, 3_000));
      else worker.kill();
    }
    const left = Math.ceil((endAtMs - Date.now()) / 1_000);
    if (Date.now() - spokeAtMs > 1_000) {
      spokeAtMs = Date.now();
      progress(`${Math.max(0, left)} s left, ${tally.committed} committed, kills: ${tally.kills}`);
    }
    checkWriters(writers);
  }

  for (const { child } of writers) child.send('stop');
  await Promise.all(writers.map(({ child }) => exited(child)));
  const isDrained = await drain(store, projections.length, signal, progress);
  for (const worker of workers) worker.end();
  const codes = await Promise.all(workers.map((worker) => worker.ended()));

  const failures = [
    ...(isDrained ? [] : [`the projections did not catch up within ${DRAIN_LIMIT_MS / 1_000} s`]),
    ...codes
      .filter((code) => code !== 0)
      .map((code) => `a worker that was told to stop ended with ${code}`),
  ];
  return report(store, tally, failures);
}

/** Writers are not killed: one that has ended by itself has met a defect, which it has printed. */
function checkWriters(writers: readonly { readonly child: ChildProcess }[]): void {
  for (const { child } of writers) {
    if (child.exitCode !== null)
      throw new Error(`A writer ended with exit code ${child.exitCode}.`);
  }
}

function startWriter(
  children: Children,
  argument: { readonly url: string; readonly seed: number; readonly name: string },
  tally: Tally,
): { readonly child: ChildProcess } {
  const child = children.start('./postgres-writer.ts', argument);
  child.on('message', ({ committed, rolledBack }: WriterMessage) => {
    tally.committed += committed;
    tally.rolledBack += rolledBack;
  });
  return { child };
}

/** A worker that is started again whenever it is killed. */
interface KeptWorker {
  /** Whether its present process holds buckets. */
  readonly isReady: boolean;
  /** Kills it, if it lives. */
  kill(): void;
  /** Stops it in the middle of whatever it does, for longer than its leases last: it must be fenced off. */
  stall(stallMs: number): void;
  /** Tells it to stop, and starts it no more. */
  end(): void;
  /** How the last of its processes ended. */
  ended(): Promise<number | NodeJS.Signals>;
}

function keepWorker(
  children: Children,
  { url, seed, index }: { readonly url: string; readonly seed: number; readonly index: number },
  tally: Tally,
): KeptWorker {
  let starts = 0;
  let isEnding = false;
  let isReady = false;
  let isListening = false;
  const start = (): ChildProcess => {
    starts += 1;
    isReady = false;
    isListening = false;
    const worker = children.start('./postgres-worker.ts', {
      url,
      seed,
      name: `worker-${index}.${starts}`,
    });
    worker.on('message', ({ type, text }: WorkerMessage) => {
      if (type === 'ready' && worker === child) isReady = true;
      if (type === 'listening' && worker === child) isListening = true;
      if (type === 'bucket.acquired') tally.takeovers += 1;
      if (type === 'bucket.lost') tally.lost += 1;
      if (type === 'failed') {
        tally.failures += 1;
        tally.lastFailure = text;
      }
    });
    worker.once('exit', () => {
      if (!isEnding && !children.isOver) child = start();
    });
    return worker;
  };
  let child = start();
  return {
    get isReady() {
      return isReady;
    },
    kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (child.kill('SIGKILL')) tally.kills += 1;
    },
    stall(stallMs) {
      const stalled = child;
      if (!stalled.kill('SIGSTOP')) return;
      tally.stalls += 1;
      setTimeout(() => stalled.kill('SIGCONT'), stallMs).unref();
    },
    end() {
      isEnding = true;
      child.kill('SIGTERM');
    },
    async ended() {
      const code = await exited(child);
      // One that was just being started again listens to no signal yet, and has nothing to finish.
      return code === 'SIGTERM' && !isListening ? 0 : code;
    },
  };
}

/** Waits until all projections have handled everything. False when that takes too long. */
async function drain(
  store: PostgresEventStore,
  count: number,
  signal: AbortSignal,
  progress: (line: string) => void,
): Promise<boolean> {
  const { head } = await store.positions();
  const endAtMs = Date.now() + DRAIN_LIMIT_MS;
  while (Date.now() < endAtMs) {
    const reports = await reportProjections(store);
    const behind = reports.filter(({ position }) => position < head);
    if (behind.length === 0 && reports.length === count) return true;
    progress(
      `draining: ${behind.map(({ projection, lag }) => `${projection} ${lag}`).join(', ')} behind`,
    );
    await sleep(500, signal);
  }
  return false;
}

async function report(
  store: PostgresEventStore,
  tally: Tally,
  failures: readonly string[],
): Promise<PartReport> {
  const streams = categories.flatMap((category) =>
    Array.from({ length: streamsOfCategory }, (_, index) => ({
      category,
      id: String(index + 1).padStart(3, '0'),
    })),
  );
  const committed = await readCommitted(store, streams);
  const found = [...failures];
  const lines = [
    `writers: ${WRITERS} processes, ${tally.committed} events acknowledged, ${tally.rolledBack} transactions rolled back`,
    `workers: ${WORKERS} processes, ${tally.kills} kills, ${tally.stalls} stalls, ${tally.takeovers} buckets taken over, ${tally.lost} leases lost`,
  ];
  if (tally.failures > 0) {
    lines.push(
      `failures that were recovered from: ${tally.failures}, the last ${tally.lastFailure}`,
    );
  }
  if (committed.length !== tally.committed) {
    found.push(`${tally.committed} events were acknowledged, ${committed.length} are in the store`);
  }
  if (tally.committed === 0) found.push('nothing was committed, so nothing was tested');
  if (tally.kills === 0) found.push('nothing was killed, so nothing was tested');
  for (const { name, filter } of crashTestProjections(() => Promise.resolve())) {
    const expected = committed.filter(
      ({ category }) => filter.categories?.includes(category) ?? true,
    );
    const comparison = compare(expected, await readApplied(store, name));
    lines.push(`${name}: ${describe(comparison)}`);
    const { skipped, duplicated, outOfOrder, unknown } = comparison;
    if (skipped + duplicated + outOfOrder + unknown > 0)
      found.push(`${name}: ${describe(comparison)}`);
  }
  return { lines, failures: found };
}

function describe({
  committed,
  applied,
  skipped,
  duplicated,
  outOfOrder,
  unknown,
}: Comparison): string {
  const never = unknown > 0 ? `, ${unknown} never committed` : '';
  return `${committed} committed, ${applied} applied, ${skipped} skipped, ${duplicated} duplicated, ${outOfOrder} out of order${never}`;
}

function readApplied(store: PostgresEventStore, projection: string) {
  return store.transaction(async (tx) => {
    const rows = await tx.query(
      `SELECT event_id, category || '/' || stream AS stream, version FROM applied
       WHERE projection = $1 ORDER BY sequence`,
      [projection],
    );
    return rows.map((row) => ({
      eventId: String(row['event_id']),
      stream: String(row['stream']),
      version: Number(row['version']),
    }));
  });
}
