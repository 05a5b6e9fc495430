import { sleep } from '@firedrill/core/resilience';
import { describe, expect, test } from 'vitest';
import { createEditLog } from '../src/implementations/hardened/edit-log.ts';
import type { KeptUpdate, LogPort, Ports } from '../src/implementations/hardened/ports.ts';
import { createReplica } from '../src/implementations/hardened/replica.ts';
import { createCanvasServer } from '../src/implementations/hardened/server.ts';
import { create } from './people.ts';
import { inVirtualTime } from './virtual-time.ts';

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

  test('holds the last that was saved, too, until the history has it', async () => {
    const { log, trims } = openLog();
    await log.keep('room-1', kept());
    log.saved('room-1', 1);
    expect(trims).toEqual([]);
    log.recorded('room-1', 1);
    expect(trims).toEqual([1]);
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

/** A call of which it is known that it failed, or not known whether it did. */
class CallError extends Error {
  readonly outcome: 'failure' | 'unknown';

  constructor(outcome: 'failure' | 'unknown') {
    super(`The call ended: ${outcome}.`);
    this.outcome = outcome;
  }
}

/** A log whose calls about one room fail at first. */
function openFlakyLog(fails: number, outcome: 'failure' | 'unknown', flakyRoom = 'room-1') {
  const rooms = new Map<string, (readonly [number, KeptUpdate])[]>();
  const sizes: number[] = [];
  const underWay = new Map<string, number>();
  let failed = 0;
  let most = 0;
  const port: LogPort = {
    async append(roomId, updates) {
      underWay.set(roomId, (underWay.get(roomId) ?? 0) + 1);
      most = Math.max(most, ...underWay.values());
      await sleep(20);
      underWay.set(roomId, (underWay.get(roomId) ?? 0) - 1);
      const isFailing = roomId === flakyRoom && failed < fails;
      if (isFailing) failed += 1;
      if (isFailing && outcome === 'failure') throw new CallError(outcome);
      sizes.push(updates.length);
      const entries = rooms.get(roomId) ?? [];
      rooms.set(roomId, entries);
      for (const update of updates) entries.push([entries.length + 1, update]);
      if (isFailing) throw new CallError(outcome);
      return entries.length;
    },
    read: async () => [],
    trim: async () => {},
    rooms: async () => [],
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the ports
  const log = createEditLog({ log: port, random: () => 1 } as unknown as Ports);
  if (log === undefined) throw new Error('There is no log.');
  return { log, entriesOf: (roomId: string) => rooms.get(roomId) ?? [], sizes, most: () => most };
}

describe('while the log cannot be written', () => {
  test.each(
    (['failure', 'unknown'] as const).flatMap((outcome) =>
      [0, 1, 5, 6, 20].map((fails) => ({ outcome, fails })),
    ),
  )(
    'for $fails calls ($outcome), each update waits for its position, in the order in which they came',
    ({ outcome, fails }) =>
      inVirtualTime(async () => {
        const { log, entriesOf, sizes, most } = openFlakyLog(fails, outcome);
        const updates = Array.from({ length: 450 }, kept);
        const resolved: number[] = [];
        const keeping = updates.map(async (update, index) => {
          const position = await log.keep('room-1', update);
          resolved.push(index);
          return position;
        });
        expect([log.pending, log.isBusy('room-1'), log.isBusy('room-2')]).toEqual([
          450,
          true,
          false,
        ]);
        // Another room waits for none of that.
        const fromMs = performance.now();
        expect(await log.keep('room-2', kept())).toBe(1);
        expect(performance.now() - fromMs).toBeLessThan(50);
        const positions = await Promise.all(keeping);
        expect(resolved).toEqual(updates.map((_, index) => index));
        const entries = new Map(entriesOf('room-1'));
        expect(positions.map((position) => entries.get(position))).toEqual(updates);
        expect(positions.every((each, index) => each > (positions[index - 1] ?? 0))).toBe(true);
        expect([Math.max(...sizes), most()]).toEqual([200, 1]);
        expect([log.pending, log.isBusy('room-1')]).toEqual([0, false]);
      }),
  );

  test('a defect is not taken for an answer: it is seen, and not tried again', async () => {
    let calls = 0;
    const seen = inVirtualTime(async () => {
      const port = {
        append: () => {
          calls += 1;
          return Promise.reject(new TypeError('a defect'));
        },
      };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the ports
      void createEditLog({ log: port, random: () => 1 } as unknown as Ports)?.keep('r', kept());
      await sleep(60_000);
    });
    await expect(seen).rejects.toThrow('a defect');
    expect(calls).toBeLessThanOrEqual(6);
  });
});

test('what could not be taken out of the log is taken out with the next that is saved', async () => {
  const trims: number[] = [];
  const port = {
    append: async () => 1,
    async trim(_roomId: string, upTo: number) {
      trims.push(upTo);
      if (trims.length === 1) throw new CallError('failure');
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it uses of the ports
  const log = createEditLog({ log: port, random: () => 1 } as unknown as Ports);
  for (const position of [5, 5, 5, 3]) {
    log?.saved('room-1', position);
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(trims).toEqual([5, 5]);
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
  await inVirtualTime(async () => {
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
