import { simulate } from '@firedrill/core/simulation';
import { describe, expect, test } from 'vitest';
import { createEditLog } from '../src/implementations/hardened/edit-log.ts';
import type { KeptUpdate, LogPort, Ports } from '../src/implementations/hardened/ports.ts';
import { createReplica } from '../src/implementations/hardened/replica.ts';
import { createCanvasServer } from '../src/implementations/hardened/server.ts';
import { create } from './people.ts';

const kept = (): KeptUpdate => ({ personId: 'ada', update: Uint8Array.of(), stamps: [] });

const stamp = (id: string) =>
  ({ id, by: 'ada', atMs: 0, kind: 'create', shapeId: id, isLate: false }) as const;

/** A log in memory, and what it was asked to forget. */
function openLog(firstPosition = 1) {
  let last = firstPosition - 1;
  const trims: number[] = [];
  const port: LogPort = {
    append: async (_, updates) => (last += updates.length),
    read: async () => [],
    trim: async (_, upTo) => trims.push(upTo),
    rooms: async () => [],
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the ports
  const log = createEditLog({ log: port, random: () => 0 } as unknown as Ports);
  if (log === undefined) throw new Error('There is no log.');
  return { log, trims };
}

describe('the log of edits', () => {
  test('tells each update the position that it has there', async () => {
    const { log } = openLog(5);
    const asked = ['a', 'b', 'c'].map(() => log.keep('room-1', kept()));
    // The first goes at once; what comes meanwhile goes together.
    expect(await Promise.all(asked)).toEqual([5, 6, 7]);
  });

  test('forgets what is saved when the history has all of it, and no sooner', async () => {
    const { log, trims } = openLog();
    const positions = await Promise.all(['a', 'b', 'c'].map(() => log.keep('room-1', kept())));
    log.saved('room-1', 2);
    expect(trims).toEqual([]);
    log.recorded('room-1', 2);
    expect(trims).toEqual([]);
    log.recorded('room-1', 1);
    expect(trims).toEqual([2]);
    log.recorded('room-1', 3);
    expect(trims).toEqual([2]);
    log.saved('room-1', 3);
    expect(trims).toEqual([2, 3]);
    expect(positions).toEqual([1, 2, 3]);
  });

  test('holds what a crash has left until the history has it', async () => {
    const { log, trims } = openLog();
    log.takeUp('room-1', [4, 5]);
    log.saved('room-1', 5);
    log.recorded('room-1', 5);
    expect(trims).toEqual([]);
    log.recorded('room-1', 4);
    expect(trims).toEqual([5]);
  });
});

test('a document is read after its log: what is trimmed in between is in it', async () => {
  const reads: string[] = [];
  const noted = (what: string) => {
    reads.push(what);
    return Promise.resolve(undefined);
  };
  const log = { read: () => noted('log').then(() => []), rooms: async () => [] };
  const ports = { log, load: () => noted('document'), nowMs: () => 0, random: () => 0 };
  const options = { flushMs: 50, cursorMs: 50, statusMs: 1_000, permissionTtlMs: 60_000 };
  await simulate({ seed: 1, start: '2027-03-01T08:00:00.000Z' }, async () => {
    const server = createCanvasServer(
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a look at a canvas uses of them
      ports as unknown as Ports,
      {
        ...options,
        lostAfterMs: 9_000,
        saveEveryMs: 1_000,
        saveWorkers: 1,
        maxBufferedBytes: 1_000,
      },
    );
    await server.canvas('room-1');
    await server.close();
  });
  expect(reads).toEqual(['log', 'document']);
});

test('what is acknowledged is no longer waited for, and nothing else', () => {
  const replica = createReplica(1, undefined);
  for (const id of ['a', 'b', 'c']) replica.edit(create(id), stamp(id));
  replica.acknowledge(['b']);
  expect(replica.unacknowledged.map(({ id }) => id)).toEqual(['a', 'c']);
  replica.acknowledge(['a', 'c']);
  expect(replica.hasUnacknowledged).toBe(false);
});
