import { createHooks, withPolicy } from '@firedrill/core/hooks';
import { createDeadLetters, createRetry, sleep } from '@firedrill/core/resilience';
import type { Stamp } from '../../domain/protocol.ts';
import type { Ports } from './ports.ts';

/** History and analytics in batches. History is complete; analytics is what is given up first. */
export interface Journal {
  /** Takes over edits of a room. From here they end in the history or among the dead letters. */
  record(roomId: string, edits: readonly Stamp[], options?: RecordOptions): void;
  /** Edits that history does not have yet. */
  readonly pending: number;
  /** Resolves when history has everything, or has refused to take it for too long. */
  close(): Promise<void>;
}

export interface RecordOptions {
  /** Called when the history has all of them. */
  readonly onRecorded?: () => void;
  /** A crash has left them: analytics was told of them, or is not any more. Default: false. */
  readonly isLeft?: boolean;
}

/** One edit on its way to the history, with the others that came with it. */
interface Entry {
  readonly stamp: Stamp;
  readonly group: { left: number; readonly onRecorded: (() => void) | undefined };
}

interface JournalEvents {
  readonly 'history.due': { readonly shard: number; readonly entries: readonly Entry[] };
  readonly 'analytics.due': { readonly name: string; readonly count: number };
}

/**
 * A document belongs to one shard, and the batches of a shard are written one after the other: so the
 * history of a document is in order, and a slow write holds up one shard and not all of them. Only what was
 * refused until it was put aside comes after what is newer.
 */
const shards = 16;

const batchEveryMs = 1_000;
const analyticsEveryMs = 5_000;

/** A batch of one second is a few hundred entries at most; more are cut into several. */
const batchSize = 500;

/** One write of each shard, and a few more for analytics. */
const workers = shards + 4;

const retry = {
  maxAttempts: 8,
  backoff: { initialMs: 250, maxMs: 8_000, factor: 2, jitter: 'equal' },
} as const;

const replayEveryMs = 5_000;

/** After the last edit, dead letters get this long to find history well again. */
const lastReplayMs = 180_000;

export function createJournal(ports: Ports): Journal {
  const { count, nowMs, random } = ports;
  const buffers = Array.from({ length: shards }, (): Entry[] => []);
  const tallies = new Map<string, number>();
  const letters = createDeadLetters<readonly Entry[]>({ capacity: 10_000 });
  let inFlight = 0;

  async function write(entries: readonly Entry[]): Promise<void> {
    await ports.recordHistory(entries.map(({ stamp }) => stamp));
    for (const { group } of entries) {
      group.left -= 1;
      if (group.left === 0) group.onRecorded?.();
    }
  }

  const hooks = createHooks<JournalEvents>({
    workers,
    queueSize: 64 * shards,
    lanes: [{ name: 'history', reservedWorkers: shards }, { name: 'analytics' }],
    onDeadLetter({ event, data, error }) {
      if (event === 'analytics.due' || !('entries' in data)) {
        count('analyticsDropped');
        return;
      }
      const { shard, entries } = data;
      const key = `shard-${shard}`;
      const attempts = retry.maxAttempts;
      letters.add({
        item: entries,
        key,
        reason: 'attempts-exhausted',
        error,
        attempts,
        atMs: nowMs(),
      });
      inFlight -= entries.length;
      count('historyDeadLetters');
    },
  });
  const retries = createRetry({ ...retry, random, onRetry: () => count('historyRetries') });
  hooks.registry.hook(
    'history.due',
    withPolicy(retries, async ({ entries }) => {
      await write(entries);
      inFlight -= entries.length;
    }),
  );
  hooks.registry.hook('analytics.due', ({ name, count: times }) =>
    ports.trackAnalytics(name, times),
  );

  function flushShard(shard: number): void {
    const buffer = buffers[shard] ?? [];
    while (buffer.length > 0) {
      const entries = buffer.slice(0, batchSize);
      const data = { shard, entries };
      const { admitted } = hooks.emit('history.due', data, { lane: 'history', key: shard });
      // The queue holds minutes of batches; what it refuses stays here and comes first next time.
      if (!admitted) return;
      inFlight += entries.length;
      buffer.splice(0, entries.length);
    }
  }

  function flushHistory(): void {
    for (let shard = 0; shard < shards; shard += 1) flushShard(shard);
  }
  const history = setInterval(flushHistory, batchEveryMs);

  const analytics = setInterval(() => {
    for (const [name, times] of tallies) {
      hooks.emit('analytics.due', { name, count: times }, { lane: 'analytics' });
    }
    tallies.clear();
  }, analyticsEveryMs);

  async function replay(): Promise<void> {
    const { replayed } = await letters.replay(({ item }) => write(item), {
      concurrency: 4,
    });
    if (replayed > 0) count('historyReplayed', replayed);
  }
  let replaying: Promise<void> | undefined;
  const replayer = setInterval(() => {
    if (letters.size === 0 || replaying !== undefined) return;
    replaying = replay().finally(() => {
      replaying = undefined;
    });
  }, replayEveryMs);

  const pending = (): number =>
    inFlight +
    buffers.reduce((sum, { length }) => sum + length, 0) +
    letters.entries().reduce((sum, { item }) => sum + item.length, 0);

  return {
    record(roomId, edits, { onRecorded, isLeft = false } = {}) {
      const group = { left: edits.length, onRecorded };
      if (edits.length === 0) onRecorded?.();
      buffers[shardOf(roomId)]?.push(...edits.map((stamp) => ({ stamp, group })));
      if (isLeft) return;
      for (const { kind } of edits) tallies.set(kind, (tallies.get(kind) ?? 0) + 1);
    },
    get pending() {
      return pending();
    },
    async close() {
      const giveUpAtMs = nowMs() + lastReplayMs;
      while (pending() > 0 && nowMs() < giveUpAtMs) await sleep(batchEveryMs / 4);
      for (const timer of [history, analytics, replayer]) clearInterval(timer);
      await replaying;
      await hooks.close();
    },
  };
}

/** FNV-1a (Fowler, Noll and Vo 1991). */
function shardOf(roomId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < roomId.length; i += 1) {
    hash = Math.imul(hash ^ roomId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % shards;
}
